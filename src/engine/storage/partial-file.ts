import {
  closeSync,
  fchmodSync,
  fdatasync,
  fstatSync,
  fsync,
  ftruncateSync,
  lstatSync,
  readSync,
  unlinkSync,
  write,
  writeSync,
} from 'node:fs'
import { promisify } from 'node:util'
import { errnoOf } from '../../platform/errno.ts'
import { TernError } from '../../shared/domain/errors.ts'
import { applyToOpen, ownRights } from './attributes/attributes.ts'
import { receivedMode } from './attributes/file-mode.ts'
import { setFileTime } from './attributes/file-times.ts'
import { linkInPath } from './folders/folder-errors.ts'
import type { FolderTree } from './folders/folder-tree.ts'
import { joinPath, nameOf, parentOf } from './folders/relative-path.ts'
import { place } from './placement.ts'
import { retryLocked } from './retry-locked.ts'
import { targetError } from './target-error.ts'
import type { CommitOptions, CommitResult } from './types.ts'

const syncData = promisify(fdatasync)
const syncAll = promisify(fsync)

/** What `blocks` of a file's figures counts in, whatever the file system's own are. */
const blockBytes = 512

/**
 * Linux keeps what one call writes to a disk in pieces of memory as large as the call, so long as they are to be had. Pieces
 * of 1 MiB and more seldom are: memory is cut up, or a hypervisor must give it back first (0.8 s or 5.6 s for 2 GiB).
 */
const diskCallBytes = 512 * 1024

export interface PartialFileParts {
  readonly fd: number
  readonly folders: FolderTree
  /** Where the file shall lie in the end, relative to the root. */
  readonly path: string
  readonly name: string
  readonly sizeBytes: number
  readonly isNew: boolean
  /** False: on a file system in memory, which keeps single pages however much one call writes. */
  readonly isOnDisk: boolean
  /** Tells the target that a folder has changed and must be synced before anything is reported. */
  readonly onFolderChanged: (folderPath: string) => void
}

/** A file on its way: `.tern-<random>.part` beside its target. Reads and writes are positional. */
export class PartialFile implements Disposable {
  readonly path: string
  readonly name: string
  readonly sizeBytes: number
  /** False: it was there from an earlier run; what it holds counts only as far as it is checked again. */
  readonly isNew: boolean
  /** The disk did not take it, so it was removed. */
  isGone = false
  readonly #parts: PartialFileParts
  #isOpen = true

  constructor(parts: PartialFileParts) {
    this.#parts = parts
    this.path = parts.path
    this.name = parts.name
    this.sizeBytes = parts.sizeBytes
    this.isNew = parts.isNew
  }

