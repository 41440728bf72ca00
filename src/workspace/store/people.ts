import { newEntityId } from '../../platform/random-id.ts'
import type { SqliteDatabase } from '../../platform/sqlite.ts'
import type { ClientKind, Role, User } from '../../shared/domain/entities.ts'
import type { ClientId, UserId } from '../../shared/domain/ids.ts'

export interface UserRow {
  readonly id: UserId
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly status: User['status']
  readonly password_hash: string | null
  readonly created_at: number
}

export interface ClientRow {
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
  readonly created_at: number
}

export function userById(database: SqliteDatabase, id: string): UserRow | undefined {
  return database.get<UserRow>('SELECT * FROM users WHERE id = ?', [id])
}

export function userByEmail(database: SqliteDatabase, email: string): UserRow | undefined {
  return database.get<UserRow>('SELECT * FROM users WHERE email = ?', [email])
}

export function allUsers(database: SqliteDatabase): UserRow[] {
  return database.all<UserRow>('SELECT * FROM users ORDER BY name, email LIMIT 10000')
}

export function insertUser(database: SqliteDatabase, user: Omit<UserRow, 'id'>): UserRow {
  const row: UserRow = { id: newEntityId<UserId>(), ...user }
  database.run(
    'INSERT INTO users (id, email, name, role, status, password_hash, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    [row.id, row.email, row.name, row.role, row.status, row.password_hash, row.created_at],
  )
  return row
}

export function clientById(database: SqliteDatabase, id: string): ClientRow | undefined {
  return database.get<ClientRow>('SELECT * FROM clients WHERE id = ?', [id])
}

export function allClients(database: SqliteDatabase): ClientRow[] {
  return database.all<ClientRow>('SELECT * FROM clients ORDER BY id LIMIT 10000')
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

/** A machine that signs in again under the same key is the same client. */
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
  const row: ClientRow = {
    id: newEntityId<ClientId>(),
    name: machine.name,
    kind: machine.kind,
    user_id: userId,
    site_code: siteCode,
    key_hash: machine.keyHash,
    candidates: '[]',
    last_seen_at: null,
    created_at: nowMs,
  }
  database.run(
    'INSERT INTO clients (id, name, kind, user_id, site_code, key_hash, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    [row.id, row.name, row.kind, row.user_id, row.site_code, row.key_hash, row.created_at],
  )
  return row
}
