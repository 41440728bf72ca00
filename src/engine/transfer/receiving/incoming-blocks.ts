import { TernError } from '../../../shared/domain/errors.ts'
import type { Journal } from '../../journal/index.ts'
import { decodeBlock, decodeZeros } from '../../protocol/data-frames.ts'
import { blockSizeFor, fineBlockSizeFor, maxOpenFiles, minReusedBytes, smallFileBytes } from '../../protocol/limits.ts'
import type { BlocksCompared, FileEnd, HeldDigests } from '../../protocol/messages.ts'
import { newPartialName } from '../../storage/names/names.ts'
import { bytesBetweenNotes } from '../compare-pace.ts'
import type { Digester } from '../digester.ts'
import type { FlowMeter } from '../flow-meter.ts'
import { HeldDescriptions } from './held-descriptions.ts'
import { LargeFile } from './large-file.ts'
import type { ReceiveMeter } from './receive-meter.ts'
import { maxUnsyncedBytesPerLane } from './sync-pace.ts'
import type { WantedEntry, WantedHeld } from './wanted-entry.ts'
import { violation, type WantedFiles } from './wanted-files.ts'

const maxCommits = 16

export interface IncomingBlocksOptions {
  readonly files: WantedFiles
  readonly journal: Journal
  readonly meter: ReceiveMeter
  readonly flow: FlowMeter
  readonly laneCount: number
  readonly digester: Digester
  readonly tell: (message: HeldDigests) => Promise<void>
  /** Something that ends the transfer has happened outside of any call. */
  readonly onFatal: (error: TernError) => void
}

/** Small files are blocks only where what lies there is told to the source. */
export function isPacked({ sizeBytes, held }: WantedEntry): boolean {
  return sizeBytes <= smallFileBytes && !held
}

/** Large files, block by block, from whatever lane they come; a complete one is committed beside the others' blocks. */
export class IncomingBlocks {
  readonly #options: IncomingBlocksOptions
  readonly #commits = new Map<Promise<void>, LargeFile>()
  readonly #descriptions: HeldDescriptions

