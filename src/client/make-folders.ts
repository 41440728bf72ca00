import { lstat, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errnoOf } from '../platform/errno.ts'

/**
 * Makes a folder with all that is missing above it. Answers the first one that had to be made. Fails with the system's
 * own reason: Node says "not found" for any folder that it could not make on the way, on a drive that may only be read
 * for example, so the one that failed is tried again by itself.
 */
export async function makeFolders(path: string): Promise<string | undefined> {
  try {
    return await mkdir(path, { recursive: true })
  } catch (thrown) {
    if (errnoOf(thrown) !== 'ENOENT') throw thrown
    const first = await firstMissing(path)
    await mkdir(first)
    // What stood in the way is gone by now.
    await mkdir(path, { recursive: true })
    return first
  }
}

async function firstMissing(path: string): Promise<string> {
  const parent = dirname(path)
  const isThere = await lstat(parent).then(
    () => true,
    () => false,
  )
  return isThere || parent === path ? path : firstMissing(parent)
}
