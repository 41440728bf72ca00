import { TernError } from '../../shared/domain/errors.ts'
import type { ClientId, SessionId } from '../../shared/domain/ids.ts'
import type { Handlers } from '../api/context.ts'
import { updateRow } from '../store/recorded.ts'
import { audit } from '../store/records.ts'
import { revokeApiKeysOf } from './api-keys.ts'
import { checkPasswordStrength, hashPassword, verifyPassword } from './passwords.ts'
import { endSession } from './tokens.ts'

interface SessionRow {
  readonly id: SessionId
  readonly token_hash: string
  readonly client_id: ClientId | null
  readonly client_name: string | null
  readonly created_at: number
  /** When its machine was here last. */
  readonly last_seen_at: number | null
  readonly remote: string | null
}

/** A site's server stands for its site: it is none of the sessions of who set it up. */
const own = `FROM sessions LEFT JOIN clients ON clients.id = sessions.client_id
  WHERE sessions.user_id = ? AND coalesce(clients.kind, '') <> 'server'`

export const ownSessionOperations: Handlers<'session/list' | 'session/end' | 'session/password'> = {
  'session/list': ({ caller, store }) => {
    const rows = store.read((database) =>
      database.all<SessionRow>(
        `SELECT sessions.*, clients.name AS client_name, clients.last_seen_at ${own} ORDER BY sessions.created_at DESC, sessions.id LIMIT 1000`,
        [caller.user.id],
      ),
    )
    return {
      sessions: rows.map((row) => ({
        id: row.id,
        ...(row.client_id !== null && { clientId: row.client_id }),
        ...(row.client_name !== null && { clientName: row.client_name }),
        createdAtMs: row.created_at,
        ...(row.last_seen_at !== null && { lastSeenAtMs: row.last_seen_at }),
        ...(row.remote !== null && { remote: row.remote }),
        isCurrent: row.token_hash === caller.tokenHash,
      })),
    }
  },

  'session/end': async ({ caller, store }, { id }) => {
    await store.write((transaction) => {
      const { database, effects } = transaction
      const row = database.get<Pick<SessionRow, 'token_hash'>>(
        `SELECT sessions.token_hash ${own} AND sessions.id = ?`,
        [caller.user.id, id],
      )
      if (row === undefined) throw new TernError('NOT_FOUND', { entity: 'session', id })
      endSession(database, row.token_hash)
      effects.endedSessions.add(row.token_hash)
      audit(transaction, { by: caller, action: 'session/end', subject: id })
    })
    return {}
  },

  'session/password': async (context, { oldPassword, newPassword, revokeKeys }) => {
    const { caller, limits, remoteNetwork, store } = context
    const { user } = caller
    checkPasswordStrength(newPassword)
    // Whoever took a session must not find out the password with it.
    const guesser = `${user.email.toLowerCase()} ${remoteNetwork}`
    limits.failures.take(guesser)
    if (!(await verifyPassword(oldPassword, user.password_hash))) {
      await store.write((transaction) => audit(transaction, { by: caller, action: 'session/refused' }))
      throw new TernError('BAD_CREDENTIALS')
    }
    limits.failures.giveBack(guesser)
    const passwordHash = await hashPassword(newPassword)
    await store.write((transaction) => {
      const { database, effects } = transaction
      updateRow(database, 'users', user.id, { password_hash: passwordHash })
      for (const { token_hash: tokenHash } of database.all<Pick<SessionRow, 'token_hash'>>(
        `SELECT sessions.token_hash ${own} AND sessions.token_hash <> ?`,
        [user.id, caller.tokenHash],
      )) {
        endSession(database, tokenHash)
        effects.endedSessions.add(tokenHash)
      }
      if (revokeKeys) revokeApiKeysOf(transaction, user.id)
      audit(transaction, { by: caller, action: 'session/password', params: { revokeKeys } })
    })
    return {}
  },
}
