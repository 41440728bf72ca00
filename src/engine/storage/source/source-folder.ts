import { closeSync, fstatSync, type Stats } from 'node:fs'
import { fileError } from '../../../platform/errno.ts'
import { TernError } from '../../../shared/domain/errors.ts'
import { FolderReads } from '../folders/folder-reads.ts'
import type { FolderTree, FolderTreeOptions } from '../folders/folder-tree.ts'
import { openFolderTree } from '../folders/open-folder-tree.ts'
import { nameOf, parentOf } from '../folders/relative-path.ts'
import type { FileIdentity } from '../types.ts'
import { fillFrom, openSource } from './source-file.ts'
import { checkSourcePath } from './source-path.ts'

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
      return fillFrom(this.#fd, buffer, 0, buffer.byteLength, position)
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

  /** To read many small files of one folder. Fails with PATH_ESCAPES_ROOT, PATH_INVALID. */
  readsIn(path: string): FolderReads {
    return new FolderReads(this.#folders, path)
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
    return openSource(folder.child(nameOf(path)), () => path)
  }

  #identityOf(fd: number, path: string): FileIdentity {
    const stats = fstatSync(fd)
    if (!stats.isFile()) throw new TernError('SPECIAL_FILE', { path })
    this.#folders.confirmOpened(parentOf(path), nameOf(path), fd)
    return identityOf(stats)
  }
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
