import type { SqliteDatabase, SqlValue } from '../../platform/sqlite.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { Caller } from '../access/caller.ts'
import { isServerCaller } from '../access/caller.ts'
import { isElevated } from '../access/rights.ts'
import type { JobRow } from '../store/jobs.ts'
import type { TaskRow } from '../store/tasks.ts'

export interface Window {
  readonly cursor?: string | undefined
  readonly limit: number
}

interface JobWindow extends Window {
  readonly state: 'live' | 'finished'
  readonly search?: string | undefined
}

export interface Page<Row> {
  readonly rows: Row[]
  readonly nextCursor: string | undefined
  readonly total: number
}

const maxCountedMatches = 10_000

/** Newest first, by index alone; the total is kept by triggers. */
export function listJobs(database: SqliteDatabase, caller: Caller, window: JobWindow): Page<JobRow> {
  const isLive = window.state === 'live' ? 1 : 0
  if (window.search?.trim()) return searchJobs(database, caller, window, window.search.trim(), isLive)
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

function searchJobs(
  database: SqliteDatabase,
  caller: Caller,
  window: JobWindow,
  search: string,
  isLive: number,
): Page<JobRow> {
  const [sortAt, id] = readCursor<[number, string]>(window.cursor, [Number.MAX_SAFE_INTEGER, 'g'])
  const person = personOf(caller)
  const isIndexed = [...search].length >= 3
  // The index knows groups of three letters; shorter searches look at the newest names only.
  const numbers = isIndexed
    ? `SELECT rowid AS number FROM job_names WHERE name MATCH ? LIMIT ${maxCountedMatches}`
    : `SELECT number FROM (SELECT number, name FROM jobs ORDER BY number DESC LIMIT ${maxCountedMatches}) WHERE instr(lower(name), lower(?)) > 0`
  const mine = person === '' ? '' : 'AND (jobs.user_id = ? OR jobs.source_user = ? OR jobs.destination_user = ?)'
  const from = `FROM (${numbers}) found JOIN jobs ON jobs.number = found.number WHERE jobs.is_live = ? ${mine}`
  const term = isIndexed ? `"${search.replaceAll('"', '""')}"` : search
  const parameters: SqlValue[] = [term, isLive, ...(person === '' ? [] : [person, person, person])]
  const rows = database.all<JobRow>(
    `SELECT jobs.* ${from} AND (jobs.sort_at, jobs.id) < (?, ?) ORDER BY jobs.sort_at DESC, jobs.id DESC LIMIT ?`,
    [...parameters, sortAt, id, window.limit + 1],
  )
  const total = database.get<{ total: number }>(`SELECT count(*) AS total ${from}`, parameters)
  return page(rows, window.limit, (row) => [row.sort_at, row.id], total?.total ?? 0)
}

export function listTasks(
  database: SqliteDatabase,
  job: JobRow,
  window: Window & { status?: TaskRow['status'] | undefined },
): Page<TaskRow> {
  const [after] = readCursor<[number]>(window.cursor, [-1])
  const rows =
    window.status === undefined
      ? database.all<TaskRow>('SELECT * FROM tasks WHERE job_id = ? AND seq > ? ORDER BY seq LIMIT ?', [
          job.id,
          after,
          window.limit + 1,
        ])
      : database.all<TaskRow>('SELECT * FROM tasks WHERE job_id = ? AND seq > ? AND status = ? ORDER BY seq LIMIT ?', [
          job.id,
          after,
          window.status,
          window.limit + 1,
        ])
  const counts = job as unknown as Record<string, number>
  const statuses = ['pending', 'queued', 'booting', 'executing', 'done', 'failed', 'onhold', 'excluded']
  const total = (window.status === undefined ? statuses : [window.status]).reduce(
    (sum, status) => sum + (counts[`n_${status}`] ?? 0),
    0,
  )
  return page(rows, window.limit, (row) => [row.seq], total)
}

interface LogRow {
  readonly number: number
  readonly at: number
  readonly level: 'info' | 'warning' | 'error'
  readonly code: string
  readonly params: string | null
}

/** Newest first. */
export function listLog(database: SqliteDatabase, jobId: string, window: Window): Page<LogRow> {
  const [before] = readCursor<[number]>(window.cursor, [Number.MAX_SAFE_INTEGER])
  const rows = database.all<LogRow>(
    'SELECT * FROM job_log WHERE job_id = ? AND number < ? ORDER BY number DESC LIMIT ?',
    [jobId, before, window.limit + 1],
  )
  return page(rows, window.limit, (row) => [row.number], rows.length)
}

/** Whose list: everybody's for admins and employees (empty), else the person's own. */
function personOf(caller: Caller): string {
  return isElevated(caller.user) && !isServerCaller(caller) ? '' : caller.user.id
}

function page<Row>(rows: Row[], limit: number, keyOf: (row: Row) => SqlValue[], total: number): Page<Row> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const nextCursor =
    rows.length > limit && last ? Buffer.from(JSON.stringify(keyOf(last))).toString('base64url') : undefined
  return { rows: shown, nextCursor, total }
}

function readCursor<Key extends (string | number)[]>(cursor: string | undefined, start: Key): Key {
  if (cursor === undefined) return start
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    const isKey =
      Array.isArray(value) &&
      value.length === start.length &&
      value.every((each, index) => typeof each === typeof start[index])
    if (isKey) return value as Key
  } catch {
    // A cursor is only ever what this server gave out: whatever else comes is refused below.
  }
  throw new TernError('BAD_REQUEST', { jsonPath: '$.cursor' })
}
