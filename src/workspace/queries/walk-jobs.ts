import type { SqliteDatabase, SqlValue } from '../../platform/sqlite.ts'
import { compilePredicate } from '../../shared/domain/query/predicate.ts'
import type { Query } from '../../shared/domain/query/query.ts'
import { compileSql } from '../../shared/domain/query/sql.ts'
import type { JobRow } from '../store/jobs.ts'
import { jobMapping, jobRecord } from './job-query.ts'
import { chooseWalk, type JobWalk, windowRows } from './job-walks.ts'
import { Candidates, ReferenceNames } from './reference-names.ts'

export type JobKey = readonly [sortAt: number, id: string]

export interface JobQueryInput {
  readonly query: Query
  /** Whose jobs; empty for everybody's. */
  readonly person: string
  readonly isLive: number
  /** The answers lie behind this one in the list. */
  readonly after: JobKey
  readonly limit: number
}

export interface JobQueryResult {
  readonly rows: readonly JobRow[]
  /** Where to go on; undefined when everything was looked at. */
  readonly next: JobKey | undefined
}

/** A list holds up everybody else of the workspace no longer than this. */
const defaultBudgetMs = 50
/** Rows that are taken into memory at once for the predicate. */
const chunkRows = 200

/**
 * The next answers in the list's order. When the time is used up before there are enough, there are fewer, or none, and
 * `next` says where to go on.
 */
export function walkJobs(database: SqliteDatabase, input: JobQueryInput, budgetMs = defaultBudgetMs): JobQueryResult {
  const mapping = jobMapping(database, new Candidates(database, performance.now() + budgetMs))
  const condition = compileSql(input.query, mapping)
  const walk = chooseWalk(database, input.query, mapping, input.person, input.isLive)
  const passes = condition.isExact ? () => true : rowTest(database, input.query)
  const deadline = performance.now() + budgetMs
  const rows: JobRow[] = []
  let at = input.after
  for (;;) {
    const end = walk.isOrdered ? endOfWindow(database, walk, at) : undefined
    const take = condition.isExact ? input.limit + 1 - rows.length : chunkRows
    const found = rowsOf(database, walk, condition, at, end, take)
    for (const row of found) {
      if (passes(row)) rows.push(row)
      if (rows.length > input.limit) return { rows: rows.slice(0, -1), next: keyOf(rows.at(-2)) ?? input.after }
      at = [row.sort_at, row.id]
      if (performance.now() > deadline) return { rows, next: at }
    }
    if (found.length === take) continue
    if (end === undefined) return { rows, next: undefined }
    // The window's last row was looked at too.
    at = end
    if (performance.now() > deadline) return { rows, next: at }
  }
}

function rowTest(database: SqliteDatabase, query: Query): (row: JobRow) => boolean {
  const predicate = compilePredicate(query)
  const names = new ReferenceNames(database)
  return (row) => predicate(jobRecord(database, names, row))
}

/** The last row of the next window, looked up in the index alone; undefined when fewer are left. */
function endOfWindow(database: SqliteDatabase, walk: JobWalk, at: JobKey): JobKey | undefined {
  const row = database.get<{ sort_at: number; id: string }>(
    `SELECT ${walk.sortAt} AS sort_at, ${walk.id} AS id FROM ${walk.keys}
     WHERE ${walk.condition} AND (${walk.sortAt}, ${walk.id}) < (?, ?)
     ORDER BY ${walk.sortAt} DESC, ${walk.id} DESC LIMIT 1 OFFSET ${windowRows - 1}`,
    [...walk.parameters, ...at],
  )
  return row && [row.sort_at, row.id]
}

function rowsOf(
  database: SqliteDatabase,
  walk: JobWalk,
  condition: { readonly where: string; readonly parameters: readonly SqlValue[] },
  at: JobKey,
  end: JobKey | undefined,
  limit: number,
): JobRow[] {
  const key = `(${walk.sortAt}, ${walk.id})`
  const until = end === undefined ? '' : `AND ${key} >= (?, ?)`
  return database.all<JobRow>(
    `SELECT jobs.* FROM ${walk.rows} WHERE ${walk.condition} AND ${key} < (?, ?) ${until} AND ${condition.where}
     ORDER BY ${walk.sortAt} DESC, ${walk.id} DESC LIMIT ?`,
    [...walk.parameters, ...at, ...(end ?? []), ...condition.parameters, limit],
  )
}

function keyOf(row: JobRow | undefined): JobKey | undefined {
  return row && [row.sort_at, row.id]
}
