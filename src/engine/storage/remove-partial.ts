import { lstatSync, unlinkSync } from 'node:fs'
import { errnoOf, fileError } from '../../platform/errno.ts'
import { TernError } from '../../shared/domain/errors.ts'
import { setFolderTime } from './attributes/file-times.ts'
import { syncFolderNow } from './folders/folder-syncs.ts'
import type { FolderTree } from './folders/folder-tree.ts'
import { openFolderTree } from './folders/open-folder-tree.ts'
import { checkRelativePath, parentOf } from './folders/relative-path.ts'
import { isOwnName } from './names/names.ts'

/**
 * Removes, durably, a partial that the journal recorded beside a target that will not be finished. Anything else by that name, or
 * a folder or drive that is gone, is left alone.
 */
export function removePartial(root: string, path: string, partialName: string): void {
  checkRelativePath(path)
  if (!isOwnName(partialName) || partialName.includes('/')) return
  let folders: FolderTree | undefined
  try {
    folders = openFolderTree(root, { side: 'target' })
    const folder = folders.freshFolder(parentOf(path))
    if (!folder) return
    const at = folder.child(partialName)
    if (lstatSync(at, { throwIfNoEntry: false })?.isFile()) removeQuietly(at, `${folder.self}/.`)
    syncFolderNow(folder)
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT' || TernError.from(thrown).code === 'DRIVE_GONE') return
    throw fileError(thrown, 'target', { path })
  } finally {
    folders?.[Symbol.dispose]()
  }
}

/** What nobody was to see leaves the folder's own time as it was. */
function removeQuietly(at: string, folder: string): void {
  const { mtimeMs } = lstatSync(folder)
  unlinkSync(at)
  setFolderTime(folder, Math.floor(mtimeMs))
}
