import { chmodSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileError } from '../../platform/errno.ts'
import { TernError } from '../../shared/domain/errors.ts'

export const databaseFile = 'workspace.db'
export const identityFile = 'server.pem'

/**
 * Takes the folder and what is secret in it away from everybody but its owner, whatever made them.
 * @throws TernError NOT_FOUND for a folder without a workspace
 */
export function keepPrivate(folder: string): void {
  if (!existsSync(join(folder, databaseFile))) throw new TernError('NOT_FOUND', { entity: 'workspace', path: folder })
  if (process.platform === 'win32') return
  try {
    chmodSync(folder, 0o700)
    for (const file of [databaseFile, `${databaseFile}-wal`, `${databaseFile}-shm`, identityFile]) {
      if (existsSync(join(folder, file))) chmodSync(join(folder, file), 0o600)
    }
  } catch (thrown) {
    throw fileError(thrown, 'target', { path: folder })
  }
}
