import type { SqliteDatabase, SqlValue } from '../../platform/sqlite.ts'
import type { ErrorParams } from '../../shared/domain/errors.ts'
import type { ClientId, UserId } from '../../shared/domain/ids.ts'
import { type Handlers, viewScopeOf } from '../api/context.ts'
import { page, readCursor } from '../jobs/pages.ts'
import { userById } from '../store/people.ts'

interface AuditRow {
  readonly number: number
  readonly at: number
  readonly user_id: UserId | null
  readonly client_id: ClientId | null
  readonly key_id: string | null
  readonly remote: string | null
  readonly action: string
  readonly subject: string | null
  readonly params: string | null
}

export const auditOperations: Handlers<'audit/list'> = {
  'audit/list': (context, { cursor, limit, userId, subject }) => {
    const { database } = viewScopeOf(context)
    const [before] = readCursor<[number]>(cursor, [Number.MAX_SAFE_INTEGER])
    const conditions: [string, SqlValue][] = [['number < ?', before]]
    if (userId !== undefined) conditions.push(['user_id = ?', userId])
    if (subject !== undefined) conditions.push(['subject = ?', subject])
    const rows = database.all<AuditRow>(
      `SELECT * FROM audit WHERE ${conditions.map(([sql]) => sql).join(' AND ')} ORDER BY number DESC LIMIT ?`,
      [...conditions.map(([, value]) => value), limit + 1],
    )
    const shown = page(rows, limit, (row) => [row.number], rows.length)
    return {
      entries: shown.rows.map((row) => entryOf(database, row)),
      ...(shown.nextCursor !== undefined && { nextCursor: shown.nextCursor }),
    }
  },
}

function entryOf(database: SqliteDatabase, row: AuditRow) {
  const userName = row.user_id === null ? undefined : userById(database, row.user_id)?.name
  return {
    number: row.number,
    atMs: row.at,
    ...(row.user_id !== null && { userId: row.user_id }),
    ...(userName !== undefined && { userName }),
    ...(row.client_id !== null && { clientId: row.client_id }),
    ...(row.key_id !== null && { keyId: row.key_id }),
    ...(row.remote !== null && { remote: row.remote }),
    action: row.action,
    ...(row.subject !== null && { subject: row.subject }),
    ...(row.params !== null && { params: JSON.parse(row.params) as ErrorParams }),
  }
}
