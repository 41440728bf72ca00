import { closeSync, constants, fstatSync, ftruncateSync, lstatSync, mkdirSync, openSync, statfsSync } from 'node:fs'
import { errnoOf } from '../../platform/errno.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { ConflictRule } from '../api.ts'
import type { NameRules } from '../protocol/name-traits.ts'
import { setFolderTime } from './attributes/file-times.ts'
import { probeTimes, type TimeTraits } from './attributes/time-traits.ts'
import { Durability } from './durability.ts'
import { FolderLook } from './folders/folder-look.ts'
import { FolderSyncs } from './folders/folder-syncs.ts'
import type { Folder, FolderTree } from './folders/folder-tree.ts'
import { openFolderTree } from './folders/open-folder-tree.ts'
import { checkLastName, checkRelativePath, joinPath, nameOf, parentOf } from './folders/relative-path.ts'
import { newPartialName } from './names/names.ts'
import { PartialFile } from './partial-file.ts'
import { NewFolders } from './small/new-folders.ts'
import { SmallFiles } from './small/small-files.ts'
import { Staging } from './small/staging.ts'
import { identityOf, SourceReader } from './source/source-folder.ts'
import { targetError } from './target-error.ts'
import { probeTraits, seenTraits, type TargetTraits, targetNameRules, usualTraits } from './target-traits.ts'
import type { PartialKey, SmallFile, SmallFileResult, TargetEntry } from './types.ts'

export interface TargetFolderOptions {
  /** Called with the name of the staging folder before it is made, for the journal. */
  readonly onStaging?: (name: string) => void
  /** Called before an empty file is made to try something out, with its folder: the journal keeps the name to the end. */
  readonly onTrial?: (folderPath: string, name: string) => void
  /** Nothing is tried out in it: what its file system usually makes of names is taken. */
  readonly isUntouched?: boolean
  /** False forces the way of systems without `/proc`; for tests. */
  readonly useHandles?: boolean
}

/** Of the folders that the items of one transfer land in, so many are looked at by themselves. */
const maxKnownTraits = 256

const createFlags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0)
const readFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
const reopenFlags = constants.O_RDWR | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/**
 * Everything a receiver does to a folder. Paths are `/`-separated and relative to its root; each call refuses those
 * that lead elsewhere (PATH_ESCAPES_ROOT, PATH_INVALID, NAME_NOT_ALLOWED, LINK_IN_PATH). Nothing may be reported as
 * done before `syncFolders` has answered.
 */
export class TargetFolder implements AsyncDisposable {
  readonly root: string
  readonly rules: NameRules
  readonly #isUntouched: boolean
  readonly #onTrial: (folderPath: string, name: string) => void
  readonly #folders: FolderTree
  readonly #syncs: FolderSyncs
  readonly #smallFiles: SmallFiles
  readonly #durability: Durability
  readonly #newFolders = new NewFolders()
  readonly #staging: Staging
  readonly #traits = new Map<string, TargetTraits>()
  #timeTraits: TimeTraits | undefined
  #isClosed = false

