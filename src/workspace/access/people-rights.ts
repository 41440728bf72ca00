import type { Role } from '../../shared/domain/entities.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { ClientRow, UserRow } from '../store/people.ts'

/*
 * Who may change which people and machines, by the reference's matrix of roles. Pure: rows in, answers out.
 */

type Person = Pick<UserRow, 'id' | 'role' | 'status'>

/** What of a person an update touches. */
export interface UserChange {
  readonly role?: Role | undefined
  readonly status?: string | undefined
  readonly queue?: string | null | undefined
}

/**
 * Admins change everybody, employees standard people, everybody their own name and description. What somebody may do
 * here is never theirs to say: roles are for admins, and nobody but an admin switches an elevated person off or on.
 */
export function mayChangeUser(person: Person, target: Pick<UserRow, 'id' | 'role'>, change: UserChange): boolean {
  if (person.status !== 'enabled') return false
  if (person.role === 'admin') return true
  if (change.role !== undefined && change.role !== target.role) return false
  if (person.role === 'employee' && target.role === 'standard') return true
  return target.id === person.id && change.status === undefined && change.queue === undefined
}

/** Putting away, bringing back, deleting: of standard people by employees, of others by admins. */
export function mayRemoveUser(person: Person, target: Pick<UserRow, 'role'>): boolean {
  if (person.status !== 'enabled') return false
  return person.role === 'admin' || (person.role === 'employee' && target.role === 'standard')
}

/** Servers are the workspace's; a machine is its person's; employees look after those of all people but admins. */
export function mayChangeClient(
  person: Person,
  client: Pick<ClientRow, 'user_id' | 'kind'>,
  owner: Pick<UserRow, 'id' | 'role'> | undefined,
): boolean {
  if (person.status !== 'enabled') return false
  if (person.role === 'admin') return true
  if (client.kind === 'server' || client.user_id === null) return false
  return client.user_id === person.id || (person.role === 'employee' && owner?.role !== 'admin')
}

/** Servers are looked at by those who run the workspace. */
export function mayLookAtClient(person: Person, client: Pick<ClientRow, 'kind'>): boolean {
  return client.kind !== 'server' || person.role !== 'standard'
}

/** @throws TernError FORBIDDEN */
export function requireRight(isAllowed: boolean): void {
  if (!isAllowed) throw new TernError('FORBIDDEN')
}
