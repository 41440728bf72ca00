import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { foldText } from '../../shared/domain/query/fold-text.ts'
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
/** What the index knows; shorter searches look at the newest names only. */
const lettersOfGroup = 3
const shortSearchNames = 10_000
const searchedGroups = 4
const sampledNames = 200

type NumberedJob = JobRow & { readonly number: number }

/** Jobs by a part of their name, the newest first. May find fewer than there are in its time; `next` says where to go on. */
export function searchJobs(database: SqliteDatabase, search: JobSearch, budgetMs = defaultBudgetMs): JobSearchResult {
  const deadline = performance.now() + budgetMs
  const folded = foldText(search.text)
  const letters = [...search.text]
  const groups = letters.length < lettersOfGroup ? undefined : rareGroupsOf(database, letters)
  const rows: NumberedJob[] = []
  for (let before = search.before; ; ) {
    const numbers = groups === undefined ? newestWith(database, folded, before) : namedWith(database, groups, before)
    for (const row of rowsOf(database, { ...search, text: folded }, numbers)) {
      if (rows.length === search.limit) return { rows, next: rows.at(-1)?.number }
      rows.push(row)
    }
    const last = numbers.at(-1)
    if (last === undefined || numbers.length < chunkNames) return { rows, next: undefined }
    if (performance.now() > deadline) return { rows, next: last }
    before = last
  }
}

/** Of jobs whose names may hold the text, since they hold these groups of its letters. */
function namedWith(database: SqliteDatabase, groups: string, before: number): number[] {
  const sql = 'SELECT rowid AS number FROM job_names WHERE name MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?'
  return database.all<{ number: number }>(sql, [groups, before, chunkNames]).map(({ number }) => number)
}

/** For texts too short for the index. */
function newestWith(database: SqliteDatabase, folded: string, before: number): number[] {
  const sql = `SELECT number FROM (SELECT number, name_folded FROM jobs ORDER BY number DESC LIMIT ${shortSearchNames})
    WHERE instr(name_folded, ?) > 0 AND number < ? LIMIT ?`
  return database.all<{ number: number }>(sql, [folded, before, chunkNames]).map(({ number }) => number)
}

/** The groups that the newest names have least: a few rare ones are found many times as fast as all, or as a phrase. */
function rareGroupsOf(database: SqliteDatabase, letters: readonly string[]): string {
  const groups = new Set(
    letters.slice(lettersOfGroup - 1).map((_, start) => letters.slice(start, start + lettersOfGroup).join('')),
  )
  const newest = database.all<{ name: string }>(
    'SELECT coalesce(name_folded, name) AS name FROM jobs ORDER BY number DESC LIMIT ?',
    [sampledNames],
  )
  const timesSeen = (group: string) => newest.filter(({ name }) => name.includes(foldText(group))).length
  return (
    [...groups]
      .map((group) => ({ group, seen: timesSeen(group) }))
      .sort((left, right) => left.seen - right.seen)
      .slice(0, searchedGroups)
      .map(({ group }) => group)
      // A zero byte would end the text before its quote; no name has one.
      .map((group) => `"${group.replaceAll('"', '""').replaceAll('\0', '\uFFFD')}"`)
      .join(' AND ')
  )
}

function rowsOf(
  database: SqliteDatabase,
  { text, person, isLive, limit }: JobSearch,
  numbers: readonly number[],
): NumberedJob[] {
  const mine = person === '' ? '' : 'AND (user_id = ?3 OR source_user = ?3 OR destination_user = ?3)'
  return database.all<NumberedJob>(
    `SELECT jobs.* FROM json_each(?1) found JOIN jobs ON jobs.number = found.value
     WHERE jobs.is_live = ?2 AND instr(jobs.name_folded, ?5) > 0 ${mine} ORDER BY found.key LIMIT ?4`,
    [JSON.stringify(numbers), isLive, person, limit + 1, text],
  )
}