  /** Writes all of the buffer at a byte position. Fails with PROTOCOL_ERROR beyond the announced size, DISK_FULL, … */
  write(buffer: Uint8Array, position: number): void {
    this.#assertWithin(buffer, position)
    const length = buffer.byteLength
    try {
      for (let written = 0; written < length; ) {
        written += writeSync(this.#fd, buffer, written, this.#lengthOfCall(length - written), position + written)
      }
    } catch (thrown) {
      throw this.#error(thrown)
    }
  }

  /** The same beside this thread; until it settles the buffer must not change, nor the partial be closed. */
  async writeBeside(buffer: Uint8Array, position: number): Promise<void> {
    this.#assertWithin(buffer, position)
    const length = buffer.byteLength
    try {
      for (let written = 0; written < length; ) {
        const callBytes = this.#lengthOfCall(length - written)
        written += await writeSome(this.#fd, buffer, written, callBytes, position + written)
      }
    } catch (thrown) {
      throw this.#error(thrown)
    }
  }

  /** Fills the buffer from a byte position; fewer bytes mean that the partial ends there. */
  read(buffer: Uint8Array, position: number): number {
    try {
      let count = 0
      while (count < buffer.byteLength) {
        const got = readSync(this.#fd, buffer, count, buffer.byteLength - count, position + count)
        if (got === 0) break
        count += got
      }
      return count
    } catch (thrown) {
      throw this.#error(thrown)
    }
  }

  /** How far the partial reaches on disk, in bytes; says nothing on what is verified. */
  get lengthBytes(): number {
    return fstatSync(this.#fd).size
  }

  /** Bytes that it will still take on the disk, at most. */
  get missingBytes(): number {
    return Math.max(0, this.sizeBytes - fstatSync(this.#fd).blocks * blockBytes)
  }

  /** Takes back all that it holds. */
  empty(): void {
    this.#resize(0)
  }

  /** To its announced size: what was not written behind its end is zeros. */
  extend(): void {
    if (this.lengthBytes < this.sizeBytes) this.#resize(this.sizeBytes)
  }

  /** Asks the disk to take what was written. What it did not take is removed (`isGone`). */
  async sync(): Promise<void> {
    try {
      await this.#makeDurable(syncData)
    } catch (thrown) {
      throw this.#error(thrown)
    }
  }

  /**
   * Durable, then in place under its name. The folder's own entry is durable only after `TargetFolder.syncFolders`,
   * which must come before anything is reported. Closes the partial; when it fails, it stays for a
   * retry, unless its flush failed.
   * Fails with INTEGRITY when the size is not the announced one, FOLDER_OVER_FILE, LINK_IN_PATH, TARGET_LOCKED, ….
   */
  async commit(options: CommitOptions): Promise<CommitResult> {
    try {
      if (this.lengthBytes !== this.sizeBytes) throw new TernError('INTEGRITY', { path: this.path, reason: 'size' })
      fchmodSync(this.#fd, this.#finalMode(options))
      if (options.attributes) applyToOpen(this.#fd, options.attributes, ownRights())
      setFileTime(this.#fd, options.mtimeMs)
      await this.#makeDurable(syncAll)
      const placed = await retryLocked(() => this.#place(options), this.path)
      if (placed.status === 'skipped') this.#unlink()
      this.#parts.onFolderChanged(this.#folderPath)
      return { status: placed.status, path: joinPath(this.#folderPath, placed.name) }
    } catch (thrown) {
      throw this.#error(thrown)
    } finally {
      this.close()
    }
  }

  /**
   * A partial that the disk did not take is of no use: it seems whole, and its next sync would say that all is well. So it
   * is gone before anything else happens, lest a later run find it.
   */
  async #makeDurable(sync: (fd: number) => Promise<void>): Promise<void> {
    try {
      await sync(this.#fd)
    } catch (thrown) {
      this.#forsake()
      throw thrown
    }
  }

  #forsake(): void {
    if (this.isGone) return
    try {
      this.#unlink()
      this.isGone = true
    } catch {
      // Why the disk did not take it says more; `discard` tries once more.
    }
  }

  /** Removes the partial for good. */
  discard(): void {
    if (!this.#isOpen) return
    try {
      this.#unlink()
    } catch (thrown) {
      if (errnoOf(thrown) !== 'ENOENT') throw this.#error(thrown)
    } finally {
      this.#parts.onFolderChanged(this.#folderPath)
      this.close()
    }
  }

  /** Closes and keeps it for a later run. */
  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    closeSync(this.#parts.fd)
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #assertWithin(buffer: Uint8Array, position: number): void {
    if (Number.isSafeInteger(position) && position >= 0 && position + buffer.byteLength <= this.sizeBytes) return
    throw new TernError('PROTOCOL_ERROR', { path: this.path, reason: 'beyond the announced size' })
  }

  #resize(sizeBytes: number): void {
    try {
      ftruncateSync(this.#fd, sizeBytes)
    } catch (thrown) {
      throw this.#error(thrown)
    }
  }

  #lengthOfCall(leftBytes: number): number {
    return this.#parts.isOnDisk ? Math.min(leftBytes, diskCallBytes) : leftBytes
  }

  get #fd(): number {
    if (!this.#isOpen) throw new TernError('INTERNAL', { reason: 'partial used after it was closed' })
    return this.#parts.fd
  }

  get #folderPath(): string {
    return parentOf(this.path)
  }

  /** A replaced file keeps its own permissions, as its owner set them. */
  #finalMode(options: CommitOptions): number {
    const folder = this.#parts.folders.folder(this.#folderPath)
    const existing = folder && lstatSync(folder.child(nameOf(this.path)), { throwIfNoEntry: false })
    if (options.onConflict === 'replace' && existing?.isFile()) return existing.mode & 0o777
    return receivedMode(options.mode)
  }

  #place(options: CommitOptions): ReturnType<typeof place> {
    const { folder, at } = this.#locate()
    return place(at, folder, nameOf(this.path), options.onConflict, this.path)
  }

  #unlink(): void {
    unlinkSync(this.#locate().at)
  }

  /** The partial's own name must still mean the file that was written, not one put in its place. */
  #locate(): { folder: NonNullable<ReturnType<FolderTree['freshFolder']>>; at: string } {
    const folder = this.#parts.folders.freshFolder(this.#folderPath)
    if (!folder) throw new TernError('DRIVE_GONE', { path: this.#folderPath })
    const at = folder.child(this.name)
    const named = lstatSync(at, { bigint: true })
    const opened = fstatSync(this.#fd, { bigint: true })
    if (named.ino !== opened.ino || named.dev !== opened.dev) throw linkInPath(joinPath(this.#folderPath, this.name))
    return { folder, at }
  }

  #error(thrown: unknown): TernError {
    return targetError(thrown, this.#parts.folders, this.path)
  }
}

function writeSome(fd: number, buffer: Uint8Array, offset: number, length: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(fd, buffer, offset, length, position, (error, bytes) => (error ? reject(error) : resolve(bytes)))
  })
}
