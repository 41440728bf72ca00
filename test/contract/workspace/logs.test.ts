import { expect, it } from 'vitest'
import type { JobId } from '../../../src/shared/domain/ids.ts'
import { fenceOf, TestWorkspace } from './support.ts'

const nowhere = '' as JobId

async function startedJob(workspace: TestWorkspace) {
  const hq = await workspace.hq()
  const john = await (await workspace.john()).connect()
  const { jobs } = await john.call('transfer/create', {
    spec: {
      tasks: [
        { source: '/Users/john/a', destination: 'share=projects/' },
        { source: '/Users/john/b', destination: 'share=projects/' },
      ],
    },
  })
  const jobId = jobs[0]?.id ?? nowhere
  await john.measure({ kind: 'folder' })
  const receive = await hq.dispatch(jobId)
  return { john, hq, jobId, receive }
}

it('keeps what a run says of the files inside a task, and tells it of that task alone', async () => {
  await using workspace = await TestWorkspace.start()
  const { john, hq, jobId, receive } = await startedJob(workspace)
  const result = { filesDone: 3, filesAlreadyThere: 0, filesReplaced: 0, filesFailed: 9, bytesVerified: 100 }
  const report = {
    ...fenceOf(receive),
    tasks: [
      {
        uri: '0',
        status: 'failed' as const,
        kind: 'folder' as const,
        result,
        error: { code: 'DISK_FULL' as const },
        failures: [
          { path: 'a/1.exr', error: { code: 'TARGET_LOCKED' as const, params: { path: '1.exr' } } },
          { path: 'a/link', error: { code: 'SPECIAL_FILE' as const } },
        ],
      },
      { uri: '1', status: 'done' as const, result: { ...result, filesFailed: 0 }, kind: 'folder' as const },
    ],
  }
  await hq.call('dispatch/report', report)
  // Said again, because its receipt got lost, it is in the log once all the same.
  await hq.call('dispatch/report', report)
  const { entries } = await john.call('transfer/log', { jobId, uri: '0', order: 'oldest' })
  expect(entries.map(({ level, code, params }) => [level, code, params?.file ?? params?.count])).toEqual([
    ['error', 'DISK_FULL', undefined],
    ['error', 'TARGET_LOCKED', 'a/1.exr'],
    ['warning', 'SPECIAL_FILE', 'a/link'],
    ['warning', 'file.failed-more', 8],
  ])
  expect(entries.every(({ uri }) => uri === '0')).toBe(true)
  expect((await john.call('transfer/log', { jobId, uri: '1' })).entries).toEqual([])
  const found = await john.call('transfer/log', { jobId, search: '1.EXR' })
  expect(found.entries.map(({ code }) => code)).toEqual(['TARGET_LOCKED'])
  // Who has no part in the job does not learn that there is one.
  const mia = await workspace.person('mia@example.com', 'Mia')
  await expect(mia.call('transfer/log', { jobId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

it('names what the destination calls otherwise as warnings, once, before the task has ended', async () => {
  await using workspace = await TestWorkspace.start()
  const { john, hq, jobId, receive } = await startedJob(workspace)
  const mapped = (path: string) => ({
    path,
    error: { code: 'NAME_MAPPED' as const, params: { path, name: `${path}~` } },
  })
  const report = {
    ...fenceOf(receive),
    tasks: [{ uri: '0', status: 'executing' as const, names: { count: 5, told: [mapped('a:b'), mapped('con')] } }],
  }
  await hq.call('dispatch/report', report)
  await hq.call('dispatch/report', report)
  const lines = async () =>
    (await john.call('transfer/log', { jobId, uri: '0', order: 'oldest' })).entries.map(({ level, code, params }) => [
      level,
      code,
      params?.file ?? params?.count,
      params?.name,
    ])
  const told = [
    ['warning', 'NAME_MAPPED', 'a:b', 'a:b~'],
    ['warning', 'NAME_MAPPED', 'con', 'con~'],
    ['warning', 'file.mapped-more', 3, undefined],
  ]
  expect(await lines()).toEqual(told)
  // What came up later than the survey is told with the end.
  const result = { filesDone: 3, filesAlreadyThere: 0, filesReplaced: 0, filesFailed: 0, bytesVerified: 100 }
  const end = { uri: '0', status: 'done' as const, kind: 'folder' as const, result, failures: [mapped('late?')] }
  await hq.call('dispatch/report', { ...fenceOf(receive), tasks: [end] })
  expect((await lines()).filter(([, code]) => code === 'NAME_MAPPED')).toHaveLength(3)
})

it('says in a job’s log what a run did file by file and in figures, and of a dry run what it would do', async () => {
  await using workspace = await TestWorkspace.start()
  const { john, hq, jobId, receive } = await startedJob(workspace)
  const result = { filesDone: 3, filesAlreadyThere: 1, filesReplaced: 1, filesFailed: 0, bytesVerified: 30 }
  const notes = [
    { kind: 'replaced' as const, path: 'a/1.exr' },
    { kind: 'removed' as const, path: 'old' },
  ]
  const done = { status: 'done' as const, result, kind: 'folder' as const }
  await hq.call('dispatch/report', {
    ...fenceOf(receive),
    tasks: [
      { uri: '0', ...done, result: { ...result, filesRemoved: 1 }, notes, summary: { removed: 1 } },
      // A task that is a file itself has no way below it.
      {
        uri: '1',
        ...done,
        notes: [...notes, { kind: 'placed', path: '' }],
        plan: { create: 4, replace: 3, remove: 2, same: 1, bytes: 500 },
      },
    ],
  })
  const linesOf = async (uri: string) =>
    (await john.call('transfer/log', { jobId, uri, order: 'oldest' })).entries.map(({ code, params }) => [code, params])
  expect(await linesOf('0')).toEqual([
    ['file.replaced', { uri: '0', file: 'a/1.exr' }],
    ['file.removed', { uri: '0', file: 'old' }],
    ['task.summary', { uri: '0', done: 3, same: 1, replaced: 1, removed: 1 }],
  ])
  expect(await linesOf('1')).toEqual([
    ['plan.replaced', { uri: '1', file: 'a/1.exr' }],
    ['plan.removed', { uri: '1', file: 'old' }],
    ['plan.placed', { uri: '1', file: 'b' }],
    ['plan.summary', { uri: '1', create: 4, replace: 3, remove: 2, same: 1, bytes: 500 }],
  ])
  // The row's figures have it as well, or a sync that only deletes would look as if it had done nothing.
  const { job } = await john.call('transfer/get', { id: jobId })
  expect(job.result).toMatchObject({ filesDone: 6, filesRemoved: 1 })
})

it('bounds a job’s log: its first line stays, older ones make room and are counted', async () => {
  await using workspace = await TestWorkspace.start()
  const john = await workspace.john()
  const tasks = Array.from({ length: 3000 }, (_, index) => ({
    source: `share=projects/${index}.mov`,
    destination: `john@example.com:/tmp/${index}.mov`,
  }))
  const { jobs } = await john.call('transfer/create', { spec: { status: 'paused', tasks } })
  const jobId = jobs[0]?.id ?? nowhere
  const ids: string[] = []
  for (let cursor: string | undefined; ids.length < 3000; ) {
    const listed = await john.call('task/list', { jobId, limit: 1000, ...(cursor && { cursor }) })
    ids.push(...listed.tasks.map(({ id }) => id))
    cursor = listed.nextCursor
  }
  for (const status of ['onhold', 'queued'] as const) {
    await john.call('task/update', { jobId, tasks: ids.map((id) => ({ id: id as never, status })) })
  }
  const oldest = await john.call('transfer/log', { jobId, order: 'oldest', limit: 1 })
  const newest = await john.call('transfer/log', { jobId, limit: 1 })
  expect(oldest.entries[0]?.code).toBe('job.created')
  expect(newest.entries[0]).toMatchObject({ code: 'task.queued', uri: '2999' })
  expect(newest.leftOut).toBeGreaterThan(900)
  let lines = 0
  for (let cursor: string | undefined, isFirst = true; isFirst || cursor; isFirst = false) {
    const page = await john.call('transfer/log', { jobId, limit: 1000, ...(cursor && { cursor }) })
    lines += page.entries.length
    cursor = page.nextCursor
  }
  expect(lines + newest.leftOut).toBeGreaterThan(6000)
  expect(lines).toBeLessThanOrEqual(5500)
})
