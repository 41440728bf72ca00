import { findBatch } from './find-batch.ts'
import { maxControlFrameBytes, maxEntriesInBatch, maxOpenBatches, maxOpenEntries, maxOpenListBytes } from './limits.ts'

interface OpenBatch {
  readonly firstEntry: number
  readonly count: number
  /** Of its frame. */
  readonly bytes: number
  openEntries: number
}

const minBatchesToTidy = 1024

/**
 * How much of the list is open: batches that are not answered, entries that are not settled, and the bytes that say
 * them. Both sides count alike, so that neither needs the other's word on whether there is room.
 */
export class ListWindow {
  /** In the order of their entries, from the oldest of which something is open. */
  #batches: OpenBatch[] = []
  #nextBatch = 0
  #nextEntry = 0
  #unanswered = 0
  #openEntries = 0
  #openBytes = 0
  #tidyAt = minBatchesToTidy

  /** The number of the next batch. */
  get nextBatch(): number {
    return this.#nextBatch
  }

  /** The number of the next batch's first entry. */
  get nextEntry(): number {
    return this.#nextEntry
  }

  /** Whether a batch of any size may be sent. */
  get hasRoom(): boolean {
    return (
      this.#unanswered < maxOpenBatches &&
      this.#openEntries + maxEntriesInBatch <= maxOpenEntries &&
      this.#openBytes + maxControlFrameBytes <= maxOpenListBytes
    )
  }

  /** What no honest sender does. */
  get isOverfull(): boolean {
    return this.#unanswered > maxOpenBatches || this.#openEntries > maxOpenEntries || this.#openBytes > maxOpenListBytes
  }

  open(count: number, bytes: number): void {
    this.#batches.push({ firstEntry: this.#nextEntry, count, bytes, openEntries: count })
    this.#nextBatch += 1
    this.#nextEntry += count
    this.#unanswered += 1
    this.#openEntries += count
    this.#openBytes += bytes
  }

  /** The oldest unanswered batch is answered; nothing is wanted of so many of its entries. */
  answer(settled: number): void {
    const batch = this.#batches.at(-this.#unanswered)
    this.#unanswered -= 1
    if (batch) this.#settle(batch, settled)
    this.#dropSettled()
  }

  /** Entries right after one another are settled, each for the first time. */
  settle(firstEntry: number, count: number): void {
    const end = firstEntry + count
    for (let at = findBatch(this.#batches, firstEntry); at < this.#batches.length; at += 1) {
      const batch = this.#batches[at] as OpenBatch
      if (batch.firstEntry >= end) break
      const from = Math.max(firstEntry, batch.firstEntry)
      this.#settle(batch, Math.min(end, batch.firstEntry + batch.count) - from)
    }
    this.#dropSettled()
  }

  #settle(batch: OpenBatch, count: number): void {
    batch.openEntries -= count
    this.#openEntries -= count
    if (batch.openEntries === 0) this.#openBytes -= batch.bytes
  }

  #dropSettled(): void {
    let settled = 0
    const answered = this.#batches.length - this.#unanswered
    while (settled < answered && this.#batches[settled]?.openEntries === 0) settled += 1
    if (settled > 0) this.#batches.splice(0, settled)
    if (this.#batches.length >= this.#tidyAt) this.#tidy()
  }

  /** Batches behind one that stays open are settled too and would gather without end. */
  #tidy(): void {
    const answered = this.#batches.length - this.#unanswered
    this.#batches = this.#batches.filter(({ openEntries }, at) => openEntries > 0 || at >= answered)
    this.#tidyAt = Math.max(minBatchesToTidy, this.#batches.length * 2)
  }
}