  constructor(root: string, options: TargetFolderOptions = {}) {
    this.root = root
    this.#isUntouched = options.isUntouched === true
    this.#folders = openFolderTree(root, {
      side: 'target',
      ...(options.useHandles === undefined ? {} : { useHandles: options.useHandles }),
    })
    this.rules = targetNameRules(this.#folders)
    this.#syncs = new FolderSyncs(this.#folders)
    this.#onTrial = options.onTrial ?? (() => undefined)
    this.#staging = new Staging(this.#folders, options.onStaging ?? (() => undefined))
    this.#durability = new Durability(root)
    this.#smallFiles = new SmallFiles({
      folders: this.#folders,
      staging: this.#staging,
      durability: this.#durability,
      syncs: this.#syncs,
      ensureFolder: (path) => this.#folders.runFolder(path) ?? this.#ensureFolder(path),
      takeNew: (path) => this.#newFolders.takeUntouched(path),
      // As a file in it: of its depth too.
      checkFolder: (path) => checkRelativePath(joinPath(path, 'file'), this.rules),
      checkName: (name, path) => {
        // Split into folder and name neither of them shows that it has none or is no relative path.
        if (path === name || path.startsWith('/')) this.#checkFile(path)
        checkLastName(name, path, this.rules)
      },
      onFolderChanged: (path) => this.#syncs.add(path),
    })
  }

  /** For those who look at many names of one folder at once. */
  get tree(): FolderTree {
    return this.#folders
  }

  /** What its file system can hold of times; tried with one empty file of our own at the first call. */
  timeTraits(): TimeTraits {
    this.#timeTraits ??= probeTimes(this.#folders, (name) => this.#beginTrial('', name))
    return this.#timeTraits
  }

  /**
   * What the file system makes of names in a folder, or in the nearest above it that is there; tried once for each with
   * one empty file of our own. Folders of one disk may differ in it, and another disk may be mounted below the root.
   */
  traits(path = ''): TargetTraits {
    if (path !== '' && (this.#traits.size >= maxKnownTraits || !this.#isFolder(path)))
      return this.traits(parentOf(path))
    const traits = this.#traits.get(path) ?? this.#traitsOf(path)
    this.#traits.set(path, traits)
    return traits
  }

  /** Made by this target a moment ago: what is in there came with this transfer, or is looked at when a file is placed. */
  isNew(folderPath: string): boolean {
    return this.#newFolders.has(folderPath)
  }

  /** What lies at a path now. Missing folders above it: `absent`. Fails with FOLDER_OVER_FILE beneath a file. */
  inspect(path: string): TargetEntry {
    checkRelativePath(path, this.rules)
    try {
      const folder = this.#folders.folder(parentOf(path))
      if (!folder) return { kind: 'absent' }
      const at = path === '' ? `${folder.self}/.` : folder.child(nameOf(path))
      const stats = lstatSync(at, { throwIfNoEntry: false })
      if (!stats) return { kind: 'absent' }
      const mtimeMs = Math.floor(stats.mtimeMs)
      if (stats.isDirectory()) return { kind: 'folder', mtimeMs }
      if (stats.isFile()) {
        return { kind: 'file', sizeBytes: stats.size, mtimeMs, mode: stats.mode & 0o777 }
      }
      return {
        kind: 'other',
        error: { code: stats.isSymbolicLink() ? 'LINK_IN_PATH' : 'SPECIAL_FILE', params: { path } },
      }
    } catch (thrown) {
      throw targetError(thrown, this.#folders, path)
    }
  }

  /** Makes a folder and the missing ones above it. Fails with FOLDER_OVER_FILE where a file is in the way. */
  makeFolder(path: string): void {
    checkRelativePath(path, this.rules)
    this.#ensureFolder(path)
  }

  /** Many looks into one folder, which need not be there. Fails as `inspect` does for a path that leads elsewhere. */
  lookInto(path: string): FolderLook {
    checkRelativePath(path, this.rules)
    return new FolderLook(this.#folders, path)
  }

  /** Sets a folder's time, whole milliseconds. A folder that is gone by now is passed over. */
  setFolderTime(path: string, mtimeMs: number): void {
    try {
      const folder = this.#folders.runFolder(path)
      if (folder) setFolderTime(`${folder.self}/.`, mtimeMs)
    } catch (thrown) {
      throw targetError(thrown, this.#folders, path)
    }
  }

  /** Sets the root's own time. Call when no batch is under way. */
  setRootTime(mtimeMs: number): void {
    // Its removal changes the root's own time.
    this.#removeStaging()
    this.setFolderTime('', mtimeMs)
  }

  /**
   * Opens the partial of a file: the known one when it is there and can be ours, else a new one under a new name, of
   * which the caller is told first so that the journal knows it before it exists.
   */
  openPartial(path: string, key: PartialKey, sizeBytes: number): PartialFile {
    this.#checkFile(path)
    if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0)
      throw new TernError('PROTOCOL_ERROR', { path, reason: 'size' })
    const folder = this.#ensureFolder(parentOf(path))
    try {
      const known = key.knownName === undefined ? undefined : this.#reopen(folder, path, key.knownName, sizeBytes)
      return known ?? this.#create(folder, path, key, sizeBytes)
    } catch (thrown) {
      throw targetError(thrown, this.#folders, path)
    }
  }

  /** How large the file at this path is, or the partial of that name beside it; 0: there is none. */
  fileBytes(path: string, name = nameOf(path)): number {
    this.#checkFile(path)
    const folder = this.#folders.folder(parentOf(path))
    const stats = folder && lstatSync(folder.child(name), { throwIfNoEntry: false })
    return stats?.isFile() ? stats.size : 0
  }

  /** What lies at this path now, for reading; undefined where that is no file of its own or cannot be read. */
  openOld(path: string): SourceReader | undefined {
    this.#checkFile(path)
    const folder = this.#folders.folder(parentOf(path))
    if (!folder) return undefined
    let fd: number | undefined
    try {
      fd = openSync(folder.child(nameOf(path)), readFlags)
      this.#folders.confirmOpened(parentOf(path), nameOf(path), fd)
      const stats = fstatSync(fd)
      if (stats.isFile()) return new SourceReader(fd, path, identityOf(stats))
    } catch {
      // It would only have saved sending what is sent now.
    }
    if (fd !== undefined) closeSync(fd)
    return undefined
  }

  /** What the file system has left for this user; without an end where it does not say. */
  freeBytes(): number {
    try {
      const { bavail, bsize } = statfsSync(`${this.#folders.freshFolder('')?.self}/.`)
      return bavail * bsize
    } catch {
      return Number.POSITIVE_INFINITY
    }
  }

  /**
   * Writes many small files within this call and answers when they are in place and durable, their folders' entries
   * included; each succeeds or fails alone, in the order given. Batches that overlap share the cost. Fails with DRIVE_GONE
   * and what keeps folders from being made durable. `onPlaced`: they are in place, for better or worse, and not durable yet.
   */
  writeSmallBatch(
    files: readonly SmallFile[],
    onConflict: ConflictRule,
    onPlaced: () => void = () => undefined,
  ): Promise<SmallFileResult[]> {
    return this.#smallFiles.write(files, onConflict, onPlaced)
  }

  /** What an earlier run has placed in this folder becomes durable with the next `syncFolders`. */
  mustSync(path: string): void {
    checkRelativePath(path, this.rules)
    this.#syncs.add(path)
  }

  /** Makes the entries of all folders changed so far durable. Fails with DRIVE_GONE when the root is not there any more. */
  async syncFolders(): Promise<void> {
    await this.#syncs.flushWith(async () => !this.#durability.isNeeded)
    this.#folders.assertRoot()
  }

  /** What was made on the way is gone, durably: the journal may forget it. Call when no batch is under way; fails as `syncFolders`. */
  async tidyUp(): Promise<void> {
    this.#removeStaging()
    await this.syncFolders()
  }

  /** Removes the staging folder, keeps partials. Call when no batch is under way. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    try {
      this.#staging.remove()
    } finally {
      this.#folders[Symbol.dispose]()
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #traitsOf(path: string): TargetTraits {
    if (!this.#isUntouched) return probeTraits(this.#folders, this.rules, path, (name) => this.#beginTrial(path, name))
    try {
      const folder = this.#folders.freshFolder(path)
      return folder ? seenTraits(folder.self) : usualTraits(this.rules)
    } catch {
      return usualTraits(this.rules)
    }
  }

  #removeStaging(): void {
    if (this.#staging.remove()) this.#syncs.add('')
  }

  /** Its removal becomes durable with the next `syncFolders`. */
  #beginTrial(folderPath: string, name: string): void {
    this.#onTrial(folderPath, name)
    this.#syncs.add(folderPath)
  }

  #isFolder(path: string): boolean {
    try {
      checkRelativePath(path, this.rules)
      return this.#folders.folder(path) !== undefined
    } catch {
      // A link or a file: nothing lands below it, which is said where something would.
      return false
    }
  }

  #checkFile(path: string): void {
    if (path === '') throw new TernError('PATH_INVALID', { path })
    checkRelativePath(path, this.rules)
  }

  #ensureFolder(path: string): Folder {
    try {
      const existing = this.#folders.freshFolder(path)
      if (existing) return existing
      if (path === '') throw new TernError('DRIVE_GONE', { path: this.root })
      const parent = this.#ensureFolder(parentOf(path))
      if (makeIfMissing(parent.child(nameOf(path)))) this.#newFolders.add(path)
      this.#syncs.add(parentOf(path))
      const made = this.#folders.freshFolder(path)
      if (made) return made
    } catch (thrown) {
      throw targetError(thrown, this.#folders, path)
    }
    throw new TernError('CONFLICT', { path })
  }

  #reopen(folder: Folder, path: string, name: string, sizeBytes: number): PartialFile | undefined {
    let fd: number
    try {
      fd = openSync(folder.child(name), reopenFlags)
    } catch (thrown) {
      // Something else by that name: a new one is made, that one is left alone.
      if (errnoOf(thrown) === 'ENOENT') return this.#make(folder, path, name, sizeBytes)
      if (['ELOOP', 'EISDIR', 'ENXIO', 'EACCES', 'EPERM'].includes(errnoOf(thrown) ?? '')) return undefined
      throw thrown
    }
    const stats = fstatSync(fd)
    const isOurs =
      stats.isFile() && stats.nlink === 1 && (process.getuid === undefined || stats.uid === process.getuid())
    if (!isOurs) {
      closeSync(fd)
      return undefined
    }
    try {
      this.#folders.confirmOpened(parentOf(path), name, fd)
      if (stats.size > sizeBytes) ftruncateSync(fd, sizeBytes)
      return this.#partial(fd, path, name, sizeBytes, false)
    } catch (thrown) {
      closeSync(fd)
      throw thrown
    }
  }

  #create(folder: Folder, path: string, key: PartialKey, sizeBytes: number): PartialFile {
    const name = newPartialName()
    key.onNewName(name)
    return this.#make(folder, path, name, sizeBytes)
  }

  /** The journal knows the name. */
  #make(folder: Folder, path: string, name: string, sizeBytes: number): PartialFile {
    const fd = openSync(folder.child(name), createFlags, 0o600)
    try {
      this.#folders.confirmOpened(parentOf(path), name, fd)
    } catch (thrown) {
      closeSync(fd)
      throw thrown
    }
    return this.#partial(fd, path, name, sizeBytes, true)
  }

  #partial(fd: number, path: string, name: string, sizeBytes: number, isNew: boolean): PartialFile {
    const onFolderChanged = (folderPath: string): void => this.#syncs.add(folderPath)
    const isOnDisk = this.#durability.isNeeded
    return new PartialFile({ fd, folders: this.#folders, path, name, sizeBytes, isNew, isOnDisk, onFolderChanged })
  }
}

function makeIfMissing(at: string): boolean {
  try {
    mkdirSync(at)
    return true
  } catch (thrown) {
    if (errnoOf(thrown) !== 'EEXIST') throw thrown
    return false
  }
}
