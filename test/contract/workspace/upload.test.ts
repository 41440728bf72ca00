import { expect, it } from 'vitest'
import { fenceOf, TestWorkspace } from './support.ts'

it('carries an upload from the drop to done, with every status on the way', async () => {
  await using workspace = await TestWorkspace.start()
  const hq = await workspace.hq()
  const shares = await hq.frame('site.shares')
  expect(shares.shares.map((share) => [share.code, share.path])).toEqual([
    ['projects', '/srv/projects'],
    ['john@example.com', '/srv/homes/john@example.com'],
  ])
  const john = await (await workspace.john()).connect()
  await hq.call('client/announce', { candidates: [{ host: '127.0.0.1', port: 4000 }] })

  const { jobs } = await john.call('transfer/create', {
    spec: { source: '/Users/john/Desktop/new_scans', destination: 'share=projects/from_john/' },
  })
  const [created] = jobs
  expect(created).toMatchObject({
    name: 'new_scans',
    status: 'init',
    source: { kind: 'user', clientId: john.clientId },
  })
  const id = created?.id ?? ''

  const measure = await john.measure({ kind: 'folder', sizeBytes: 4096, fileCount: 12 })
  expect(measure.tasks[0]?.source).toEqual({
    userId: john.user.id,
    clientId: john.clientId,
    path: '/Users/john/Desktop/new_scans',
  })
  const running = await john.job(id, (job) => job.status === 'running')
  expect(running).toMatchObject({ sizeBytes: 4096, fileCount: 12, taskCounts: { booting: 1 } })

  const send = await john.dispatch()
  const receive = await hq.dispatch()
  expect(send).toMatchObject({
    role: 'send',
    peerDials: false,
    peer: { candidates: [{ port: 4000 }], keyHash: 'a'.repeat(64) },
  })
  expect(receive).toMatchObject({
    role: 'receive',
    peerDials: true,
    peer: { candidates: [], keyHash: john.machine.keyHash },
  })
  expect(receive.ticket).toBe(send.ticket)
  expect(receive.tasks[0]?.destination).toMatchObject({ siteCode: 'hq', path: 'from_john', placement: 'into' })

  const pathAbsFinal = '/Users/john/Desktop/new_scans'
  await john.call('dispatch/report', { ...fenceOf(send), tasks: [{ uri: '0', status: 'executing', pathAbsFinal }] })
  // Where the sender found it; that it is under way is for the receiver to say.
  expect((await john.call('transfer/get', { id: created?.id ?? ('' as never) })).job.taskCounts).toMatchObject({
    booting: 1,
  })
  await hq.call('dispatch/report', { ...fenceOf(receive), tasks: [{ uri: '0', status: 'executing' }] })
  await john.job(id, (job) => job.taskCounts.executing === 1)
  await hq.reportDone(receive)
  await hq.call('dispatch/end', { ...fenceOf(receive), outcome: 'done' })
  const done = await john.job(id, (job) => job.status === 'done')
  expect(done).toMatchObject({ taskCounts: { done: 1 }, result: { filesDone: 1, bytesVerified: 100 } })
  expect(done.finishedAtMs).toBeGreaterThanOrEqual(done.createdAtMs)
  // The other side learns that it is over, and its own late end harms nothing.
  await john.frame('dispatch.stop')
  await john.call('dispatch/end', { ...fenceOf(send), outcome: 'done' })

  const { tasks } = await john.call('task/list', { jobId: done.id })
  expect(tasks).toMatchObject([{ source: { pathAbsFinal }, destination: { pathAbsFinal: '/final/0' } }])

  const { entries } = await john.call('transfer/log', { jobId: done.id })
  expect(entries.map((entry) => entry.code)).toEqual(['job.done', 'dispatch.done', 'dispatch.started', 'job.created'])
})
