import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { JobId } from '../../shared/domain/ids.ts'
import { ShareAccess } from '../access/share-access-of.ts'
import { type OperationContext, viewScopeOf } from '../api/context.ts'
import { type ShareRow, shareByCode, shareById } from '../store/places.ts'

/** By its id or code. @throws TernError NOT_FOUND, also for one of which the caller may see nothing */
export function shareNamed(context: OperationContext, named: string, includes: 'active' | 'all' = 'active'): ShareRow {
  const { database } = viewScopeOf(context)
  const row = shareById(database, named) ?? shareByCode(database, named)
  const seen = row && (includes === 'all' ? { ...row, inactive_at: null } : row)
  if (
    row === undefined ||
    seen === undefined ||
    !new ShareAccess(database, context.caller.user).at(seen, '').maySeeName
  ) {
    throw new TernError('NOT_FOUND', { entity: 'share', id: named.slice(0, 300) })
  }
  return row
}

/** The share, and the folders in it when it is a volume. */
export function withFolders(database: SqliteDatabase, share: ShareRow): ShareRow[] {
  return [share, ...database.all<ShareRow>('SELECT * FROM shares WHERE parent_id = ? LIMIT 20000', [share.id])]
}

export function liveJobsOf(database: SqliteDatabase, shares: readonly ShareRow[], limit: number): JobId[] {
  return shares.flatMap(({ id }) =>
    database
      .all<{ id: JobId }>(
        `SELECT jobs.id FROM job_shares JOIN jobs ON jobs.id = job_shares.job_id
         WHERE job_shares.share_id = ? AND jobs.is_live = 1 LIMIT ?`,
        [id, limit],
      )
      .map((job) => job.id),
  )
}
