import { expect, it } from 'vitest'
import type { JobId } from '../../../src/shared/domain/ids.ts'
import { fenceOf, type TestClient, TestWorkspace } from './support.ts'

const dayMs = 24 * 3_600_000

async function delivery(john: TestClient, recipients: string[], files = ['share=projects/film/a.mov']) {
  const made = await john.call('delivery/create', { name: 'Dailies', files, recipients, message: 'Have a look' })
  return made.delivery
}

it('offers files on shares: one transfer for each recipient, who chooses where it lands', async () => {
  await using workspace = await TestWorkspace.start()
  const hq = await workspace.hq()
  const john = await (await workspace.john()).connect()
  const mia = await (await workspace.person('mia@example.com', 'Mia', 'standard', john)).connect()
  const { id, status } = await delivery(john, ['mia@example.com', 'lisa@example.com'])
  expect(status).toBe('waiting')
  const { recipients } = await john.call('recipient/list', { id })
  expect(recipients.map(({ email, actioned }) => [email, actioned])).toEqual([
    ['mia@example.com', false],
    ['lisa@example.com', false],
  ])
  // Who has not signed up yet is waited for.
  const lisas = recipients[1]?.jobId ?? ('' as JobId)
  expect((await john.call('transfer/get', { id: lisas })).job.reason?.code).toBe('signup')
  const { jobs } = await mia.call('transfer/list', {})
  expect(jobs.map(({ name, note, reason }) => [name, note, reason?.code])).toEqual([
    ['Dailies', 'Have a look', undefined],
  ])
  // She takes it to a folder, by the delivery itself.
  const taken = await mia.call('transfer/create', { parentId: id, spec: { destination: '/Users/mia/in' } })
  expect(taken.jobs[0]?.id).toBe(jobs[0]?.id)
  await hq.measure()
  const receive = await mia.dispatch()
  expect(receive.tasks[0]?.source).toMatchObject({ path: 'film/a.mov' })
  await mia.reportDone(receive)
  await mia.call('dispatch/end', { ...fenceOf(receive), outcome: 'done' })
  await mia.job(jobs[0]?.id ?? '', (job) => job.status === 'done')
  expect((await mia.call('recipient/list', { id })).recipients).toMatchObject([
    { email: 'mia@example.com', actioned: true },
  ])
})

