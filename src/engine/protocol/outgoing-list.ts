import { TernError } from '../../shared/domain/errors.ts'
import { HeldBlocks } from './held-blocks.ts'
import { blockSizeFor, maxAttempts, maxBlocksInFile, maxDescribedFiles } from './limits.ts'
import { ListWindow } from './list-window.ts'
import { entryKind, type Listing } from './listing.ts'
import type { FileResults, HeldDigests, HeldFile, ItemResult, WantAgain, WantBatch } from './messages.ts'

function violation(what: string): TernError {
  return new TernError('PROTOCOL_ERROR', { what })
}

export interface WantedFile<Source> {
  readonly entry: number
  /** Made anew each time it is asked for. */
  readonly source: Source
  readonly attempt: number
  readonly sizeBytes: number
  readonly blockSizeBytes: number
  /** What the receiver holds of it already, as it is told; absent: all is to be sent. */
  readonly held?: HeldBlocks
}

/** What reads an entry again: made for a file that is wanted, whenever it is read. */
export type SourceOf<Source> = (folder: string, index: number) => Source

interface OpenBatch<Source> {
  readonly batch: number
  readonly firstEntry: number
  readonly listing: Listing
  readonly sourceOf: SourceOf<Source>
}

/** 64 MiB of files of 4 KiB: more than 1 Gbit/s carries within two round trips of 200 ms. */
const enoughWantedFiles = 16_384

/**
 * The sender's side of the list: what is open at the receiver, and whether its answers can be true. `Source` is
 * whatever the caller needs to read the file again.
 */
export class OutgoingList<Source> {
  readonly #window = new ListWindow()
  readonly #unanswered: OpenBatch<Source>[] = []
  readonly #wanted = new Map<number, WantedFile<Source>>()
  readonly #itemsOpen = new Set<number>()
  /** Of which the receiver has described something that may wait to be compared. */
  readonly #described = new Set<WantedFile<Source>>()

  /** Enough files to send keep the longest line busy; listing still more of them would only have to be remembered. */
  get hasRoom(): boolean {
    return this.#window.hasRoom && this.#wanted.size < enoughWantedFiles
  }

  get openItems(): number {
    return this.#itemsOpen.size
  }

  openItem(item: number): void {
    this.#itemsOpen.add(item)
  }

