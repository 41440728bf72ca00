import { expect, it } from 'vitest'
import { fenceOf, type TestClient, TestWorkspace } from './support.ts'

/** What jobs name may be gone before they are done. */

async function upload(john: TestClient, source: string, destination: string) {
  const { jobs } = await john.call('transfer/create', { spec: { source, destination } })
  await john.measure()
  return jobs[0]?.id ?? ''
}

it('a share that is deleted stops what runs of it, and the line is free for the next', async () => {
  await using workspace = await TestWorkspace.start()
  const hq = await workspace.hq()
  const john = await (await workspace.john()).connect()
  const share = await john.call('share/create', { code: 'films', name: 'Films', kind: 'volume', path: '/srv/films' })
  const id = await upload(john, '/Users/john/a', 'share=films/')
  const order = await hq.dispatch(id)
  await john.call('share/delete', { id: share.id })
  expect(await hq.frame('dispatch.stop')).toMatchObject(fenceOf(order))
  const { job } = await john.call('transfer/get', { id: order.jobId })
  expect(job).toMatchObject({ status: 'aborted', reason: { code: 'aborted', params: { userName: 'John' } } })
  const next = await upload(john, '/Users/john/b', 'share=projects/')
  await hq.dispatch(next)
})

it('a collection that is deleted ends what was to be taken from it', async () => {
  await using workspace = await TestWorkspace.start()
  const hq = await workspace.hq()
  const john = await (await workspace.john()).connect()
  const { collection } = await john.call('collection/create', { name: 'Reel', files: ['share=projects/a.mov'] })
  const spec = { source: `collection=${collection.code}`, destination: 'john@example.com:/Users/john/in' }
  const { jobs } = await john.call('transfer/create', { spec })
  await hq.measure()
  const order = await john.dispatch(jobs[0]?.id)
  await john.call('collection/delete', { id: collection.id })
  expect(await john.frame('dispatch.stop')).toMatchObject(fenceOf(order))
  expect((await john.call('transfer/get', { id: order.jobId })).job.status).toBe('aborted')
})

it('a delivery opens although its queue is gone by then, or one of its recipients', async () => {
  await using workspace = await TestWorkspace.start()
  const hq = await workspace.hq()
  const john = await (await workspace.john()).connect()
  const mia = await workspace.person('mia@example.com', 'Mia', 'standard', john)
  const sam = await workspace.person('sam@example.com', 'Sam', 'standard', john)
  const queue = await john.call('queue/create', { code: 'night', priority: 10 })
  const made = await john.call('delivery/create', { name: 'Cut', status: 'init', queue: 'night' })
  const { id } = made.delivery
  for (const { user } of [mia, sam]) await john.call('recipient/add', { id, recipient: user.id })
  const up = await john.call('transfer/create', { parentId: id, spec: { source: '/Users/john/cut.mov' } })
  await john.call('delivery/update', { id, status: 'pending' })
  await john.measure()
  const receive = await hq.dispatch(up.jobs[0]?.id)
  await john.call('queue/delete', { id: queue.id })
  await john.call('user/delete', { id: sam.user.id })
  await hq.reportDone(receive)
  await hq.call('dispatch/end', { ...fenceOf(receive), outcome: 'done' })
  await hq.frame('transfer.measure')
  expect((await mia.call('transfer/list', {})).jobs).toMatchObject([{ name: 'Cut', queue: 'medium' }])
  const { jobs } = await john.call('transfer/list', {})
  expect(jobs.filter((job) => job.name === 'Cut')).toHaveLength(1)
  expect((await john.call('recipient/list', { id })).recipients.map(({ name }) => name)).toEqual(['Mia'])
})

it('a job of a machine that is gone says that it waits for it', async () => {
  await using workspace = await TestWorkspace.start()
  const john = await (await workspace.john()).connect()
  const desk = await (await workspace.john('desk')).connect()
  const id = await upload(desk, '/Users/john/a', 'share=projects/')
  await john.call('transfer/update', { id: id as never, status: 'aborted' })
  await desk.drop()
  await john.change((change) => change.entity === 'client' && 'value' in change && !change.value.online)
  await john.call('client/delete', { id: desk.clientId })
  const job = await john.call('transfer/update', { id: id as never, status: 'waiting' })
  expect(job.reason?.code).toBe('peer-offline')
})
