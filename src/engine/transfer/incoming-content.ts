import { TernError } from '../../shared/domain/errors.ts'
import type { ConflictRule } from '../api.ts'
import type { Journal } from '../journal/index.ts'
import { smallFileBytes } from '../protocol/limits.ts'
import { type FileEnd, type FileFailed, frameType } from '../protocol/messages.ts'
import type { LaneFrame } from '../transport/types.ts'
import { IncomingBlocks } from './incoming-blocks.ts'
import { IncomingPacks } from './incoming-packs.ts'
import type { ReceiveMeter } from './receive-meter.ts'
import type { WantedEntry } from './wanted-entry.ts'
import { violation, WantedFiles } from './wanted-files.ts'

interface IncomingContentOptions {
  readonly journal: Journal
  readonly meter: ReceiveMeter
  readonly laneCount: number
  readonly onConflict: ConflictRule
  /** These entries are settled, for better or worse. */
  readonly onSettled: (entries: readonly WantedEntry[], isDone: boolean) => void
  /** Something that ends the transfer has happened outside of any call. */
  readonly onFatal: (error: TernError) => void
}

/**
 * The wanted files and their content, from whatever lane it comes. What goes wrong with one file is that file's matter;
 * a peer that breaks the protocol and a target that cannot be written end the transfer.
 */
export class IncomingContent {
  readonly #files: WantedFiles
  readonly #packs: IncomingPacks
  readonly #blocks: IncomingBlocks

  constructor({ journal, meter, laneCount, onConflict, onSettled, onFatal }: IncomingContentOptions) {
    this.#files = new WantedFiles({ meter, onConflict, onSettled })
    this.#packs = new IncomingPacks({ files: this.#files, meter, onFatal })
    this.#blocks = new IncomingBlocks({ files: this.#files, journal, meter, laneCount, onFatal })
  }

  /** Opens what an earlier run has left of this file. Returns how many bytes of it need not be sent. */
  want(wanted: WantedEntry): number {
    this.#files.add(wanted)
    if (wanted.sizeBytes <= smallFileBytes) return 0
    try {
      return this.#blocks.resume(wanted)
    } catch (thrown) {
      this.#files.forget(wanted)
      throw thrown
    }
  }

  wantedEntry(entry: number): WantedEntry | undefined {
    return this.#files.get(entry)
  }

  /** One frame of a data lane. Settles when the lane may go on. */
  async take(frame: LaneFrame): Promise<void> {
    if (frame.type === frameType.block) await this.#blocks.take(frame.payload)
    else await this.#packs.take(frame.payload)
    await this.#packs.roomForMore()
    await this.#blocks.roomForMore()
  }

  async end(message: FileEnd): Promise<void> {
    const wanted = this.#files.expected(message.entry, message.attempt)
    if (wanted) await this.#blocks.end(wanted, message)
  }

  async sourceFailed(message: FileFailed): Promise<void> {
    const wanted = this.#files.expected(message.entry, message.attempt)
    if (!wanted) return
    if (wanted.isCommitting) throw violation('failure after the end', message.entry)
    await this.#files.fail(wanted, TernError.fromEnvelope(message.error))
  }

  /** The source has changed: what was taken of this file is void. Returns the entry as it is wanted now. */
  async startAgain(wanted: WantedEntry, sizeBytes: number, mtimeMs: number, mode: number): Promise<WantedEntry> {
    if (wanted.isCommitting) throw violation('change after the end', wanted.entry)
    const { entry, item, sourcePath, path } = wanted
    const again: WantedEntry = { entry, item, sourcePath, path, sizeBytes, mtimeMs, mode, attempt: wanted.attempt + 1 }
    // Before anything is waited for: what other lanes still bring of the earlier attempt is passed over from now on.
    this.#files.replace(wanted, again)
    await wanted.large?.discard()
    return again
  }

  /** Keeps what is verified for a later run; nothing is under way afterwards. */
  async close(): Promise<void> {
    await this.#packs.close()
    await this.#blocks.close()
  }
}