  /** The numbers of a batch that is sent next. */
  get next(): { readonly batch: number; readonly firstEntry: number } {
    return { batch: this.#window.nextBatch, firstEntry: this.#window.nextEntry }
  }

  /** The batch with the numbers of `next` goes out, in so many bytes. */
  openBatch(listing: Listing, sourceOf: SourceOf<Source>, bytes: number): void {
    this.#unanswered.push({ ...this.next, listing, sourceOf })
    this.#window.open(listing.length, bytes)
  }

  /** The files to send, in order. */
  takeWants({ batch, wanted, held }: WantBatch): WantedFile<Source>[] {
    const open = this.#unanswered.shift()
    if (open?.batch !== batch) throw violation('answer out of order')
    const { listing } = open
    if (wanted instanceof Uint8Array && wanted.length !== Math.ceil(listing.length / 8))
      throw violation('answers missing')
    if (wanted === 'nothing') {
      if (held.length > 0) throw violation('nothing wanted of a held file')
      this.#window.answer(listing.length)
      return []
    }
    const ready: WantedFile<Source>[] = []
    let nextHeld = 0
    for (const run of listing.runs) {
      for (let index = run.start; index < run.end; index += 1) {
        const isFile = listing.kinds[index] === entryKind.file
        if (wanted === 'all' ? !isFile : !isBitSet(wanted, index)) continue
        if (!isFile) throw violation('content of a folder wanted')
        const heldFile = held[nextHeld]?.index === index ? held[nextHeld++] : undefined
        const file = new ListedFile(open, run.folder, index, heldFile)
        this.#wanted.set(file.entry, file)
        ready.push(file)
      }
    }
    if (nextHeld !== held.length) throw violation('nothing wanted of a held file')
    this.#window.answer(listing.length - ready.length)
    return ready
  }

  /** The receiver describes more of what it holds. What is settled or changed by now is passed over. */
  takeHeld({ entry, attempt, firstBlock, digests }: HeldDigests): void {
    const file = this.#wanted.get(entry)
    if (!file) throw violation('held blocks of a file that is not wanted')
    if (file.attempt > attempt) return
    if (file.attempt < attempt || !file.held) throw violation('held blocks of a file without any')
    file.held.take(firstBlock, digests)
    this.#countDescribed(file)
  }

  /** The source has changed: the next attempt of the file, to be sent once the receiver answers. */
  relist(entry: number, source: Source, sizeBytes: number): WantedFile<Source> | undefined {
    const file = this.#wanted.get(entry)
    if (!file || file.attempt + 1 >= maxAttempts) return undefined
    const again = { entry, source, sizeBytes, attempt: file.attempt + 1, blockSizeBytes: blockSizeFor(sizeBytes) }
    this.#wanted.set(entry, again)
    return again
  }

  takeWantAgain(message: WantAgain): WantedFile<Source> {
    const file = this.#wanted.get(message.entry)
    if (!file || file.attempt !== message.attempt || file.attempt === 0) throw violation('unknown file wanted again')
    return file
  }

  /** True as long as this attempt of the file is what the receiver waits for. */
  isWanted(entry: number, attempt: number): boolean {
    return this.#wanted.get(entry)?.attempt === attempt
  }

  takeResults({ ranges }: FileResults): void {
    for (const { firstEntry, count } of ranges) {
      for (let entry = firstEntry; entry < firstEntry + count; entry += 1) {
        if (!this.#wanted.delete(entry)) throw violation('result of an unknown file')
      }
      this.#window.settle(firstEntry, count)
    }
  }

  takeItemResult(message: ItemResult): void {
    if (!this.#itemsOpen.delete(message.item)) throw violation('result of an unknown item')
  }

  /** Each may have a window of digests waiting. @throws TernError PROTOCOL_ERROR for more files than an honest receiver begins */
  #countDescribed(file: WantedFile<Source>): void {
    this.#described.add(file)
    if (this.#described.size <= maxDescribedFiles) return
    for (const known of this.#described) {
      if (this.#wanted.get(known.entry) !== known || known.held?.areCompared) this.#described.delete(known)
    }
    if (this.#described.size > maxDescribedFiles) throw violation('held blocks of too many files')
  }
}

/** The first attempt of a listed file. What the list says of it is looked up there: tens of thousands wait at a time. */
class ListedFile<Source> implements WantedFile<Source> {
  readonly held?: HeldBlocks
  readonly #batch: OpenBatch<Source>
  readonly #folder: string
  readonly #index: number
  readonly #heldBlockSizeBytes: number | undefined

  constructor(batch: OpenBatch<Source>, folder: string, index: number, held: HeldFile | undefined) {
    this.#batch = batch
    this.#folder = folder
    this.#index = index
    if (!held) return
    this.#heldBlockSizeBytes = held.blockSizeBytes
    this.held = heldBlocks(this.entry, this.sizeBytes, held)
  }

  get attempt(): number {
    return 0
  }

  get entry(): number {
    return this.#batch.firstEntry + this.#index
  }

  get sizeBytes(): number {
    return this.#batch.listing.sizes[this.#index] as number
  }

  get blockSizeBytes(): number {
    return this.#heldBlockSizeBytes ?? blockSizeFor(this.sizeBytes)
  }

  get source(): Source {
    return this.#batch.sourceOf(this.#folder, this.#index)
  }
}

function heldBlocks(entry: number, sizeBytes: number, { bytes, blockSizeBytes }: HeldFile): HeldBlocks {
  if (bytes === 0 || bytes > sizeBytes) throw violation('more held than there is')
  if (sizeBytes > blockSizeBytes * maxBlocksInFile) throw violation('block size')
  return new HeldBlocks(entry, Math.ceil(bytes / blockSizeBytes))
}

function isBitSet(bits: Uint8Array, index: number): boolean {
  return (((bits[index >> 3] as number) >> (index & 7)) & 1) === 1
}
