import { mkdirSync, readdirSync, rmdirSync, statSync, unlinkSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { errnoOf, fileError } from '../../../platform/errno.ts'
import { isGone, mayBeAway } from '../folders/away.ts'
import { syncFolderNow } from '../folders/folder-syncs.ts'
import type { Folder, FolderTree } from '../folders/folder-tree.ts'
import { openFolderTree } from '../folders/open-folder-tree.ts'
import { nameOf, parentOf } from '../folders/relative-path.ts'
import { isOwnName, newStagingName } from '../names/names.ts'

const temporaryPattern = /^[0-9]+$/
/** Removed in one turn; then others have theirs. */
const removedInTurn = 128

/**
 * A private folder at the target's root for small files on their way: a rename out of it is cheaper than a temporary
 * file beside each target, and whatever a killed process leaves behind is in one known place.
 */
export class Staging {
  readonly #folders: FolderTree
  readonly #onMake: (name: string) => void
  #name: string | undefined
  #identity: { readonly dev: bigint; readonly ino: bigint } | undefined
  /** As it was opened last, and found to be ours. */
  #proven: Folder | undefined
  #isRefused = false
  #count = 0

  /** `onMake` records the name before the folder is made. */
  constructor(folders: FolderTree, onMake: (name: string) => void) {
    this.#folders = folders
    this.#onMake = onMake
  }

  /** To write into, made when first needed; undefined where the root may not be written (its subfolders may). */
  openForWriting(): Folder | undefined {
    if (this.#isRefused) return undefined
    this.#name ??= this.#make()
    return this.folder()
  }

  /** To take from what was written into it before; undefined where it is gone, or another one has its name. */
  folder(): Folder | undefined {
    const found = this.#name === undefined ? undefined : this.#folders.runFolder(this.#name)
    if (found === undefined || found === this.#proven) return found
    // Who may write to the root could put a folder with content of its own in the place of ours.
    const { dev, ino } = statSync(`${found.self}/.`, { bigint: true })
    this.#identity ??= { dev, ino }
    if (dev !== this.#identity.dev || ino !== this.#identity.ino) return undefined
    this.#proven = found
    return found
  }

  /** So many numbers in a row, names in the staging folder that were not used before. Answers the first. */
  takeNumbers(count: number): number {
    const first = this.#count
    this.#count += count
    return first
  }

  /** Where something in the staging folder lies, relative to the root. */
  pathOf(number: number): string {
    return `${this.#name}/${number}`
  }

  /** True: there was one. */
  remove(): boolean {
    const isThere = this.#name !== undefined
    if (this.#name !== undefined) for (const _ of removingStaging(this.#folders, this.#name));
    this.#name = undefined
    return isThere
  }

  #make(): string | undefined {
    const root = this.#folders.freshFolder('')
    if (!root) return undefined
    const name = newStagingName()
    this.#onMake(name)
    try {
      mkdirSync(root.child(name), { mode: 0o700 })
      return name
    } catch (thrown) {
      if (!['EACCES', 'EPERM', 'EROFS'].includes(errnoOf(thrown) ?? '')) throw thrown
      this.#isRefused = true
      return undefined
    }
  }
}

/**
 * Removes what an earlier run left at a root, beside whatever else is done: only a name that the journal recorded, only what
 * such a folder holds. Answers whether nothing is left of it; false: its drive may be away.
 */
export async function removeStagingLeftover(root: string, name: string): Promise<boolean> {
  if (!isOwnName(name) || name.includes('/')) return true
  let folders: FolderTree | undefined
  try {
    folders = openFolderTree(root, { side: 'target' })
    if (!folders.freshFolder(name) && mayBeAway(folders)) return false
    for (const _ of removingStaging(folders, name)) await nextTurn()
    const top = folders.freshFolder('')
    if (top) syncFolderNow(top)
    return true
  } catch (thrown) {
    const error = fileError(thrown, 'target', { path: name })
    if (isGone(error)) return false
    throw error
  } finally {
    folders?.[Symbol.dispose]()
  }
}

/** Pauses now and then; the folder is looked up anew after each pause. */
function* removingStaging(folders: FolderTree, name: string): Generator<undefined> {
  const inners = folders.freshFolder(name)
  if (!inners) return
  let count = 0
  for (const inner of readdirSync(inners.self, { withFileTypes: true })) {
    if (!temporaryPattern.test(inner.name)) continue
    const folder = folders.freshFolder(name)
    if (!folder) return
    if (inner.isDirectory()) removeStagedFolder(folders, `${name}/${inner.name}`)
    else unlinkSync(folder.child(inner.name))
    count += 1
    if (inner.isDirectory() || count % removedInTurn === 0) yield undefined
  }
  removeIfEmpty(folders, name)
}

/** A folder of files that were to be placed together: they have their own names by then. */
export function removeStagedFolder(folders: FolderTree, path: string): void {
  const folder = folders.freshFolder(path)
  if (!folder) return
  for (const inner of readdirSync(folder.self, { withFileTypes: true })) {
    if (!inner.isDirectory()) unlinkSync(folder.child(inner.name))
  }
  removeIfEmpty(folders, path)
}

function removeIfEmpty(folders: FolderTree, path: string): void {
  const parent = folders.freshFolder(parentOf(path))
  try {
    if (parent) rmdirSync(parent.child(nameOf(path)))
  } catch (thrown) {
    // Someone put something of theirs into it: it is not ours to remove.
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(errnoOf(thrown) ?? '')) throw thrown
  }
}
