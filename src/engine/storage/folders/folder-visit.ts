import type { Folder, FolderTree } from './folder-tree.ts'
import { isVisiting, visitFolder } from './working-folder.ts'

/** A folder that was found is good for so many calls in a row. */
const callsAtOnce = 32

/**
 * Many file calls by name into one folder, for as little as each of them can cost. `leaveFolder` must follow within the
 * same synchronous step; a later step may go on with it.
 */
export class FolderVisit {
  readonly #find: () => Folder | undefined
  readonly #callsByPath: number
  #folder: Folder | undefined
  #visit = 0
  #callsLeft = 0

  private constructor(find: () => Folder | undefined, callsByPath: number) {
    this.#find = find
    this.#callsByPath = callsByPath
  }

  /** For calls that change nothing. */
  static toLook(tree: FolderTree, path: string): FolderVisit {
    return new FolderVisit(() => tree.folder(path), callsAtOnce)
  }

  /** For calls that make or move files: where names are not relative to the very folder, it is proven for each. */
  static toChange(find: () => Folder | undefined): FolderVisit {
    return new FolderVisit(find, 1)
  }

  /**
   * What to hand to the next file call for this name, which is a single one; undefined where there is no such folder.
   * Throws what finding the folder throws.
   */
  at(name: string): string | undefined {
    if (this.#callsLeft === 0 || (this.#visit !== 0 && !isVisiting(this.#visit))) {
      this.#folder = this.#find()
      this.#visit = this.#folder ? visitFolder(this.#folder) : 0
      this.#callsLeft = this.#visit === 0 ? this.#callsByPath : callsAtOnce
    }
    this.#callsLeft -= 1
    if (this.#visit !== 0) return name
    return this.#folder?.child(name)
  }
}
