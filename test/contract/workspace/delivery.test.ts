import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JobId } from '../../../src/shared/domain/ids.ts'
import { fenceOf, type TestClient, TestWorkspace } from './support.ts'

let workspace: TestWorkspace
let hq: TestClient
let john: TestClient
let lisa: TestClient
let lisasLaptop: TestClient

beforeAll(async () => {
  workspace = await TestWorkspace.start()
  hq = await workspace.hq()
  john = await (await workspace.john()).connect()
  lisa = await (await workspace.person('lisa@example.com', 'Lisa')).connect()
  lisasLaptop = workspace.client()
  await (await lisasLaptop.login('lisa@example.com', 'tern tern 123', 'laptop')).connect()
})

afterAll(() => workspace[Symbol.asyncDispose]())

async function sendToLisa(extra: Record<string, unknown> = {}) {
  const { jobs } = await john.call('transfer/create', {
    spec: {
      tasks: [
        { source: 'myworkspace:/projects/lfm/114/lfm.jpg', destination: 'lisa@example.com:preview/lfm.jpg' },
        { source: 'share=projects/lfm/114/lfm.mov', destination: 'lisa@example.com' },
      ],
    },
    ...extra,
  })
  const job = jobs[0]
  if (job === undefined) throw new Error('no job')
  await hq.measure()
  await john.job(job.id, ({ status }) => status === 'waiting')
  return job.id
}

