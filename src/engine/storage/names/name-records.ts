import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { fileError } from '../../../platform/errno.ts'
import { originalNameOf, recordKeyFor, recordKeyOf } from './name-mapping.ts'

/** Longer ones are no names. */
const longestRecordBytes = 4096
const keyPattern = /^[0-9a-v]{26}$/

/**
 * The originals of names that were cut short, one small file for each, so that any number of them costs no memory. What
 * is recorded is durable before the file gets the name.
 */
export class NameRecords {
  readonly #folder: string
  #isMade = false

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Fails with DISK_FULL, TARGET_NOT_WRITABLE. */
  put(original: string): void {
    const key = recordKeyFor(original)
    if (this.get(key) === original) return
    const path = this.#pathOf(key)
    const temporary = join(this.#folder, `.${randomBytes(6).toString('hex')}.tmp`)
    try {
      if (!this.#isMade) mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
      this.#isMade = true
      writeDurable(temporary, original)
      renameSync(temporary, path)
      syncFolder(this.#folder)
    } catch (thrown) {
      throw fileError(thrown, 'target', { path })
    }
  }

  /** The original with this key; undefined where it is not known, or the record is not what it should be. */
  get(key: string): string | undefined {
    if (!keyPattern.test(key)) return undefined
    try {
      const path = this.#pathOf(key)
      if (statSync(path).size > longestRecordBytes) return undefined
      const original = readFileSync(path, 'utf8')
      return recordKeyFor(original) === key ? original : undefined
    } catch {
      return undefined
    }
  }

  /** What a file was called before an earlier transfer had to call it otherwise; undefined for any other name. */
  originalOf(name: string): string | undefined {
    const key = recordKeyOf(name)
    return key === undefined ? originalNameOf(name) : this.get(key)
  }

  #pathOf(key: string): string {
    return join(this.#folder, key)
  }
}

function writeDurable(path: string, text: string): void {
  const fd = openSync(path, 'wx', 0o600)
  try {
    writeSync(fd, text)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** Windows has no such call and needs none. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return
  const fd = openSync(path, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
