import { expect, it, vi } from 'vitest'
import { openSqlite, type SqliteDatabase, type SqlValue } from '../../../src/platform/sqlite.ts'
import { fenceOf, TestWorkspace } from './support.ts'

/** What the workspace asks of its database, by its text. */
const statements = vi.hoisted(() => new Map<string, readonly SqlValue[]>())

vi.mock(import('../../../src/platform/sqlite.ts'), async (original) => {
  const actual = await original()
  return { ...actual, openSqlite: (file, options) => noting(actual.openSqlite(file, options)) }
})

function noting(database: SqliteDatabase): SqliteDatabase {
  const noted = (sql: string, parameters: readonly SqlValue[] = []) => {
    if (/^\s*(SELECT|UPDATE|DELETE|WITH)/i.test(sql)) statements.set(sql, parameters)
    return [sql, parameters] as const
  }
  return {
    run: (...asked) => database.run(...noted(...asked)),
    get: (...asked) => database.get(...noted(...asked)),
    all: (...asked) => database.all(...noted(...asked)),
    exec: (sql) => database.exec(sql),
    transaction: (work) => database.transaction(work),
    close: () => database.close(),
    [Symbol.dispose]: () => database.close(),
  }
}

/** How SQLite goes about each of them. */
function plansOf(file: string): [sql: string, plan: string][] {
  const asked = [...statements]
  using database = openSqlite(file)
  return asked.map(([sql, parameters]) => {
    const steps = database.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, parameters)
    return [sql, steps.map(({ detail }) => detail).join(' | ')]
  })
}

const large = 'jobs|tasks|job_parts|job_person|job_shares|job_log|audit|dispatches'
/** All rows, all live jobs, or all tasks of a job, which can be a million. */
const walksAll = new RegExp(
  `SCAN (${large})\\b|SEARCH jobs USING \\w* ?INDEX \\w+ \\(is_live=\\?\\)|SEARCH tasks USING PRIMARY KEY \\(job_id=\\?\\)`,
)
/** In the index's own order, and no further than the first rows. */
const endsSoon = /\bORDER BY seq LIMIT 1$|^SELECT max\(seq\) AS seq FROM tasks WHERE job_id = \?$/

it('nothing that happens to a job looks at all jobs, or at all of its tasks', async () => {
  await using workspace = await TestWorkspace.start()
  const hq = await workspace.hq()
  const john = await (await workspace.john()).connect()
  const { jobs } = await john.call('transfer/create', {
    spec: { tasks: ['a', 'b'].map((name) => ({ source: `/Users/john/${name}`, destination: 'share=projects/' })) },
  })
  const jobId = jobs[0]?.id ?? ('' as never)
  await john.measure()
  const order = await hq.dispatch(jobId)
  const added = { source: '/Users/john/c', destination: 'share=projects/' }
  await john.call('task/create', { jobId, spec: { tasks: [added] }, allowDuplicates: true })
  await john.call('task/create', { jobId, spec: { tasks: [added] }, allowDuplicates: true })
  await john.measure()
  const error = { code: 'SPECIAL_FILE' as const }
  const tasks = order.tasks.map(({ uri }) => ({ uri, status: 'failed' as const, error }))
  await hq.call('dispatch/report', { ...fenceOf(order), tasks })
  await hq.call('dispatch/end', { ...fenceOf(order), outcome: 'done' })
  const next = await hq.dispatch(jobId)
  await hq.reportDone(next)
  await hq.call('dispatch/end', { ...fenceOf(next), outcome: 'done' })
  await john.job(jobId, (job) => job.status === 'failed')
  await john.call('task/list', { jobId, status: 'failed' })
  await john.call('transfer/log', { jobId })
  await john.call('transfer/update', { id: jobId, status: 'waiting' })
  await john.call('setting/set', { entity: 'workspace', name: 'job_max_retries', value: 2 })
  for (const client of [john, hq]) await client.call('workspace/snapshot', {})
  await john.call('transfer/delete', { id: jobId, force: true })
  const plans = plansOf(`${workspace.folder}/workspace.db`)
  const walks = plans.filter(([sql, plan]) => walksAll.test(plan) && !endsSoon.test(sql.trim()))
  expect(plans.length).toBeGreaterThan(100)
  expect(walks).toEqual([])
})
