import {
  closeSync,
  fstatSync,
  fsync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { promisify } from 'node:util'
import { errnoOf } from '../../platform/errno.ts'

const syncAsync = promisify(fsync)

export async function syncPath(path: string, flags: string): Promise<void> {
  const fd = openSync(path, flags)
  try {
    await syncAsync(fd)
  } finally {
    closeSync(fd)
  }
}

export function syncFolder(path: string): void {
  const fd = openSync(path, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

export function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') return Buffer.alloc(0)
    throw thrown
  }
}

export function writeAll(fd: number, bytes: Uint8Array, position: number): void {
  for (let written = 0; written < bytes.byteLength; ) {
    written += writeSync(fd, bytes, written, bytes.byteLength - written, position + written)
  }
}

/** A network drive may answer with an error although it did as it was told: what has the name now is what counts. */
export function renameOpen(fd: number, from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (thrown) {
    const [own, named] = [fstatSync(fd, { bigint: true }), lstatSync(to, { bigint: true })]
    if (own.dev !== named.dev || own.ino !== named.ino) throw thrown
  }
}

/**
 * Whatever the system answers, the number is free for other files by then and must not be used again. What was to be kept
 * was synced before.
 */
export function closeQuietly(fd: number): void {
  try {
    closeSync(fd)
  } catch {
    // Nothing is lost that counts.
  }
}

export function removeQuietly(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // It is not there, or the next one takes its place.
  }
}
