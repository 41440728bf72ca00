import { linkSync, lstatSync, renameSync, type Stats, unlinkSync } from 'node:fs'
import { errnoOf } from '../../platform/errno.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { ConflictRule } from '../api.ts'
import { linkInPath } from './folders/folder-errors.ts'
import type { Folder } from './folders/folder-tree.ts'
import { maxNumber, numberedName } from './names/numbered-name.ts'

export interface Placed {
  readonly status: 'placed' | 'replaced' | 'skipped'
  readonly name: string
}

/**
 * Moves a finished temporary file to its name, in one step that shows the old file or the new one. Never onto a
 * folder, a link or a special file. Under `skip` and `rename` a file that appears at the last moment stays as well.
 * Under `skip` the temporary is left for the caller to remove. Throws system errors and FOLDER_OVER_FILE, LINK_IN_PATH,
 * SPECIAL_FILE; `path` is for these errors. `onReplace`: told of the file whose place it takes, right before.
 */
export function place(
  from: string,
  folder: Folder,
  name: string,
  rule: ConflictRule,
  path: string,
  onReplace: (existing: Stats) => void = () => undefined,
): Placed {
  const existing = lstatSync(folder.child(name), { throwIfNoEntry: false })
  if (existing) assertReplaceable(existing, path)
  if (rule === 'replace') {
    if (existing) onReplace(existing)
    renameSync(from, folder.child(name))
    return { status: existing ? 'replaced' : 'placed', name }
  }
  if (!existing && placeNew(from, folder.child(name))) return { status: 'placed', name }
  if (rule === 'skip') return { status: 'skipped', name }
  for (let number = 2; number <= maxNumber; number += 1) {
    const candidate = numberedName(name, number)
    if (placeNew(from, folder.child(candidate))) return { status: 'placed', name: candidate }
  }
  throw new TernError('CONFLICT', { path })
}

/** A file may take the place of a file only. */
export function assertReplaceable(existing: Stats, path: string): void {
  if (existing.isFile()) return
  if (existing.isSymbolicLink()) throw linkInPath(path)
  throw existing.isDirectory() ? new TernError('FOLDER_OVER_FILE', { path }) : new TernError('SPECIAL_FILE', { path })
}

/** A second name for the file and then the first one removed: unlike a rename it never replaces anything. */
export function placeNew(from: string, to: string): boolean {
  try {
    linkSync(from, to)
  } catch (thrown) {
    const errno = errnoOf(thrown)
    if (errno === 'EEXIST') return false
    // FAT and some network drives have no second names: look, then rename.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL', 'EACCES'].includes(errno ?? '')) throw thrown
    if (lstatSync(to, { throwIfNoEntry: false })) return false
    renameSync(from, to)
    return true
  }
  unlinkSync(from)
  return true
}
