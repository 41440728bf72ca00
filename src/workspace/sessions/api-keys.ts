import { timingSafeEqual } from 'node:crypto'
import { newEntityId, newSecret } from '../../platform/random-id.ts'
import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { ApiKeyId } from '../../shared/domain/ids.ts'
import type { Caller } from '../access/caller.ts'
import { userByEmail } from '../store/people.ts'
import type { Transaction } from '../store/store.ts'
import { hashToken } from './tokens.ts'

export interface ApiKeyRow {
  readonly id: ApiKeyId
  readonly user_id: string
  readonly key_hash: string
  /** The end of the key, by which its holder knows it again. */
  readonly last8: string
  readonly label: string
  readonly is_read_only: number
  readonly created_at: number
  readonly expires_at: number | null
  readonly last_used_at: number | null
  readonly revoked_at: number | null
}

export interface NewApiKey {
  readonly label?: string | undefined
  readonly expiresAtMs?: number | undefined
  /** Opens only what changes nothing. */
  readonly isReadOnly?: boolean | undefined
}

const maxKeysEach = 100
/** When a key was used last is written down no more often than this. */
const usedStepMs = 60_000

/**
 * A key by which a person's scripts speak for them in this workspace, and nowhere else. The answer is the only place
 * where the key can ever be read: its hash is what is stored.
 * @throws TernError LIMIT_EXCEEDED
 */
export function createApiKey(
  { database, nowMs }: Transaction,
  userId: string,
  { label = '', expiresAtMs, isReadOnly = false }: NewApiKey = {},
): { readonly id: ApiKeyId; readonly key: string } {
  const { count } = database.get<{ count: number }>(
    'SELECT count(*) AS count FROM api_keys WHERE user_id = ? AND revoked_at IS NULL AND coalesce(expires_at, ?) >= ?',
    [userId, nowMs, nowMs],
  ) ?? { count: 0 }
  if (count >= maxKeysEach)
    throw new TernError('LIMIT_EXCEEDED', { what: 'API keys of one person', limit: maxKeysEach })
  const id = newEntityId<ApiKeyId>()
  const key = newSecret()
  database.run(
    `INSERT INTO api_keys (id, user_id, key_hash, last8, label, is_read_only, created_at, expires_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    [id, userId, hashToken(key), key.slice(-8), label, isReadOnly ? 1 : 0, nowMs, expiresAtMs ?? null],
  )
  return { id, key }
}

const decoy: Pick<ApiKeyRow, 'user_id' | 'key_hash'> = { user_id: '', key_hash: '0'.repeat(64) }

/**
 * Whom a key speaks for, if it is the key of the person that it is sent with. Does the same for a person who does not
 * exist, for a key that does not and for one of somebody else: both are looked up, and compared in constant time.
 */
export function callerOfApiKey(
  database: SqliteDatabase,
  email: string,
  key: string,
  nowMs: number,
): Caller | undefined {
  const keyHash = hashToken(key)
  const user = userByEmail(database, email)
  const row = database.get<ApiKeyRow>('SELECT * FROM api_keys WHERE key_hash = ?', [keyHash])
  const found = row ?? decoy
  const isSame = timingSafeEqual(Buffer.from(keyHash), Buffer.from(found.key_hash))
  const isTheirs = found.user_id === (user?.id ?? '-')
  if (!isSame || !isTheirs || row === undefined || user?.status !== 'enabled') return undefined
  if (row.revoked_at !== null || (row.expires_at !== null && row.expires_at <= nowMs)) return undefined
  return {
    user,
    client: undefined,
    tokenHash: keyHash,
    apiKey: { id: row.id, isReadOnly: row.is_read_only === 1, expiresAtMs: row.expires_at ?? undefined },
  }
}

/** Whether it is worth writing down that a key was used now: not for every call of a script. */
export function isUseNew(database: SqliteDatabase, id: ApiKeyId, nowMs: number): boolean {
  const row = database.get<Pick<ApiKeyRow, 'last_used_at'>>('SELECT last_used_at FROM api_keys WHERE id = ?', [id])
  return row !== undefined && (row.last_used_at ?? 0) + usedStepMs <= nowMs
}

export function noteUse({ database, nowMs }: Transaction, id: ApiKeyId): void {
  database.run('UPDATE api_keys SET last_used_at = ? WHERE id = ?', [nowMs, id])
}

export function apiKeyById(database: SqliteDatabase, id: string): ApiKeyRow | undefined {
  return database.get<ApiKeyRow>('SELECT * FROM api_keys WHERE id = ?', [id])
}

/** Newest first; those that were revoked are left out. */
export function apiKeysOf(database: SqliteDatabase, userId: string): readonly ApiKeyRow[] {
  return database.all<ApiKeyRow>(
    'SELECT * FROM api_keys WHERE user_id = ? AND revoked_at IS NULL ORDER BY created_at DESC, id LIMIT 1000',
    [userId],
  )
}

/** For good. */
export function revokeApiKey({ database, nowMs }: Transaction, id: string): void {
  database.run('UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL', [nowMs, id])
}

/** All of a person's. */
export function revokeApiKeysOf({ database, nowMs }: Transaction, userId: string): void {
  database.run('UPDATE api_keys SET revoked_at = ? WHERE user_id = ? AND revoked_at IS NULL', [nowMs, userId])
}
