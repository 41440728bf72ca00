import type { SqlValue } from '../../platform/sqlite.ts'
import { TernError } from '../../shared/domain/errors.ts'

export interface Window {
  readonly cursor?: string | undefined
  readonly limit: number
}

export interface Page<Row> {
  readonly rows: Row[]
  readonly nextCursor: string | undefined
  readonly total: number
}

/** Out of one row more than is shown, which tells whether there is another page. */
export function page<Row>(rows: Row[], limit: number, keyOf: (row: Row) => SqlValue[], total: number): Page<Row> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const nextCursor = rows.length > limit && last ? cursorOf(keyOf(last)) : undefined
  return { rows: shown, nextCursor, total }
}

export function cursorOf(key: readonly SqlValue[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

/** @throws TernError BAD_REQUEST for what this server did not give out */
export function readCursor<Key extends (string | number)[]>(cursor: string | undefined, start: Key): Key {
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
