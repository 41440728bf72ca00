import { opendirSync } from 'node:fs'
import { errnoOf } from '../../../platform/errno.ts'
import type { TernError } from '../../../shared/domain/errors.ts'
import type { FolderTree } from './folder-tree.ts'

/**
 * Whether a root below which something of ours was not found may be no more than the place of a drive that is away: it is
 * an empty folder then. One that holds anything was looked into: what a person removed, with its folder or without, is gone.
 * What remains: a person who empties the root as well keeps our names of it in the journal, which costs nothing; a drive
 * mounted below the root, or over a folder that is not empty, that is away is taken for one from which all was removed.
 */
export function mayBeAway(tree: FolderTree): boolean {
  const root = tree.freshFolder('')
  if (!root) return true
  try {
    const entries = opendirSync(root.self)
    try {
      return entries.readSync() === null
    } finally {
      entries.closeSync()
    }
  } catch {
    // Places of drives are often closed to all, so that nothing is written to them by mistake.
    return true
  }
}

/** Whether a call failed since the root, or what was just looked at, is not there: nothing is known of what lay there. */
export function isGone(error: TernError): boolean {
  return error.code === 'DRIVE_GONE' || errnoOf(error.cause) === 'ENOENT'
}
