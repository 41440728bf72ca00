import { TernError } from '../../shared/domain/errors.ts'
import type { UserId } from '../../shared/domain/ids.ts'
import type { Handlers, OperationContext } from '../api/context.ts'
import { userById } from '../store/people.ts'
import { audit } from '../store/records.ts'
import { type ApiKeyRow, apiKeyById, apiKeysOf, createApiKey, revokeApiKey } from './api-keys.ts'

export const keyOperations: Handlers<'key/create' | 'key/list' | 'key/revoke'> = {
  'key/create': async (context, input) => {
    const { apiKey, user } = context.caller
    const made = await context.store.write((transaction) => {
      const userId = ownerOf(context, input.userId)
      if (userById(transaction.database, userId)?.status !== 'enabled') {
        throw new TernError('CONFLICT', { problem: 'not-enabled' })
      }
      // A key makes none that opens more, or for longer, than itself.
      const expiresAtMs = earlier(input.expiresAtMs, apiKey?.expiresAtMs)
      if (expiresAtMs !== undefined && expiresAtMs <= transaction.nowMs) {
        throw new TernError('BAD_REQUEST', { jsonPath: '$.expiresAtMs', problem: 'past' })
      }
      const { id, key } = createApiKey(transaction, userId, { ...input, expiresAtMs })
      audit(transaction, { userId: user.id, action: 'key/create', subject: userId, params: { key: id } })
      return { id, key }
    })
    const row = context.store.read((database) => apiKeyById(database, made.id))
    if (row === undefined) throw new TernError('NOT_FOUND', { entity: 'key', id: made.id })
    return { key: made.key, apiKey: viewKey(row) }
  },

  'key/list': (context, input) => {
    const userId = ownerOf(context, input.userId)
    return { keys: context.store.read((database) => apiKeysOf(database, userId)).map(viewKey) }
  },

  'key/revoke': async (context, { id }) => {
    await context.store.write((transaction) => {
      const row = apiKeyById(transaction.database, id)
      const { user } = context.caller
      if (row === undefined || (row.user_id !== user.id && user.role !== 'admin')) {
        throw new TernError('NOT_FOUND', { entity: 'key', id })
      }
      revokeApiKey(transaction, id)
      audit(transaction, { userId: user.id, action: 'key/revoke', subject: row.user_id, params: { key: id } })
    })
    return {}
  },
}

/** @throws TernError FORBIDDEN, NOT_FOUND */
function ownerOf({ caller, store }: OperationContext, userId: UserId | undefined): UserId {
  if (userId === undefined || userId === caller.user.id) return caller.user.id
  if (caller.user.role !== 'admin') throw new TernError('FORBIDDEN', { needs: 'admin' })
  if (store.read((database) => userById(database, userId)) === undefined) {
    throw new TernError('NOT_FOUND', { entity: 'user', id: userId })
  }
  return userId
}

function earlier(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return Math.min(one, other)
}

function viewKey(row: ApiKeyRow) {
  return {
    id: row.id,
    userId: row.user_id as UserId,
    label: row.label,
    last8: row.last8,
    isReadOnly: row.is_read_only === 1,
    createdAtMs: row.created_at,
    ...(row.expires_at !== null && { expiresAtMs: row.expires_at }),
    ...(row.last_used_at !== null && { lastUsedAtMs: row.last_used_at }),
  }
}
