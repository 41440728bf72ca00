import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { TernError } from '../shared/domain/errors.ts'
import { errnoOf, fileError } from './errno.ts'

export interface WriteFileAtomicOptions {
  /** Permission bits of the file; 0o600 unless said otherwise, since state may hold secrets. */
  readonly mode?: number
}

/**
 * Replaces a file so that, whatever is killed or loses power, either the old content or the new one is there. Missing
 * folders are made. Fails with DISK_FULL, TARGET_NOT_WRITABLE and the like.
 */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  options: WriteFileAtomicOptions = {},
): Promise<void> {
  const folder = dirname(path)
  const temporary = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`)
  try {
    await mkdir(folder, { recursive: true })
    await writeDurable(temporary, data, options.mode ?? 0o600)
    await renameRetrying(temporary, path)
    await syncFolder(folder)
  } catch (thrown) {
    await unlink(temporary).catch(() => undefined)
    throw fileError(thrown, 'target', { path })
  }
}

/** The whole file as text, or undefined when there is none. */
export async function readTextFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') return undefined
    throw fileError(thrown, 'source', { path })
  }
}

/** Parsed JSON that the caller still has to check, or undefined when there is no file. Fails with STORE_CORRUPT. */
export async function readJsonFile(path: string): Promise<unknown> {
  const text = await readTextFile(path)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as unknown
  } catch (thrown) {
    throw new TernError('STORE_CORRUPT', { path }, { cause: thrown })
  }
}

/** Replaces a JSON file atomically; readable by people, ends with a line break. */
export function writeJsonFile(path: string, value: unknown, options: WriteFileAtomicOptions = {}): Promise<void> {
  return writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`, options)
}

/** Makes the names in a folder durable. Windows has no such call and needs none for a rename on NTFS. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } catch (thrown) {
    // Some network and FUSE file systems cannot sync a folder; there is nothing better to do on them.
    if (!['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(errnoOf(thrown) ?? '')) throw thrown
  } finally {
    await handle.close()
  }
}

async function writeDurable(path: string, data: string | Uint8Array, mode: number): Promise<void> {
  const handle = await open(path, 'wx', mode)
  try {
    await handle.writeFile(data)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Virus scanners and indexers on Windows hold a new file for a moment. */
async function renameRetrying(from: string, to: string): Promise<void> {
  const delaysMs = process.platform === 'win32' ? [10, 30, 100, 300, 1000, 2000] : []
  for (const delayMs of delaysMs) {
    try {
      return await rename(from, to)
    } catch (thrown) {
      if (!['EPERM', 'EACCES', 'EBUSY'].includes(errnoOf(thrown) ?? '')) throw thrown
      await new Promise((resolve) => setTimeout(resolve, delayMs))
    }
  }
  await rename(from, to)
}
