import { errnoOf, fileError } from '../../platform/errno.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { FolderTree } from './folders/folder-tree.ts'

/** What a drive that was pulled out, unmounted or renamed answers to a call below it. */
const mayMeanGone = new Set(['ENOENT', 'EIO', 'ENOTDIR', 'ENXIO', 'ENODEV', 'ESTALE', 'EINVAL'])

/** Translates a system error of a call below a target's root; where the root itself is gone, that is the reason. */
export function targetError(thrown: unknown, folders: FolderTree, path: string): TernError {
  if (thrown instanceof TernError) return thrown
  if (mayMeanGone.has(errnoOf(thrown) ?? '')) {
    try {
      folders.assertRoot()
    } catch {
      return new TernError('DRIVE_GONE', { path: folders.root }, { cause: thrown })
    }
  }
  return fileError(thrown, 'target', { path })
}
