import { TernError } from '../../shared/domain/errors.ts'
import { blockSizeFor, digestBytes, maxAttempts } from './limits.ts'
import { ListWindow } from './list-window.ts'
import { entryKind, type Listing } from './listing.ts'
import type { FileResults, ItemResult, PrefixDigests, WantAgain, WantBatch } from './messages.ts'

function violation(what: string): TernError {
  return new TernError('PROTOCOL_ERROR', { what })
}

export interface WantedFile<Source> {
  readonly entry: number
  readonly source: Source
  readonly attempt: number
  readonly sizeBytes: number
  /** Where the receiver's own verified bytes end; 0: all is wanted. */
  readonly resumeOffset: number
  /** Digests of those bytes' blocks; filled by `takePrefix` before the file is handed out. */
  readonly prefixDigests: Buffer
}

/** What reads an entry again: asked only for files that are wanted, while their batch is being answered. */
export type SourceOf<Source> = (folder: string, index: number) => Source

interface OpenBatch<Source> {
  readonly batch: number
  readonly firstEntry: number
  readonly listing: Listing
  readonly sourceOf: SourceOf<Source>
}

interface PrefixInProgress<Source> {
  readonly file: WantedFile<Source>
  bytesFilled: number
}

const noDigests = Buffer.alloc(0)

/**
 * The sender's side of the list: what is open at the receiver, and whether its answers can be true. `Source` is
 * whatever the caller needs to read the file again.
 */
export class OutgoingList<Source> {
  readonly #window = new ListWindow()
  readonly #unanswered: OpenBatch<Source>[] = []
  readonly #wanted = new Map<number, WantedFile<Source>>()
  readonly #prefixes = new Map<number, PrefixInProgress<Source>>()
  readonly #itemsOpen = new Set<number>()

  get hasRoom(): boolean {
    return this.#window.hasRoom
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

  /** The files to send, in order. Those with a prefix are handed out by `takePrefix` later. */
  takeWants({ batch, wanted, rests }: WantBatch): WantedFile<Source>[] {
    const open = this.#unanswered.shift()
    if (open?.batch !== batch) throw violation('answer out of order')
    const { listing } = open
    if (wanted instanceof Uint8Array && wanted.length !== Math.ceil(listing.length / 8))
      throw violation('answers missing')
    if (wanted === 'nothing') {
      if (rests.length > 0) throw violation('rest of nothing')
      this.#window.answer(listing.length)
      return []
    }
    const ready: WantedFile<Source>[] = []
    let [count, nextRest] = [0, 0]
    for (const run of listing.runs) {
      for (let index = run.start; index < run.end; index += 1) {
        const isFile = listing.kinds[index] === entryKind.file
        if (wanted === 'all' ? !isFile : !isBitSet(wanted, index)) continue
        if (!isFile) throw violation('content of a folder wanted')
        const rest = rests[nextRest]
        const offset = rest?.index === index ? rest.offset : 0
        if (rest?.index === index) nextRest += 1
        const sizeBytes = listing.sizes[index] as number
        const file = this.#want(open.firstEntry + index, open.sourceOf(run.folder, index), sizeBytes, offset)
        if (file.resumeOffset === 0) ready.push(file)
        else this.#prefixes.set(file.entry, { file, bytesFilled: 0 })
        count += 1
      }
    }
    if (nextRest !== rests.length) throw violation('rest of nothing')
    this.#window.answer(listing.length - count)
    return ready
  }

  /** The file, once its whole prefix is described. */
  takePrefix(message: PrefixDigests): WantedFile<Source> | undefined {
    const prefix = this.#prefixes.get(message.entry)
    if (!prefix) throw violation('prefix of a file without one')
    const at = message.firstBlock * digestBytes
    if (at !== prefix.bytesFilled || at + message.digests.length > prefix.file.prefixDigests.length) {
      throw violation('prefix out of order')
    }
    if (message.digests.length === 0) throw violation('empty prefix')
    prefix.file.prefixDigests.set(message.digests, at)
    prefix.bytesFilled += message.digests.length
    if (prefix.bytesFilled < prefix.file.prefixDigests.length) return undefined
    this.#prefixes.delete(message.entry)
    return prefix.file
  }

  /** The source has changed: the next attempt of the file, to be sent once the receiver answers. */
  relist(entry: number, source: Source, sizeBytes: number): WantedFile<Source> | undefined {
    const file = this.#wanted.get(entry)
    if (!file || file.attempt + 1 >= maxAttempts) return undefined
    const again = {
      ...file,
      source,
      sizeBytes,
      attempt: file.attempt + 1,
      resumeOffset: 0,
      prefixDigests: noDigests,
    }
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
        this.#prefixes.delete(entry)
      }
      this.#window.settle(firstEntry, count)
    }
  }

  takeItemResult(message: ItemResult): void {
    if (!this.#itemsOpen.delete(message.item)) throw violation('result of an unknown item')
  }

  #want(entry: number, source: Source, sizeBytes: number, resumeOffset: number): WantedFile<Source> {
    const blockSize = blockSizeFor(sizeBytes)
    const isAligned = resumeOffset % blockSize === 0 || resumeOffset === sizeBytes
    if (resumeOffset > sizeBytes || !isAligned) throw violation('offset')
    const prefixDigests =
      resumeOffset === 0 ? noDigests : Buffer.alloc(Math.ceil(resumeOffset / blockSize) * digestBytes)
    const file = { entry, source, attempt: 0, sizeBytes, resumeOffset, prefixDigests }
    this.#wanted.set(entry, file)
    return file
  }
}

function isBitSet(bits: Uint8Array, index: number): boolean {
  return (((bits[index >> 3] as number) >> (index & 7)) & 1) === 1
}
