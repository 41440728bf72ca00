import { isAbsolute } from 'node:path'
import { z } from 'zod'
import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { operationSchemas } from '../../shared/contract/operation-schemas.ts'
import type { OperationInput } from '../../shared/contract/operations.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { ApiKeyId } from '../../shared/domain/ids.ts'
import type { JobProgress } from '../../shared/domain/job.ts'
import type { CheckedInput } from '../api/checked-input.ts'
import { acceptInvitation, createInvitation, invitationText } from '../invitations/invitations.ts'
import type { MailPassword } from '../mail/mail-password.ts'
import { createPerson } from '../people/create-person.ts'
import { shutOut } from '../people/person-changes.ts'
import { type ApiKeyRow, apiKeyById, apiKeysOf, createApiKey, revokeApiKey } from '../sessions/api-keys.ts'
import { checkPasswordStrength, hashPassword } from '../sessions/passwords.ts'
import { createShare } from '../shares/create-share.ts'
import { assignServer } from '../shares/share-servers.ts'
import { createSite } from '../sites/create-site.ts'
import { inviteServer } from '../sites/invite-server.ts'
import { clientsOfSite, type UserRow, userByEmail } from '../store/people.ts'
import { mainSite, shareByCode, siteByCode } from '../store/places.ts'
import { updateRow } from '../store/recorded.ts'
import { audit } from '../store/records.ts'
import type { Store, Transaction } from '../store/store.ts'
import { type RunningTransfer, runningTransfers } from './running-transfers.ts'
import { addStorageRoot, storageRoots } from './storage-roots.ts'

/** What commands work on: the store of a running server, or one that was opened for a single command. */
export interface AdminParts {
  readonly store: Store
  /** What an invitation names. @throws TernError NOT_FOUND while the workspace was never served */
  readonly served: () => { readonly address: string; readonly keyHash: string }
  readonly onStorageRoots: (roots: readonly string[]) => Promise<void>
  /** Of a job that runs; undefined where nobody has spoken of it. */
  readonly figuresOf: (jobId: string) => JobProgress | undefined
  /** `wake`: what waited for the password goes now. */
  readonly mail: { readonly password: MailPassword; readonly wake: () => void }
}

const email = z.email().max(254)
const role = z.enum(['admin', 'employee', 'standard'])
const text = z.string().min(1).max(200)
const entityCode = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/)

/** What whoever may write the workspace's folder may do to it, beside every rule about people. */
export const adminInputs = {
  addVolume: z.object({
    name: text,
    code: entityCode,
    path: z.string().min(1).max(4096).refine(isAbsolute),
    isDefault: z.boolean(),
  }),
  /** `path`: the volume's folder on the site's server, which may be another system. */
  assignVolume: z.object({ code: entityCode, site: text, path: z.string().min(1).max(4096), server: text.optional() }),
  addUser: z.object({ email, name: text.optional(), role, password: z.string().max(1000) }),
  setPassword: z.object({ email, password: z.string().max(1000) }),
  createKey: z.object({ email, label: z.string().max(200).optional(), expiresAtMs: z.number().int().optional() }),
  listKeys: z.object({ email }),
  revokeKey: z.object({ id: text }),
  invite: z.object({ email: email.optional(), name: text.optional(), role }),
  inviteServer: z.object({ site: entityCode }),
  mailPassword: z.object({ password: z.string().min(1).max(1000).nullable() }),
  listRunning: z.object({}),
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
  readonly assignVolume: { readonly code: string; readonly site: string; readonly server: string }
  readonly addUser: { readonly id: string }
  readonly setPassword: { readonly id: string }
  readonly createKey: { readonly id: string; readonly key: string }
  readonly listKeys: { readonly keys: readonly KeyInfo[] }
  readonly revokeKey: { readonly id: string }
  readonly invite: { readonly invitation: string }
  readonly inviteServer: { readonly invitation: string }
  readonly mailPassword: Record<string, never>
  readonly listRunning: { readonly transfers: readonly RunningTransfer[] }
}

export type AdminCommand = keyof AdminInputs

