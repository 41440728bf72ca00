import { lstatSync, unlinkSync } from 'node:fs'
import { fileError } from '../../platform/errno.ts'
import { setFolderTime } from './attributes/file-times.ts'
import { isGone, mayBeAway } from './folders/away.ts'
import { syncFolderNow } from './folders/folder-syncs.ts'
import type { FolderTree } from './folders/folder-tree.ts'
import { openFolderTree } from './folders/open-folder-tree.ts'
import { checkRelativePath, parentOf } from './folders/relative-path.ts'
import { isOwnName } from './names/names.ts'

/**
 * Removes, durably, a partial that the journal recorded beside a target that will not be finished. Anything else by that name is
 * left alone. Answers whether nothing is left of it; false: its drive may be away, so that the journal must keep the name.
 */
export function removePartial(root: string, path: string, partialName: string): boolean {
  checkRelativePath(path)
  if (!isOwnName(partialName) || partialName.includes('/')) return true
  let folders: FolderTree | undefined
  try {
    folders = openFolderTree(root, { side: 'target' })
    const folder = folders.freshFolder(parentOf(path))
    const at = folder?.child(partialName)
    if (folder && at && lstatSync(at, { throwIfNoEntry: false })?.isFile()) removeQuietly(at, `${folder.self}/.`)
    else if (mayBeAway(folders)) return false
    if (folder) syncFolderNow(folder)
    return true
  } catch (thrown) {
    const error = fileError(thrown, 'target', { path })
    if (isGone(error)) return false
    throw error
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
