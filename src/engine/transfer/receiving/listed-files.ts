import type { Listing, Run } from '../../protocol/listing.ts'
import { joinPath } from '../../storage/index.ts'
import type { ReceivingItem } from './receiving-item.ts'
import type { WantedEntry } from './wanted-entry.ts'

interface WantedRun {
  readonly run: Run
  /** Relative to the target's root. */
  readonly folder: string
}

/**
 * The small files of one batch of the list that were asked for and have nothing to them but what the list says. They stay
 * its columns until their content comes: tens of thousands of them wait at once, and each collection of garbage meanwhile
 * would copy an object for each.
 */
export class ListedFiles {
  readonly firstEntry: number
  readonly #item: ReceivingItem
  readonly #listing: Listing
  readonly #runs: WantedRun[] = []
  /** For each entry which of the runs it is wanted in, counted from one; nought: it is not wanted, or settled. */
  readonly #runOf: Uint16Array
  /** Those that were asked about. */
  readonly #known: (WantedEntry | undefined)[]
  #wanted = 0

  constructor(item: ReceivingItem, firstEntry: number, listing: Listing) {
    this.firstEntry = firstEntry
    this.#item = item
    this.#listing = listing
    this.#runOf = new Uint16Array(listing.length)
    this.#known = new Array<WantedEntry | undefined>(listing.length).fill(undefined)
  }

  /** Entries of the batch, wanted or not. */
  get count(): number {
    return this.#listing.length
  }

  get isEmpty(): boolean {
    return this.#wanted === 0
  }

  sizeOf(index: number): number {
    return this.#listing.sizes[index] as number
  }

  add(run: Run, folder: string, index: number): void {
    if (this.#runs.at(-1)?.run !== run) this.#runs.push({ run, folder })
    this.#runOf[index] = this.#runs.length
    this.#wanted += 1
  }

  get(entry: number): WantedEntry | undefined {
    const index = entry - this.firstEntry
    const wantedRun = this.#runs[(this.#runOf[index] ?? 0) - 1]
    if (!wantedRun) return undefined
    this.#known[index] ??= wantedOf(this.#item, this.#listing, wantedRun.run, wantedRun.folder, index, entry)
    return this.#known[index]
  }

  delete(entry: number): void {
    const index = entry - this.firstEntry
    if (!this.#runOf[index]) return
    this.#runOf[index] = 0
    this.#known[index] = undefined
    this.#wanted -= 1
  }
}

/** A file that has nothing to it but its name, size, time and mode. */
export function wantedOf(
  item: ReceivingItem,
  listing: Listing,
  run: Run,
  folder: string,
  index: number,
  entry: number,
): WantedEntry {
  const name = listing.names[index] as string
  const path = joinPath(folder, name)
  return {
    entry,
    item,
    // Mostly the same text.
    sourcePath: folder === run.folder ? path : listing.pathIn(run, index),
    path,
    folder,
    name,
    sizeBytes: listing.sizes[index] as number,
    mtimeMs: listing.mtimesMs[index] as number,
    mode: listing.modes[index] as number,
    attempt: 0,
    isCommitting: false,
  }
}
