import { newEntityId } from '../../platform/random-id.ts'
import type { SqliteDatabase } from '../../platform/sqlite.ts'
import type { ClientKind, Role, User } from '../../shared/domain/entities.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { ClientId, UserId } from '../../shared/domain/ids.ts'
import { insertRow, type RecordedColumns } from './recorded.ts'

export interface UserRow extends RecordedColumns {
  readonly id: UserId
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly status: User['status']
  readonly password_hash: string | null
  /** Where their jobs go that name none: a queue's code. */
  readonly queue: string | null
  /** Put away since; may come back. */
  readonly inactive_at: number | null
  /** Gone; the row stays for the jobs that name it. */
  readonly deleted_at: number | null
}

export interface ClientRow extends RecordedColumns {
  readonly id: ClientId
  readonly name: string
  readonly kind: ClientKind
  /** Whose machine; null for a server, which acts for its site. */
  readonly user_id: UserId | null
  readonly site_code: string | null
  readonly key_hash: string
  /** JSON: where it may be dialled. */
  readonly candidates: string
  readonly last_seen_at: number | null
  /** `disabled`: switched off by a person; its jobs wait. */
  readonly status: 'enabled' | 'disabled'
  /** As the machine says. */
  readonly os: string | null
  readonly version: string | null
  readonly hostname: string | null
  readonly username: string | null
  /** Where it was last seen to come from. */
  readonly wan_ip: string | null
}

export function userById(database: SqliteDatabase, id: string): UserRow | undefined {
  return database.get<UserRow>('SELECT * FROM users WHERE id = ?', [id])
}

export function userByEmail(database: SqliteDatabase, email: string): UserRow | undefined {
  return database.get<UserRow>('SELECT * FROM users WHERE email = ?', [email])
}

export function allUsers(database: SqliteDatabase): UserRow[] {
  return database.all<UserRow>(
    'SELECT * FROM users WHERE inactive_at IS NULL AND deleted_at IS NULL ORDER BY name, email LIMIT 10000',
  )
}

const newUser = {
  description: '',
  metadata: null,
  created_by: null,
  modified_at: null,
  modified_by: null,
  queue: null,
  inactive_at: null,
  deleted_at: null,
} as const satisfies Partial<UserRow>

export type NewUser = Omit<UserRow, 'id' | keyof typeof newUser> & Partial<Pick<UserRow, keyof typeof newUser>>

export function insertUser(database: SqliteDatabase, user: NewUser): UserRow {
  const row: UserRow = { id: newEntityId<UserId>(), ...newUser, ...user }
  insertRow(database, 'users', { ...row })
  return row
}

export function clientById(database: SqliteDatabase, id: string): ClientRow | undefined {
  return database.get<ClientRow>('SELECT * FROM clients WHERE id = ?', [id])
}

export function allClients(database: SqliteDatabase): ClientRow[] {
  return database.all<ClientRow>('SELECT * FROM clients ORDER BY id LIMIT 10000')
}

export function inactiveUsers(database: SqliteDatabase): UserRow[] {
  return database.all<UserRow>(
    'SELECT * FROM users WHERE inactive_at IS NOT NULL AND deleted_at IS NULL ORDER BY name, email LIMIT 10000',
  )
}

/** The most recently seen first. */
export function clientsOfUser(database: SqliteDatabase, userId: string): ClientRow[] {
  return database.all<ClientRow>(
    'SELECT * FROM clients WHERE user_id = ? ORDER BY last_seen_at DESC, created_at DESC LIMIT 100',
    [userId],
  )
}

export function clientsOfSite(database: SqliteDatabase, siteCode: string): ClientRow[] {
  return database.all<ClientRow>("SELECT * FROM clients WHERE site_code = ? AND kind = 'server' ORDER BY id", [
    siteCode,
  ])
}

export interface Machine {
  readonly name: string
  readonly kind: ClientKind
  readonly keyHash: string
}

/** Lists hold ten thousand machines: nobody brings so many that those of others are not found among them. */
export const maxMachinesEach = 500

/**
 * A machine that signs in again under the same key is the same client.
 * @throws TernError LIMIT_EXCEEDED
 */
export function upsertClient(
  database: SqliteDatabase,
  machine: Machine,
  owner: { readonly userId: UserId } | { readonly siteCode: string },
  nowMs: number,
): ClientRow {
  const userId = 'userId' in owner ? owner.userId : null
  const siteCode = 'siteCode' in owner ? owner.siteCode : null
  const known = database.get<ClientRow>(
    'SELECT * FROM clients WHERE key_hash = ? AND kind = ? AND user_id IS ? AND site_code IS ?',
    [machine.keyHash, machine.kind, userId, siteCode],
  )
  if (known) {
    database.run('UPDATE clients SET name = ? WHERE id = ?', [machine.name, known.id])
    return { ...known, name: machine.name }
  }
  const { count } = database.get<{ count: number }>('SELECT count(*) AS count FROM clients WHERE user_id = ?', [
    userId,
  ]) ?? { count: 0 }
  if (count >= maxMachinesEach) {
    throw new TernError('LIMIT_EXCEEDED', { what: 'machines of one person', limit: maxMachinesEach })
  }
  const id = newEntityId<ClientId>()
  database.run(
    `INSERT INTO clients (id, name, kind, user_id, site_code, key_hash, created_at, created_by)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    [id, machine.name, machine.kind, userId, siteCode, machine.keyHash, nowMs, userId],
  )
  return clientById(database, id) as ClientRow
}
