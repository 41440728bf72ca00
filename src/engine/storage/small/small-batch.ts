import {
  closeSync,
  constants,
  fsyncSync,
  futimesSync,
  openSync,
  readFileSync,
  renameSync,
  type Stats,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { errnoOf } from '../../../platform/errno.ts'
import { TernError } from '../../../shared/domain/errors.ts'
import type { ConflictRule } from '../../api.ts'
import { applyAt, applyToOpen, ownRights } from '../attributes/attributes.ts'
import { receivedMode } from '../attributes/file-mode.ts'
import { systemTime } from '../attributes/file-times.ts'
import { FolderVisit } from '../folders/folder-visit.ts'
import { joinPath, nameOf, parentOf } from '../folders/relative-path.ts'
import { leaveFolder } from '../folders/working-folder.ts'
import { newPartialName } from '../names/names.ts'
import { place } from '../placement.ts'
import { isLockErrno, retryLocked } from '../retry-locked.ts'
import { targetError } from '../target-error.ts'
import type { SmallFile, SmallFileResult } from '../types.ts'
import {
  folderOf,
  nameIn,
  placeOf,
  type Run,
  type RunPlace,
  runsOf,
  type SmallRunParts,
  temporaryName,
} from './small-runs.ts'
import { removeStagedFolder } from './staging.ts'

const rights = ownRights()
const temporaryFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0)

export interface SmallBatchParts extends SmallRunParts {
  readonly checkFolder: (path: string) => void
  /** One name in a checked folder; `path` is for errors. */
  readonly checkName: (name: string, path: string) => void
  readonly onFolderChanged: (path: string) => void
}

interface WrittenRun extends Run {
  readonly place: RunPlace
}

/**
 * Small files on their way to their places: `write` makes all temporaries, the caller makes them durable, `place` moves
 * them. Each file succeeds or fails alone.
 */
export class SmallBatch {
  readonly #files: readonly SmallFile[]
  readonly #onConflict: ConflictRule
  readonly #parts: SmallBatchParts
  readonly #results: (SmallFileResult | undefined)[]
  readonly #runs: WrittenRun[] = []

  constructor(files: readonly SmallFile[], onConflict: ConflictRule, parts: SmallBatchParts) {
    this.#files = files
    this.#onConflict = onConflict
    this.#parts = parts
    this.#results = new Array<SmallFileResult | undefined>(files.length).fill(undefined)
  }

  /** Synchronous: the files' bytes are not needed afterwards. */
  write(): void {
    try {
      for (const run of runsOf(this.#files)) this.#write(run)
    } finally {
      leaveFolder()
    }
  }

  #write(run: Run): void {
    try {
      this.#parts.checkFolder(run.folderPath)
      this.#eachOf(run, (file) => this.#parts.checkName(nameIn(run, file.path), file.path))
      if (!this.#isSettled(run)) this.#writeRun({ ...run, place: placeOf(run, this.#parts) })
    } catch (thrown) {
      this.#eachOf(run, () => {
        throw thrown
      })
    }
  }

  /** How many temporaries there are to be made durable. */
  get unsynced(): number {
    return this.#results.reduce((count, result) => (result ? count : count + 1), 0)
  }

  /** The temporaries in staging, all on the root's own file system: each as a file call takes it at that very moment. */
  stagedPaths(): Iterable<string> {
    return this.#paths((kind) => kind !== 'beside')
  }

  /** Those beside their targets, on whatever file system that is. */
  besidePaths(): Iterable<string> {
    return this.#paths((kind) => kind === 'beside')
  }

  /** Moves what was written to its places. Never rejects. */
  async place(): Promise<SmallFileResult[]> {
    for (const run of this.#runs) {
      if (run.place.kind === 'together' && this.#placeTogether(run, run.place.number)) continue
      for (let index = run.first; index < run.end; index += 1) {
        if (this.#results[index]) continue
        const placing = this.#placeOne(run, index)
        this.#results[index] = placing instanceof Promise ? await placing : placing
      }
      this.#clear(run)
    }
    return this.#answer()
  }

  /** They could not be made durable: none of them is placed. */
  abandon(thrown: unknown): SmallFileResult[] {
    for (const run of this.#runs) {
      this.#eachOf(run, (_, index) => {
        this.#remove(run, index)
        throw thrown
      })
      this.#clear(run)
    }
    return this.#answer()
  }

