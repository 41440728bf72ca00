import { TernError } from '../../shared/domain/errors.ts'
import type { Journal } from '../journal/index.ts'
import { decodeBlock } from '../protocol/data-frames.ts'
import { maxOpenFiles, smallFileBytes } from '../protocol/limits.ts'
import type { FileEnd } from '../protocol/messages.ts'
import { nanosecondsSince1970 } from '../protocol/wire-time.ts'
import { LargeFile } from './large-file.ts'
import type { ReceiveMeter } from './receive-meter.ts'
import type { WantedEntry } from './wanted-entry.ts'
import { violation, type WantedFiles } from './wanted-files.ts'

const maxCommits = 16

interface IncomingBlocksOptions {
  readonly files: WantedFiles
  readonly journal: Journal
  readonly meter: ReceiveMeter
  readonly laneCount: number
  /** Something that ends the transfer has happened outside of any call. */
  readonly onFatal: (error: TernError) => void
}

/** Large files, block by block, from whatever lane they come; a complete one is committed beside the others' blocks. */
export class IncomingBlocks {
  readonly #options: IncomingBlocksOptions
  readonly #commits = new Set<Promise<void>>()

  constructor(options: IncomingBlocksOptions) {
    this.#options = options
  }

  /** Opens what an earlier run has left of this file. Returns how many bytes of it need not be sent. */
  resume(wanted: WantedEntry): number {
    const place = { root: wanted.item.target.root, path: wanted.path }
    if (!this.#options.journal.lookup(wanted.item.request.itemId, place)) return 0
    return this.#open(wanted).incoming.resumedBytes
  }

  async take(payload: Buffer): Promise<void> {
    const { files, meter } = this.#options
    const block = decodeBlock(payload)
    const wanted = files.expected(block.entry, block.attempt)
    if (!wanted) return
    if (wanted.sizeBytes <= smallFileBytes || wanted.isCommitting) throw violation('unexpected block', block.entry)
    await files.guard(wanted, async () => {
      const large = this.#open(wanted)
      await large.take(block)
      meter.bytesReceived += block.bytes.length
      meter.bytesWanted -= block.bytes.length
      this.#commitIfComplete(wanted)
    })
  }

  /** Settles when the lane may go on. */
  async roomForMore(): Promise<void> {
    while (this.#commits.size >= maxCommits) await Promise.race(this.#commits)
  }

  async end(wanted: WantedEntry, message: FileEnd): Promise<void> {
    if (wanted.sizeBytes <= smallFileBytes) throw violation('end of a packed file', message.entry)
    const { large } = wanted
    if (!large) {
      // A word alone opens nothing: a file costs a handle and a table of digests, so it has to bring a block.
      if (wanted.endDigest) throw violation('file ended twice', message.entry)
      wanted.endDigest = message.digest
      return
    }
    await this.#options.files.guard(wanted, async () => {
      large.incoming.end(message.digest)
      this.#commitIfComplete(wanted)
    })
  }

  /** Keeps what is verified for a later run; nothing is under way afterwards. */
  async close(): Promise<void> {
    await Promise.all(this.#commits)
    for (const wanted of this.#options.files.all()) await wanted.large?.close().catch(() => undefined)
  }

  #commitIfComplete(wanted: WantedEntry): void {
    const { large } = wanted
    if (!large?.incoming.isComplete || wanted.isCommitting || !this.#options.files.isCurrent(wanted)) return
    wanted.isCommitting = true
    const commit = this.#commit(wanted, large)
      .catch((thrown) => this.#options.onFatal(TernError.from(thrown)))
      .finally(() => this.#commits.delete(commit))
    this.#commits.add(commit)
  }

  #commit(wanted: WantedEntry, large: LargeFile): Promise<void> {
    const { files } = this.#options
    return files.guard(wanted, async () => {
      const result = await wanted.item.target.batch(() => large.commit(files.conflictRule(wanted)))
      files.countPlaced(wanted, result)
      files.settleDone([wanted])
    })
  }

  #open(wanted: WantedEntry): LargeFile {
    const { entry, attempt, item, path, sizeBytes, mode } = wanted
    const { files, journal, laneCount, meter } = this.#options
    if (wanted.large) return wanted.large
    if (files.openFiles >= maxOpenFiles) throw violation('too many files at once', entry)
    const mtimeMs = Math.floor(wanted.mtimeMs)
    const mtimeNs = nanosecondsSince1970(wanted.mtimeMs)
    const large = new LargeFile(
      { entry, attempt, itemId: item.request.itemId, path, sizeBytes, mtimeNs, mtimeMs, mode },
      { journal, target: item.target, laneCount, onVerified: (bytes) => meter.addVerified(item, bytes) },
    )
    wanted.large = large
    files.countOpened()
    if (wanted.endDigest) large.incoming.end(wanted.endDigest)
    return large
  }
}
