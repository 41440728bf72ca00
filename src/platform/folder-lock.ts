import { chmodSync, closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import { TernError } from '../shared/domain/errors.ts'
import { errnoOf, fileError } from './errno.ts'

const lockFile = '.lock'

/**
 * Keeps everybody else out of a folder, in this process or another. The system itself lets go of it when the process ends,
 * however it ends, so no lock is ever stale: SQLite has locks of that kind on every system, and Node has none.
 * @throws TernError DATA_IN_USE `{path}` after `patienceMs`
 */
export function lockFolder(folder: string, patienceMs = 0): Disposable {
  const file = join(folder, lockFile)
  try {
    closeSync(openSync(file, 'a', 0o600))
    if (process.platform !== 'win32') chmodSync(file, 0o600)
  } catch (thrown) {
    throw fileError(thrown, 'target', { path: file })
  }
  const database = new Database(file, { timeout: patienceMs })
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (thrown) {
    database.close()
    if (errnoOf(thrown)?.startsWith('SQLITE_BUSY')) throw new TernError('DATA_IN_USE', { path: folder })
    throw thrown
  }
  return { [Symbol.dispose]: () => void database.close() }
}
