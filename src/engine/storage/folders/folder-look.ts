import { lstatSync, type Stats } from 'node:fs'
import type { FolderTree } from './folder-tree.ts'
import { FolderVisit } from './folder-visit.ts'

const quietly = { throwIfNoEntry: false } as const

/** Many looks into one folder of a target. `leaveFolder` must follow within the same synchronous step. */
export class FolderLook {
  readonly #visit: FolderVisit

  constructor(tree: FolderTree, path: string) {
    this.#visit = FolderVisit.toLook(tree, path)
  }

  /** What lies there by this name now, never through a link. `name` is one plain name. Throws system errors. */
  at(name: string): Stats | undefined {
    const at = this.#visit.at(name)
    return at === undefined ? undefined : lstatSync(at, quietly)
  }
}