  constructor(options: IncomingBlocksOptions) {
    this.#options = options
    const { files, tell, onFatal } = options
    this.#descriptions = new HeldDescriptions({
      files,
      open: (wanted) => this.#open(wanted),
      tell,
      onFailure: (thrown) => onFatal(TernError.from(thrown)),
    })
  }

  /** What lies here of a file that is wanted, if it is worth telling; an earlier run's partial or an older version. */
  heldOf({ item, path, sizeBytes }: WantedEntry): WantedHeld | undefined {
    const { target, request } = item
    const comparesContent = request.comparesContent === true
    if (sizeBytes < (request.resumesFromBytes ?? 0) && !comparesContent) return undefined
    const partial = this.#options.journal.lookup(request.itemId, { root: target.root, path })
    const partialBytes = partial ? target.folder.fileBytes(path, partial.partialName) : 0
    // Compared as a whole rather than re-used: then also the smallest file is worth telling.
    const minBytes = comparesContent ? 1 : minReusedBytes
    const oldBytes = sizeBytes < minBytes ? 0 : target.folder.fileBytes(path)
    const isFromOld = oldBytes >= minBytes
    const bytes = Math.min(sizeBytes, Math.max(partialBytes, isFromOld ? oldBytes : 0))
    if (bytes === 0) return undefined
    const blockSizeBytes = isFromOld ? fineBlockSizeFor(sizeBytes) : blockSizeFor(sizeBytes)
    const notedBytes = partial?.comparedBytes ?? 0
    const startBlock = notedBytes < bytes ? Math.floor(notedBytes / blockSizeBytes) : 0
    return { bytes, blockSizeBytes, startBlock, describedFromStart: 0, notedBytes, comparedBlocks: 0, sameBytes: 0 }
  }

  /** Its partial's name, recorded with many others' before they are made durable together. */
  reserve({ item, path }: WantedEntry): void {
    const { itemId } = item.request
    const target = { root: item.target.root, path }
    const { journal } = this.#options
    if (!journal.lookup(itemId, target)) journal.recordPartial({ itemId, target, partialName: newPartialName() })
  }

  /** To be called once the source was told that so much is held. */
  describe(wanted: WantedEntry): void {
    this.#descriptions.add(wanted)
  }

  /** The source has found so much of what is held to be the same. */
  compared(wanted: WantedEntry, { blocks, sameBytes }: BlocksCompared): void {
    const { held, large } = wanted
    const isMore = held && blocks > held.comparedBlocks && blocks <= Math.ceil(held.bytes / held.blockSizeBytes)
    if (!large || !isMore) throw violation('compared blocks', wanted.entry)
    held.comparedBlocks = blocks
    held.sameBytes = sameBytes
    this.#options.meter.bytesWanted -= large.countSame(sameBytes)
    this.#noteCompared(wanted, held)
    this.#descriptions.changed()
  }

  /** Some files are settled. */
  settled(): void {
    this.#descriptions.changed()
  }

  async take(payload: Buffer): Promise<void> {
    const { files, meter } = this.#options
    const block = decodeBlock(payload)
    const wanted = files.expected(block.entry, block.attempt)
    if (!wanted) return
    if (isPacked(wanted) || wanted.isCommitting) throw violation('unexpected block', block.entry)
    await files.guard(wanted, async () => {
      const large = this.#open(wanted)
      await large.take(block)
      meter.bytesReceived += block.bytes.length
      meter.bytesWanted -= block.bytes.length
      this.#commitIfComplete(wanted)
    })
  }

  async takeZeros(payload: Buffer): Promise<void> {
    const { files, meter } = this.#options
    const zeros = decodeZeros(payload)
    const wanted = files.expected(zeros.entry, zeros.attempt)
    if (!wanted) return
    if (isPacked(wanted) || wanted.isCommitting) throw violation('unexpected block', zeros.entry)
    await files.guard(wanted, async () => {
      meter.bytesWanted -= await this.#open(wanted).takeZeros(zeros)
      this.#commitIfComplete(wanted)
    })
  }

  /** Settles when the lane may go on. */
  async roomForMore(): Promise<void> {
    while (this.#commits.size >= maxCommits || this.#isDiskBehind) await Promise.race(this.#commits.keys())
  }

  /** Files that wait for their places may hold as much that is not durable as those that come in. */
  get #isDiskBehind(): boolean {
    let unsyncedBytes = 0
    for (const large of this.#commits.values()) unsyncedBytes += large.unsyncedBytes
    return unsyncedBytes > maxUnsyncedBytesPerLane * this.#options.laneCount
  }

  async end(wanted: WantedEntry, message: FileEnd): Promise<void> {
    if (isPacked(wanted)) throw violation('end of a packed file', message.entry)
    const { large } = wanted
    if (!large) {
      // A word alone opens nothing: a file costs a handle and a table of digests, so it has to bring a block.
      if (wanted.fileEnd) throw violation('file ended twice', message.entry)
      wanted.fileEnd = message
      return
    }
    await this.#options.files.guard(wanted, async () => {
      large.incoming.end(message.digest, message.blocks)
      this.#commitIfComplete(wanted)
    })
  }

  /** Keeps what is verified for a later run; nothing is under way afterwards. */
  async close(): Promise<void> {
    await this.#descriptions.close()
    await Promise.all(this.#commits.keys())
    for (const wanted of this.#options.files.all()) await wanted.large?.close().catch(() => undefined)
  }

  /** Only where a later run begins to compare: nothing of what it finds there counts before it is compared again. */
  #noteCompared({ item, path }: WantedEntry, held: WantedHeld): void {
    const { comparedBlocks, startBlock, describedFromStart, blockSizeBytes } = held
    const isBehindStart = comparedBlocks <= describedFromStart
    const bytes = (isBehindStart ? startBlock + comparedBlocks : comparedBlocks - describedFromStart) * blockSizeBytes
    if (Math.abs(bytes - held.notedBytes) < bytesBetweenNotes) return
    held.notedBytes = bytes
    this.#options.journal.recordCompared(item.request.itemId, { root: item.target.root, path }, bytes)
  }

  #commitIfComplete(wanted: WantedEntry): void {
    const { large } = wanted
    if (!large?.isComplete || wanted.isCommitting || !this.#options.files.isCurrent(wanted)) return
    wanted.isCommitting = true
    const commit = this.#options.flow
      .beside(this.#commit(wanted, large))
      .catch((thrown) => this.#options.onFatal(TernError.from(thrown)))
      .finally(() => this.#commits.delete(commit))
    this.#commits.set(commit, large)
  }

  #commit(wanted: WantedEntry, large: LargeFile): Promise<void> {
    const { files } = this.#options
    return files.guard(wanted, async () => {
      const result = await wanted.item.target.batch(() => large.commit(wanted.item.onConflict))
      const { item, sourcePath, attributes } = wanted
      if (result.status === 'same') item.rules.ofSameContent(sourcePath, result.path, attributes)
      files.countPlaced(wanted, result)
      files.settleDone([wanted])
    })
  }

  #open(wanted: WantedEntry): LargeFile {
    if (wanted.large) return wanted.large
    const { entry, attempt, item, path, sizeBytes, mode, held } = wanted
    const { files, journal, laneCount, meter, digester } = this.#options
    if (files.openFiles >= maxOpenFiles) throw violation('too many files at once', entry)
    const mtimeMs = Math.floor(wanted.mtimeMs)
    const blockSizeBytes = held?.blockSizeBytes ?? blockSizeFor(sizeBytes)
    const isHeld = held !== undefined
    const large = new LargeFile(
      {
        ...{ entry, attempt, itemId: item.request.itemId, path, sizeBytes, mtimeMs, mode, blockSizeBytes, isHeld },
        ...(wanted.attributes && { attributes: wanted.attributes }),
      },
      {
        journal,
        target: item.target,
        digester,
        laneCount,
        readsBack: item.request.verify === 'readback',
        onVerified: (bytes) => meter.addVerified(item, bytes),
      },
    )
    wanted.large = large
    files.countOpened()
    if (wanted.fileEnd) large.incoming.end(wanted.fileEnd.digest, wanted.fileEnd.blocks)
    return large
  }
}
