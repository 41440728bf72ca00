import { lstatSync, type Stats } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { monotonicMs } from '../../../platform/clock.ts'
import { fileError } from '../../../platform/errno.ts'
import { TernError } from '../../../shared/domain/errors.ts'
import type { LinkRule, MemberSelection } from '../../api.ts'
import { fullBatchLength, maxEntriesInBatch, maxFileSizeBytes } from '../../protocol/limits.ts'
import { entryKind, Listing } from '../../protocol/listing.ts'
import { type OwnerNames, OwnershipTable } from '../attributes/ownership.ts'
import type { Folder, FolderTree } from '../folders/folder-tree.ts'
import { openFolderTree } from '../folders/open-folder-tree.ts'
import { joinPath, maxPathDepth, nameOf, parentOf } from '../folders/relative-path.ts'
import { isVisiting, leaveFolder, visitFolder } from '../folders/working-folder.ts'
import { leadsOut } from '../link-targets.ts'
import { type FolderNames, listFolderNames, type RestoreName } from '../names/folder-names.ts'
import type { ScanEntry, ScanProblem } from '../types.ts'
import { type LinkedPlace, linkProblem, readLinkText, SourceLinks } from './source-links.ts'
import { checkSourcePath } from './source-path.ts'

/** The walk is synchronous: after so long sockets and timers get their turn, also where the disk is slow. */
const turnMs = 25
/** A folder's handle is good for so many looks in a row. */
const looksAtOnce = 32
/** The first batch is small and each is twice as large as the one before: the receiver has something to answer at once. */
const firstBatchLength = 128
const quietly = { throwIfNoEntry: false } as const

export interface ScanOptions {
  /** Absent: everything. Tested with the path relative to the item; a folder left out is not entered. */
  readonly includes?: (relativePath: string, isFolder: boolean) => boolean
  /** Only these files of the item, which is a folder; what else lies in it is not even looked at. */
  readonly members?: MemberSelection
  /** Folders this deep are listed and not entered; 0: the item alone. Absent: as deep as it goes. */
  readonly maxDepth?: number
  /** Absent: `skip`. */
  readonly links?: LinkRule
  /** Names that were mapped are listed as what they were; absent: as they are. */
  readonly restore?: RestoreName
  /** Who owns each entry is listed as well, by these names. */
  readonly owners?: OwnerNames
  readonly signal: AbortSignal
  readonly onProblem: (problem: ScanProblem) => void
}

/** So many entries at most, in the order of the list, with what tells one version of a file from another. */
export class ScanBatch {
  readonly listing = new Listing()
  readonly inodes: number[] = []
  readonly devices: number[] = []
  /** Where content lies that is listed under another path: a link's. Relative to the root. */
  readonly #elsewhere = new Map<number, string>()
  readonly #ownership: OwnershipTable | undefined
  readonly #maxLength: number
  #textLength = 0
  #latestFolder: string | undefined

  constructor(maxLength: number, owners?: OwnerNames) {
    this.#maxLength = maxLength
    this.#ownership = owners && new OwnershipTable(owners)
    this.listing.ownership = this.#ownership
  }

  get isFull(): boolean {
    return this.listing.length >= this.#maxLength || this.#textLength >= fullBatchLength
  }

  /** `elsewhere`: where it is to be read, when that is not where it is listed. Fails with LIMIT_EXCEEDED. */
  add(folder: string, name: string, stats: Stats, elsewhere?: string): void {
    const isFolder = stats.isDirectory()
    // Such a size is a sparse file's or an error; the receiver would take it for a broken peer.
    if (!isFolder && stats.size > maxFileSizeBytes)
      throw new TernError('LIMIT_EXCEEDED', { path: joinPath(folder, name) })
    if (elsewhere !== undefined && !isFolder) this.#elsewhere.set(this.listing.length, elsewhere)
    this.#push(folder, name, isFolder ? entryKind.folder : entryKind.file, isFolder ? 0 : stats.size, stats)
  }

  addLink(folder: string, name: string, stats: Stats, target: string): void {
    this.listing.linkTargets.set(this.listing.length, target)
    this.#textLength += target.length
    this.#push(folder, name, entryKind.link, 0, stats)
  }

  #push(folder: string, name: string, kind: number, sizeBytes: number, stats: Stats): void {
    this.listing.add(folder, name, kind, sizeBytes, stats.mtimeMs, stats.mode & 0o777)
    this.#ownership?.add(stats.uid, stats.gid)
    this.inodes.push(stats.ino)
    this.devices.push(stats.dev)
    this.#textLength += name.length
    if (folder === this.#latestFolder) return
    this.#latestFolder = folder
    this.#textLength += folder.length
  }

  /** Relative to the root; undefined where it lies under the path that it is listed by. */
  elsewhere(index: number): string | undefined {
    return this.#elsewhere.get(index)
  }
}

