import { TernError } from '../../shared/domain/errors.ts'
import { blockSizeFor, digestBytes, maxAttempts, maxEntriesInBatch, maxOpenBatches, maxOpenEntries } from './limits.ts'
import type { Answer, FileResult, ItemResult, ListEntry, PrefixDigests, WantAgain, WantBatch } from './messages.ts'

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

interface OpenBatch<Source> {
  readonly batch: number
  readonly firstEntry: number
  readonly sources: readonly Source[]
  readonly entries: readonly ListEntry[]
}

interface PrefixInProgress<Source> {
  readonly file: WantedFile<Source>
  bytesFilled: number
}

/**
 * The sender's side of the list: what is open at the receiver, and whether its answers can be true. `Source` is
 * whatever the caller needs to read the file again.
 */
export class OutgoingList<Source> {
  readonly #unanswered: OpenBatch<Source>[] = []
  readonly #wanted = new Map<number, WantedFile<Source>>()
  readonly #prefixes = new Map<number, PrefixInProgress<Source>>()
  readonly #itemsOpen = new Set<number>()
  #nextBatch = 0
  #nextEntry = 0
  #openEntries = 0

  get hasRoom(): boolean {
    return this.#unanswered.length < maxOpenBatches && this.#openEntries + maxEntriesInBatch <= maxOpenEntries
  }

  get openItems(): number {
    return this.#itemsOpen.size
  }

  openItem(item: number): void {
    this.#itemsOpen.add(item)
  }

  /** Numbers for a batch that is about to be sent; one source for each entry. */
  openBatch(entries: readonly ListEntry[], sources: readonly Source[]): { batch: number; firstEntry: number } {
    const numbers = { batch: this.#nextBatch, firstEntry: this.#nextEntry }
    this.#unanswered.push({ ...numbers, sources, entries })
    this.#nextBatch += 1
    this.#nextEntry += entries.length
    this.#openEntries += entries.length
    return numbers
  }

  /** The files to send, in order. Those with a prefix are handed out by `takePrefix` later. */
  takeWants(message: WantBatch): WantedFile<Source>[] {
    const batch = this.#unanswered.shift()
    if (batch?.batch !== message.batch) throw violation('answer out of order')
    if (batch.entries.length !== message.answers.length) throw violation('answers missing')
    const ready: WantedFile<Source>[] = []
    for (const [index, answer] of message.answers.entries()) {
      const listed = batch.entries[index]
      const source = batch.sources[index]
      if (!listed || source === undefined) throw violation('answers missing')
      if (answer.want === 'nothing') {
        this.#openEntries -= 1
        continue
      }
      if (listed.kind === 'folder') throw violation('content of a folder wanted')
      const file = this.#want(batch.firstEntry + index, source, listed.sizeBytes, answer)
      if (file.resumeOffset === 0) ready.push(file)
      else this.#prefixes.set(file.entry, { file, bytesFilled: 0 })
    }
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
      prefixDigests: Buffer.alloc(0),
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

  takeResults(results: readonly FileResult[]): void {
    for (const result of results) {
      if (!this.#wanted.delete(result.entry)) throw violation('result of an unknown file')
      this.#prefixes.delete(result.entry)
      this.#openEntries -= 1
    }
  }

  takeItemResult(message: ItemResult): void {
    if (!this.#itemsOpen.delete(message.item)) throw violation('result of an unknown item')
  }

  #want(entry: number, source: Source, sizeBytes: number, answer: Answer): WantedFile<Source> {
    const resumeOffset = answer.want === 'rest' ? answer.offset : 0
    const blockSize = blockSizeFor(sizeBytes)
    const isAligned = resumeOffset % blockSize === 0 || resumeOffset === sizeBytes
    if (resumeOffset > sizeBytes || !isAligned) throw violation('offset')
    const prefixDigests = Buffer.alloc(Math.ceil(resumeOffset / blockSize) * digestBytes)
    const file = { entry, source, attempt: 0, sizeBytes, resumeOffset, prefixDigests }
    this.#wanted.set(entry, file)
    return file
  }
}
