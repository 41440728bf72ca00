import type { SqliteDatabase } from '../../platform/sqlite.ts'
import type { JobRow } from '../store/jobs.ts'

export interface JobSearch {
  /** A part of a name. */
  readonly text: string
  /** Whose jobs; empty for everybody's. */
  readonly person: string
  readonly isLive: number
  /** Only jobs that were made before this one: `jobs.number`. */
  readonly before: number
  readonly limit: number
}

export interface JobSearchResult {
  readonly rows: readonly JobRow[]
  /** Where to go on; undefined when everything was looked at. */
  readonly next: number | undefined
}

/** A list holds up everybody else of the workspace no longer than this. */
const defaultBudgetMs = 50
const chunkNames = 500
/** The index knows groups of three letters; shorter searches look at the newest names only. */
const shortestIndexed = 3
const shortSearchNames = 10_000

type NumberedJob = JobRow & { readonly number: number }

/** Jobs by a part of their name, the newest first. May find fewer than there are in its time; `next` says where to go on. */
export function searchJobs(database: SqliteDatabase, search: JobSearch, budgetMs = defaultBudgetMs): JobSearchResult {
  const deadline = performance.now() + budgetMs
  const rows: NumberedJob[] = []
  for (let before = search.before; ; ) {
    const numbers = matchingNumbers(database, search.text, before)
    for (const row of rowsOf(database, search, numbers)) {
      if (rows.length === search.limit) return { rows, next: rows.at(-1)?.number }
      rows.push(row)
    }
    const last = numbers.at(-1)
    if (last === undefined || numbers.length < chunkNames) return { rows, next: undefined }
    if (performance.now() > deadline) return { rows, next: last }
    before = last
  }
}

function matchingNumbers(database: SqliteDatabase, text: string, before: number): number[] {
  const isIndexed = [...text].length >= shortestIndexed
  const sql = isIndexed
    ? 'SELECT rowid AS number FROM job_names WHERE name MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?'
    : `SELECT number FROM (SELECT number, name FROM jobs ORDER BY number DESC LIMIT ${shortSearchNames})
       WHERE instr(lower(name), lower(?)) > 0 AND number < ? LIMIT ?`
  // A zero byte would end the text before its quote; no name has one.
  const term = isIndexed ? `"${text.replaceAll('"', '""').replaceAll('\0', '\uFFFD')}"` : text
  return database.all<{ number: number }>(sql, [term, before, chunkNames]).map(({ number }) => number)
}

function rowsOf(
  database: SqliteDatabase,
  { person, isLive, limit }: JobSearch,
  numbers: readonly number[],
): NumberedJob[] {
  const mine = person === '' ? '' : 'AND (user_id = ?3 OR source_user = ?3 OR destination_user = ?3)'
  return database.all<NumberedJob>(
    `SELECT jobs.* FROM json_each(?1) found JOIN jobs ON jobs.number = found.value
     WHERE jobs.is_live = ?2 ${mine} ORDER BY found.key LIMIT ?4`,
    [JSON.stringify(numbers), isLive, person, limit + 1],
  )
}
