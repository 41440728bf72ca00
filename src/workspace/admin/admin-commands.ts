import { isAbsolute } from 'node:path'
import { z } from 'zod'
import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { ApiKeyId } from '../../shared/domain/ids.ts'
import { createInvitation, ensureHome, invitationText } from '../invitations/invitations.ts'
import { type ApiKeyRow, apiKeyById, apiKeysOf, createApiKey, revokeApiKey } from '../sessions/api-keys.ts'
import { checkPasswordStrength, hashPassword } from '../sessions/passwords.ts'
import { insertUser, type UserRow, userByEmail } from '../store/people.ts'
import { insertShare, mainSite, shareByCode } from '../store/places.ts'
import { audit } from '../store/records.ts'
import type { Store, Transaction } from '../store/store.ts'
import { addStorageRoot, storageRoots } from './storage-roots.ts'

/** What commands work on: the store of a running server, or one that was opened for a single command. */
export interface AdminParts {
  readonly store: Store
  /** What an invitation names. @throws TernError NOT_FOUND while the workspace was never served */
  readonly served: () => { readonly address: string; readonly keyHash: string }
  readonly onStorageRoots: (roots: readonly string[]) => Promise<void>
}

const email = z.email().max(254)
const role = z.enum(['admin', 'employee', 'standard'])
const text = z.string().min(1).max(200)

/** What whoever may write the workspace's folder may do to it, beside every rule about people. */
export const adminInputs = {
  addVolume: z.object({
    name: text,
    code: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/),
    path: z.string().min(1).max(4096).refine(isAbsolute),
    isDefault: z.boolean(),
  }),
  addUser: z.object({ email, name: text.optional(), role, password: z.string().max(1000) }),
  createKey: z.object({ email, label: z.string().max(200).optional(), expiresAtMs: z.number().int().optional() }),
  listKeys: z.object({ email }),
  revokeKey: z.object({ id: text }),
  invite: z.object({ email: email.optional(), name: text.optional(), role }),
} as const

export interface KeyInfo {
  readonly id: string
  readonly label: string
  readonly last8: string
  readonly createdAtMs: number
  readonly expiresAtMs?: number
  readonly lastUsedAtMs?: number
}

export type AdminInputs = { readonly [Name in keyof typeof adminInputs]: z.infer<(typeof adminInputs)[Name]> }

export interface AdminAnswers {
  readonly addVolume: { readonly id: string; readonly code: string }
  readonly addUser: { readonly id: string }
  readonly createKey: { readonly id: string; readonly key: string }
  readonly listKeys: { readonly keys: readonly KeyInfo[] }
  readonly revokeKey: { readonly id: string }
  readonly invite: { readonly invitation: string }
}

export type AdminCommand = keyof AdminInputs

export const adminCommands: {
  readonly [Name in AdminCommand]: (parts: AdminParts, input: AdminInputs[Name]) => Promise<AdminAnswers[Name]>
} = {
  async addVolume({ store, onStorageRoots }, { name, code, path, isDefault }) {
    const share = await store.write((transaction) => {
      const { database, nowMs } = transaction
      if (shareByCode(database, code) !== undefined) throw new TernError('CONFLICT', { code })
      addStorageRoot(database, path, nowMs)
      if (isDefault) database.run('UPDATE shares SET is_default = 0 WHERE is_default = 1')
      const kind = 'volume'
      const place = { user_id: null, site_code: mainSite, path, created_at: nowMs }
      const made = insertShare(database, { code, name, kind, is_default: isDefault ? 1 : 0, ...place })
      auditLocal(transaction, 'volume/create', made.id)
      return made
    })
    // Its server has to be allowed the folder before it hears of the share.
    await onStorageRoots(store.read(storageRoots))
    await store.write(({ effects }) => {
      effects.changed('share', share.id)
      effects.changedSites.add(mainSite)
    })
    return { id: share.id, code }
  },

  async addUser({ store }, input) {
    checkPasswordStrength(input.password)
    const passwordHash = await hashPassword(input.password)
    return store.write((transaction) => {
      const { database, effects, nowMs } = transaction
      if (userByEmail(database, input.email) !== undefined) throw new TernError('EMAIL_TAKEN', { email: input.email })
      const user = insertUser(database, {
        email: input.email,
        name: input.name ?? input.email.slice(0, input.email.indexOf('@')),
        role: input.role,
        status: 'enabled',
        password_hash: passwordHash,
        created_at: nowMs,
      })
      ensureHome(transaction, user)
      effects.changed('user', user.id)
      auditLocal(transaction, 'user/create', user.id)
      return { id: user.id }
    })
  },

  createKey: ({ store }, { email: owner, ...wish }) =>
    store.write((transaction) => {
      const user = personOf(transaction.database, owner)
      if (user.status !== 'enabled') throw new TernError('CONFLICT', { problem: 'not-enabled' })
      const made = createApiKey(transaction, user.id, wish)
      auditLocal(transaction, 'key/create', user.id)
      return made
    }),

  listKeys: async ({ store }, { email: owner }) => ({
    keys: store.read((database) => apiKeysOf(database, personOf(database, owner).id)).map(keyInfo),
  }),

  revokeKey: ({ store }, { id }) =>
    store.write((transaction) => {
      const row = apiKeyById(transaction.database, id as ApiKeyId)
      if (row === undefined) throw new TernError('NOT_FOUND', { what: 'key', id })
      revokeApiKey(transaction, row.id)
      auditLocal(transaction, 'key/revoke', row.user_id)
      return { id }
    }),

  async invite({ store, served }, request) {
    const { address, keyHash } = served()
    const { code } = await store.write((transaction) =>
      createInvitation(transaction, firstAdmin(transaction.database), request),
    )
    return { invitation: invitationText(address, keyHash, code) }
  },
}

/** Somebody has to be named as who invited; whoever owns the folder acts for the first admin. */
export function firstAdmin(database: SqliteDatabase): UserRow {
  const admin = database.get<UserRow>(
    "SELECT * FROM users WHERE role = 'admin' AND status = 'enabled' ORDER BY created_at LIMIT 1",
  )
  if (admin === undefined) throw new TernError('FORBIDDEN', { needs: 'admin' })
  return admin
}

function personOf(database: SqliteDatabase, address: string): UserRow {
  const user = userByEmail(database, address)
  if (user === undefined) throw new TernError('NOT_FOUND', { what: 'person', email: address })
  return user
}

function auditLocal(transaction: Transaction, action: string, subject: string): void {
  audit(transaction, { action, subject, params: { from: 'command line' } })
}

function keyInfo(row: ApiKeyRow): KeyInfo {
  return {
    id: row.id,
    label: row.label,
    last8: row.last8,
    createdAtMs: row.created_at,
    ...(row.expires_at !== null && { expiresAtMs: row.expires_at }),
    ...(row.last_used_at !== null && { lastUsedAtMs: row.last_used_at }),
  }
}
