import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs'
import { errnoOf, fileError } from '../../platform/errno.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { FolderTree, FolderTreeOptions } from './folder-tree.ts'
import { openFolderTree } from './open-folder-tree.ts'
import { nameOf, parentOf } from './relative-path.ts'
import { checkSourcePath } from './source-path.ts'
import type { FileIdentity } from './types.ts'

// A pipe must not block the process; links are refused by the system itself where it can.
const openFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** One open file of the source. All calls are synchronous: they belong on the thread that sends. */
export class SourceReader implements Disposable {
  readonly path: string
  /** As it was when opened. */
  readonly identity: FileIdentity
  readonly #fd: number
  #isClosed = false

  constructor(fd: number, path: string, identity: FileIdentity) {
    this.#fd = fd
    this.path = path
    this.identity = identity
  }

  /** Fills the buffer from a byte position as far as the file goes; fewer bytes than asked for mean its end. */
  read(buffer: Uint8Array, position: number): number {
    try {
      return fill(this.#fd, buffer, position)
    } catch (thrown) {
      throw fileError(thrown, 'source', { path: this.path })
    }
  }

  /** Fails with SOURCE_CHANGED when size, time or inode are not what they were when the file was opened. */
  assertUnchanged(): void {
    if (!isSameVersion(this.#identityNow(), this.identity)) throw new TernError('SOURCE_CHANGED', { path: this.path })
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    closeSync(this.#fd)
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #identityNow(): FileIdentity {
    try {
      return identityOf(fstatSync(this.#fd))
    } catch (thrown) {
      throw fileError(thrown, 'source', { path: this.path })
    }
  }
}

/** The folder that a sender reads from; keeps recently used folders open. */
export class SourceFolder implements Disposable {
  readonly root: string
  readonly #folders: FolderTree

  constructor(root: string, options: Partial<FolderTreeOptions> = {}) {
    this.root = root
    this.#folders = openFolderTree(root, { ...options, side: 'source' })
  }

  /**
   * Opens a file by its path relative to the root, never through a link. Fails with SOURCE_NOT_FOUND,
   * SOURCE_UNREADABLE, LINK_IN_PATH, SPECIAL_FILE, PATH_ESCAPES_ROOT.
   */
  open(path: string): SourceReader {
    const fd = this.#openPath(path)
    try {
      return new SourceReader(fd, path, this.#identityOf(fd, path))
    } catch (thrown) {
      closeSync(fd)
      throw fileError(thrown, 'source', { path })
    }
  }

  /**
   * Reads a small file that must be of this version, which is `buffer.byteLength` long: looked at once, after its last
   * byte was read, since whatever changed it before shows there too. Fails as `open` does, and with SOURCE_CHANGED.
   */
  readWhole(path: string, buffer: Uint8Array, version: FileIdentity): void {
    const fd = this.#openPath(path)
    try {
      const length = fill(fd, buffer, 0)
      const isSame = isSameVersion(this.#identityOf(fd, path), version)
      if (length < buffer.byteLength || !isSame) throw new TernError('SOURCE_CHANGED', { path })
    } catch (thrown) {
      throw fileError(thrown, 'source', { path })
    } finally {
      closeSync(fd)
    }
  }

  close(): void {
    this.#folders[Symbol.dispose]()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #openPath(path: string): number {
    checkSourcePath(path)
    const folder = this.#folders.folder(parentOf(path))
    if (!folder) throw new TernError('SOURCE_NOT_FOUND', { path })
    try {
      return openSync(folder.child(nameOf(path)), openFlags)
    } catch (thrown) {
      // A socket or a device without a driver cannot even be opened.
      if (errnoOf(thrown) === 'ENXIO') throw new TernError('SPECIAL_FILE', { path }, { cause: thrown })
      throw fileError(thrown, 'source', { path })
    }
  }

  #identityOf(fd: number, path: string): FileIdentity {
    const stats = fstatSync(fd)
    if (!stats.isFile()) throw new TernError('SPECIAL_FILE', { path })
    this.#folders.confirmOpened(parentOf(path), nameOf(path), fd)
    return identityOf(stats)
  }
}

/** Fills the buffer from a byte position as far as the file goes. Answers how many bytes that were. */
function fill(fd: number, buffer: Uint8Array, position: number): number {
  let count = 0
  while (count < buffer.byteLength) {
    const got = readSync(fd, buffer, count, buffer.byteLength - count, position + count)
    if (got === 0) break
    count += got
  }
  return count
}

export function isSameVersion(left: FileIdentity, right: FileIdentity): boolean {
  return (
    left.sizeBytes === right.sizeBytes &&
    left.mtimeMs === right.mtimeMs &&
    left.inode === right.inode &&
    left.device === right.device
  )
}

export function identityOf({ size, mtimeMs, ino, dev }: Stats): FileIdentity {
  return { sizeBytes: size, mtimeMs, inode: ino, device: dev }
}
