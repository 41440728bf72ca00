import { type BigIntStats, lstatSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { fileError } from '../../platform/errno.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { MemberSelection } from '../api.ts'
import { type FolderNames, listFolderNames } from './folder-names.ts'
import type { FolderTree } from './folder-tree.ts'
import { openFolderTree } from './open-folder-tree.ts'
import { joinPath, maxPathDepth, nameOf, parentOf } from './relative-path.ts'
import { checkSourcePath } from './source-path.ts'
import type { ScanEntry, ScanProblem } from './types.ts'

const batchLength = 512

export interface ScanOptions {
  /** Absent: everything. Tested with the path relative to the item; a folder left out is not entered. */
  readonly includes?: (relativePath: string, isFolder: boolean) => boolean
  /** Only these files of the item, which is a folder; what else lies in it is not even looked at. */
  readonly members?: MemberSelection
  /** Folders this deep are listed and not entered; 0: the item alone. Absent: as deep as it goes. */
  readonly maxDepth?: number
  readonly signal: AbortSignal
  readonly onProblem: (problem: ScanProblem) => void
}

/**
 * Lists an item (`path` below `root`), itself first, in batches of at most 512: bytewise order within each folder, a
 * folder right before what it holds. Links and special files are problems, never followed. Memory does not grow with
 * the number of files. Fails with SOURCE_NOT_FOUND (also when no member is there), SOURCE_UNREADABLE, LINK_IN_PATH, SPECIAL_FILE, PATH_ESCAPES_ROOT.
 */
export async function* scan(root: string, path: string, options: ScanOptions): AsyncGenerator<readonly ScanEntry[]> {
  checkSourcePath(path)
  const folders = openFolderTree(root, { side: 'source' })
  try {
    let batch: ScanEntry[] = []
    for (const entry of new Walk(folders, path, options).entries()) {
      batch.push(entry)
      if (batch.length < batchLength) continue
      yield batch
      batch = []
      // The walk itself is synchronous: sockets and timers get their turn here.
      await nextTurn()
      options.signal.throwIfAborted()
    }
    if (batch.length > 0) yield batch
  } finally {
    folders[Symbol.dispose]()
  }
}

interface OpenFolder {
  readonly path: string
  readonly names: FolderNames
}

class Walk {
  readonly #folders: FolderTree
  readonly #itemPath: string
  readonly #options: ScanOptions

  constructor(folders: FolderTree, itemPath: string, options: ScanOptions) {
    this.#folders = folders
    this.#itemPath = itemPath
    this.#options = options
  }

  *entries(): Generator<ScanEntry> {
    this.#options.signal.throwIfAborted()
    const { members, maxDepth = Number.POSITIVE_INFINITY } = this.#options
    const item = entryOf('', this.#itemStats())
    if (members && item.kind === 'file') throw this.#noMember(members)
    yield item
    if (item.kind === 'file' || maxDepth === 0) return
    const open: OpenFolder[] = []
    let isMemberThere = false
    try {
      this.#enter('', open, true)
      for (let folder = open.at(-1); folder; folder = open.at(-1)) {
        const next = folder.names.sorted.next()
        if (next.done) {
          open.pop()
          folder.names[Symbol.dispose]()
          continue
        }
        if (members?.has(next.value) === false) continue
        const entry = this.#look(folder.path, next.value)
        if (members && entry?.kind === 'folder') continue
        isMemberThere = true
        if (!entry) continue
        yield entry
        if (entry.kind === 'folder' && open.length < maxDepth) this.#enter(entry.path, open, false)
      }
    } finally {
      for (const folder of open) folder.names[Symbol.dispose]()
    }
    if (members && !isMemberThere) throw this.#noMember(members)
  }

  #noMember(members: MemberSelection): TernError {
    return new TernError('SOURCE_NOT_FOUND', {
      path: joinPath(this.#folders.root, joinPath(this.#itemPath, members.name)),
    })
  }

  #itemStats(): BigIntStats {
    const path = this.#itemPath
    const stats = this.#stats(parentOf(path), path === '' ? undefined : nameOf(path), path)
    if (!stats) throw new TernError('SOURCE_NOT_FOUND', { path: joinPath(this.#folders.root, path) })
    if (stats.isSymbolicLink()) throw new TernError('LINK_IN_PATH', { path })
    if (!stats.isFile() && !stats.isDirectory()) throw new TernError('SPECIAL_FILE', { path, kind: specialKind(stats) })
    return stats
  }

  #look(folderPath: string, name: string): ScanEntry | undefined {
    const path = joinPath(folderPath, name)
    try {
      const stats = this.#stats(joinPath(this.#itemPath, folderPath), name, path)
      // Gone between listing and looking: it is simply not part of the tree any more.
      if (!stats) return undefined
      const isFolder = stats.isDirectory()
      if (this.#options.includes?.(path, isFolder) === false) return undefined
      if (isFolder || stats.isFile()) return entryOf(path, stats)
      this.#problem(path, new TernError('SPECIAL_FILE', { path, kind: specialKind(stats) }))
    } catch (thrown) {
      this.#problem(path, fileError(thrown, 'source', { path }))
    }
    return undefined
  }

  #stats(folderPath: string, name: string | undefined, path: string): BigIntStats | undefined {
    try {
      const folder = this.#folders.folder(folderPath)
      if (!folder) return undefined
      const at = name === undefined ? `${folder.self}/.` : folder.child(name)
      return lstatSync(at, { bigint: true, throwIfNoEntry: false })
    } catch (thrown) {
      throw fileError(thrown, 'source', { path })
    }
  }

  #enter(path: string, open: OpenFolder[], isItem: boolean): void {
    try {
      if (open.length >= maxPathDepth) throw new TernError('PATH_INVALID', { path: path.slice(0, 200) })
      const folder = this.#folders.folder(joinPath(this.#itemPath, path))
      if (!folder) return
      const names = listFolderNames(folder.self)
      open.push({ path, names })
      for (const name of names.invalid) {
        if (this.#options.members?.has(name) === false) continue
        const shown = joinPath(path, name)
        this.#problem(shown, new TernError('NAME_NOT_ALLOWED', { path: shown, reason: 'encoding' }))
      }
    } catch (thrown) {
      const error = fileError(thrown, 'source', { path })
      if (isItem) throw error
      this.#problem(path, error)
    }
  }

  #problem(path: string, error: TernError): void {
    // A drive that went away is not a matter of one file.
    if (error.code === 'DRIVE_GONE') throw error
    this.#options.onProblem({ path, error: error.toEnvelope() })
  }
}

function entryOf(path: string, stats: BigIntStats): ScanEntry {
  const isFolder = stats.isDirectory()
  return {
    path,
    kind: isFolder ? 'folder' : 'file',
    sizeBytes: isFolder ? 0 : Number(stats.size),
    mtimeMs: Number(stats.mtimeMs),
    mtimeNs: stats.mtimeNs,
    inode: stats.ino,
    device: stats.dev,
    mode: Number(stats.mode) & 0o777,
  }
}

function specialKind(stats: BigIntStats): string {
  if (stats.isSymbolicLink()) return 'link'
  if (stats.isFIFO()) return 'pipe'
  if (stats.isSocket()) return 'socket'
  return 'device'
}
