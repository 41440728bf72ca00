import type { SqlValue } from '../../platform/sqlite.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { UserId } from '../../shared/domain/ids.ts'
import { abortJob } from '../jobs/abort-job.ts'
import type { RetryRules } from '../scheduler/end-dispatch.ts'
import type { UserRow } from '../store/people.ts'
import type { ShareRow } from '../store/places.ts'
import { serversOfShare } from '../store/share-places.ts'
import type { Transaction } from '../store/store.ts'
import { liveJobsOf, withFolders } from './share-rows.ts'

const maxAborted = 100_000

/** `columns`: by their names in the table; known to the program, never given from outside. */
export function updateShare(
  transaction: Transaction,
  share: ShareRow,
  columns: Readonly<Record<string, SqlValue>>,
): void {
  const names = Object.keys(columns)
  transaction.database.run(`UPDATE shares SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE id = ?`, [
    ...Object.values(columns),
    share.id,
  ])
  tell(transaction, share)
}

/** Exactly one volume is what a bare path of those who run the workspace is below. */
export function makeDefault(transaction: Transaction, share: ShareRow): void {
  if (share.kind !== 'volume') throw new TernError('CONFLICT', { problem: 'default-is-a-volume' })
  transaction.database.run('UPDATE shares SET is_default = (id = ?) WHERE is_default = 1 OR id = ?', [
    share.id,
    share.id,
  ])
}

/** Grants and folders go with it, and come back with it. @throws TernError CONFLICT {problem} */
export function deactivateShare(transaction: Transaction, share: ShareRow): void {
  const { database, nowMs } = transaction
  if (share.inactive_at !== null) return
  if (share.kind === 'home') throw new TernError('CONFLICT', { problem: 'home-goes-with-person' })
  if (share.is_default === 1) throw new TernError('CONFLICT', { problem: 'default-volume' })
  const shares = withFolders(database, share)
  if (liveJobsOf(database, shares, 1).length > 0) throw new TernError('CONFLICT', { problem: 'share-has-jobs' })
  for (const each of shares) {
    const seenBy = grantedPeople(transaction, each)
    database.run('UPDATE shares SET inactive_at = ? WHERE id = ? AND inactive_at IS NULL', [nowMs, each.id])
    database.run('UPDATE acls SET inactive_at = ? WHERE share_id = ? AND inactive_at IS NULL', [nowMs, each.id])
    gone(transaction, each, seenBy)
  }
}

export function activateShare(transaction: Transaction, share: ShareRow): void {
  const { database } = transaction
  if (share.inactive_at === null) return
  const parent = share.parent_id && database.get<ShareRow>('SELECT * FROM shares WHERE id = ?', [share.parent_id])
  if (parent && parent.inactive_at !== null) throw new TernError('CONFLICT', { problem: 'volume-inactive' })
  for (const each of withFolders(database, share)) {
    // What was put away before the volume, for itself, stays so.
    if (each.inactive_at !== share.inactive_at) continue
    database.run('UPDATE shares SET inactive_at = NULL WHERE id = ?', [each.id])
    database.run('UPDATE acls SET inactive_at = NULL WHERE share_id = ? AND inactive_at = ?', [
      each.id,
      share.inactive_at,
    ])
    tell(transaction, each)
  }
}

/** Files stay where they are. */
export function deleteShare(
  transaction: Transaction,
  share: ShareRow,
  rules: RetryRules,
  by: Pick<UserRow, 'id' | 'name'>,
): void {
  const { database } = transaction
  if (share.is_default === 1) throw new TernError('CONFLICT', { problem: 'default-volume' })
  const shares = withFolders(database, share)
  for (const jobId of new Set(liveJobsOf(database, shares, maxAborted))) abortJob(transaction, jobId, rules, by)
  for (const each of shares.toReversed()) {
    const seenBy = grantedPeople(transaction, each)
    gone(transaction, each, seenBy)
    database.run("DELETE FROM settings WHERE entity = 'share' AND entity_id = ?", [each.id])
    database.run('DELETE FROM shares WHERE id = ?', [each.id])
  }
}

/** Its sites' servers and everybody who may see it. */
export function tell(transaction: Transaction, share: ShareRow): void {
  transaction.effects.changed('share', share.id)
  for (const { site_code: site } of serversOfShare(transaction.database, share))
    transaction.effects.changedSites.add(site)
  transaction.effects.schedule()
}

function gone(transaction: Transaction, share: ShareRow, seenBy: ReadonlySet<UserId>): void {
  tell(transaction, share)
  transaction.effects.removed('share', share.id, seenBy)
}

function grantedPeople({ database }: Transaction, share: ShareRow): ReadonlySet<UserId> {
  const rows = database.all<{ user_id: UserId }>(
    'SELECT DISTINCT user_id FROM acls WHERE share_id IN (?, ?) LIMIT 20000',
    [share.id, share.parent_id ?? share.id],
  )
  return new Set(rows.map((row) => row.user_id))
}
