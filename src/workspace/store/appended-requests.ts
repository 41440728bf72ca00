import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { JobId, UserId } from '../../shared/domain/ids.ts'
import type { Transaction } from './store.ts'

/** Nobody repeats a call that went unanswered after so long. */
const keptMs = 14 * 24 * 60 * 60 * 1000

/** Remembers a call that put tasks into jobs which were there: no job bears its id, by which a repeated call is known. */
export function rememberAppended(
  { database, nowMs }: Transaction,
  id: JobId,
  by: UserId,
  jobIds: readonly JobId[],
): void {
  database.run('DELETE FROM appended_requests WHERE at < ?', [nowMs - keptMs])
  database.run('INSERT INTO appended_requests (id, user_id, job_ids, at) VALUES (?, ?, ?, ?)', [
    id,
    by,
    JSON.stringify(jobIds),
    nowMs,
  ])
}

/**
 * The jobs that a call with this id put its tasks into.
 * @throws TernError CONFLICT `{id}` for the id of somebody else's call
 */
export function appendedBefore(database: SqliteDatabase, id: JobId, by: UserId): JobId[] | undefined {
  const row = database.get<{ user_id: UserId; job_ids: string }>(
    'SELECT user_id, job_ids FROM appended_requests WHERE id = ?',
    [id],
  )
  if (row === undefined) return undefined
  if (row.user_id !== by) throw new TernError('CONFLICT', { id })
  return JSON.parse(row.job_ids) as JobId[]
}
