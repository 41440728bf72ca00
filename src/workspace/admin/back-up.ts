import { existsSync } from 'node:fs'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { syncFolder } from '../../platform/atomic-file.ts'
import { errnoOf, fileError } from '../../platform/errno.ts'
import { openSqlite } from '../../platform/sqlite.ts'
import { TernError } from '../../shared/domain/errors.ts'
import { databaseFile } from '../store/data-folder.ts'

const patienceMs = 30_000

/**
 * Copies the database of a workspace into a new file, as it is at one moment, whether somebody serves it or not: a reader
 * holds no writer up. Synchronous for as long as the disk takes.
 * @throws TernError NOT_FOUND, FILE_EXISTS `{path}`, INTEGRITY `{path}`, DISK_FULL and the like
 */
export async function backUpWorkspace(folder: string, file: string): Promise<{ readonly sizeBytes: number }> {
  const source = join(folder, databaseFile)
  if (!existsSync(source)) throw new TernError('NOT_FOUND', { entity: 'workspace', path: folder })
  if (existsSync(file)) throw new TernError('FILE_EXISTS', { path: file })
  const part = `${file}.part`
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await rm(part, { force: true })
    // SQLite takes an empty file as it is, so nobody else may read the copy from its first byte on.
    await (await open(part, 'wx', 0o600)).close()
    copyInto(source, part)
    check(part, file)
    await makeDurable(part)
    await rename(part, file)
    await syncFolder(dirname(file))
    return { sizeBytes: (await stat(file)).size }
  } catch (thrown) {
    await rm(part, { force: true })
    if (errnoOf(thrown)?.startsWith('SQLITE_FULL')) throw new TernError('DISK_FULL', { path: file }, { cause: thrown })
    throw fileError(thrown, 'target', { path: file })
  }
}

function copyInto(source: string, part: string): void {
  using database = openSqlite(source, { busyTimeoutMs: patienceMs })
  database.exec(`VACUUM INTO '${part.replaceAll("'", "''")}'`)
}

function check(part: string, file: string): void {
  using copy = openSqlite(part)
  const found = copy.get<{ integrity_check: string }>('PRAGMA integrity_check')
  if (found?.integrity_check !== 'ok') throw new TernError('INTEGRITY', { path: file })
  // One file is all that has to be kept.
  copy.exec('PRAGMA journal_mode = DELETE')
}

async function makeDurable(part: string): Promise<void> {
  const handle = await open(part, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
