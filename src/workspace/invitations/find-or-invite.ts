import { TernError } from '../../shared/domain/errors.ts'
import { isEntityId } from '../../shared/domain/ids.ts'
import type { Caller } from '../access/caller.ts'
import { isElevated } from '../access/rights.ts'
import { type UserRow, userByEmail, userById } from '../store/people.ts'
import type { Transaction } from '../store/store.ts'
import { inviteUser } from './invitations.ts'

/** The single-use code of an invitation that was made, for who made it. */
export interface MadeInvitation {
  readonly email: string
  readonly code: string
}

/**
 * Who is meant by an address or an id; who is not known yet is invited, where that is wanted.
 * @throws TernError PARTY_UNKNOWN {party}, FORBIDDEN {needs} for inviting
 */
export function findOrInvite(
  transaction: Transaction,
  caller: Pick<Caller, 'user'>,
  party: string,
  invite: boolean,
): { readonly user: UserRow; readonly invitation?: MadeInvitation } {
  const { database } = transaction
  const known = isEntityId(party) ? userById(database, party) : userByEmail(database, party)
  if (known?.status === 'disabled') throw new TernError('PARTY_UNKNOWN', { party })
  if (known) return { user: known }
  if (!invite || isEntityId(party)) throw new TernError('PARTY_UNKNOWN', { party })
  if (!isElevated(caller.user)) throw new TernError('FORBIDDEN', { needs: 'employee' })
  const { user, code } = inviteUser(transaction, caller.user, { email: party, role: 'standard' })
  return { user, invitation: { email: party, code } }
}