describe('a delivery to a person', () => {
  it('waits for the receiver to choose, shows what it holds, and lands below the choice', async () => {
    const id = await sendToLisa()
    const seen = await lisa.job(id, (job) => job.reason?.code === 'location')
    expect(seen).toMatchObject({
      status: 'waiting',
      taskCounts: { pending: 2 },
      reason: { params: { userName: 'Lisa', files: 2 }, action: 'choose-folder' },
    })
    const johns = await john.job(id, (job) => job.reason?.code === 'location')
    expect(johns.reason).toMatchObject({ params: { userName: 'Lisa' }, action: 'remind' })
    const preview = await lisa.call('transfer/preview', { jobId: id })
    expect(preview).toMatchObject({ isComplete: true, entries: [{ path: 'lfm.jpg' }, { path: 'lfm.mov' }] })

    const resolved = await lisa.call('transfer/resolve', {
      jobId: id,
      path: '/Users/lisa/Downloads',
      revision: seen.revision,
    })
    expect(resolved.location).toEqual({ clientId: lisa.clientId, path: '/Users/lisa/Downloads' })
    const order = await lisa.dispatch(id)
    expect(order.tasks.map((task) => [task.destination.path, task.destination.placement])).toEqual([
      ['/Users/lisa/Downloads/preview/lfm.jpg', 'as'],
      ['/Users/lisa/Downloads', 'into'],
    ])
    // Where she puts it is hers to know.
    expect((await john.call('transfer/get', { id })).job.location).toBeUndefined()
    await lisa.reportDone(order)
    await lisa.call('dispatch/end', { ...fenceOf(order), outcome: 'done' })
    await john.job(id, (job) => job.status === 'done')
    const [mine] = (await lisa.call('task/list', { jobId: id })).tasks
    const [johnsView] = (await john.call('task/list', { jobId: id })).tasks
    expect(mine?.destination.pathAbsFinal).toBe('/final/0')
    expect(johnsView?.destination.pathAbsFinal).toBeUndefined()
  })

  it('goes to the machine that answers first; the other one gets a conflict', async () => {
    const id = await sendToLisa()
    const { revision } = await lisasLaptop.job(id, (job) => job.reason?.code === 'location')
    await lisasLaptop.call('transfer/resolve', { jobId: id, path: 'C:\\Users\\Lisa\\Downloads', revision })
    await expect(lisa.call('transfer/resolve', { jobId: id, path: '/Users/lisa', revision })).rejects.toMatchObject({
      code: 'CONFLICT',
    })
    const order = await lisasLaptop.dispatch(id)
    expect(order.tasks[1]?.destination).toMatchObject({
      clientId: lisasLaptop.clientId,
      path: 'C:\\Users\\Lisa\\Downloads',
    })
    await john.call('transfer/update', { id, status: 'aborted' })
  })

  it('leaves out what the receiver excludes', async () => {
    const id = await sendToLisa()
    const { tasks } = await lisa.call('task/list', { jobId: id })
    const exclude = tasks.slice(0, 1).map((task) => task.id)
    await lisa.call('transfer/resolve', { jobId: id, path: '/Users/lisa', revision: 0, exclude })
    const order = await lisa.dispatch(id)
    expect(order.tasks.map((task) => task.uri)).toEqual(['1'])
    await lisa.reportDone(order)
    await lisa.call('dispatch/end', { ...fenceOf(order), outcome: 'done' })
    const done = await john.job(id, (job) => job.status === 'done')
    expect(done).toMatchObject({ taskCounts: { excluded: 1, done: 1 }, sizeBytes: 100 })
  })

  it('ends when the receiver declines, and the sender sees who and why', async () => {
    const id = await sendToLisa()
    await lisa.call('transfer/decline', { jobId: id, reason: 'wrong version' })
    const ended = await john.job(id, (job) => job.status === 'aborted')
    expect(ended.reason).toMatchObject({ code: 'declined', params: { userName: 'Lisa', text: 'wrong version' } })
    await expect(lisa.call('transfer/decline', { jobId: id })).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  it('asks anew when the status pending is written, also after it was done', async () => {
    const id = await sendToLisa()
    await lisa.call('transfer/resolve', { jobId: id, path: '/Users/lisa', revision: 0 })
    const order = await lisa.dispatch(id)
    await lisa.reportDone(order)
    await lisa.call('dispatch/end', { ...fenceOf(order), outcome: 'done' })
    await john.job(id, (job) => job.status === 'done')
    const again = await john.call('transfer/update', { id, status: 'pending' as 'waiting' })
    expect(again).toMatchObject({ status: 'waiting', revision: 2, taskCounts: { pending: 2, done: 0 } })
    expect(again.finishedAtMs).toBeUndefined()
    await lisa.call('transfer/resolve', { jobId: id, path: '/elsewhere', revision: 2 })
    const second = await lisa.dispatch(id)
    expect(second.epoch).toBe(2)
    expect(second.tasks[1]?.destination.path).toBe('/elsewhere')
    await lisa.call('transfer/update', { id, status: 'aborted' })
  })

  it('refuses a location that is not a whole path, or from somebody else', async () => {
    const id = await sendToLisa()
    const path = { jobId: id, revision: 0 }
    await expect(lisa.call('transfer/resolve', { ...path, path: 'Downloads' })).rejects.toMatchObject({
      code: 'PATH_INVALID',
    })
    await expect(john.call('transfer/resolve', { ...path, path: '/tmp' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await lisa.call('transfer/decline', { jobId: id })
  })

  it('that is declined while it runs stops at once', async () => {
    const id = await sendToLisa()
    const { revision } = await lisa.job(id, ({ reason }) => reason?.code === 'location')
    await lisa.call('transfer/resolve', { jobId: id, path: '/Users/lisa', revision })
    const order = await lisa.dispatch(id)
    await lisa.call('transfer/decline', { jobId: id })
    await expect(lisa.reportDone(order)).rejects.toMatchObject({ code: 'FENCED' })
    await john.job(id, ({ status, reason }) => status === 'aborted' && reason?.code === 'declined')
  })

  it('cannot land on the machine that it comes from', async () => {
    const { jobs } = await john.call('transfer/create', {
      spec: { source: '/Users/john/a.mov', destination: 'john@example.com' },
    })
    const jobId = jobs[0]?.id as JobId
    await john.measure()
    const { revision } = await john.job(jobId, ({ reason }) => reason?.code === 'location')
    const resolved = john.call('transfer/resolve', { jobId, path: '/Users/john/Downloads', revision })
    await expect(resolved).rejects.toMatchObject({ code: 'SPEC_INVALID', params: { advice: 'same-party' } })
    await john.call('transfer/decline', { jobId })
  })

  it('reminds the receiver, but not too often', async () => {
    const id = await sendToLisa()
    await john.call('transfer/remind', { jobId: id })
    expect(await lisa.frame('reminder')).toMatchObject({ jobId: id, from: 'John' })
    await expect(john.call('transfer/remind', { jobId: id })).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' })
    await lisa.call('transfer/decline', { jobId: id })
  })
})

describe('several recipients', () => {
  it('get a job each; unknown ones are invited and their job waits for them', async () => {
    const { jobs, invitations } = await john.call('transfer/create', {
      spec: { source: 'share=projects/brief.pdf', recipients: ['lisa@example.com', 'mia@example.com'], invite: true },
    })
    expect(jobs).toHaveLength(2)
    expect(invitations.map((each) => each.email)).toEqual(['mia@example.com'])
    await hq.measure()
    await hq.measure()
    const mias = jobs[1]?.id ?? ''
    const waiting = await john.job(mias, (job) => job.reason?.code === 'signup')
    expect(waiting.reason).toMatchObject({ params: { email: 'mia@example.com' }, action: 'copy-invitation' })
    const mia = workspace.client()
    const [, , , , , code = ''] = (invitations[0]?.invitation ?? '').split('/')
    await (await mia.join(code, 'mia@example.com', 'Mia')).connect()
    const hers = await mia.job(mias, (job) => job.reason?.code === 'location')
    expect(hers.reason?.action).toBe('choose-folder')
    for (const job of jobs) await john.call('transfer/update', { id: job.id, status: 'aborted' })
  })

  it('are refused by name when they are unknown and not invited', async () => {
    const spec = { source: 'share=projects/brief.pdf', recipients: ['nobody@example.com'] }
    await expect(john.call('transfer/create', { spec })).rejects.toMatchObject({
      code: 'PARTY_UNKNOWN',
      params: { party: 'nobody@example.com' },
    })
    const invited = { ...spec, invite: true }
    await expect(lisa.call('transfer/create', { spec: invited })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})

describe('deliver from the workspace', () => {
  async function uploadAndDeliver() {
    const { jobs } = await john.call('transfer/create', {
      spec: { source: '/Users/john/plates', destination: 'lisa@example.com' },
      deliverFrom: 'workspace',
    })
    const [upload, delivery] = jobs
    if (!upload || !delivery) throw new Error('two jobs expected')
    return { upload, delivery }
  }

  it('makes an upload to the sender’s home and a delivery from there', async () => {
    const { upload, delivery } = await uploadAndDeliver()
    expect(delivery).toMatchObject({
      afterJobId: upload.id,
      status: 'waiting',
      source: { kind: 'site', siteCode: 'hq' },
    })
    expect(delivery.reason).toMatchObject({ code: 'upload' })
    await john.measure({ kind: 'folder', sizeBytes: 5000, fileCount: 7 })
    const early = await lisa.job(delivery.id, (job) => job.sizeBytes === 5000)
    expect(early).toMatchObject({ fileCount: 7, reason: { code: 'location', action: 'choose-folder' } })
    expect((await lisa.call('transfer/preview', { jobId: delivery.id })).entries).toMatchObject([{ path: 'plates' }])
    await lisa.call('transfer/resolve', { jobId: delivery.id, path: '/Users/lisa', revision: 0 })
    const held = await lisa.job(delivery.id, (job) => job.reason?.code === 'upload')
    expect(held.status).toBe('waiting')

    const up = await hq.dispatch(upload.id)
    expect(up.tasks[0]?.destination).toMatchObject({ path: `Outbox/${upload.id}`, placement: 'into' })
    await hq.reportDone(up)
    await hq.call('dispatch/end', { ...fenceOf(up), outcome: 'done' })
    // From here the sender may go.
    await john.drop()
    const down = await lisa.dispatch(delivery.id)
    expect(down.tasks[0]).toMatchObject({
      source: { siteCode: 'hq', path: `Outbox/${upload.id}/plates` },
      destination: { path: '/Users/lisa', placement: 'into' },
    })
    await lisa.reportDone(down)
    await lisa.call('dispatch/end', { ...fenceOf(down), outcome: 'done' })
    await lisa.job(delivery.id, (job) => job.status === 'done')
    await john.connect()
  })

  it('ends the delivery when its upload is aborted', async () => {
    const { upload, delivery } = await uploadAndDeliver()
    await john.call('transfer/update', { id: upload.id, status: 'aborted' })
    const ended = await lisa.job(delivery.id, (job) => job.status === 'aborted')
    expect(ended.reason).toMatchObject({ code: 'aborted', params: { userName: 'John' } })
  })
})
