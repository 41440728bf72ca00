import { lstatSync, rmdirSync, type Stats, statSync, unlinkSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { errnoOf } from '../../platform/errno.ts'
import type { EntryFilter } from '../api.ts'
import { setFolderTime } from './attributes/file-times.ts'
import type { FolderTree } from './folders/folder-tree.ts'
import { joinPath, maxPathDepth, nameOf, parentOf } from './folders/relative-path.ts'
import { listFolderNames } from './names/folder-names.ts'
import { targetError } from './target-error.ts'

export interface ExtraRemoval {
  readonly folders: FolderTree
  /** The item's own folder, relative to the root; nothing outside of it is touched. */
  readonly basePath: string
  /** What it says no to stays, and every folder that holds it. By the path below the item. */
  readonly includes?: EntryFilter
  /** What stays whatever the filter says, such as what other items bring. Relative to the root. */
  readonly isKept: (path: string) => boolean
  /** False: everything is looked at and counted, nothing is removed. */
  readonly removes: boolean
  readonly signal: AbortSignal
  /** One file, link or folder that goes, by its path below the item. */
  readonly onEntry?: (path: string) => void
  readonly onFolderChanged?: (path: string) => void
}

const entriesPerTurn = 256

/**
 * Removes what lies at these paths below an item, folders with what they hold, from the leaves up. Links are removed and
 * never followed; special files, other file systems and this program's own files stay, and so do the folders that hold
 * them. Each call is relative to a folder that was proven in the same turn. The times of the folders that it was taken
 * from stay as they are. Answers how many entries went, or would go. Fails as writing below a root does.
 */
export async function removeExtras(paths: Iterable<string>, removal: ExtraRemoval): Promise<number> {
  let count = 0
  let steps = 0
  for (const path of paths) {
    const parentPath = joinPath(removal.basePath, parentOf(path))
    const before = removal.removes ? timeOf(removal, parentPath) : undefined
    for (const gone of visit(path, removal, undefined)) {
      if (gone !== undefined) {
        count += 1
        removal.onEntry?.(gone)
      }
      steps += 1
      if (steps % entriesPerTurn !== 0) continue
      await nextTurn()
      removal.signal.throwIfAborted()
    }
    if (before !== undefined) restoreTime(removal, parentPath, before)
  }
  return count
}

/** Yields each path that went, or nothing for one that stays; returns whether all of it went. */
function* visit(
  path: string,
  removal: ExtraRemoval,
  device: number | undefined,
): Generator<string | undefined, boolean> {
  const { folders, basePath, includes, isKept, removes, onFolderChanged } = removal
  const fullPath = joinPath(basePath, path)
  if (isKept(fullPath) || path.split('/').length > maxPathDepth) return false
  const stats = translated(removal, fullPath, () => look(folders, fullPath))
  if (stats === undefined) return true
  const isFolder = stats.isDirectory()
  if (includes?.(path, isFolder) === false) return false
  if (isFolder) {
    const isMounted = stats.dev !== (device ?? deviceOf(removal, parentOf(fullPath)))
    if (isMounted || !(yield* emptied(path, removal, stats.dev))) return false
  } else if (!stats.isFile() && !stats.isSymbolicLink()) {
    return false
  }
  if (removes) {
    const isGone = translated(removal, fullPath, () => take(folders, fullPath, isFolder))
    if (!isGone) return false
    onFolderChanged?.(parentOf(fullPath))
  }
  yield path
  return true
}

function* emptied(path: string, removal: ExtraRemoval, device: number): Generator<string | undefined, boolean> {
  const fullPath = joinPath(removal.basePath, path)
  const names = translated(removal, fullPath, () => {
    const folder = removal.folders.freshFolder(fullPath)
    return folder && listFolderNames(folder.self)
  })
  if (names === undefined) return true
  let isEmptied = names.invalid.length === 0
  try {
    for (let next = names.sorted.next(); !next.done; next = names.sorted.next()) {
      if (!(yield* visit(joinPath(path, next.value), removal, device))) isEmptied = false
      // Its turn, also where nothing goes.
      yield undefined
    }
  } finally {
    names[Symbol.dispose]()
  }
  return isEmptied
}

function look(folders: FolderTree, path: string): Stats | undefined {
  const folder = folders.freshFolder(parentOf(path))
  return folder && lstatSync(folder.child(nameOf(path)), { throwIfNoEntry: false })
}

/** False: something is in it that was not there a moment ago, or that is ours. */
function take(folders: FolderTree, path: string, isFolder: boolean): boolean {
  const folder = folders.freshFolder(parentOf(path))
  if (folder === undefined) return true
  try {
    if (isFolder) rmdirSync(folder.child(nameOf(path)))
    else unlinkSync(folder.child(nameOf(path)))
    return true
  } catch (thrown) {
    const errno = errnoOf(thrown)
    if (errno === 'ENOENT') return true
    if (errno === 'ENOTEMPTY' || errno === 'EEXIST' || errno === 'EBUSY') return false
    throw thrown
  }
}

function deviceOf(removal: ExtraRemoval, folderPath: string): number | undefined {
  const folder = removal.folders.freshFolder(folderPath)
  return folder && statSync(`${folder.self}/.`).dev
}

function timeOf(removal: ExtraRemoval, folderPath: string): number | undefined {
  return translated(removal, folderPath, () => {
    const folder = removal.folders.freshFolder(folderPath)
    return folder && statSync(`${folder.self}/.`).mtimeMs
  })
}

function restoreTime(removal: ExtraRemoval, folderPath: string, mtimeMs: number): void {
  translated(removal, folderPath, () => {
    const folder = removal.folders.freshFolder(folderPath)
    if (folder) setFolderTime(`${folder.self}/.`, mtimeMs)
  })
}

function translated<T>({ folders }: ExtraRemoval, path: string, work: () => T): T {
  try {
    return work()
  } catch (thrown) {
    throw targetError(thrown, folders, path)
  }
}