/** The same as `scanBatches`, as single entries. */
export async function* scan(root: string, path: string, options: ScanOptions): AsyncGenerator<readonly ScanEntry[]> {
  for await (const { listing } of scanBatches(root, path, options)) {
    const entries: ScanEntry[] = []
    for (const { kind, path: at, sizeBytes, mtimeMs, mode } of listing.entries()) {
      entries.push({ kind: kind === 'folder' ? kind : 'file', path: at, sizeBytes, mtimeMs: Math.floor(mtimeMs), mode })
    }
    yield entries
  }
}

/**
 * Lists an item (`path` below `root`), itself first, in batches: bytewise order within each folder, a folder right before
 * what it holds. Special files are problems, and so are links where `links` does not say otherwise. Memory does not grow with the number of files.
 * Fails with SOURCE_NOT_FOUND (also when no member is there), SOURCE_UNREADABLE, LINK_IN_PATH, SPECIAL_FILE,
 * PATH_ESCAPES_ROOT.
 */
export async function* scanBatches(root: string, path: string, options: ScanOptions): AsyncGenerator<ScanBatch> {
  checkSourcePath(path)
  const folders = openFolderTree(root, { side: 'source' })
  const walk = new Walk(folders, path, options)
  let batchLength = firstBatchLength
  try {
    for (let isMore = true; isMore; ) {
      options.signal.throwIfAborted()
      const batch = new ScanBatch(batchLength, options.owners)
      batchLength = Math.min(2 * batchLength, maxEntriesInBatch)
      isMore = walk.fill(batch)
      if (batch.listing.length > 0) yield batch
      if (isMore) await nextTurn()
    }
  } finally {
    walk[Symbol.dispose]()
    folders[Symbol.dispose]()
  }
}

interface OpenFolder {
  /** Relative to the item, as it is listed. */
  readonly path: string
  /** Relative to the root, as it lies there: another one below a link that is copied. */
  readonly at: string
  readonly isElsewhere: boolean
  readonly inode: number
  readonly device: number
  readonly names: FolderNames
  /** Good for so many looks. */
  handle: Folder | undefined
  visit: number
  looksLeft: number
}

class Walk implements Disposable {
  readonly #folders: FolderTree
  readonly #itemPath: string
  readonly #options: ScanOptions
  readonly #links: SourceLinks
  readonly #open: OpenFolder[] = []
  #hasBegun = false
  #isMemberThere = false

  constructor(folders: FolderTree, itemPath: string, options: ScanOptions) {
    this.#folders = folders
    this.#itemPath = itemPath
    this.#options = options
    this.#links = new SourceLinks(folders)
  }

  /** Goes on until the batch is full or it is others' turn. False: that was all. */
  fill(batch: ScanBatch): boolean {
    try {
      return this.#fill(batch)
    } finally {
      leaveFolder()
    }
  }