  #writeRun(run: WrittenRun): void {
    this.#runs.push(run)
    const isBeside = run.place.kind === 'beside'
    const visit = FolderVisit.toChange(() => folderOf(run, run.place, this.#parts))
    this.#eachOf(run, (file, index) => {
      const name = this.#nameAt(run, index)
      const at = visit.at(name)
      if (at === undefined) throw new TernError('DRIVE_GONE', { path: this.#parts.folders.root })
      const fd = openSync(at, temporaryFlags, receivedMode(file.mode))
      try {
        if (isBeside) this.#parts.folders.confirmOpened(run.folderPath, name, fd)
        fill(fd, file)
        if (file.readsBack && !holds(readFileSync(this.#at(run, index)), file)) {
          throw new TernError('INTEGRITY', { path: file.path, what: 'file' })
        }
      } catch (thrown) {
        this.#remove(run, index)
        throw thrown
      } finally {
        closeSync(fd)
      }
    })
  }

  /**
   * One rename for all: the system refuses it where the folder is not empty any more, so nothing that appeared meanwhile
   * is ever replaced. False: each has to be placed by itself.
   */
  #placeTogether(run: WrittenRun, number: number): boolean {
    const { folders, onFolderChanged, staging } = this.#parts
    const parentPath = parentOf(run.folderPath)
    try {
      const from = staging.folder()?.child(String(number))
      const to = folders.runFolder(parentPath)?.child(nameOf(run.folderPath))
      if (from === undefined || to === undefined) return false
      renameSync(from, to)
    } catch {
      // Whatever it was: placing each alone either works or tells why, in the folder that is there now.
      folders.forget(run.folderPath)
      return false
    }
    folders.forget(run.folderPath)
    folders.forget(staging.pathOf(number))
    onFolderChanged(parentPath)
    onFolderChanged(run.folderPath)
    for (let index = run.first; index < run.end; index += 1) {
      this.#results[index] ??= { ok: true, status: 'placed', path: this.#file(index).path }
    }
    return true
  }

  /** Synchronous for all but files that another program holds: a promise for each file would cost more than the file. */
  #placeOne(run: WrittenRun, index: number): SmallFileResult | Promise<SmallFileResult> {
    const now = () => this.#placeNow(run, index, this.#at(run, index))
    try {
      return now()
    } catch (thrown) {
      if (isLockErrno(errnoOf(thrown), process.platform)) {
        return retryLocked(now, this.#file(index).path).catch((later: unknown) => this.#giveUp(run, index, later))
      }
      if (errnoOf(thrown) !== 'EXDEV' || run.place.kind === 'beside') return this.#giveUp(run, index, thrown)
    }
    try {
      return this.#placeAcross(run, index)
    } catch (thrown) {
      return this.#giveUp(run, index, thrown)
    }
  }

  #placeNow(run: WrittenRun, index: number, from: string): SmallFileResult {
    const file = this.#file(index)
    const { path } = file
    const folder = this.#parts.folders.runFolder(run.folderPath)
    if (!folder) throw new TernError('DRIVE_GONE', { path: run.folderPath })
    const placed = place(from, folder, nameOf(path), this.#onConflict, path, (existing) =>
      keepMode(from, existing, file),
    )
    if (placed.status === 'skipped') unlinkSync(from)
    this.#parts.onFolderChanged(run.folderPath)
    return { ok: true, status: placed.status, path: joinPath(run.folderPath, placed.name) }
  }

  /** A folder that looks like the root's own file system and yet takes no rename from it: a mount of a part of it. */
  #placeAcross(run: WrittenRun, index: number): SmallFileResult {
    const file = this.#file(index)
    const folder = this.#parts.folders.runFolder(run.folderPath)
    if (!folder) throw new TernError('DRIVE_GONE', { path: run.folderPath })
    const name = newPartialName()
    const at = folder.child(name)
    const bytes = readFileSync(this.#at(run, index))
    const fd = openSync(at, temporaryFlags, receivedMode(file.mode))
    try {
      this.#parts.folders.confirmOpened(run.folderPath, name, fd)
      fill(fd, { ...file, bytes, start: 0, length: bytes.length })
      fsyncSync(fd)
      const placed = this.#placeNow(run, index, at)
      this.#remove(run, index)
      return placed
    } catch (thrown) {
      unlinkSync(at)
      throw thrown
    } finally {
      closeSync(fd)
    }
  }

  #giveUp(run: WrittenRun, index: number, thrown: unknown): SmallFileResult {
    this.#remove(run, index)
    return this.#failed(index, thrown)
  }

