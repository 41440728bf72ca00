import { existsSync } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { TernError } from '../shared/domain/errors.ts'
import { errnoOf, fileError } from './errno.ts'

/**
 * Makes a folder with the parents that it misses. One at a time: Node's own recursive way never ends where the system says
 * of a folder in one that is there that its parent is not, as `/proc` does.
 * @throws TernError TARGET_NOT_WRITABLE, FOLDER_OVER_FILE, and what else the system answers, with `{path}` of the folder asked for
 */
export async function makeFolder(folder: string, options: { readonly mode?: number } = {}): Promise<void> {
  const path = resolve(folder)
  try {
    for (const missing of missingFolders(path)) await makeOne(missing, options)
    if (!(await stat(path)).isDirectory()) throw new TernError('FOLDER_OVER_FILE', { path })
  } catch (thrown) {
    // Its parent was there: nothing can be made in it.
    if (errnoOf(thrown) === 'ENOENT') throw new TernError('TARGET_NOT_WRITABLE', { path }, { cause: thrown })
    throw fileError(thrown, 'target', { path })
  }
}

/** The outermost first. */
function missingFolders(path: string): readonly string[] {
  const missing: string[] = []
  for (let at = path; !existsSync(at) && dirname(at) !== at; at = dirname(at)) missing.unshift(at)
  return missing
}

async function makeOne(path: string, options: { readonly mode?: number }): Promise<void> {
  try {
    await mkdir(path, options)
  } catch (thrown) {
    // Somebody else was quicker.
    if (errnoOf(thrown) !== 'EEXIST') throw thrown
  }
}
