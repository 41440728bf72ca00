import { lstatSync, mkdirSync, renameSync, type Stats } from 'node:fs'
import { errnoOf } from '../../platform/errno.ts'
import { TernError } from '../../shared/domain/errors.ts'
import { linkInPath } from './folders/folder-errors.ts'
import type { Folder, FolderTree } from './folders/folder-tree.ts'
import { openFolderTree } from './folders/open-folder-tree.ts'
import { checkRelativePath, nameOf, parentOf } from './folders/relative-path.ts'
import { placeNew } from './placement.ts'
import { targetError } from './target-error.ts'

/*
 * What people do to files outside of transfers. Every call is made relative to a folder that was proven in the same
 * turn, so no link that is swapped in meanwhile leads out of the root.
 */

/** Something below a root; the root itself is never made, moved or removed. */
export interface TendedPlace {
  readonly root: string
  /** `/`-separated, relative to the root, not empty. */
  readonly path: string
}

/**
 * Makes one folder, whose parent must be there.
 * @throws TernError FILE_EXISTS, SOURCE_NOT_FOUND, FOLDER_OVER_FILE, LINK_IN_PATH, NAME_NOT_ALLOWED, TARGET_NOT_WRITABLE, DISK_FULL
 */
export function makeFolder({ root, path }: TendedPlace): void {
  assertBelowRoot(path)
  using tree = openFolderTree(root, { side: 'target' })
  translated(tree, path, () => {
    try {
      mkdirSync(parentFolder(tree, path).child(nameOf(path)))
    } catch (thrown) {
      throw errnoOf(thrown) === 'EEXIST' ? new TernError('FILE_EXISTS', { path }) : thrown
    }
  })
}

/**
 * Renames or moves a file or a folder with all it holds, in one step, and never onto something that is there.
 * @throws TernError SOURCE_NOT_FOUND, FILE_EXISTS, LINK_IN_PATH, SPECIAL_FILE, NAME_NOT_ALLOWED, PATH_INVALID for a
 * folder into itself, UNSUPPORTED `{feature: 'move-across-drives'}`
 */
export function moveEntry(from: TendedPlace, to: TendedPlace): void {
  assertBelowRoot(from.path)
  assertBelowRoot(to.path)
  using source = openFolderTree(from.root, { side: 'target' })
  using target = openFolderTree(to.root, { side: 'target' })
  const targetFolder = translated(target, to.path, () => parentFolder(target, to.path))
  translated(source, from.path, () => {
    const sourceAt = parentFolder(source, from.path).child(nameOf(from.path))
    const targetAt = targetFolder.child(nameOf(to.path))
    const moved = statsOf(sourceAt, from.path)
    try {
      if (!placeAt(moved, sourceAt, targetAt)) throw new TernError('FILE_EXISTS', { path: to.path })
    } catch (thrown) {
      throw moveError(thrown, to.path)
    }
  })
}

export function assertBelowRoot(path: string): void {
  checkRelativePath(path)
  if (path === '') throw new TernError('PATH_INVALID', { path, problem: 'share-itself' })
}

/** The folder that holds what a path names, proven to be in place now. */
export function parentFolder(tree: FolderTree, path: string): Folder {
  const folder = tree.freshFolder(parentOf(path))
  if (folder === undefined) throw new TernError('SOURCE_NOT_FOUND', { path: parentOf(path) })
  return folder
}

/** A file or a folder; what Tern does not transfer it does not move or remove by name either. */
export function statsOf(at: string, path: string): Stats {
  const stats = lstatSync(at, { throwIfNoEntry: false })
  if (stats === undefined) throw new TernError('SOURCE_NOT_FOUND', { path })
  if (stats.isSymbolicLink()) throw linkInPath(path)
  if (!stats.isFile() && !stats.isDirectory()) throw new TernError('SPECIAL_FILE', { path })
  return stats
}

export function translated<T>(tree: FolderTree, path: string, work: () => T): T {
  try {
    return work()
  } catch (thrown) {
    if (errnoOf(thrown) !== 'ENOENT') throw targetError(thrown, tree, path)
    tree.assertRoot()
    throw new TernError('SOURCE_NOT_FOUND', { path }, { cause: thrown })
  }
}

/** False when something else is there already. */
function placeAt(moved: Stats, sourceAt: string, targetAt: string): boolean {
  const there = lstatSync(targetAt, { throwIfNoEntry: false })
  // Where case does not count, another spelling of a name is the same entry.
  const isItself = there?.ino === moved.ino && there.dev === moved.dev && moved.nlink === 1
  if (there && !isItself) return false
  if (moved.isFile() && !isItself) return placeNew(sourceAt, targetAt)
  renameSync(sourceAt, targetAt)
  return true
}

function moveError(thrown: unknown, path: string): unknown {
  switch (errnoOf(thrown)) {
    case 'EXDEV':
      return new TernError('UNSUPPORTED', { feature: 'move-across-drives' }, { cause: thrown })
    case 'EINVAL':
      return new TernError('PATH_INVALID', { path, problem: 'into-itself' }, { cause: thrown })
    case 'ENOTEMPTY':
    case 'EEXIST':
    case 'ENOTDIR':
    case 'EISDIR':
      return new TernError('FILE_EXISTS', { path }, { cause: thrown })
    default:
      return thrown
  }
}
