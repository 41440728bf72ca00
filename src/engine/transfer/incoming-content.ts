import { type ErrorCode, isAbort, TernError } from '../../shared/domain/errors.ts'
import type { ConflictRule } from '../api.ts'
import type { Journal } from '../journal/index.ts'
import { decodeBlock, decodePack, type PackedFile } from '../protocol/data-frames.ts'
import { maxOpenFiles, smallFileBytes } from '../protocol/limits.ts'
import { type FileEnd, type FileFailed, type FileResult, frameType } from '../protocol/messages.ts'
import type { CommitResult, SmallFile } from '../storage/index.ts'
import type { LaneFrame } from '../transport/types.ts'
import { digestOf, isSameDigest } from './digest.ts'
import { isFatal } from './fatal.ts'
import { LargeFile } from './large-file.ts'
import type { ReceiveMeter } from './receive-meter.ts'
import type { Target } from './targets.ts'
import { mtimeMsOf, type WantedEntry } from './wanted-entry.ts'

const maxCommits = 16
/** After these a partial is of no use: it is not what the source holds, or the source is gone. */
const voidCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['INTEGRITY', 'SOURCE_CHANGED', 'SOURCE_NOT_FOUND'])

interface IncomingContentOptions {
  readonly journal: Journal
  readonly meter: ReceiveMeter
  readonly laneCount: number
  readonly onConflict: ConflictRule
  /** These entries are settled, for better or worse. */
  readonly onSettled: (entries: readonly WantedEntry[], results: readonly FileResult[]) => void
  /** Something that ends the transfer has happened outside of any call. */
  readonly onFatal: (error: TernError) => void
}

/** Small files that are written together. */
interface Batch {
  readonly target: Target
  readonly onConflict: ConflictRule
  readonly wanted: WantedEntry[]
  readonly files: SmallFile[]
}

function groupOf(groups: Batch[], target: Target, onConflict: ConflictRule): Batch {
  const known = groups.find((group) => group.target === target && group.onConflict === onConflict)
  if (known) return known
  const group: Batch = { target, onConflict, wanted: [], files: [] }
  groups.push(group)
  return group
}

function violation(what: string, entry: number): TernError {
  return new TernError('PROTOCOL_ERROR', { what, entry })
}

/**
 * The wanted files and their content, from whatever lane it comes. What goes wrong with one file is that file's matter;
 * a peer that breaks the protocol and a target that cannot be written end the transfer.
 */
export class IncomingContent {
  readonly #options: IncomingContentOptions
  readonly #wanted = new Map<number, WantedEntry>()
  /** Settled as failed while the source may still be sending them. */
  readonly #failed = new Set<number>()
  readonly #commits = new Set<Promise<void>>()
  #openFiles = 0

  constructor(options: IncomingContentOptions) {
    this.#options = options
  }

  /** Opens what an earlier run has left of this file. Returns how many bytes of it need not be sent. */
  want(wanted: WantedEntry): number {
    this.#wanted.set(wanted.entry, wanted)
    const { meter } = this.#options
    meter.filesWanted += 1
    meter.bytesWanted += wanted.sizeBytes
    if (wanted.sizeBytes <= smallFileBytes) return 0
    const place = { root: wanted.item.target.root, path: wanted.path }
    if (!this.#options.journal.lookup(wanted.item.request.itemId, place)) return 0
    try {
      return this.#open(wanted).incoming.resumedBytes
    } catch (thrown) {
      this.#forget(wanted)
      throw thrown
    }
  }

  wantedEntry(entry: number): WantedEntry | undefined {
    return this.#wanted.get(entry)
  }

  /** One frame of a data lane. Settles when the lane may go on. */
  async take(frame: LaneFrame): Promise<void> {
    if (frame.type === frameType.block) await this.#takeBlock(frame.payload)
    else await this.#takePack(frame.payload)
    while (this.#commits.size >= maxCommits) await Promise.race(this.#commits)
  }

  async end(message: FileEnd): Promise<void> {
    const wanted = this.#expected(message.entry, message.attempt)
    if (!wanted) return
    if (wanted.sizeBytes <= smallFileBytes) throw violation('end of a packed file', message.entry)
    const { large } = wanted
    if (!large) {
      // A word alone opens nothing: a file costs a handle and a table of digests, so it has to bring a block.
      if (wanted.endDigest) throw violation('file ended twice', message.entry)
      wanted.endDigest = message.digest
      return
    }
    await this.#guard(wanted, async () => {
      large.incoming.end(message.digest)
      this.#commitIfComplete(wanted)
    })
  }

