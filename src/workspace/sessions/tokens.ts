import { createHash } from 'node:crypto'
import { newEntityId, newSecret } from '../../platform/random-id.ts'
import type { SqliteDatabase } from '../../platform/sqlite.ts'
import type { SessionId } from '../../shared/domain/ids.ts'
import type { Caller } from '../access/caller.ts'
import { type ClientRow, clientById, type UserRow, userById } from '../store/people.ts'

/** Secrets of 32 random bytes need no slow hash: they cannot be guessed, only stolen, and are never stored as they are. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** A new session; the token is known to its holder only. `remote`: the network that it was signed in from. */
export function createSession(
  database: SqliteDatabase,
  user: Pick<UserRow, 'id'>,
  client: Pick<ClientRow, 'id'> | undefined,
  nowMs: number,
  remote?: string,
): string {
  const token = newSecret()
  database.run(
    'INSERT INTO sessions (id, token_hash, user_id, client_id, created_at, remote) VALUES (?, ?, ?, ?, ?, ?)',
    [newEntityId<SessionId>(), hashToken(token), user.id, client?.id ?? null, nowMs, remote ?? null],
  )
  return token
}

/** Whose session a token opens, if it still opens one. */
export function callerOfToken(database: SqliteDatabase, token: string): Caller | undefined {
  return callerOfTokenHash(database, hashToken(token))
}

export function callerOfTokenHash(database: SqliteDatabase, tokenHash: string): Caller | undefined {
  const session = database.get<{ user_id: string; client_id: string | null }>(
    'SELECT user_id, client_id FROM sessions WHERE token_hash = ?',
    [tokenHash],
  )
  const user = session && userById(database, session.user_id)
  if (session === undefined || user === undefined) return undefined
  const client = session.client_id === null ? undefined : clientById(database, session.client_id)
  // A site is served on when who set its server up has gone.
  if (user.status !== 'enabled' && client?.kind !== 'server') return undefined
  return { user, client, tokenHash }
}

export function endSession(database: SqliteDatabase, tokenHash: string): void {
  database.run('DELETE FROM sessions WHERE token_hash = ?', [tokenHash])
}

/** All of a person's sessions, for good; a site's server that they set up stays, since it acts for the site. */
export function endSessionsOf(database: SqliteDatabase, userId: string): void {
  database.run(
    `DELETE FROM sessions WHERE user_id = ?
       AND (client_id IS NULL OR client_id IN (SELECT id FROM clients WHERE kind <> 'server'))`,
    [userId],
  )
}
