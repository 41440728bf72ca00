import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { newEntityId, newSecret } from '../../platform/random-id.ts'
import type { SqliteDatabase } from '../../platform/sqlite.ts'
import type { Role } from '../../shared/domain/entities.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { InvitationId, UserId } from '../../shared/domain/ids.ts'
import { mayRemoveUser, requireRight } from '../access/people-rights.ts'
import { isElevated } from '../access/rights.ts'
import { bringBack } from '../people/person-changes.ts'
import { hashToken } from '../sessions/tokens.ts'
import { insertUser, type UserRow, userByEmail, userById } from '../store/people.ts'
import { homeOf, insertShare, mainSite, metaValue } from '../store/places.ts'
import { audit } from '../store/records.ts'
import type { Transaction } from '../store/store.ts'

export interface InvitationRow {
  readonly id: InvitationId
  readonly code_hash: string
  readonly email: string | null
  readonly name: string | null
  readonly role: Role
  readonly user_id: UserId | null
  /** Of a site's server; null: of a person. */
  readonly site_code: string | null
  readonly created_by: UserId
  readonly created_at: number
  readonly expires_at: number
  readonly used_at: number | null
}

export interface InvitationRequest {
  readonly email?: string | undefined
  readonly name?: string | undefined
  readonly role: Role
  /** False: without a home of their own; with one by default. */
  readonly hasHome?: boolean | undefined
}

const lifetimeMs = 14 * 24 * 3_600_000

/** `tern://join/<address>/<server key hash>/<single-use code>` */
export function invitationText(address: string, keyHash: string, code: string): string {
  return `tern://join/${address}/${keyHash}/${code}`
}

/** An invitation; with an e-mail address the person exists from now on, as invited, so that files can be sent to them. */
export function createInvitation(
  transaction: Transaction,
  by: Pick<UserRow, 'id' | 'role'>,
  request: InvitationRequest,
): { readonly code: string; readonly user: UserRow | undefined } {
  if (request.role !== 'standard' && by.role !== 'admin') throw new TernError('FORBIDDEN', { needs: 'admin' })
  if (request.email !== undefined) return inviteUser(transaction, by, { ...request, email: request.email })
  return { code: insertInvitation(transaction, by, request, undefined), user: undefined }
}

export function inviteUser(
  transaction: Transaction,
  by: Pick<UserRow, 'id' | 'role'>,
  request: InvitationRequest & { readonly email: string },
): { readonly code: string; readonly user: UserRow } {
  const { database, effects, nowMs } = transaction
  const known = returning(transaction, by, userByEmail(database, request.email))
  if (known && known.status !== 'invited') throw new TernError('EMAIL_TAKEN', { email: request.email })
  // The holder of a new code becomes that person, with the role that was meant for them.
  if (known && known.role !== 'standard' && by.role !== 'admin') throw new TernError('FORBIDDEN', { needs: 'admin' })
  const user =
    known ??
    insertUser(database, {
      email: request.email,
      name: request.name ?? request.email.slice(0, request.email.indexOf('@')),
      role: request.role,
      status: 'invited',
      password_hash: null,
      created_at: nowMs,
      created_by: by.id,
    })
  if (request.hasHome !== false) ensureHome(transaction, user)
  effects.changed('user', user.id)
  return { code: insertInvitation(transaction, by, request, user.id), user }
}

/** Who was put away comes back by being invited again, and sets a new password. */
function returning(
  transaction: Transaction,
  by: Pick<UserRow, 'role'>,
  user: UserRow | undefined,
): UserRow | undefined {
  if (user === undefined || user.inactive_at === null) return user
  requireRight(mayRemoveUser({ ...by, id: user.id, status: 'enabled' }, user))
  bringBack(transaction, { ...user, password_hash: null })
  transaction.database.run('UPDATE users SET password_hash = NULL WHERE id = ?', [user.id])
  return userById(transaction.database, user.id)
}

/** Every person has a home, a share of their own at the main site. */
export function ensureHome(transaction: Transaction, user: UserRow): void {
  const { database, effects, nowMs } = transaction
  if (homeOf(database, user.id)) return
  const homesPath = metaValue(database, 'homesPath')
  if (homesPath === undefined) return
  const share = insertShare(database, {
    code: user.email,
    name: user.name,
    kind: 'home',
    is_default: 0,
    user_id: user.id,
    site_code: mainSite,
    path: join(homesPath, folderName(user.email)),
    created_at: nowMs,
  })
  effects.changed('share', share.id)
  effects.changedSites.add(mainSite)
}

