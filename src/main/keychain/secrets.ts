import { randomBytes } from 'node:crypto'
import type { WorkspaceId } from '../../shared/domain/ids.ts'
import { isEntityId } from '../../shared/domain/ids.ts'
import type { Keyring } from './keyring.ts'

const hostKeyAccount = 'host-key'

export interface Session {
  readonly workspaceId: WorkspaceId
  readonly sessionToken: string
}

/** The account of a session, as `secret-tool lookup service Tern account …` finds it. */
export function sessionAccount(workspaceId: string, email: string): string {
  return `${workspaceId}/${email}`
}

/** The sessions that are known now: from the keyring once it is open, else those of this run. */
export function knownSessions(keyring: Keyring): readonly Session[] {
  return keyring.entries().flatMap(([account, sessionToken]) => {
    const workspaceId = account.split('/')[0] ?? ''
    return isEntityId(workspaceId) ? [{ workspaceId: workspaceId as WorkspaceId, sessionToken }] : []
  })
}

export function keepSession(keyring: Keyring, session: Session & { readonly email: string }): Promise<void> {
  return keyring.set(sessionAccount(session.workspaceId, session.email), session.sessionToken)
}

export async function forgetSessions(keyring: Keyring, workspaceId: string): Promise<void> {
  const accounts = keyring.entries().flatMap(([account]) => (account.startsWith(`${workspaceId}/`) ? [account] : []))
  for (const account of accounts) await keyring.delete(account)
}

/** 32 bytes (base64) that encrypt the host's private key file. */
export const hostKey = { account: hostKeyAccount, make: () => randomBytes(32).toString('base64') } as const

/**
 * The secret of the host's key file, once the keyring is open. Undefined before: a secret that lives in memory only would
 * lock the key out of the next start.
 */
export function hostKeySecret(keyring: Keyring): string | undefined {
  return keyring.get(hostKeyAccount)
}
