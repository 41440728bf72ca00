import { TernError } from '../../shared/domain/errors.ts'
import { isElevated } from '../access/rights.ts'
import type { UserRow } from '../store/people.ts'
import type { DeliveryRow } from './delivery-store.ts'

type Person = Pick<UserRow, 'id' | 'role' | 'status'>

/** Those who run the workspace see all; others what was submitted to them. */
export function maySeeDelivery(person: Person, row: DeliveryRow, isRecipient: () => boolean): boolean {
  if (person.status !== 'enabled') return false
  return isElevated(person) || (row.status !== 'init' && isRecipient())
}

/** Files of it are read, and written, in the name of who made it: so only they, or an admin, decide who gets them. */
export function mayChangeDelivery(person: Person, row: DeliveryRow): boolean {
  return person.status === 'enabled' && isElevated(person) && (person.role === 'admin' || row.user_id === person.id)
}

/** What a person must not see does not exist for them. @throws TernError NOT_FOUND, FORBIDDEN */
export function requireChangeable(person: Person, row: DeliveryRow | undefined, id: string): DeliveryRow {
  if (row === undefined || !isElevated(person)) throw new TernError('NOT_FOUND', { entity: 'delivery', id })
  if (!mayChangeDelivery(person, row)) throw new TernError('FORBIDDEN')
  return row
}
