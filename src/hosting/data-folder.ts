import { chmod, opendir } from 'node:fs/promises'
import { errnoOf, fileError } from '../platform/errno.ts'
import { makeFolder } from '../platform/make-folder.ts'
import { TernError } from '../shared/domain/errors.ts'

/** What a first start that came to nothing may have left, and what a disk of its own brings along. */
const harmless: ReadonlySet<string> = new Set(['.lock', 'storage', 'files', 'lost+found'])

/**
 * Makes the folder of data that begin now, closed to others. Whoever mistypes a folder must not find Tern's files among theirs, or their
 * folder closed to others: one that is there has to be empty.
 * @throws TernError FOLDER_NOT_EMPTY {folder}, and what `makeFolder` throws
 */
export async function makeDataFolder(folder: string): Promise<void> {
  if (await holdsOthers(folder)) throw new TernError('FOLDER_NOT_EMPTY', { folder })
  await makeFolder(folder, { mode: 0o700 })
  try {
    if (process.platform !== 'win32') await chmod(folder, 0o700)
  } catch (thrown) {
    throw fileError(thrown, 'target', { path: folder })
  }
}

async function holdsOthers(folder: string): Promise<boolean> {
  try {
    for await (const { name } of await opendir(folder)) if (!harmless.has(name)) return true
    return false
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') return false
    throw fileError(thrown, 'target', { path: folder })
  }
}
