import { statSync } from 'node:fs'
import { errnoOf, type FileSide, fileError } from '../../../platform/errno.ts'
import { TernError } from '../../../shared/domain/errors.ts'

export function rootError(thrown: unknown, side: FileSide, root: string): TernError {
  const errno = errnoOf(thrown)
  const isGone = errno === 'ENOENT' || errno === 'ENOTDIR'
  if (isGone && side === 'target') return new TernError('DRIVE_GONE', { path: root }, { cause: thrown })
  return fileError(thrown, side, { path: root })
}

export function rootGone(root: string): TernError {
  return new TernError('DRIVE_GONE', { path: root })
}

export function linkInPath(path: string): TernError {
  return new TernError('LINK_IN_PATH', { path })
}

/** A component that should be a folder is a file or a device. */
export function notAFolder(path: string, side: FileSide): TernError {
  return new TernError(side === 'target' ? 'FOLDER_OVER_FILE' : 'SOURCE_NOT_FOUND', { path })
}

/** Whether a root's path still names the folder that was opened. A drive that answers with an error does not count. */
export function isSameFolder(path: string, device: bigint, inode: bigint): boolean {
  try {
    const stats = statSync(path, { bigint: true })
    return stats.dev === device && stats.ino === inode
  } catch {
    return false
  }
}
