import type { SqliteDatabase } from '../../platform/sqlite.ts'
import type { Task } from '../../shared/domain/job.ts'
import { parseQuery } from '../../shared/domain/query/parse-query.ts'
import type { Comparison, Query } from '../../shared/domain/query/query.ts'
import type { Caller } from '../access/caller.ts'
import { isServerCaller } from '../access/caller.ts'
import { isElevated } from '../access/rights.ts'
import { type JobScope, liveness } from '../archive/archive.ts'
import { jobAnswers } from '../queries/job-query.ts'
import { windowRows } from '../queries/job-walks.ts'
import { searchJobs } from '../queries/search-jobs.ts'
import { walkJobs } from '../queries/walk-jobs.ts'
import { walkTasks } from '../queries/walk-tasks.ts'
import { countsOf, type JobRow } from '../store/jobs.ts'
import type { TaskRow } from '../store/tasks.ts'
import { cursorOf, type Page, page, readCursor, type Window } from './pages.ts'

interface JobWindow extends Window {
  readonly state: JobScope
  readonly search?: string | undefined
  readonly query?: string | undefined
}

/** Newest first, by index alone; the total is kept by triggers. */
export function listJobs(database: SqliteDatabase, caller: Caller, window: JobWindow): Page<JobRow> {
  const isLive = liveness[window.state]
  if (window.query !== undefined) return queryJobs(database, caller, window, window.query, isLive)
  if (window.search?.trim()) return foundJobs(database, caller, window, window.search.trim(), isLive)
  const [sortAt, id] = readCursor<[number, string]>(window.cursor, [Number.MAX_SAFE_INTEGER, 'g'])
  const person = personOf(caller)
  const rows =
    person === ''
      ? database.all<JobRow>(
          'SELECT * FROM jobs WHERE is_live = ? AND (sort_at, id) < (?, ?) ORDER BY sort_at DESC, id DESC LIMIT ?',
          [isLive, sortAt, id, window.limit + 1],
        )
      : database.all<JobRow>(
          `SELECT jobs.* FROM (SELECT sort_at, job_id FROM job_person WHERE user_id = ? AND is_live = ? AND (sort_at, job_id) < (?, ?)
             ORDER BY sort_at DESC, job_id DESC LIMIT ?) mine
           JOIN jobs ON jobs.id = mine.job_id ORDER BY mine.sort_at DESC, mine.job_id DESC`,
          [person, isLive, sortAt, id, window.limit + 1],
        )
  const total = database.get<{ total: number }>('SELECT total FROM job_totals WHERE user_id = ? AND is_live = ?', [
    person,
    isLive,
  ])
  return page(rows, window.limit, (row) => [row.sort_at, row.id], total?.total ?? 0)
}

/** The total is what is known of it: what was given out so far, and one more when it goes on. */
function queryJobs(
  database: SqliteDatabase,
  caller: Caller,
  window: JobWindow,
  text: string,
  isLive: number,
): Page<JobRow> {
  const query = parseQuery(text, { entity: 'Transfer', answers: jobAnswers })
  const [sortAt, id, before] = readCursor<[number, string, number]>(window.cursor, [Number.MAX_SAFE_INTEGER, 'g', 0])
  const person = personOf(caller)
  const { rows, next } = walkJobs(database, { query, person, isLive, after: [sortAt, id], limit: window.limit })
  const found = before + rows.length
  return {
    rows: [...rows],
    nextCursor: next && cursorOf([...next, found]),
    total: next === undefined ? found : found + 1,
  }
}

/** As for queries, the total is what is known of it. */
function foundJobs(
  database: SqliteDatabase,
  caller: Caller,
  window: JobWindow,
  text: string,
  isLive: number,
): Page<JobRow> {
  const [before, known] = readCursor<[number, number]>(window.cursor, [Number.MAX_SAFE_INTEGER, 0])
  const search = { text, person: personOf(caller), isLive, before, limit: window.limit }
  const { rows, next } = searchJobs(database, search)
  const found = known + rows.length
  return {
    rows: [...rows],
    nextCursor: next === undefined ? undefined : cursorOf([next, found]),
    total: next === undefined ? found : found + 1,
  }
}

export function listTasks(
  database: SqliteDatabase,
  job: JobRow,
  window: Window & { status?: TaskRow['status'] | undefined; query?: string | undefined },
  viewOf: (row: TaskRow) => Task,
): Page<TaskRow> {
  if (window.query !== undefined) return queryTasks(database, job, window, window.query, viewOf)
  const [after] = readCursor<[number]>(window.cursor, [-1])
  const counts = countsOf(job)
  const total =
    window.status === undefined ? Object.values(counts).reduce((sum, count) => sum + count) : counts[window.status]
  // Few are looked up and sorted; many are met soon enough in the job's order.
  const index = window.status !== undefined && total <= windowRows ? 'INDEXED BY tasks_by_status' : ''
  const rows = database.all<TaskRow>(
    `SELECT * FROM tasks ${index} WHERE job_id = ? AND seq > ? ${window.status === undefined ? '' : 'AND status = ?'}
     ORDER BY seq LIMIT ?`,
    [job.id, after, ...(window.status === undefined ? [] : [window.status]), window.limit + 1],
  )
  return page(rows, window.limit, (row) => [row.seq], total)
}

/** The total is what is known of it, as for jobs. */
function queryTasks(
  database: SqliteDatabase,
  job: JobRow,
  window: Window & { status?: TaskRow['status'] | undefined },
  text: string,
  viewOf: (row: TaskRow) => Task,
): Page<TaskRow> {
  const query = withStatus(parseQuery(text, { entity: 'Task' }), window.status)
  const [afterSeq, before] = readCursor<[number, number]>(window.cursor, [-1, 0])
  const { rows, nextSeq } = walkTasks(database, { job, query, afterSeq, limit: window.limit, viewOf })
  const found = before + rows.length
  return {
    rows: [...rows],
    nextCursor: nextSeq === undefined ? undefined : cursorOf([nextSeq, found]),
    total: nextSeq === undefined ? found : found + 1,
  }
}

function withStatus(query: Query, status: TaskRow['status'] | undefined): Query {
  if (status === undefined) return query
  const isStatus: Comparison = { kind: 'comparison', attribute: 'status', operator: '=', values: [status] }
  return { ...query, where: query.where ? { kind: 'and', terms: [isStatus, query.where] } : isStatus }
}

/** Whose list: everybody's for admins and employees (empty), else the person's own. */
function personOf(caller: Caller): string {
  return isElevated(caller.user) && !isServerCaller(caller) ? '' : caller.user.id
}
