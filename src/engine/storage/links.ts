import { lstatSync, lutimesSync, readlinkSync, renameSync, symlinkSync, unlinkSync } from 'node:fs'
import { TernError } from '../../shared/domain/errors.ts'
import { systemTime } from './attributes/file-times.ts'
import type { Folder, FolderTree } from './folders/folder-tree.ts'
import { nameOf, parentOf } from './folders/relative-path.ts'
import { newPartialName } from './names/names.ts'
import { targetError } from './target-error.ts'

export interface WantedLink {
  /** Relative to the root; the folder above it is there. */
  readonly path: string
  readonly target: string
  readonly mtimeMs: number
}

export type PlacedLink = 'placed' | 'replaced' | 'same' | 'left'

/** What placing a link would do; nothing is changed. Fails as `placeLink`. */
export function inspectLink(tree: FolderTree, { path, target }: WantedLink, leavesExisting: boolean): PlacedLink {
  return translated(tree, path, () => {
    const folder = tree.folder(parentOf(path))
    return folder ? verdictOf(folder, path, target, leavesExisting) : 'placed'
  })
}

/**
 * Makes a link, or puts it in the place of another link: never of a file or a folder. It is made under a name of our own
 * and renamed, so that the old one or the new one is there at each moment, and never followed.
 * @throws TernError FILE_EXISTS where something else is in its place, LINK_IN_PATH, TARGET_NOT_WRITABLE, DISK_FULL
 */
export function placeLink(tree: FolderTree, link: WantedLink, leavesExisting: boolean): PlacedLink {
  const { path, target, mtimeMs } = link
  return translated(tree, path, () => {
    const folder = tree.freshFolder(parentOf(path))
    if (!folder) throw new TernError('DRIVE_GONE', { path: parentOf(path) })
    const verdict = verdictOf(folder, path, target, leavesExisting)
    if (verdict === 'same' || verdict === 'left') return verdict
    const temporary = folder.child(newPartialName())
    symlinkSync(target, temporary)
    try {
      const time = systemTime(mtimeMs)
      lutimesSync(temporary, time, time)
      renameSync(temporary, folder.child(nameOf(path)))
    } catch (thrown) {
      unlinkSync(temporary)
      throw thrown
    }
    return verdict
  })
}

function verdictOf(folder: Folder, path: string, target: string, leavesExisting: boolean): PlacedLink {
  const at = folder.child(nameOf(path))
  const existing = lstatSync(at, { throwIfNoEntry: false })
  if (!existing) return 'placed'
  if (!existing.isSymbolicLink()) throw new TernError('FILE_EXISTS', { path })
  if (readlinkSync(at) === target) return 'same'
  return leavesExisting ? 'left' : 'replaced'
}

function translated<T>(tree: FolderTree, path: string, work: () => T): T {
  try {
    return work()
  } catch (thrown) {
    throw targetError(thrown, tree, path)
  }
}