  #remove(run: WrittenRun, index: number): void {
    try {
      unlinkSync(this.#at(run, index))
    } catch {
      // The failure that led here is the one to tell; a leftover in staging goes with the staging folder.
    }
  }

  /** A staged folder that was emptied file by file. */
  #clear(run: WrittenRun): void {
    if (run.place.kind !== 'together') return
    const { folders, staging } = this.#parts
    try {
      removeStagedFolder(folders, staging.pathOf(run.place.number))
    } catch {
      // It goes with the staging folder, or is told there.
    }
  }

  /** Calls for each file of the run that has not failed yet; what it throws is that file's failure. */
  #eachOf(run: Run, step: (file: SmallFile, index: number) => void): void {
    for (let index = run.first; index < run.end; index += 1) {
      if (this.#results[index]) continue
      try {
        step(this.#file(index), index)
      } catch (thrown) {
        this.#results[index] = this.#failed(index, thrown)
      }
    }
  }

  #isSettled(run: Run): boolean {
    for (let index = run.first; index < run.end; index += 1) if (!this.#results[index]) return false
    return true
  }

  *#paths(isMeant: (kind: RunPlace['kind']) => boolean): Generator<string> {
    for (const run of this.#runs) {
      if (!isMeant(run.place.kind)) continue
      for (let index = run.first; index < run.end; index += 1) if (!this.#results[index]) yield this.#at(run, index)
    }
  }

  #at(run: WrittenRun, index: number): string {
    const folder = folderOf(run, run.place, this.#parts)
    if (!folder) throw new TernError('DRIVE_GONE', { path: this.#parts.folders.root })
    return folder.child(this.#nameAt(run, index))
  }

  #nameAt(run: WrittenRun, index: number): string {
    return temporaryName(run, run.place, index, this.#file(index).path)
  }

  #file(index: number): SmallFile {
    return this.#files[index] as SmallFile
  }

  #answer(): SmallFileResult[] {
    return this.#results.map((result, index) => result ?? this.#failed(index, undefined))
  }

  #failed(index: number, thrown: unknown): SmallFileResult {
    const { path } = this.#file(index)
    return { ok: false, path, error: targetError(thrown, this.#parts.folders, path).toEnvelope() }
  }
}

/** A replaced file keeps its own permissions, unless the source's are kept. */
function keepMode(from: string, existing: Stats, { mode, attributes }: SmallFile): void {
  if (attributes?.mode !== undefined || (existing.mode & 0o777) === receivedMode(mode)) return
  applyAt(from, { mode: existing.mode & 0o777 }, rights)
}

function fill(fd: number, { bytes, start = 0, length = bytes.length, mtimeMs, attributes }: SmallFile): void {
  for (let written = 0; written < length; ) {
    written += writeSync(fd, bytes, start + written, length - written, written)
  }
  const time = systemTime(mtimeMs)
  futimesSync(fd, time, time)
  if (attributes) applyToOpen(fd, attributes, rights)
}

function holds(read: Buffer, { bytes, start = 0, length = bytes.length }: SmallFile): boolean {
  return read.equals(bytes.subarray(start, start + length))
}