export const adminCommands: {
  readonly [Name in AdminCommand]: (parts: AdminParts, input: AdminInputs[Name]) => Promise<AdminAnswers[Name]>
} = {
  async addVolume({ store, onStorageRoots }, { name, code, path, isDefault }) {
    await store.write(({ database, nowMs }) => {
      if (shareByCode(database, code) !== undefined) throw new TernError('CONFLICT', { code })
      addStorageRoot(database, path, nowMs)
    })
    // Its server has to be allowed the folder before it hears of the share.
    await onStorageRoots(store.read(storageRoots))
    const input = inputOf('share/create', { kind: 'volume', code, name, path, ...(isDefault && { isDefault }) })
    const share = await store.write((transaction) => {
      const by = firstAdmin(transaction.database)
      const made = createShare(transaction, by.id, { site_code: mainSite, path }, input)
      auditLocal(transaction, 'share/create', made.id)
      return made
    })
    return { id: share.id, code }
  },

  assignVolume: ({ store }, { code, site, path, server: wanted }) =>
    store.write((transaction) => {
      const { database } = transaction
      const share = shareByCode(database, code)
      if (share === undefined) throw new TernError('NOT_FOUND', { entity: 'share', id: code })
      const servers = clientsOfSite(database, site)
      const [server, ...others] = servers.filter(({ name }) => wanted === undefined || name === wanted)
      if (server === undefined) {
        throw new TernError('NOT_FOUND', { entity: 'server', site, ...(wanted !== undefined && { name: wanted }) })
      }
      if (others.length > 0) throw new TernError('CONFLICT', { problem: 'several-servers' })
      assignServer(transaction, share, server.id, path)
      auditLocal(transaction, 'share/assign', share.id)
      return { code, site, server: server.name }
    }),

  async addUser({ store }, { email: address, role: given, password, name = nameOf(address) }) {
    checkPasswordStrength(password)
    const passwordHash = await hashPassword(password)
    const input = inputOf('user/create', { email: address, role: given, name })
    return store.write((transaction) => {
      const { database } = transaction
      if (userByEmail(database, address) !== undefined) throw new TernError('EMAIL_TAKEN', { email: address })
      const { id, code } = createPerson(transaction, firstAdmin(database), input)
      acceptInvitation(transaction, code, { email: address, name, passwordHash })
      auditLocal(transaction, 'user/create', id)
      return { id }
    })
  },

  async setPassword({ store }, { email: owner, password }) {
    checkPasswordStrength(password)
    const passwordHash = await hashPassword(password)
    return store.write((transaction) => {
      const user = personOf(transaction.database, owner)
      // An invitation is what lets others in, and they choose their password with it.
      if (user.status !== 'enabled') throw new TernError('CONFLICT', { problem: 'invite-instead' })
      updateRow(transaction.database, 'users', user.id, { password_hash: passwordHash })
      // Who knew the old one, or sits at a computer that was lost, must not stay signed in.
      shutOut(transaction, user.id)
      auditLocal(transaction, 'session/password', user.id)
      return { id: user.id }
    })
  },

  async mailPassword({ store, mail }, { password }) {
    await mail.password.write(password)
    await store.write((transaction) => auditLocal(transaction, 'mail/password'))
    mail.wake()
    return {}
  },

  listRunning: async ({ store, figuresOf }) => ({
    transfers: store.read((database) => runningTransfers(database, figuresOf)),
  }),

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

  async inviteServer({ store, served }, { site }) {
    const { address, keyHash } = served()
    const code = await store.write((transaction) => {
      const { database } = transaction
      const by = firstAdmin(database)
      if (siteByCode(database, site) === undefined) {
        const { id } = createSite(transaction, by.id, inputOf('site/create', { code: site, name: site }))
        auditLocal(transaction, 'site/create', id)
      }
      return inviteServer(transaction, by, site)
    })
    return { invitation: invitationText(address, keyHash, code) }
  },
}

/** As the operation of that name takes it, so that whatever it fills in is filled in here too. */
function inputOf<Name extends 'share/create' | 'user/create' | 'site/create'>(
  name: Name,
  input: OperationInput<Name>,
): CheckedInput<Name> {
  return operationSchemas[name].input.parse(input) as CheckedInput<Name>
}

function nameOf(address: string): string {
  return address.slice(0, address.indexOf('@'))
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

function auditLocal(transaction: Transaction, action: string, subject?: string): void {
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
