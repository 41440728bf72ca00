import { lstatSync, type Stats } from 'node:fs'
import type { Folder, FolderTree } from './folder-tree.ts'

/** A folder's handle is good for so many looks in a row. */
const looksAtOnce = 32
const quietly = { throwIfNoEntry: false } as const

/** Many looks into one folder of a target, for as little as each of them can cost. */
export class FolderLook {
  readonly #tree: FolderTree
  readonly #path: string
  #handle: Folder | undefined
  #looksLeft = 0

  constructor(tree: FolderTree, path: string) {
    this.#tree = tree
    this.#path = path
  }

  /** What lies there by this name now, never through a link. `name` is one plain name. Throws system errors. */
  at(name: string): Stats | undefined {
    if (this.#looksLeft === 0) {
      this.#handle = this.#tree.folder(this.#path)
      this.#looksLeft = looksAtOnce
    }
    this.#looksLeft -= 1
    return this.#handle && lstatSync(this.#handle.child(name), quietly)
  }
}
