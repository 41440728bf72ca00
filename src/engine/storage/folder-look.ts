import { lstatSync, type Stats } from 'node:fs'
import type { Folder, FolderTree } from './folder-tree.ts'
import { isVisiting, visitFolder } from './working-folder.ts'

/** A folder's handle is good for so many looks in a row. */
const looksAtOnce = 32
const quietly = { throwIfNoEntry: false } as const

/**
 * Many looks into one folder of a target, for as little as each of them can cost. `leaveFolder` must follow within the
 * same synchronous step.
 */
export class FolderLook {
  readonly #tree: FolderTree
  readonly #path: string
  #handle: Folder | undefined
  #looksLeft = 0
  #visit = 0

  constructor(tree: FolderTree, path: string) {
    this.#tree = tree
    this.#path = path
  }

  /** What lies there by this name now, never through a link. `name` is one plain name. Throws system errors. */
  at(name: string): Stats | undefined {
    if (this.#looksLeft === 0) {
      this.#handle = this.#tree.folder(this.#path)
      this.#visit = this.#handle ? visitFolder(this.#handle) : 0
      this.#looksLeft = looksAtOnce
    }
    this.#looksLeft -= 1
    if (!this.#handle) return undefined
    return lstatSync(isVisiting(this.#visit) ? name : this.#handle.child(name), quietly)
  }
}
