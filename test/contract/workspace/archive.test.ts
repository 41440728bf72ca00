import { expect, it } from 'vitest'
import type { JobId } from '../../../src/shared/domain/ids.ts'
import { createTransfers, TestWorkspace } from './archive-support.ts'

const dayMs = 24 * 3_600_000

it('purges jobs to the archive once they finished long enough ago, and counts them there', async () => {
  let nowMs = Date.UTC(2026, 0, 1)
  await using workspace = await TestWorkspace.start({
    clockMs: () => nowMs,
    maintenance: { intervalMs: 5, pauseMs: 1 },
  })
  const john = await (await workspace.john()).connect()
  const [old, young] = (await createTransfers(john, ['old', 'young', 'live'])) as [JobId, JobId]
  await john.call('transfer/update', { id: old, status: 'aborted' })
  nowMs += 10 * dayMs
  await john.call('transfer/update', { id: young, status: 'aborted' })
  nowMs += 5 * dayMs
  await john.change((change) => 'removed' in change && change.removed === old)

  const names = async (state: 'live' | 'finished' | 'archived', query?: string) => {
    const { jobs, total } = await john.call('transfer/list', { state, ...(query && { query }) })
    return [jobs.map(({ name }) => name), total]
  }
  expect(await names('live')).toEqual([['live'], 1])
  expect(await names('finished')).toEqual([['young'], 1])
  expect(await names('archived')).toEqual([['old'], 1])
  expect(await names('archived', 'status=aborted')).toEqual([['old'], 1])
  expect(await names('archived', 'status=done')).toEqual([[], 0])
  // It is known by its id all the same, with its tasks and log.
  const { job } = await john.call('transfer/get', { id: old })
  expect(job).toMatchObject({ name: 'old', status: 'aborted' })
  expect((await john.call('task/list', { jobId: old })).total).toBe(1)
  expect((await john.call('transfer/log', { jobId: old })).entries.length).toBeGreaterThan(1)
  // What is written of it puts it into nobody's list.
  const desk = await (await workspace.john('desk')).connect()
  await john.call('transfer/update', { id: old, name: 'older' })
  await john.call('transfer/update', { id: young, name: 'younger' })
  expect(await desk.change(({ entity }) => entity === 'job')).toMatchObject({ value: { name: 'younger' } })
  // And comes back when somebody tries it again.
  await john.call('transfer/update', { id: old, status: 'waiting' })
  expect(await names('archived')).toEqual([[], 0])
  expect((await names('live'))[1]).toBe(2)
})

it('archives after as many days as the workspace says, however many jobs there are', async () => {
  let nowMs = Date.UTC(2026, 0, 1)
  await using workspace = await TestWorkspace.start({
    clockMs: () => nowMs,
    maintenance: { intervalMs: 5, pauseMs: 1 },
  })
  const john = await (await workspace.john()).connect()
  await john.call('setting/set', { entity: 'workspace', name: 'job_archive_after_days', value: 2 })
  const ids = await createTransfers(
    john,
    Array.from({ length: 230 }, (_, index) => `job ${index}`),
  )
  for (const id of ids) await john.call('transfer/update', { id, status: 'aborted' })
  nowMs += 2 * dayMs + 1
  const gone = new Set<string>()
  while (gone.size < ids.length) {
    const { changes } = await john.frame('changes')
    for (const change of changes) if ('removed' in change) gone.add(change.removed)
  }
  const list = await john.call('transfer/list', { state: 'archived', limit: 200 })
  expect([list.jobs.length, list.total]).toEqual([200, 230])
  const rest = await john.call('transfer/list', { state: 'archived', limit: 200, cursor: list.nextCursor })
  expect(rest.jobs).toHaveLength(30)
})

it('leaves settings and metadata to whoever asks for one job', async () => {
  await using workspace = await TestWorkspace.start()
  const john = await (await workspace.john()).connect()
  const { jobs } = await john.call('transfer/create', {
    spec: {
      source: 'share=projects/a.mov',
      destination: 'john@example.com:/a.mov',
      settings: { transfer_exclude: '*.tmp' },
      metadata: { scene: 12 },
    },
  })
  const id = jobs[0]?.id
  const whole = { settings: { transfer_exclude: '*.tmp' }, metadata: { scene: 12 } }
  expect(jobs[0]).toMatchObject(whole)
  expect((await john.call('transfer/get', { id: id ?? ('' as never) })).job).toMatchObject(whole)
  const listed = [...(await john.call('transfer/list', {})).jobs, ...(await john.call('workspace/snapshot', {})).jobs]
  expect(listed).toHaveLength(2)
  for (const job of listed) expect(Object.keys(job)).not.toEqual(expect.arrayContaining(['settings']))
  for (const job of listed) expect(Object.keys(job)).not.toEqual(expect.arrayContaining(['metadata']))
})
