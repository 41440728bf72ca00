import type { SqliteDatabase } from '../../platform/sqlite.ts'
import type { Task } from '../../shared/domain/job.ts'
import { compilePredicate } from '../../shared/domain/query/predicate.ts'
import type { Query } from '../../shared/domain/query/query.ts'
import { compileSql } from '../../shared/domain/query/sql.ts'
import { countsOf, type JobRow } from '../store/jobs.ts'
import type { TaskRow } from '../store/tasks.ts'
import { ReferenceNames } from './reference-names.ts'
import { exactText, requiredComparisons } from './required-values.ts'
import { taskMapping, taskRecord } from './task-query.ts'

export interface TaskQueryInput {
  readonly job: JobRow
  readonly query: Query
  /** Of the last task that was given out, or -1. */
  readonly afterSeq: number
  readonly limit: number
  /** As the caller sees it. */
  readonly viewOf: (row: TaskRow) => Task
}

export interface TaskQueryResult {
  readonly rows: readonly TaskRow[]
  /** Where to go on; undefined when everything was looked at. */
  readonly nextSeq: number | undefined
}

/** A list holds up everybody else of the workspace no longer than this. */
const defaultBudgetMs = 50
/** Tasks that are looked at in one statement. */
const windowRows = 5000
/** Rows that are taken into memory at once for the predicate. */
const chunkRows = 200

/** The next answers in the order of the job's tasks; fewer than asked for when the time is used up before. */
export function walkTasks(
  database: SqliteDatabase,
  input: TaskQueryInput,
  budgetMs = defaultBudgetMs,
): TaskQueryResult {
  const { job, query, limit } = input
  const condition = compileSql(query, taskMapping(job))
  const passes = condition.isExact ? () => true : rowTest(database, input)
  const deadline = performance.now() + budgetMs
  const { index, isWindowed } = wayThrough(job, query)
  const rows: TaskRow[] = []
  let at = input.afterSeq
  for (;;) {
    const end = isWindowed ? endOfWindow(database, job, at) : undefined
    const take = condition.isExact ? limit + 1 - rows.length : chunkRows
    const found = database.all<TaskRow>(
      `SELECT tasks.* FROM tasks ${index} WHERE tasks.job_id = ? AND tasks.seq > ? ${end === undefined ? '' : 'AND tasks.seq <= ?'}
         AND ${condition.where} ORDER BY tasks.seq LIMIT ?`,
      [job.id, at, ...(end === undefined ? [] : [end]), ...condition.parameters, take],
    )
    for (const row of found) {
      if (passes(row)) rows.push(row)
      if (rows.length > limit) return { rows: rows.slice(0, -1), nextSeq: rows.at(-2)?.seq }
      at = row.seq
      if (performance.now() > deadline) return { rows, nextSeq: at }
    }
    if (found.length === take) continue
    if (end === undefined) return { rows, nextSeq: undefined }
    at = end
    if (performance.now() > deadline) return { rows, nextSeq: at }
  }
}

function rowTest(database: SqliteDatabase, { job, query, viewOf }: TaskQueryInput): (row: TaskRow) => boolean {
  const predicate = compilePredicate(query)
  const names = new ReferenceNames(database)
  return (row) => predicate(taskRecord(names, job, viewOf(row)))
}

/** Few tasks of the status that is asked for are looked up and sorted; many are met soon enough in the job's order. */
function wayThrough(job: JobRow, query: Query): { readonly index: string; readonly isWindowed: boolean } {
  const counts = Object.entries(countsOf(job))
  const isFew = requiredComparisons(query).some(
    (each) =>
      each.attribute === 'status' &&
      counts.some(([status, count]) => status === exactText(each) && count <= windowRows),
  )
  return isFew ? { index: 'INDEXED BY tasks_by_status', isWindowed: false } : { index: '', isWindowed: true }
}

function endOfWindow(database: SqliteDatabase, job: JobRow, at: number): number | undefined {
  // Tasks are numbered without gaps, but nothing rests on it: the last row in reach is looked up.
  const row = database.get<{ seq: number }>(
    'SELECT seq FROM tasks WHERE job_id = ? AND seq > ? ORDER BY seq LIMIT 1 OFFSET ?',
    [job.id, at, windowRows - 1],
  )
  return row?.seq
}
