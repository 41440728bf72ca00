import type { SqliteDatabase, SqlValue } from '../../platform/sqlite.ts'
import { endOfPrefix } from '../../shared/domain/query/fold-text.ts'
import { namesOf } from '../../shared/domain/query/predicate.ts'
import type { Comparison, Query } from '../../shared/domain/query/query.ts'
import type { SqlMapping } from '../../shared/domain/query/sql.ts'
import { textTest } from '../../shared/domain/query/value-tests.ts'
import { exactText, requiredComparisons, requiredPrefix } from './required-values.ts'

/**
 * A way through the jobs that may answer a query: rows of one index, which hold all of its answers. Every name in it is
 * the program's own.
 */
export interface JobWalk {
  /** Behind FROM; it names the index, so that SQLite's guess cannot turn it into another way. */
  readonly keys: string
  /** The same with the jobs themselves. */
  readonly rows: string
  readonly condition: string
  readonly parameters: readonly SqlValue[]
  /** What the list is sorted by, newest first. */
  readonly sortAt: string
  readonly id: string
  /** Whether the index holds its rows in the list's order. The few rows of another are sorted. */
  readonly isOrdered: boolean
}

/** Rows that are looked at in one statement, and that a way without an order may have. */
export const windowRows = 2000

/**
 * The shortest way, told by counting a few rows of each index that the query can use.
 * @param person Whose jobs; empty for everybody's
 */
export function chooseWalk(
  database: SqliteDatabase,
  query: Query,
  mapping: SqlMapping,
  person: string,
  isLive: number,
): JobWalk {
  const everything = person === '' ? listWalk(isLive) : personWalk(person, isLive)
  const required = requiredComparisons(query)
  // Somebody's own list is short, and the other indexes hold everybody's.
  const others = person === '' ? required.flatMap((each) => walksFor(each, mapping, isLive)) : []
  let best = { walk: everything, length: windowRows + 1 }
  for (const walk of others) {
    const length = lengthOf(database, walk)
    if (length < best.length || (length === best.length && walk.isOrdered && best.walk === everything)) {
      best = { walk, length }
    }
  }
  return best.walk
}

function lengthOf(database: SqliteDatabase, { keys, condition, parameters }: JobWalk): number {
  const sql = `SELECT count(*) AS length FROM (SELECT 1 FROM ${keys} WHERE ${condition} LIMIT ${windowRows + 1})`
  return database.get<{ length: number }>(sql, parameters)?.length ?? 0
}

function listWalk(isLive: number): JobWalk {
  return indexWalk('jobs_listed', 'jobs.is_live = ?', [isLive])
}

function personWalk(person: string, isLive: number): JobWalk {
  return {
    keys: 'job_person mine',
    rows: 'job_person mine CROSS JOIN jobs ON jobs.id = mine.job_id',
    condition: 'mine.user_id = ? AND mine.is_live = ?',
    parameters: [person, isLive],
    sortAt: 'mine.sort_at',
    id: 'mine.job_id',
    isOrdered: true,
  }
}

function indexWalk(index: string, condition: string, parameters: readonly SqlValue[], isOrdered = true): JobWalk {
  const table = `jobs INDEXED BY ${index}`
  return { keys: table, rows: table, condition, parameters, sortAt: 'jobs.sort_at', id: 'jobs.id', isOrdered }
}

const siteIndexes = { source: 'jobs_from_site', destination: 'jobs_to_site' } as const

function walksFor(comparison: Comparison, mapping: SqlMapping, isLive: number): readonly JobWalk[] {
  const { attribute } = comparison
  const exact = exactText(comparison)
  switch (attribute) {
    case 'id':
      return exact === undefined
        ? []
        : [indexWalk('sqlite_autoindex_jobs_1', 'jobs.id = ? AND jobs.is_live = ?', [exact, isLive], false)]
    case 'name':
    case 'code':
      return nameWalks(comparison, isLive)
    case 'status':
      return exact === undefined
        ? []
        : [indexWalk('jobs_by_status', 'jobs.is_live = ? AND jobs.status = ?', [isLive, exact])]
    case 'user':
    case 'creator':
      return exact === undefined
        ? []
        : onlyOne(idsIn(0, comparison, mapping)).map((id) =>
            indexWalk('jobs_by_maker', 'jobs.is_live = ? AND jobs.user_id = ?', [isLive, id]),
          )
    case 'source':
    case 'destination': {
      if (exact === undefined) return []
      const sites = idsIn(0, comparison, mapping)
      const users = idsIn(1, comparison, mapping)
      // A name of several: no single index holds all of theirs.
      if (sites === undefined || users === undefined || sites.length + users.length !== 1) return []
      const index = siteIndexes[attribute]
      const condition = `jobs.is_live = ? AND jobs.${attribute}_site = ?`
      return [
        ...users.map((id) => personWalk(id, isLive)),
        ...sites.map((code) => indexWalk(index, condition, [isLive, code])),
      ]
    }
    default:
      return []
  }
}

function nameWalks(comparison: Comparison, isLive: number): readonly JobWalk[] {
  const exact = exactText(comparison)
  const column = 'jobs.is_live = ? AND jobs.name_folded'
  if (exact !== undefined) return [indexWalk('jobs_by_name', `${column} = ?`, [isLive, exact])]
  const prefix = requiredPrefix(comparison)
  if (prefix === undefined) return []
  const condition = `${column} >= ? AND jobs.name_folded < ?`
  return [indexWalk('jobs_by_name', condition, [isLive, prefix, endOfPrefix(prefix)], false)]
}

/** The ids that one column of a reference holds for what passes; undefined when they are not known. */
function idsIn(column: number, comparison: Comparison, mapping: SqlMapping): readonly string[] | undefined {
  const reference = mapping[comparison.attribute]
  if (reference?.kind !== 'reference') return undefined
  const test = textTest(comparison)
  return reference.columns[column]?.find((entity) => namesOf([entity]).some(test), exactText(comparison))
}

function onlyOne(ids: readonly string[] | undefined): readonly string[] {
  return ids?.length === 1 ? ids : []
}
