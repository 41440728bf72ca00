import { randomBytes } from 'node:crypto'
import type { KnownSession } from '../../shared/contract/engine-process.ts'
import type { WorkspaceId } from '../../shared/domain/ids.ts'
import { isEntityId } from '../../shared/domain/ids.ts'
import type { Keyring } from './keyring.ts'

const hostKeyAccount = 'host-key'

/** The account of a session, as `secret-tool lookup service Tern account …` finds it. */
export function sessionAccount(workspaceId: string, email: string): string {
  return `${workspaceId}/${email}`
}

/**
 * The sessions that are known now: from the keyring once it is open, else those of this run. Another profile of the same
 * desktop keeps its own here too, so each says whose it is.
 */
export function knownSessions(keyring: Keyring): readonly Required<KnownSession>[] {
  return keyring.entries().flatMap(([account, sessionToken]) => {
    const slash = account.indexOf('/')
    const [workspaceId, email] = [account.slice(0, slash), account.slice(slash + 1)]
    return slash > 0 && isEntityId(workspaceId)
      ? [{ workspaceId: workspaceId as WorkspaceId, email, sessionToken }]
      : []
  })
}

export function keepSession(keyring: Keyring, session: Required<KnownSession>): Promise<void> {
  return keyring.set(sessionAccount(session.workspaceId, session.email), session.sessionToken)
}

export function forgetSession(keyring: Keyring, workspaceId: string, email: string): Promise<void> {
  return keyring.delete(sessionAccount(workspaceId, email))
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
