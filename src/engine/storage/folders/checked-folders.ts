import { type BigIntStats, fstatSync, lstatSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { monotonicMs } from '../../../platform/clock.ts'
import { type FileSide, fileError } from '../../../platform/errno.ts'
import { isSameFolder, linkInPath, notAFolder, rootError, rootGone } from './folder-errors.ts'
import type { Folder, FolderTree } from './folder-tree.ts'
import { parentOf } from './relative-path.ts'

const trustedForMs = 100

/**
 * For systems without handle-relative calls: every component is looked at before a call, and again after a file was
 * opened (`confirmOpened`). What remains is said in this folder's README.
 */
export class CheckedFolders implements FolderTree {
  readonly root: string
  readonly side: FileSide
  readonly #rootStats: BigIntStats
  #latestPath: string | undefined
  #latestAtMs = 0

  constructor(root: string, side: FileSide) {
    this.root = root
    this.side = side
    try {
      this.#rootStats = statSync(root, { bigint: true })
    } catch (thrown) {
      throw rootError(thrown, side, root)
    }
    if (!this.#rootStats.isDirectory()) throw notAFolder(root, side)
  }

  folder(path: string): Folder | undefined {
    if (path === this.#latestPath && monotonicMs() - this.#latestAtMs < trustedForMs) return this.#at(path)
    return this.freshFolder(path)
  }

  freshFolder(path: string): Folder | undefined {
    this.assertRoot()
    if (path !== '' && !this.#isFolder(path)) return undefined
    this.#latestPath = path
    this.#latestAtMs = monotonicMs()
    return this.#at(path)
  }

  runFolder(path: string): Folder | undefined {
    return this.freshFolder(path)
  }

  forget(path: string): void {
    if (this.#latestPath === path) this.#latestPath = undefined
  }

  confirmOpened(folderPath: string, name: string, fd: number): void {
    const folder = this.freshFolder(folderPath)
    const opened = fstatSync(fd, { bigint: true })
    const named = folder && lstatSync(folder.child(name), { bigint: true, throwIfNoEntry: false })
    if (named?.dev !== opened.dev || named.ino !== opened.ino) throw linkInPath(`${folderPath}/${name}`)
  }

  assertRoot(): void {
    if (!isSameFolder(this.root, this.#rootStats.dev, this.#rootStats.ino)) throw rootGone(this.root)
  }

  [Symbol.dispose](): void {
    this.#latestPath = undefined
  }

  /** From the root down, so that no step is taken through a link that was not seen. */
  #isFolder(path: string): boolean {
    const parent = parentOf(path)
    if (parent !== '' && !this.#isFolder(parent)) return false
    let stats: ReturnType<typeof lstatSync>
    try {
      stats = lstatSync(join(this.root, path), { throwIfNoEntry: false })
    } catch (thrown) {
      throw fileError(thrown, this.side, { path })
    }
    if (!stats) return false
    if (stats.isSymbolicLink()) throw linkInPath(path)
    if (!stats.isDirectory()) throw notAFolder(path, this.side)
    return true
  }

  #at(path: string): Folder {
    const self = join(this.root, path)
    return { self, child: (name) => join(self, name) }
  }
}
