import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { foldText } from '../../shared/domain/query/fold-text.ts'
import type { CheckedInput } from '../api/checked-input.ts'
import { type Page, page, readCursor } from './pages.ts'

export interface LogRow {
  readonly number: number
  readonly at: number
  readonly level: 'info' | 'warning' | 'error'
  readonly code: string
  readonly params: string | null
  readonly task_uri: string | null
}

type LogWindow = Omit<CheckedInput<'transfer/log'>, 'jobId'>

/** What a job's log says, or one of its tasks' (`uri`); `search` looks at codes and parameters, in any case. */
export function listLog(database: SqliteDatabase, jobId: string, window: LogWindow): Page<LogRow> {
  const isNewestFirst = window.order === 'newest'
  const [at] = readCursor<[number]>(window.cursor, [isNewestFirst ? Number.MAX_SAFE_INTEGER : -1])
  const search = foldText(window.search?.trim() ?? '')
  const rows = database.all<LogRow>(
    `SELECT number, at, level, code, params, task_uri FROM job_log
     WHERE job_id = ? AND number ${isNewestFirst ? '<' : '>'} ? ${window.uri === undefined ? '' : 'AND task_uri = ?'}
     ORDER BY number ${isNewestFirst ? 'DESC' : 'ASC'} ${search === '' ? 'LIMIT ?' : ''}`,
    [
      jobId,
      at,
      ...(window.uri === undefined ? [] : [window.uri]),
      // A log is bounded, so that all of it can be looked at.
      ...(search === '' ? [window.limit + 1] : []),
    ],
  )
  const found = search === '' ? rows : rows.filter((row) => textOf(row).includes(search))
  return page(found, window.limit, (row) => [row.number], found.length)
}

function textOf({ level, code, params }: LogRow): string {
  return foldText(`${level} ${code} ${params === null ? '' : Object.values(JSON.parse(params) as object).join(' ')}`)
}

/** How many lines of a job's log had to make room for newer ones; its first line always stays. */
export function linesLeftOut(database: SqliteDatabase, jobId: string): number {
  const row = database.get<{ number: number | null }>(
    'SELECT min(number) AS number FROM job_log WHERE job_id = ? AND number > 1',
    [jobId],
  )
  return Math.max((row?.number ?? 2) - 2, 0)
}