it('waits for its uploads before it opens, and brings them to a folder of its own', async () => {
  await using workspace = await TestWorkspace.start()
  const hq = await workspace.hq()
  const john = await (await workspace.john()).connect()
  const mia = await workspace.person('mia@example.com', 'Mia', 'standard', john)
  const { delivery: made } = await john.call('delivery/create', { name: 'Cut', status: 'init' })
  const { id } = made
  await expect(john.call('delivery/update', { id, status: 'pending' })).rejects.toMatchObject({
    code: 'CONFLICT',
    params: { problem: 'no-recipients' },
  })
  await john.call('recipient/add', { id, recipient: 'mia@example.com' })
  await expect(john.call('delivery/update', { id, status: 'pending' })).rejects.toMatchObject({
    params: { problem: 'no-files' },
  })
  // Nobody learns of what is being put together.
  await expect(mia.call('delivery/get', { id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  const up = await john.call('transfer/create', { parentId: id, spec: { source: '/Users/john/cut.mov' } })
  const submitted = await john.call('delivery/update', { id, status: 'pending' })
  expect(submitted.delivery).toMatchObject({ status: 'pending', fileCount: 1, recipientCount: 1 })
  await expect(
    john.call('transfer/create', { parentId: id, spec: { source: '/Users/john/late.mov' } }),
  ).rejects.toMatchObject({ code: 'CONFLICT' })
  await john.measure()
  const receive = await hq.dispatch(up.jobs[0]?.id)
  expect(receive.tasks[0]?.destination.path).toBe(`tern/deliveries/${id}/${up.jobs[0]?.id}`)
  expect((await mia.call('transfer/list', {})).jobs).toEqual([])
  await hq.reportDone(receive)
  await hq.call('dispatch/end', { ...fenceOf(receive), outcome: 'done' })
  await hq.frame('transfer.measure')
  expect((await mia.call('delivery/get', { id })).delivery.status).toBe('waiting')
  expect((await mia.call('transfer/list', {})).jobs.map(({ name }) => name)).toEqual(['Cut'])
})

it('what was uploaded for it is deleted four hours after its end, and not while somebody takes it', async () => {
  let nowMs = Date.now()
  await using workspace = await TestWorkspace.start({
    clockMs: () => nowMs,
    maintenance: { intervalMs: 5, pauseMs: 1 },
  })
  const hq = await workspace.hq()
  const john = await (await workspace.john()).connect()
  await workspace.person('mia@example.com', 'Mia', 'standard', john)
  const { delivery: made } = await john.call('delivery/create', { name: 'Cut', status: 'init' })
  const { id } = made
  await john.call('recipient/add', { id, recipient: 'mia@example.com' })
  const up = await john.call('transfer/create', { parentId: id, spec: { source: '/Users/john/cut.mov' } })
  await john.call('delivery/update', { id, status: 'pending' })
  await john.measure()
  const receive = await hq.dispatch(up.jobs[0]?.id)
  await hq.reportDone(receive)
  await hq.call('dispatch/end', { ...fenceOf(receive), outcome: 'done' })
  await hq.frame('transfer.measure')
  const path = `tern/deliveries/${id}`
  const removal = { type: 'files.request', order: { op: 'remove', path, isForced: true } }

  await john.call('delivery/update', { id, status: 'aborted' })
  nowMs += 3.9 * 3_600_000
  await john.call('user/list', {})
  expect(hq.frames.filter(({ type }) => type === 'files.request')).toEqual([])
  nowMs += 0.2 * 3_600_000
  expect(await hq.frame('files.request')).toMatchObject(removal)
})

it('asks people for files: they bring them where they may write nothing otherwise, and see nothing there', async () => {
  await using workspace = await TestWorkspace.start()
  const hq = await workspace.hq()
  const john = await (await workspace.john()).connect()
  const mia = await (await workspace.person('mia@example.com', 'Mia', 'standard', john)).connect()
  const { delivery: made } = await john.call('delivery/create', {
    kind: 'request',
    name: 'Plates',
    destination: 'share=projects/from_client',
    recipients: ['mia@example.com'],
  })
  const { id } = made
  expect(made).toMatchObject({ kind: 'request', status: 'waiting' })
  const spec = { source: '/Users/mia/plates' }
  const { jobs } = await mia.call('transfer/create', { parentId: id, spec })
  await mia.measure({ kind: 'folder' })
  const receive = await hq.dispatch(jobs[0]?.id)
  expect(receive.tasks[0]?.destination).toMatchObject({ path: 'from_client', placement: 'into' })
  expect((await john.call('recipient/list', { id })).recipients).toMatchObject([{ actioned: true }])
  // The maker's rights are for where it goes alone.
  const asks = [
    { source: 'share=projects/secret.mov' },
    { source: '/Users/mia/x', destination: 'share=projects/elsewhere' },
    { source: 'john@example.com:/Users/john/x' },
    { destination: '/Users/mia/in' },
  ]
  for (const each of asks) {
    await expect(mia.call('transfer/create', { parentId: id, spec: each }), JSON.stringify(each)).rejects.toThrow()
  }
  await expect(mia.call('transfer/create', { spec: { ...spec, destination: 'share=projects/' } })).rejects.toThrow()
  const sam = await workspace.person('sam@example.com', 'Sam', 'standard', john)
  await expect(sam.call('transfer/create', { parentId: id, spec: { source: '/x' } })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  })
})

it('is for employees to make, and for its maker to change', async () => {
  await using workspace = await TestWorkspace.start()
  const john = await workspace.john()
  const mia = await workspace.person('mia@example.com', 'Mia', 'standard', john)
  const lisa = await workspace.person('lisa@example.com', 'Lisa', 'employee', john)
  const sam = await workspace.person('sam@example.com', 'Sam', 'employee', john)
  await expect(mia.call('delivery/create', { name: 'x' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  const { id } = await delivery(lisa, ['john@example.com'])
  await expect(mia.call('delivery/get', { id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(mia.call('recipient/list', { id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(mia.call('recipient/add', { id, recipient: 'mia@example.com' })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  })
  await expect(sam.call('recipient/add', { id, recipient: 'mia@example.com' })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  })
  expect((await mia.call('delivery/list', {})).deliveries).toEqual([])
  await lisa.call('recipient/add', { id, recipient: mia.user.id })
  expect(await lisa.call('recipient/add', { id, recipient: 'mia@example.com' })).toMatchObject({ added: false })
  expect((await mia.call('delivery/list', {})).deliveries.map((each) => each.id)).toEqual([id])
  expect((await mia.call('delivery/list', { query: 'name=dailies and status=waiting' })).deliveries).toHaveLength(1)
  expect((await mia.call('delivery/list', { query: 'name=other' })).deliveries).toEqual([])
  expect(await lisa.call('recipient/remove', { id, recipient: 'mia@example.com' })).toEqual({ removed: true })
  expect((await mia.call('transfer/list', {})).jobs).toEqual([])
  await expect(mia.call('delivery/get', { id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

it('ends when its time is up, or when it is called off, and is deleted with what waits of it', async () => {
  let nowMs = Date.now()
  await using workspace = await TestWorkspace.start({
    clockMs: () => nowMs,
    maintenance: { intervalMs: 5, pauseMs: 1 },
  })
  const john = await (await workspace.john()).connect()
  const mia = await workspace.person('mia@example.com', 'Mia', 'standard', john)
  const first = await delivery(john, ['mia@example.com'])
  expect(first.expiresAtMs - first.createdAtMs).toBe(30 * dayMs)
  const job = (await john.call('transfer/list', {})).jobs[0]
  nowMs += 30 * dayMs
  await john.job(job?.id ?? '', ({ status }) => status === 'aborted')
  expect((await john.call('delivery/get', { id: first.id })).delivery.status).toBe('done')
  expect((await john.call('delivery/list', { scope: 'inactive' })).deliveries).toHaveLength(1)
  // Whoever wakes it up gets nothing more.
  const hq = await workspace.hq()
  await john.call('transfer/update', { id: job?.id ?? ('' as JobId), status: 'waiting' })
  await hq.measure()
  await mia.call('transfer/resolve', { jobId: job?.id ?? ('' as JobId), path: '/Users/mia/in', revision: 0 })
  await mia.connect()
  const refused = await john.job(job?.id ?? '', ({ status }) => status === 'failed')
  expect(refused.reason?.params).toMatchObject({ error: 'FORBIDDEN' })

  const second = await delivery(john, ['mia@example.com'])
  await expect(john.call('delivery/delete', { id: second.id })).rejects.toMatchObject({ code: 'CONFLICT' })
  await john.call('delivery/update', { id: second.id, status: 'aborted' })
  await expect(john.call('delivery/update', { id: second.id, status: 'pending' })).rejects.toMatchObject({
    code: 'STATUS_NOT_WRITEABLE',
  })
  await john.call('delivery/delete', { id: second.id })
  await expect(john.call('delivery/get', { id: second.id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect((await john.call('transfer/list', { query: 'status=waiting' })).jobs).toEqual([])
})