/** @throws TernError INVITATION_MALFORMED (also for one of a server), INVITATION_USED, INVITATION_EXPIRED */
export function openInvitation(database: SqliteDatabase, code: string, nowMs: number): InvitationRow {
  const row = invitationOf(database, code, nowMs)
  if (row.site_code !== null) throw new TernError('INVITATION_MALFORMED')
  return row
}

/** Whoever it is of. @throws TernError INVITATION_MALFORMED, INVITATION_USED, INVITATION_EXPIRED */
export function invitationOf(database: SqliteDatabase, code: string, nowMs: number): InvitationRow {
  const row = database.get<InvitationRow>('SELECT * FROM invitations WHERE code_hash = ?', [hashToken(code)])
  if (row === undefined) throw new TernError('INVITATION_MALFORMED')
  if (row.used_at !== null) throw new TernError('INVITATION_USED')
  if (row.expires_at <= nowMs || !mayStillInvite(database, row)) throw new TernError('INVITATION_EXPIRED')
  return row
}

/** Who was sent away, or lost the right to invite, leaves no open doors behind. */
function mayStillInvite(database: SqliteDatabase, row: InvitationRow): boolean {
  const inviter = userById(database, row.created_by)
  if (inviter === undefined || inviter.status !== 'enabled' || !isElevated(inviter)) return false
  if (row.site_code !== null) return inviter.role === 'admin'
  const given = row.user_id === null ? row.role : userById(database, row.user_id)?.role
  return inviter.role === 'admin' || given === 'standard'
}

/** Uses an invitation up and gives the person it makes or completes. */
export function acceptInvitation(
  transaction: Transaction,
  code: string,
  person: { readonly email: string; readonly name: string; readonly passwordHash: string },
): UserRow {
  const { database, effects, nowMs } = transaction
  const invitation = openInvitation(database, code, nowMs)
  const { email, name, passwordHash } = person
  if (invitation.email !== null && invitation.email.toLowerCase() !== email.toLowerCase()) {
    throw new TernError('FORBIDDEN', { email })
  }
  const known = invitation.user_id === null ? userByEmail(database, email) : userById(database, invitation.user_id)
  // An address that was invited by name is only for the holder of that invitation.
  if (known && (known.status !== 'invited' || invitation.user_id !== known.id))
    throw new TernError('EMAIL_TAKEN', { email })
  const user =
    known ??
    insertUser(database, {
      email,
      name,
      role: invitation.role,
      status: 'enabled',
      password_hash: passwordHash,
      created_at: nowMs,
    })
  database.run("UPDATE users SET name = ?, status = 'enabled', password_hash = ? WHERE id = ?", [
    name,
    passwordHash,
    user.id,
  ])
  // Every other invitation of the same person goes with it.
  database.run('UPDATE invitations SET used_at = ? WHERE id = ? OR (user_id = ? AND used_at IS NULL)', [
    nowMs,
    invitation.id,
    user.id,
  ])
  const joined: UserRow = { ...user, name, status: 'enabled', password_hash: passwordHash }
  if (known === undefined) ensureHome(transaction, joined)
  audit(transaction, { userId: user.id, action: 'session/join', subject: invitation.id })
  effects.changed('user', user.id)
  return joined
}

/** @param siteCode - Of a server of that site, in place of a person. */
export function insertInvitation(
  { database, nowMs, ...rest }: Transaction,
  by: Pick<UserRow, 'id'>,
  request: InvitationRequest,
  userId: UserId | undefined,
  siteCode?: string,
): string {
  const code = newSecret(24)
  const id = newEntityId<InvitationId>()
  database.run(
    `INSERT INTO invitations
       (id, code_hash, email, name, role, user_id, site_code, created_by, created_at, expires_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      id,
      hashToken(code),
      request.email ?? null,
      request.name ?? null,
      request.role,
      userId ?? null,
      siteCode ?? null,
      by.id,
      nowMs,
      nowMs + lifetimeMs,
    ],
  )
  audit({ database, nowMs, ...rest }, { userId: by.id, action: 'invitation/create', subject: id })
  return code
}

/**
 * An e-mail address is a valid folder name but for a few signs that no file system should have to see. Where one had to
 * go, a digest keeps `o'brien@…` and `o_brien@…` apart: a shared folder would be somebody else's home.
 */
function folderName(email: string): string {
  const plain = email.toLowerCase()
  const name = plain.replace(/[^a-z0-9@._+-]/g, '_')
  return name === plain ? name : `${name}-${createHash('sha256').update(plain).digest('hex').slice(0, 12)}`
}
