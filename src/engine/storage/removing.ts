import { randomBytes } from 'node:crypto'
import { lstatSync, opendirSync, renameSync, rmdirSync, unlinkSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { errnoOf } from '../../platform/errno.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { Folder, FolderTree } from './folders/folder-tree.ts'
import { openFolderTree } from './folders/open-folder-tree.ts'
import { joinPath, maxPathDepth, nameOf, parentOf } from './folders/relative-path.ts'
import { assertBelowRoot, parentFolder, statsOf, type TendedPlace, translated } from './tending.ts'

export interface RemoveOptions {
  /** A folder with all that it holds; without it an empty one only. */
  readonly isForced: boolean
  readonly signal: AbortSignal
}

const namesPerTurn = 256
/** Somebody who keeps on adding files wins. */
const maxRounds = 5

/**
 * Removes a file or a folder. Links in a folder are removed, never followed; what this program left in it goes as well.
 * Stopped in the middle, or where something may not be removed, the rest stays.
 * @throws TernError SOURCE_NOT_FOUND, FOLDER_NOT_EMPTY, LINK_IN_PATH, SPECIAL_FILE, TARGET_NOT_WRITABLE, PATH_INVALID
 */
export async function removeEntry({ root, path }: TendedPlace, { isForced, signal }: RemoveOptions): Promise<void> {
  assertBelowRoot(path)
  using tree = openFolderTree(root, { side: 'target' })
  const isFolder = translated(tree, path, () => {
    const at = parentFolder(tree, path).child(nameOf(path))
    const stats = statsOf(at, path)
    if (stats.isFile()) unlinkSync(at)
    return stats.isDirectory()
  })
  if (!isFolder) return
  if (removeEmpty(tree, path)) return
  if (!isForced) throw new TernError('FOLDER_NOT_EMPTY', { path })
  await removeFolder(tree, path, signal)
}

/** From the leaves up, without recursion: `open` is the way from the folder to what is being emptied. */
async function removeFolder(tree: FolderTree, path: string, signal: AbortSignal): Promise<void> {
  const open = [{ path, rounds: 0 }]
  for (let top = open.at(-1); top; top = open.at(-1)) {
    const inner = await emptyFolder(tree, top.path, signal)
    if (inner !== undefined) {
      if (inner.split('/').length > maxPathDepth) throw new TernError('PATH_INVALID', { path: inner.slice(0, 200) })
      open.push({ path: inner, rounds: 0 })
      continue
    }
    if (removeEmpty(tree, top.path)) {
      open.pop()
      continue
    }
    top.rounds += 1
    if (top.rounds === maxRounds) throw new TernError('FOLDER_NOT_EMPTY', { path: top.path })
  }
}

/** Removes what a folder holds up to the first folder in it, whose path is answered. */
async function emptyFolder(tree: FolderTree, path: string, signal: AbortSignal): Promise<string | undefined> {
  const at = translated(tree, path, () => tree.freshFolder(path))
  if (at === undefined) return undefined
  const directory = translated(tree, path, () => opendirSync(at.self, { encoding: 'buffer' as BufferEncoding }))
  try {
    for (let names = read(directory); names.length > 0; names = read(directory)) {
      signal.throwIfAborted()
      const inner = translated(tree, path, () => removeNames(tree, path, names))
      if (inner !== undefined) return inner
      // Sockets and timers get their turn.
      await nextTurn()
    }
    return undefined
  } finally {
    directory.closeSync()
  }
}

function read(directory: ReturnType<typeof opendirSync>): Buffer[] {
  const names: Buffer[] = []
  while (names.length < namesPerTurn) {
    const entry = directory.readSync()
    if (entry === null) break
    names.push(entry.name as unknown as Buffer)
  }
  return names
}

/** One turn: the folder is proven anew and nothing else runs in between. */
function removeNames(tree: FolderTree, path: string, names: readonly Buffer[]): string | undefined {
  const folder = tree.freshFolder(path)
  if (folder === undefined) return undefined
  for (const name of names) {
    const at = Buffer.concat([Buffer.from(folder.child('')), name])
    const stats = lstatSync(at, { throwIfNoEntry: false })
    if (stats === undefined) continue
    if (stats.isDirectory()) return joinPath(path, nameableFolder(folder, at, name))
    unlinkSync(at)
  }
  return undefined
}

/** Bytes that no text can name cannot be walked by path: such a folder is given a name on its way out. */
function nameableFolder(folder: Folder, at: Buffer, name: Buffer): string {
  const text = name.toString()
  if (Buffer.from(text).equals(name)) return text
  const fresh = `removed-${randomBytes(8).toString('hex')}`
  renameSync(at, folder.child(fresh))
  return fresh
}

function removeEmpty(tree: FolderTree, path: string): boolean {
  return translated(tree, path, () => {
    const parent = tree.freshFolder(parentOf(path))
    if (parent === undefined) return true
    try {
      rmdirSync(parent.child(nameOf(path)))
      return true
    } catch (thrown) {
      const errno = errnoOf(thrown)
      if (errno === 'ENOENT') return true
      if (errno === 'ENOTEMPTY' || errno === 'EEXIST') return false
      throw thrown
    }
  })
}
