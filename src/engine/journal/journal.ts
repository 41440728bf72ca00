import { createHash } from 'node:crypto'
import { closeSync, constants, fsyncSync, ftruncateSync, mkdirSync, openSync, renameSync, unlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { errnoOf, fileError } from '../../platform/errno.ts'
import { TernError } from '../../shared/domain/errors.ts'
import {
  decodeEvent,
  encodeEvent,
  isTooNew,
  type JournalEvent,
  journalVersion,
  type PartialStart,
  type TargetPlace,
} from './journal-events.ts'
import { closeQuietly, readIfThere, removeQuietly, renameOpen, syncFolder, syncPath, writeAll } from './journal-file.ts'
import { JournalState } from './journal-state.ts'
import { decodeRecords, encodeRecord } from './record-codec.ts'

/** No item has this id. */
const ofNoItem = ''
const minBytesToCompact = 1024 * 1024
/** Where folders cannot be synced the system keeps their names by itself, or nobody can. */
const cannotSyncFolders = process.platform === 'win32'

/** One owner per journal in this process; one process per state folder is its starter's business. */
const openPaths = new Set<string>()

/**
 * What a receiver must know after a crash, for one resume key: where its items land, and which names of its own lie there.
 * What a partial holds is not said: it is read when it is used again. Records are appended with a plain write, which a
 * killed process cannot lose; with `sync` lost power cannot either. The order is the caller's duty: a name, made durable,
 * before the file is made, its end after the folder is durable.
 */
export class Journal {
  readonly path: string
  readonly resumeKey: string
  /** Damage was found: what could be read is kept. */
  readonly wasDamaged: boolean
  readonly #state: JournalState
  #fd: number
  #sizeBytes: number
  #sequence: number
  #compactAtBytes = minBytesToCompact
  #isClosed = false
  /** Records of names that lost power could take back. */
  #isSynced = true
  /** The last that was begun: what `#isSynced` says holds once it has settled. */
  #syncing: Promise<void> | undefined
  #isFolderSynced: boolean
  /** Counts how often the file was replaced by a new one, whose name is not durable yet. */
  #rewrites = 0
  /** A flush has failed: the system may have dropped what it did not write, and calls the file clean from then on. */
  #mustRewrite = false

  constructor(path: string, resumeKey: string) {
    this.path = path
    this.resumeKey = resumeKey
    const bytes = readIfThere(path)
    this.#isFolderSynced = cannotSyncFolders
    const records = decodeRecords(bytes)
    if (records.payloads.some(isTooNew)) throw new TernError('STORE_TOO_NEW', { path })
    const { state, isConsistent } = fold(records.payloads, resumeKey)
    this.#state = state
    this.wasDamaged = records.isDamaged || !isConsistent
    this.#fd = openSync(path, constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0), 0o600)
    this.#sizeBytes = records.goodBytes
    this.#sequence = records.payloads.length
    try {
      if (records.goodBytes < bytes.length && !this.wasDamaged) ftruncateSync(this.#fd, records.goodBytes)
      if (this.wasDamaged) this.compact()
      this.#append({ kind: 'opened', version: journalVersion, resumeKey })
    } catch (thrown) {
      if (!this.#isClosed) closeSync(this.#fd)
      throw thrown
    }
  }

  /** The partial begun for one file of an item, if its end was not recorded. */
  lookup(itemId: string, target: TargetPlace): PartialStart | undefined {
    return this.#state.lookup(itemId, target)
  }

  /** All partials that were begun and neither placed nor removed durably. */
  partials(): PartialStart[] {
    return this.#state.partials().filter(({ itemId }) => itemId !== ofNoItem)
  }

  /** Names of its own may lie somewhere: partials, staging folders or trials. */
  get hasLeftovers(): boolean {
    return this.#state.partials().length > 0 || this.#state.staging().length > 0
  }

  /** Where an item was first decided to land; a retry must land there too. */
  placement(itemId: string): TargetPlace | undefined {
    return this.#state.placements.get(itemId)
  }

  /** The topmost folders that runs of this job have made for an item, where what was there before is left as it is. */
  madeFolders(itemId: string, root: string): ReadonlySet<string> {
    return this.#state.madeFolders(itemId, root)
  }

  /** Staging folders that were made and whose removal was not recorded. */
  staging(): readonly { readonly root: string; readonly name: string }[] {
    return this.#state.staging()
  }

  recordPlacement(itemId: string, target: TargetPlace): void {
    this.#append({ kind: 'placement', itemId, target })
  }

  /** Before the partial is made. */
  recordPartial(start: PartialStart): void {
    this.#append({ kind: 'partial', id: this.#state.nextPartialId(), ...start })
  }

  /** Names that were recorded before are durable once this has settled. Beside others: for many names at once. */
  sync(): Promise<void> {
    if (this.#isSynced) return this.#syncing ?? Promise.resolve()
    this.#isSynced = true
    this.#syncing = this.#syncNames()
    return this.#syncing
  }

  /** The same within this call, for a single name. */
  syncNow(): void {
    try {
      if (this.#mustRewrite) this.compact()
      fsyncSync(this.#openFd())
      if (!this.#isFolderSynced) for (const folder of this.#folders) syncFolder(folder)
    } catch (thrown) {
      this.#mustRewrite = true
      throw fileError(thrown, 'target', { path: this.path })
    }
    this.#isFolderSynced = true
    this.#isSynced = true
    this.#syncing = undefined
  }

  /** Empty files that were made to try something out, and whose removal was not recorded as durable. */
  trials(): PartialStart[] {
    return this.#state.partials().filter(({ itemId }) => itemId === ofNoItem)
  }

  /** Before it is made. */
  recordTrial(root: string, folderPath: string, partialName: string): void {
    // As if it were the partial of a file beside it: the path is told apart by the name, which may not lie in it.
    const path = `${folderPath}${folderPath === '' ? '' : '/'}${partialName.slice(1)}`
    this.recordPartial({ itemId: ofNoItem, target: { root, path }, partialName })
  }

  /** Like `recordDiscarded`. */
  recordTrialGone(target: TargetPlace): void {
    this.#dropPartial(ofNoItem, target)
  }

  /** How far a partial was compared; nothing is said of one that is gone. */
  recordCompared(itemId: string, target: TargetPlace, bytes: number): void {
    const id = this.#state.idOf(itemId, target)
    if (id !== undefined) this.#append({ kind: 'partial-compared', id, bytes })
  }

  /** The partial is in place (or skipped) and its folder is durable. */
  recordCommitted(itemId: string, target: TargetPlace): void {
    this.#dropPartial(itemId, target)
  }

  /** The partial was removed or was not there, durably; of a folder that could not be looked into nothing is known. */
  recordDiscarded(itemId: string, target: TargetPlace): void {
    this.#dropPartial(itemId, target)
  }

  /** Before the folder is made. */
  recordMadeFolder(itemId: string, target: TargetPlace): void {
    this.#append({ kind: 'made-folder', itemId, target })
  }

  /** Before a staging folder is made. */
  recordStaging(root: string, name: string): void {
    this.#append({ kind: 'staging', root, name })
  }

  /** Like `recordDiscarded`. */
  recordStagingGone(root: string, name: string): void {
    this.#append({ kind: 'staging-gone', root, name })
  }

  /** Rewrites the file with what still counts; happens by itself as the file grows. Fails with the file as it was. */
  compact(): void {
    const events = [...this.#state.events(this.resumeKey)]
    const bytes = Buffer.concat(events.map((event, sequence) => encodeRecord(sequence, encodeEvent(event))))
    const temporary = `${this.path}.new`
    try {
      const fd = openSync(temporary, 'w', 0o600)
      try {
        writeAll(fd, bytes, 0)
        fsyncSync(fd)
        // Windows renames no open file over another open one.
        if (process.platform !== 'win32') renameOpen(fd, temporary, this.path)
      } catch (thrown) {
        closeQuietly(fd)
        throw thrown
      }
      const old = this.#fd
      this.#fd = fd
      closeQuietly(old)
      if (process.platform === 'win32') this.#renameClosed(temporary)
    } catch (thrown) {
      removeQuietly(temporary)
      throw fileError(thrown, 'target', { path: this.path })
    }
    this.#rewrites += 1
    this.#mustRewrite = false
    this.#isFolderSynced = cannotSyncFolders
    this.#isSynced = false
    this.#sizeBytes = bytes.length
    this.#sequence = events.length
    this.#compactAtBytes = Math.max(minBytesToCompact, bytes.length * 2)
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    openPaths.delete(this.path)
    closeSync(this.#fd)
  }

  /** Removes the file; what it names must be gone before. */
  delete(): void {
    this.close()
    try {
      unlinkSync(this.path)
    } catch (thrown) {
      if (errnoOf(thrown) !== 'ENOENT') throw fileError(thrown, 'target', { path: this.path })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }

  #dropPartial(itemId: string, target: TargetPlace): void {
    const id = this.#state.idOf(itemId, target)
    if (id !== undefined) this.#append({ kind: 'partial-gone', id })
  }

  /** That of the journals may have been made a moment ago as well. */
  get #folders(): readonly string[] {
    return [dirname(this.path), dirname(dirname(this.path))]
  }

  /** Where it cannot be opened again, nothing is written by a number that may be another file's by now. */
  #renameClosed(temporary: string): void {
    closeQuietly(this.#fd)
    this.#isClosed = true
    openPaths.delete(this.path)
    try {
      renameSync(temporary, this.path)
    } finally {
      this.#fd = openSync(this.path, 'r+')
      this.#isClosed = false
      openPaths.add(this.path)
    }
  }

  async #syncNames(): Promise<void> {
    try {
      if (this.#mustRewrite) this.compact()
      // Of its own: the journal may be rewritten meanwhile, which makes all of it durable.
      await syncPath(this.path, 'r+')
      if (this.#isFolderSynced) return
      const rewrites = this.#rewrites
      for (const folder of this.#folders) await syncPath(folder, 'r')
      // A file that took the place of this one meanwhile has a name that came too late for these syncs.
      if (rewrites === this.#rewrites) this.#isFolderSynced = true
    } catch (thrown) {
      this.#mustRewrite = true
      this.#isSynced = false
      this.#syncing = undefined
      throw fileError(thrown, 'target', { path: this.path })
    }
  }

  #openFd(): number {
    if (this.#isClosed) throw new TernError('INTERNAL', { reason: 'journal used after it was closed' })
    return this.#fd
  }

  #append(event: JournalEvent): void {
    const record = encodeRecord(this.#sequence, encodeEvent(event))
    const fd = this.#openFd()
    try {
      writeAll(fd, record, this.#sizeBytes)
    } catch (thrown) {
      // Half a record must not stay in front of later ones.
      ftruncateSync(fd, this.#sizeBytes)
      throw fileError(thrown, 'target', { path: this.path })
    }
    if (!this.#state.apply(event)) {
      ftruncateSync(fd, this.#sizeBytes)
      throw new TernError('INTERNAL', { reason: `journal: ${event.kind} does not follow` })
    }
    if (event.kind === 'partial' || event.kind === 'staging') this.#isSynced = false
    this.#sizeBytes += record.length
    this.#sequence += 1
    if (this.#sizeBytes > this.#compactAtBytes) this.#compactIfPossible()
  }

  /** The record that made the file grow is written: it counts, whether or not there is room for a second file. */
  #compactIfPossible(): void {
    try {
      this.compact()
    } catch {
      this.#compactAtBytes = this.#sizeBytes * 2
    }
  }
}

/**
 * Opens the journal of a resume key below the state folder, or begins one. A record that a crash has cut is dropped.
 * Fails with TARGET_BUSY when this process has it open, STORE_TOO_NEW, DISK_FULL, TARGET_NOT_WRITABLE.
 */
export async function openJournal(stateFolder: string, resumeKey: string): Promise<Journal> {
  const path = journalPath(stateFolder, resumeKey)
  if (openPaths.has(path)) throw new TernError('TARGET_BUSY', { path })
  openPaths.add(path)
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    return new Journal(path, resumeKey)
  } catch (thrown) {
    openPaths.delete(path)
    throw fileError(thrown, 'target', { path })
  }
}

export function journalPath(stateFolder: string, resumeKey: string): string {
  const hash = createHash('sha256').update(resumeKey).digest('hex').slice(0, 40)
  return join(journalFolder(stateFolder), `${hash}.journal`)
}

export function journalFolder(stateFolder: string): string {
  return join(stateFolder, 'journals')
}

/** Events that do not follow from those before show damage that no checksum saw. */
function fold(payloads: readonly Buffer[], resumeKey: string): { state: JournalState; isConsistent: boolean } {
  const state = new JournalState()
  let isConsistent = true
  for (const payload of payloads) {
    const event = decodeEvent(payload)
    if (event?.kind === 'opened' && event.resumeKey !== resumeKey)
      return { state: new JournalState(), isConsistent: false }
    if (!event || !state.apply(event)) isConsistent = false
  }
  return { state, isConsistent }
}
