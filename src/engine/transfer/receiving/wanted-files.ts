import { type ErrorCode, isAbort, TernError } from '../../../shared/domain/errors.ts'
import { findBatch } from '../../protocol/find-batch.ts'
import type { CommitResult } from '../../storage/index.ts'
import { isFatal } from './fatal.ts'
import type { SameContent } from './large-file.ts'
import type { ListedFiles } from './listed-files.ts'
import type { ReceiveMeter } from './receive-meter.ts'
import type { WantedEntry } from './wanted-entry.ts'

/** After these a partial is of no use: it is not what the source holds, or the source is gone. */
const voidCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['INTEGRITY', 'SOURCE_CHANGED', 'SOURCE_NOT_FOUND'])

const noteOf = { placed: 'placed', replaced: 'replaced', skipped: 'left', same: 'same' } as const

interface WantedFilesOptions {
  readonly meter: ReceiveMeter
  /** These entries are settled, for better or worse. */
  readonly onSettled: (entries: readonly WantedEntry[], isDone: boolean) => void
}

export function violation(what: string, entry: number): TernError {
  return new TernError('PROTOCOL_ERROR', { what, entry })
}

/** The files that were asked for and are not settled yet, and how each of them ends. */
export class WantedFiles {
  readonly #options: WantedFilesOptions
  readonly #wanted = new Map<number, WantedEntry>()
  /** The others: small ones by batch, in the order of their numbers. */
  readonly #listed: ListedFiles[] = []
  /** Settled as failed while the source may still be sending them. */
  readonly #failed = new Set<number>()
  #openFiles = 0

  constructor(options: WantedFilesOptions) {
    this.#options = options
  }

  /** Large files of which something was taken. */
  get openFiles(): number {
    return this.#openFiles
  }

  add(wanted: WantedEntry): void {
    this.#wanted.set(wanted.entry, wanted)
    this.#count(wanted.sizeBytes)
  }

  /** The same of one that `listed` holds, which is the latest batch of the list. */
  addListed(listed: ListedFiles, index: number): void {
    if (this.#listed.at(-1) !== listed) this.#listed.push(listed)
    this.#count(listed.sizeOf(index))
  }

  get(entry: number): WantedEntry | undefined {
    return this.#wanted.get(entry) ?? this.#listed[findBatch(this.#listed, entry)]?.get(entry)
  }

  /** Small ones that the list says all of are not among them. */
  all(): Iterable<WantedEntry> {
    return this.#wanted.values()
  }

  isCurrent(wanted: WantedEntry): boolean {
    return this.get(wanted.entry) === wanted
  }

  countOpened(): void {
    this.#openFiles += 1
  }

  /** The next attempt takes the place of the one before, of which nothing counts any more. */
  replace(before: WantedEntry, again: WantedEntry): void {
    if (before.large) this.#openFiles -= 1
    this.#options.meter.bytesWanted += again.sizeBytes - before.sizeBytes
    this.#delete(before.entry)
    this.#wanted.set(again.entry, again)
  }

  /** Undefined: late content of a file that has failed or starts again; to be passed over. */
  expected(entry: number, attempt: number): WantedEntry | undefined {
    const wanted = this.get(entry)
    if (!wanted) {
      if (this.#failed.has(entry)) return undefined
      throw violation('content that nobody asked for', entry)
    }
    if (attempt > wanted.attempt) throw violation('attempt', entry)
    return attempt === wanted.attempt ? wanted : undefined
  }

  /** Runs one step of one file; what goes wrong is its own matter, unless it ends the transfer. */
  async guard(wanted: WantedEntry, step: () => Promise<void>): Promise<void> {
    try {
      await step()
    } catch (thrown) {
      const error = TernError.from(thrown)
      if (isAbort(thrown) || isFatal(error)) throw error
      // Another lane's block may have failed it already.
      if (this.isCurrent(wanted)) await this.fail(wanted, error)
    }
  }

  async fail(wanted: WantedEntry, error: TernError): Promise<void> {
    if (isFatal(error)) throw error
    this.#failed.add(wanted.entry)
    wanted.item.addFailure(wanted.sourcePath, error.toEnvelope())
    this.#settle([wanted], false)
    // What is verified of a file that may come yet is kept for the next try.
    if (voidCodes.has(error.code)) await wanted.large?.discard()
    else await wanted.large?.close()
  }

  /** One of them is in place; `settleDone` says so. */
  countPlaced(wanted: WantedEntry, result: CommitResult | SameContent): void {
    const { item } = wanted
    const { meter } = this.#options
    item.filesDone += 1
    meter.filesDone += 1
    item.rules.notes.add(noteOf[result.status], wanted.sourcePath)
    if (result.status === 'replaced') item.filesReplaced += 1
    if (result.status === 'skipped' || result.status === 'same') {
      item.filesAlreadyThere += 1
      meter.filesAlreadyThere += 1
    }
    if (item.kind === 'file') item.finalPath = result.path
  }

  settleDone(entries: readonly WantedEntry[]): void {
    this.#settle(entries, true)
  }

  #count(sizeBytes: number): void {
    const { meter } = this.#options
    meter.filesWanted += 1
    meter.bytesWanted += sizeBytes
  }

  #delete(entry: number): void {
    if (this.#wanted.delete(entry)) return
    const at = findBatch(this.#listed, entry)
    const listed = this.#listed[at]
    listed?.delete(entry)
    if (listed?.isEmpty) this.#listed.splice(at, 1)
  }

  forget(wanted: WantedEntry): void {
    this.#delete(wanted.entry)
    if (wanted.large) this.#openFiles -= 1
    this.#options.meter.filesWanted -= 1
  }

  #settle(entries: readonly WantedEntry[], isDone: boolean): void {
    if (entries.length === 0) return
    for (const wanted of entries) this.forget(wanted)
    this.#options.onSettled(entries, isDone)
  }
}
