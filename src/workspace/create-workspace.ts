import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { lockFolder } from '../platform/folder-lock.ts'
import { newEntityId } from '../platform/random-id.ts'
import { TernError } from '../shared/domain/errors.ts'
import type { WorkspaceId } from '../shared/domain/ids.ts'
import { ensureHome } from './invitations/invitations.ts'
import { WorkspaceServer, type WorkspaceServerOptions } from './server.ts'
import { checkPasswordStrength, hashPassword } from './sessions/passwords.ts'
import { createSession } from './sessions/tokens.ts'
import { databaseFile } from './store/data-folder.ts'
import { insertUser, upsertClient } from './store/people.ts'
import { insertShare, insertSite, mainSite, setMetaValue } from './store/places.ts'
import { audit } from './store/records.ts'
import { Store } from './store/store.ts'

export interface WorkspaceSetup {
  readonly code: string
  readonly name: string
  readonly admin: { readonly email: string; readonly name: string; readonly password: string }
  /** The client that serves the main site's files. */
  readonly server: { readonly name: string; readonly keyHash: string }
  readonly shares: readonly {
    readonly code: string
    readonly name: string
    readonly path: string
    readonly isDefault: boolean
  }[]
  readonly homesPath: string
}

export interface CreatedWorkspace {
  readonly server: WorkspaceServer
  /** The session of the main site's server; shown once. */
  readonly serverSessionToken: string
  readonly workspaceId: WorkspaceId
}

/**
 * Makes a workspace in a folder that holds none yet, and opens it.
 * @throws TernError CONFLICT when there is one, PASSWORD_WEAK
 */
export async function createWorkspace(
  options: WorkspaceServerOptions & { readonly setup: WorkspaceSetup },
): Promise<CreatedWorkspace> {
  const made = await makeWorkspace(options.folder, options.setup)
  return { ...made, server: await WorkspaceServer.open(options) }
}

async function makeWorkspace(folder: string, setup: WorkspaceSetup): Promise<Omit<CreatedWorkspace, 'server'>> {
  const file = join(folder, databaseFile)
  if (existsSync(file)) throw new TernError('CONFLICT', { path: folder })
  checkPasswordStrength(setup.admin.password)
  const passwordHash = await hashPassword(setup.admin.password)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const workspaceId = newEntityId<WorkspaceId>()
  using _lock = lockFolder(folder)
  const store = Store.open(file, () => {})
  try {
    const serverSessionToken = await store.write((transaction) => {
      const { database, nowMs } = transaction
      setMetaValue(database, 'workspaceId', workspaceId)
      setMetaValue(database, 'workspaceCode', setup.code)
      setMetaValue(database, 'workspaceName', setup.name)
      setMetaValue(database, 'homesPath', setup.homesPath)
      insertSite(database, { code: mainSite, name: mainSite, created_at: nowMs })
      for (const share of setup.shares) {
        insertShare(database, {
          code: share.code,
          name: share.name,
          kind: 'volume',
          is_default: share.isDefault ? 1 : 0,
          user_id: null,
          site_code: mainSite,
          path: share.path,
          created_at: nowMs,
        })
      }
      const { email, name } = setup.admin
      const admin = insertUser(database, {
        email,
        name,
        role: 'admin',
        status: 'enabled',
        password_hash: passwordHash,
        created_at: nowMs,
      })
      ensureHome(transaction, admin)
      const client = upsertClient(database, { ...setup.server, kind: 'server' }, { siteCode: mainSite }, nowMs)
      audit(transaction, { userId: admin.id, action: 'workspace/create', subject: workspaceId })
      return createSession(database, admin, client, nowMs)
    })
    return { serverSessionToken, workspaceId }
  } finally {
    store.close()
  }
}
