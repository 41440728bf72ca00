import { closeSync, fstatSync } from 'node:fs'
import { fileError } from '../../../platform/errno.ts'
import { TernError } from '../../../shared/domain/errors.ts'
import { fillFrom, openSource } from '../source/source-file.ts'
import { checkSourceName, checkSourcePath } from '../source/source-path.ts'
import type { FileIdentity } from '../types.ts'
import type { FolderTree } from './folder-tree.ts'
import { FolderVisit } from './folder-visit.ts'
import { joinPath } from './relative-path.ts'

/**
 * Small files of one folder, read one after the other: its path is checked once. `leaveFolder` must follow within the same
 * synchronous step.
 */
export class FolderReads {
  readonly #folders: FolderTree
  readonly #path: string
  readonly #visit: FolderVisit

  /** @throws TernError PATH_ESCAPES_ROOT, PATH_INVALID */
  constructor(folders: FolderTree, path: string) {
    checkSourcePath(path)
    this.#folders = folders
    this.#path = path
    this.#visit = FolderVisit.toLook(folders, path)
  }

  /**
   * Reads a whole file that must be of this version, to `offset` in the buffer: looked at once, after its last byte was
   * read, since whatever changed it before shows there too.
   * @throws TernError SOURCE_CHANGED, SOURCE_NOT_FOUND, SOURCE_UNREADABLE, LINK_IN_PATH, SPECIAL_FILE, PATH_ESCAPES_ROOT,
   *   PATH_INVALID
   */
  read(name: string, version: FileIdentity, buffer: Uint8Array, offset: number): void {
    const { sizeBytes } = version
    const fd = this.#open(name)
    try {
      const length = fillFrom(fd, buffer, offset, sizeBytes, 0)
      const stats = fstatSync(fd)
      if (!stats.isFile()) throw new TernError('SPECIAL_FILE', { path: joinPath(this.#path, name) })
      this.#folders.confirmOpened(this.#path, name, fd)
      const isSame =
        stats.size === sizeBytes &&
        stats.mtimeMs === version.mtimeMs &&
        stats.ino === version.inode &&
        stats.dev === version.device
      if (length < sizeBytes || !isSame) throw new TernError('SOURCE_CHANGED', { path: joinPath(this.#path, name) })
    } catch (thrown) {
      throw fileError(thrown, 'source', { path: joinPath(this.#path, name) })
    } finally {
      closeSync(fd)
    }
  }

  #open(name: string): number {
    checkSourceName(name)
    const at = this.#visit.at(name)
    if (at === undefined) throw new TernError('SOURCE_NOT_FOUND', { path: joinPath(this.#path, name) })
    return openSource(at, () => joinPath(this.#path, name))
  }
}
