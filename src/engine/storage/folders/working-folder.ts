import { constants, openSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
import type { Folder } from './folder-tree.ts'

/** Linux only and absent from Node's constants: a handle that names a folder without the right to read it. */
const O_PATH = 0o10000000
const handlePrefix = '/proc/self/fd/'

/** Where the process works otherwise; null: it cannot be found again, so it is never left. */
let home: string | null | undefined
let visits = 0
let current = 0
let visited: Folder | undefined

/**
 * Makes an open folder the one that names alone are relative to: the system finds a file by its name in half the time
 * that it needs by a handle's path, which is what looking at a million files is made of. Returns the number of this visit,
 * or 0 where it is not to be had (other systems, other threads). `leaveFolder` must follow within the same synchronous step:
 * nobody else may ever meet another working folder.
 */
export function visitFolder(folder: Folder): number {
  const { self } = folder
  if (current !== 0 && folder === visited) return current
  if (!isMainThread || !self.startsWith(handlePrefix)) return 0
  home ??= homeOf()
  if (home === null) return 0
  try {
    process.chdir(self)
  } catch {
    // Nothing has changed. It may be looked into by path or not at all; whoever tries hears why not.
    return 0
  }
  visits += 1
  current = visits
  visited = folder
  return current
}

/** Whether names alone still mean those of this visit's folder. */
export function isVisiting(visit: number): boolean {
  return visit !== 0 && visit === current
}

export function leaveFolder(): void {
  if (current === 0 || !home) return
  current = 0
  visited = undefined
  process.chdir(home)
}

function homeOf(): string | null {
  try {
    return handlePrefix + openSync('.', O_PATH | constants.O_DIRECTORY)
  } catch {
    return null
  }
}
