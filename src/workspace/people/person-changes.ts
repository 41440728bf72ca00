import { newEntityId } from '../../platform/random-id.ts'
import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { UserId } from '../../shared/domain/ids.ts'
import { tellJobsOf } from '../jobs/tell-jobs.ts'
import { revokeApiKeysOf } from '../sessions/api-keys.ts'
import { endSessionsOf } from '../sessions/tokens.ts'
import { type UserRow, userById } from '../store/people.ts'
import { homeOf } from '../store/places.ts'
import { updateRow } from '../store/recorded.ts'
import type { Transaction } from '../store/store.ts'

/** @throws TernError NOT_FOUND `{entity, id}` */
export function requireUser(database: SqliteDatabase, id: string): UserRow {
  const row = userById(database, id)
  if (row === undefined || row.deleted_at !== null) throw new TernError('NOT_FOUND', { entity: 'user', id })
  return row
}

/**
 * Somebody must be left who can let others in again.
 * @throws TernError CONFLICT `{problem: 'last-admin'}`
 */
export function checkAnotherAdmin(database: SqliteDatabase, user: UserRow): void {
  if (user.role !== 'admin') return
  const other = database.get("SELECT 1 FROM users WHERE role = 'admin' AND status = 'enabled' AND id <> ?", [user.id])
  if (other === undefined) throw new TernError('CONFLICT', { problem: 'last-admin' })
}

/** Signed out everywhere at once; what runs for them is cut when the scheduler looks. */
export function shutOut(transaction: Transaction, userId: UserId): void {
  endSessionsOf(transaction.database, userId)
  transaction.effects.endedUsers.add(userId)
}

/** Others see the person differently now, and so does the person. */
export function tellOfPerson(transaction: Transaction, userId: UserId): void {
  transaction.effects.changed('user', userId)
  transaction.effects.resetUsers.add(userId)
  tellJobsOf(transaction, userId)
  transaction.effects.schedule()
}

/** Everything that was granted: it was given to somebody in another role. */
export function revokeAccess({ database }: Transaction, userId: UserId): void {
  database.run('DELETE FROM acls WHERE user_id = ?', [userId])
}

/** Read and write on whole volumes. */
export function giveVolumes(
  { database, nowMs }: Transaction,
  by: UserId,
  userId: UserId,
  volumes: Iterable<string>,
): void {
  for (const shareId of volumes) {
    database.run(
      `INSERT OR IGNORE INTO acls (id, user_id, share_id, path, may_read, may_write, created_by, created_at, modified_at)
       VALUES (?, ?, ?, '', 1, 1, ?, ?, ?)`,
      [newEntityId(), userId, shareId, by, nowMs, nowMs],
    )
  }
}

/** Home and grants go with them, and come back with them. */
export function putAway(transaction: Transaction, user: UserRow): void {
  const { database, nowMs } = transaction
  if (database.get('SELECT 1 FROM job_person WHERE user_id = ? AND is_live = 1 LIMIT 1', [user.id])) {
    throw new TernError('CONFLICT', { problem: 'user-has-jobs' })
  }
  updateRow(database, 'users', user.id, { status: 'disabled', inactive_at: nowMs })
  database.run("UPDATE shares SET inactive_at = ? WHERE user_id = ? AND kind = 'home'", [nowMs, user.id])
  database.run('UPDATE acls SET inactive_at = ? WHERE user_id = ?', [nowMs, user.id])
  leave(transaction, user)
}

export function bringBack(transaction: Transaction, user: UserRow): void {
  const { database } = transaction
  const status = user.password_hash === null ? 'invited' : 'enabled'
  updateRow(database, 'users', user.id, { status, inactive_at: null })
  database.run("UPDATE shares SET inactive_at = NULL WHERE user_id = ? AND kind = 'home'", [user.id])
  database.run('UPDATE acls SET inactive_at = NULL WHERE user_id = ?', [user.id])
  const home = homeOf(database, user.id)
  if (home) transaction.effects.changed('share', home.id)
  tellOfPerson(transaction, user.id)
}

/**
 * For good. Their row stays under an address that nobody can sign in with, because jobs and the audit speak of it; the
 * address itself is free again.
 */
export function removePerson(transaction: Transaction, user: UserRow): void {
  const { database, effects, nowMs } = transaction
  const home = homeOf(database, user.id)
  revokeAccess(transaction, user.id)
  database.run('DELETE FROM delivery_recipients WHERE user_id = ?', [user.id])
  revokeApiKeysOf(transaction, user.id)
  leave(transaction, user)
  if (home) {
    database.run('DELETE FROM acls WHERE share_id = ?', [home.id])
    database.run('DELETE FROM shares WHERE id = ?', [home.id])
    effects.removed('share', home.id, new Set([user.id]))
    effects.changedSites.add(home.site_code)
  }
  for (const { id } of database.all<{ id: string }>('SELECT id FROM clients WHERE user_id = ?', [user.id])) {
    database.run('DELETE FROM sessions WHERE client_id = ?', [id])
    database.run('DELETE FROM clients WHERE id = ?', [id])
    effects.removed('client', id, new Set())
  }
  updateRow(database, 'users', user.id, {
    email: `${user.email}#${user.id}`,
    status: 'disabled',
    password_hash: null,
    inactive_at: user.inactive_at ?? nowMs,
    deleted_at: nowMs,
  })
}

function leave(transaction: Transaction, { id }: UserRow): void {
  const { database, effects, nowMs } = transaction
  database.run('UPDATE invitations SET used_at = ? WHERE user_id = ? AND used_at IS NULL', [nowMs, id])
  shutOut(transaction, id)
  effects.changed('user', id)
  const home = homeOf(database, id)
  if (home) effects.removed('share', home.id, new Set([id]))
  effects.schedule()
}
