import { setImmediate as nextTurn } from 'node:timers/promises'
import { maxBlocksDescribedAhead, maxDescribedFiles, maxHeldDigests } from '../../protocol/limits.ts'
import type { HeldDigests } from '../../protocol/messages.ts'
import { Queue } from '../queue.ts'
import type { LargeFile } from './large-file.ts'
import type { WantedEntry, WantedHeld } from './wanted-entry.ts'
import type { WantedFiles } from './wanted-files.ts'

/** Read, and perhaps written, in one turn. */
const bytesInTurn = 4 * 1024 * 1024
/** Each keeps a file open until it is settled. */
const maxDescribed = maxDescribedFiles / 2
/** When none of so many blocks is what the source has, the others will not be either. */
const hopelessBlocks = 64

interface HeldDescriptionsOptions {
  readonly files: WantedFiles
  readonly open: (wanted: WantedEntry) => LargeFile
  readonly tell: (message: HeldDigests) => Promise<void>
  readonly onFailure: (thrown: unknown) => void
}

/**
 * Tells the source what is held of wanted files, block by block, one file after the other in the order in which they are
 * wanted; of each first what an earlier run had not compared, so that what differs is found at once; never more than a window ahead of what the source has compared.
 */
export class HeldDescriptions {
  readonly #options: HeldDescriptionsOptions
  readonly #waiting = new Queue<WantedEntry>()
  readonly #described = new Set<WantedEntry>()
  #running: Promise<void> = Promise.resolve()
  #isRunning = false
  #wake: () => void = () => undefined
  #isClosed = false

  constructor(options: HeldDescriptionsOptions) {
    this.#options = options
  }

  add(wanted: WantedEntry): void {
    this.#waiting.push(wanted)
    if (this.#isRunning) return
    this.#isRunning = true
    this.#running = this.#run().catch((thrown) => this.#options.onFailure(thrown))
  }

  /** The source has compared more, or a file is settled. */
  changed(): void {
    this.#wake()
  }

  /** Nothing is under way afterwards. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#wake()
    await this.#running
  }

  async #run(): Promise<void> {
    const { files } = this.#options
    for (let wanted = this.#waiting.shift(); wanted; wanted = this.#waiting.shift()) {
      const next = wanted
      await this.#until(() => this.#openCount() < maxDescribed)
      if (this.#isClosed) return
      this.#described.add(next)
      await files.guard(next, () => this.#describe(next))
    }
    this.#isRunning = false
  }

  async #describe(wanted: WantedEntry): Promise<void> {
    const { held } = wanted
    if (!held || !this.#goesOn(wanted)) return
    const large = this.#options.open(wanted)
    const { blockSizeBytes } = large.incoming
    const count = Math.ceil(held.bytes / blockSizeBytes)
    const buffer = Buffer.allocUnsafe(blockSizeBytes)
    await this.#describeStretch(wanted, held, large, held.startBlock, count, buffer)
    await this.#describeStretch(wanted, held, large, 0, held.startBlock, buffer)
  }

  /** Tells what is held of these blocks, in order, as far as that helps. */
  async #describeStretch(
    wanted: WantedEntry,
    held: WantedHeld,
    large: LargeFile,
    from: number,
    end: number,
    buffer: Buffer,
  ): Promise<void> {
    const blocksInTurn = Math.min(Math.max(1, bytesInTurn / buffer.length), maxHeldDigests)
    const isFromStart = from === held.startBlock
    const before = isFromStart ? 0 : held.describedFromStart
    for (let block = from; block < end; ) {
      const described = before + block - from
      await this.#until(
        () => described - held.comparedBlocks <= maxBlocksDescribedAhead - blocksInTurn || !this.#goesOn(wanted),
      )
      if (!this.#goesOn(wanted)) return
      // What lies in front of the start was compared before.
      const isHopeless = isFromStart && held.comparedBlocks >= hopelessBlocks && held.sameBytes === 0
      const to = isHopeless ? block : Math.min(end, block + blocksInTurn)
      const digests = describeSome(large, block, to, buffer)
      if (isFromStart) held.describedFromStart += digests.length
      if (digests.length > 0) await this.#tell(wanted, block, digests)
      block += digests.length
      // Nothing is held from here on, which the source has to hear.
      if (isHopeless || block < to) return this.#tell(wanted, block, [])
      await large.pace()
      await nextTurn()
    }
  }

  /** Nothing of a file whose result is told already: it may have come to its end while the message before was sent. */
  async #tell(wanted: WantedEntry, firstBlock: number, digests: readonly Buffer[]): Promise<void> {
    if (!this.#goesOn(wanted)) return
    const { entry, attempt } = wanted
    return this.#options.tell({ type: 'heldDigests', entry, attempt, firstBlock, digests: Buffer.concat(digests) })
  }

  #goesOn(wanted: WantedEntry): boolean {
    return !this.#isClosed && this.#options.files.isCurrent(wanted)
  }

  #openCount(): number {
    for (const wanted of this.#described) if (!this.#options.files.isCurrent(wanted)) this.#described.delete(wanted)
    return this.#described.size
  }

  async #until(isReached: () => boolean): Promise<void> {
    while (!this.#isClosed && !isReached()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}

/** Up to the first block of which nothing is held. */
function describeSome(large: LargeFile, from: number, to: number, buffer: Buffer): Buffer[] {
  const digests: Buffer[] = []
  for (let block = from; block < to; block += 1) {
    const digest = large.describe(block, buffer)
    if (!digest) break
    digests.push(digest)
  }
  return digests
}