  #fill(batch: ScanBatch): boolean {
    const until = monotonicMs() + turnMs
    if (!this.#hasBegun) this.#begin(batch)
    const { members } = this.#options
    for (let folder = this.#open.at(-1); folder; folder = this.#open.at(-1)) {
      if (batch.isFull) return true
      if (folder.looksLeft === 0) {
        if (monotonicMs() > until) return true
        folder.handle = this.#folderAt(folder)
        folder.visit = folder.handle ? visitFolder(folder.handle) : 0
        folder.looksLeft = looksAtOnce
      }
      const next = folder.names.sorted.next()
      if (next.done) {
        this.#open.pop()
        folder.names[Symbol.dispose]()
      } else if (members?.has(next.value) !== false) {
        folder.looksLeft -= 1
        this.#look(folder, next.value, batch)
      }
    }
    if (members && !this.#isMemberThere) throw this.#noMember(members)
    return false
  }

  [Symbol.dispose](): void {
    for (const folder of this.#open.splice(0)) folder.names[Symbol.dispose]()
  }

  #begin(batch: ScanBatch): void {
    this.#hasBegun = true
    const { members, maxDepth } = this.#options
    const item = this.#item()
    if (members && item.stats.isFile()) throw this.#noMember(members)
    batch.add('', '', item.stats, item.at === this.#itemPath ? undefined : item.at)
    if (item.stats.isDirectory() && maxDepth !== 0) this.#enter('', item.at, item.stats, true)
  }

  #noMember(members: MemberSelection): TernError {
    return new TernError('SOURCE_NOT_FOUND', {
      path: joinPath(this.#folders.root, joinPath(this.#itemPath, members.name)),
    })
  }

  #item(): LinkedPlace {
    const path = this.#itemPath
    const stats = this.#ownStats(path)
    if (!stats) throw new TernError('SOURCE_NOT_FOUND', { path: joinPath(this.#folders.root, path) })
    if (stats.isSymbolicLink() && this.#options.links === 'copy') return this.#links.resolve(path, path)
    if (stats.isSymbolicLink()) throw new TernError('LINK_IN_PATH', { path })
    if (!stats.isFile() && !stats.isDirectory()) throw new TernError('SPECIAL_FILE', { path, kind: specialKind(stats) })
    return { at: path, stats }
  }

  #ownStats(path: string): Stats | undefined {
    try {
      const folder = this.#folders.folder(parentOf(path))
      if (!folder) return undefined
      return lstatSync(path === '' ? `${folder.self}/.` : folder.child(nameOf(path)), quietly)
    } catch (thrown) {
      throw fileError(thrown, 'source', { path })
    }
  }

  #look(folder: OpenFolder, name: string, batch: ScanBatch): void {
    try {
      // Gone between listing and looking: it is simply not part of the tree any more.
      const { onDisk: mapped } = folder.names
      // To look a name up costs more than to see that there is nothing to find.
      const onDisk = mapped.size === 0 ? name : (mapped.get(name) ?? name)
      const { handle, visit } = folder
      const stats = handle && lstatSync(isVisiting(visit) ? onDisk : handle.child(onDisk), quietly)
      if (!stats) return
      const isElsewhere = folder.isElsewhere || onDisk !== name
      if (stats.isSymbolicLink()) this.#lookAtLink(folder, name, onDisk, stats, batch)
      else this.#take(folder, name, stats, isElsewhere ? joinPath(folder.at, onDisk) : undefined, batch)
    } catch (thrown) {
      const path = joinPath(folder.path, name)
      this.#problem(path, fileError(thrown, 'source', { path }))
    }
  }

  /** `elsewhere`: where it lies, when that is not where it is listed. */
  #take(folder: OpenFolder, name: string, stats: Stats, elsewhere: string | undefined, batch: ScanBatch): void {
    const { members, includes, maxDepth = Number.POSITIVE_INFINITY } = this.#options
    const isFolder = stats.isDirectory()
    this.#isMemberThere ||= !isFolder
    if (includes?.(joinPath(folder.path, name), isFolder) === false) return
    if (isFolder) {
      if (members) return
      batch.add(folder.path, name, stats)
      const at = elsewhere ?? joinPath(folder.at, name)
      if (this.#open.length < maxDepth) this.#enter(joinPath(folder.path, name), at, stats, false)
      // Handles are few: those of folders within may have taken its place.
      folder.looksLeft = 0
    } else if (stats.isFile()) batch.add(folder.path, name, stats, elsewhere)
    else {
      const path = joinPath(folder.path, name)
      this.#problem(path, new TernError('SPECIAL_FILE', { path, kind: specialKind(stats) }))
    }
  }

  #lookAtLink(folder: OpenFolder, name: string, onDisk: string, stats: Stats, batch: ScanBatch): void {
    const path = joinPath(folder.path, name)
    const { links = 'skip', includes, members } = this.#options
    if (links === 'copy') {
      const place = this.#links.resolve(joinPath(folder.at, onDisk), path)
      const isAbove = this.#open.some(({ inode, device }) => inode === place.stats.ino && device === place.stats.dev)
      if (isAbove) throw linkProblem(path, 'circle')
      this.#take(folder, name, place.stats, place.at, batch)
      return
    }
    this.#isMemberThere = true
    if (includes?.(path, false) === false) return
    // Members are files: a list of them holds nothing else.
    if (links === 'skip' || members || !folder.handle) throw linkProblem(path)
    const target = readLinkText(folder.handle.child(onDisk), path)
    if (links === 'keep' && leadsOut(path, target)) throw linkProblem(path, 'leads-out')
    batch.addLink(folder.path, name, stats, target)
  }

  #folderAt({ path, at }: OpenFolder): Folder | undefined {
    try {
      return this.#folders.folder(at)
    } catch (thrown) {
      this.#problem(path, fileError(thrown, 'source', { path }))
      return undefined
    }
  }

  #enter(path: string, at: string, { ino: inode, dev: device }: Stats, isItem: boolean): void {
    try {
      if (this.#open.length >= maxPathDepth) throw new TernError('PATH_INVALID', { path: path.slice(0, 200) })
      const folder = this.#folders.folder(at)
      if (!folder) return
      const names = listFolderNames(folder.self, { restore: this.#options.restore })
      const isElsewhere = at !== joinPath(this.#itemPath, path)
      this.#open.push({ path, at, isElsewhere, inode, device, names, handle: folder, visit: 0, looksLeft: 0 })
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

function specialKind(stats: Stats): string {
  if (stats.isFIFO()) return 'pipe'
  if (stats.isSocket()) return 'socket'
  return 'device'
}
