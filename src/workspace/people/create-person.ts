import { TernError } from '../../shared/domain/errors.ts'
import type { UserId } from '../../shared/domain/ids.ts'
import { mayRemoveUser, requireRight } from '../access/people-rights.ts'
import type { CheckedInput } from '../api/checked-input.ts'
import { inviteUser } from '../invitations/invitations.ts'
import { requireQueue } from '../queues/queue-rows.ts'
import type { UserRow } from '../store/people.ts'
import { allShares, defaultShare } from '../store/places.ts'
import { recordedChanges, updateRow } from '../store/recorded.ts'
import type { Transaction } from '../store/store.ts'
import { giveVolumes } from './person-changes.ts'

/**
 * Somebody who joins by the code that comes with them.
 * @throws TernError EMAIL_TAKEN, FORBIDDEN, NOT_FOUND for a queue or volume
 */
export function createPerson(
  transaction: Transaction,
  by: UserRow,
  input: CheckedInput<'user/create'>,
): { readonly id: UserId; readonly code: string } {
  requireRight(input.role === 'standard' || by.role === 'admin')
  const queue = queueCode(transaction, input.queue)
  const { code, user: invited } = inviteUser(transaction, by, { ...input, hasHome: input.createHomeShare })
  // Who holds the new invitation becomes that person, in the role that they were given before.
  requireRight(mayRemoveUser(by, invited))
  updateRow(transaction.database, 'users', invited.id, {
    ...(invited.created_by === null && { created_by: by.id }),
    ...(queue !== undefined && { queue }),
    ...(input.name !== undefined && { name: input.name }),
    ...recordedChanges(input, by.id, transaction.nowMs),
  })
  giveVolumes(transaction, by.id, invited.id, volumesFor(transaction, input))
  return { id: invited.id, code }
}

/** Of a queue by its code, name or id; null takes it away. @throws TernError NOT_FOUND */
export function queueCode({ database }: Transaction, name: string | null | undefined): string | null | undefined {
  return typeof name === 'string' ? requireQueue(database, name).code : name
}

function volumesFor({ database }: Transaction, input: CheckedInput<'user/create'>): ReadonlySet<string> {
  const volumes = allShares(database).filter(({ kind }) => kind === 'volume')
  const known = new Set<string>(volumes.map(({ id }) => id))
  for (const id of input.volumes) if (!known.has(id)) throw new TernError('NOT_FOUND', { entity: 'volume', id })
  const standard = input.giveDefaultVolumeAccess ? defaultShare(database) : undefined
  return new Set([...input.volumes, ...(input.giveAllVolumesAccess ? known : []), ...(standard ? [standard.id] : [])])
}
