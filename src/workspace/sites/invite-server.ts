import { TernError } from '../../shared/domain/errors.ts'
import { insertInvitation, invitationOf } from '../invitations/invitations.ts'
import { type ClientRow, type Machine, type UserRow, upsertClient, userById } from '../store/people.ts'
import { siteByCode } from '../store/places.ts'
import { audit } from '../store/records.ts'
import type { Transaction } from '../store/store.ts'

/**
 * A single-use code by which one machine becomes a server of a site.
 * @throws TernError NOT_FOUND {entity, id}, FORBIDDEN
 */
export function inviteServer(transaction: Transaction, by: Pick<UserRow, 'id' | 'role'>, siteCode: string): string {
  if (by.role !== 'admin') throw new TernError('FORBIDDEN', { needs: 'admin' })
  if (siteByCode(transaction.database, siteCode) === undefined) {
    throw new TernError('NOT_FOUND', { entity: 'site', id: siteCode })
  }
  // What a server may do is said by what it is; the role means nothing and is the least.
  return insertInvitation(transaction, by, { role: 'standard' }, undefined, siteCode)
}

/**
 * Uses the code up. The server acts for its site, in the name of whoever invited it.
 * @throws TernError INVITATION_MALFORMED, INVITATION_USED, INVITATION_EXPIRED
 */
export function joinServer(
  transaction: Transaction,
  code: string,
  machine: Omit<Machine, 'kind'>,
): { readonly user: UserRow; readonly client: ClientRow } {
  const { database, effects, nowMs } = transaction
  const invitation = invitationOf(database, code, nowMs)
  const { site_code: siteCode } = invitation
  const user = userById(database, invitation.created_by)
  if (siteCode === null || user === undefined) throw new TernError('INVITATION_MALFORMED')
  if (siteByCode(database, siteCode) === undefined) throw new TernError('INVITATION_EXPIRED')
  database.run('UPDATE invitations SET used_at = ? WHERE id = ?', [nowMs, invitation.id])
  const client = upsertClient(database, { ...machine, kind: 'server' }, { siteCode }, nowMs)
  audit(transaction, { userId: user.id, clientId: client.id, action: 'session/join-server', subject: siteCode })
  effects.changed('client', client.id)
  effects.changed('site', siteCode)
  return { user, client }
}