  async sourceFailed(message: FileFailed): Promise<void> {
    const wanted = this.#expected(message.entry, message.attempt)
    if (!wanted) return
    if (wanted.isCommitting) throw violation('failure after the end', message.entry)
    await this.#fail(wanted, TernError.fromEnvelope(message.error))
  }

  /** The source has changed: what was taken of this file is void. Returns the entry as it is wanted now. */
  async startAgain(wanted: WantedEntry, sizeBytes: number, mtimeNs: bigint, mode: number): Promise<WantedEntry> {
    if (wanted.isCommitting) throw violation('change after the end', wanted.entry)
    if (wanted.large) this.#openFiles -= 1
    this.#options.meter.bytesWanted += sizeBytes - wanted.sizeBytes
    const { entry, item, sourcePath, path } = wanted
    const again: WantedEntry = { entry, item, sourcePath, path, sizeBytes, mtimeNs, mode, attempt: wanted.attempt + 1 }
    // Before anything is waited for: what other lanes still bring of the earlier attempt is passed over from now on.
    this.#wanted.set(entry, again)
    await wanted.large?.discard()
    return again
  }

  /** Keeps what is verified for a later run; nothing is under way afterwards. */
  async close(): Promise<void> {
    await Promise.all(this.#commits)
    for (const wanted of this.#wanted.values()) await wanted.large?.close().catch(() => undefined)
  }

  async #takeBlock(payload: Buffer): Promise<void> {
    const block = decodeBlock(payload)
    const wanted = this.#expected(block.entry, block.attempt)
    if (!wanted) return
    if (wanted.sizeBytes <= smallFileBytes || wanted.isCommitting) throw violation('unexpected block', block.entry)
    const { meter } = this.#options
    await this.#guard(wanted, async () => {
      const large = this.#open(wanted)
      await large.take(block)
      meter.bytesReceived += block.bytes.length
      meter.bytesWanted -= block.bytes.length
      this.#commitIfComplete(wanted)
    })
  }

  async #takePack(payload: Buffer): Promise<void> {
    const groups: Batch[] = []
    for (const file of decodePack(payload)) {
      const wanted = this.#expected(file.entry, file.attempt)
      if (!wanted) continue
      if (wanted.sizeBytes !== file.bytes.length || wanted.isCommitting) throw violation('unexpected file', file.entry)
      wanted.isCommitting = true
      const bytes = await this.#checked(wanted, file)
      if (!bytes) continue
      const group = groupOf(groups, wanted.item.target, this.#conflictRule(wanted))
      group.wanted.push(wanted)
      group.files.push({ path: wanted.path, bytes, mtimeMs: mtimeMsOf(wanted.mtimeNs), mode: wanted.mode })
    }
    for (const group of groups) await this.#placeBatch(group)
  }

  async #checked(wanted: WantedEntry, file: PackedFile): Promise<Buffer | undefined> {
    const { meter } = this.#options
    meter.bytesReceived += file.bytes.length
    meter.bytesWanted -= file.bytes.length
    if (isSameDigest(digestOf(file.bytes), file.digest)) return file.bytes
    await this.#fail(wanted, new TernError('INTEGRITY', { path: wanted.path, what: 'file' }))
    return undefined
  }

  async #placeBatch({ target, onConflict, wanted, files }: Batch): Promise<void> {
    const results = await target.batch(async () => {
      const placed = await target.folder.writeSmallBatch(files, onConflict)
      // The folders' entries as well, before anything is said.
      await target.folder.syncFolders()
      return placed
    })
    const settled: WantedEntry[] = []
    for (const [index, result] of results.entries()) {
      const entry = wanted[index] as WantedEntry
      if (result.ok) {
        this.#countPlaced(entry, result)
        this.#options.meter.addVerified(entry.item, entry.sizeBytes)
        settled.push(entry)
      } else await this.#fail(entry, TernError.fromEnvelope(result.error))
    }
    this.#settle(settled, true)
  }

  #commitIfComplete(wanted: WantedEntry): void {
    const { large } = wanted
    if (!large?.incoming.isComplete || wanted.isCommitting || this.#wanted.get(wanted.entry) !== wanted) return
    wanted.isCommitting = true
    const commit = this.#commit(wanted, large)
      .catch((thrown) => this.#options.onFatal(TernError.from(thrown)))
      .finally(() => this.#commits.delete(commit))
    this.#commits.add(commit)
  }

  #commit(wanted: WantedEntry, large: LargeFile): Promise<void> {
    return this.#guard(wanted, async () => {
      const result = await wanted.item.target.batch(() => large.commit(this.#conflictRule(wanted)))
      this.#countPlaced(wanted, result)
      this.#settle([wanted], true)
    })
  }

  #conflictRule(wanted: WantedEntry): ConflictRule {
    return wanted.item.request.onConflict ?? this.#options.onConflict
  }

  #open(wanted: WantedEntry): LargeFile {
    const { entry, attempt, item, path, sizeBytes, mtimeNs, mode } = wanted
    const { journal, laneCount, meter } = this.#options
    if (wanted.large) return wanted.large
    if (this.#openFiles >= maxOpenFiles) throw violation('too many files at once', entry)
    const mtimeMs = mtimeMsOf(mtimeNs)
    const large = new LargeFile(
      { entry, attempt, itemId: item.request.itemId, path, sizeBytes, mtimeNs, mtimeMs, mode },
      { journal, target: item.target, laneCount, onVerified: (bytes) => meter.addVerified(item, bytes) },
    )
    wanted.large = large
    this.#openFiles += 1
    if (wanted.endDigest) large.incoming.end(wanted.endDigest)
    return large
  }

  /** Undefined: late content of a file that has failed or starts again; to be passed over. */
  #expected(entry: number, attempt: number): WantedEntry | undefined {
    const wanted = this.#wanted.get(entry)
    if (!wanted) {
      if (this.#failed.has(entry)) return undefined
      throw violation('content that nobody asked for', entry)
    }
    if (attempt > wanted.attempt) throw violation('attempt', entry)
    return attempt === wanted.attempt ? wanted : undefined
  }

  async #guard(wanted: WantedEntry, step: () => Promise<void>): Promise<void> {
    try {
      await step()
    } catch (thrown) {
      const error = TernError.from(thrown)
      if (isAbort(thrown) || isFatal(error)) throw error
      // Another lane's block may have failed it already.
      if (this.#wanted.get(wanted.entry) === wanted) await this.#fail(wanted, error)
    }
  }

  async #fail(wanted: WantedEntry, error: TernError): Promise<void> {
    if (isFatal(error)) throw error
    this.#failed.add(wanted.entry)
    wanted.item.addFailure(wanted.sourcePath, error.toEnvelope())
    this.#settle([wanted], false)
    // What is verified of a file that may come yet is kept for the next try.
    if (voidCodes.has(error.code)) await wanted.large?.discard()
    else await wanted.large?.close()
  }

  #countPlaced(wanted: WantedEntry, result: CommitResult): void {
    const { item } = wanted
    const { meter } = this.#options
    item.filesDone += 1
    meter.filesDone += 1
    if (result.status === 'replaced') item.filesReplaced += 1
    if (result.status === 'skipped') {
      item.filesAlreadyThere += 1
      meter.filesAlreadyThere += 1
    }
    if (item.kind === 'file') item.finalPath = result.path
  }

  #settle(entries: readonly WantedEntry[], isDone: boolean): void {
    if (entries.length === 0) return
    for (const wanted of entries) this.#forget(wanted)
    this.#options.onSettled(
      entries,
      entries.map(({ entry }) => ({ entry, isDone })),
    )
  }

  #forget(wanted: WantedEntry): void {
    this.#wanted.delete(wanted.entry)
    if (wanted.large) this.#openFiles -= 1
    this.#options.meter.filesWanted -= 1
  }
}
