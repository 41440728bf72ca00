import { TernError } from '../../../shared/domain/errors.ts'
import type { Journal } from '../../journal/index.ts'
import { smallFileBytes } from '../../protocol/limits.ts'
import { type BlocksCompared, type FileEnd, type FileFailed, frameType } from '../../protocol/messages.ts'
import type { LaneFrame } from '../../transport/types.ts'
import { IncomingBlocks, type IncomingBlocksOptions, isPacked } from './incoming-blocks.ts'
import { IncomingPacks } from './incoming-packs.ts'
import { removeUnneeded } from './leftovers.ts'
import type { ListedFiles } from './listed-files.ts'
import type { WantedEntry } from './wanted-entry.ts'
import { violation, WantedFiles } from './wanted-files.ts'

interface IncomingContentOptions extends Omit<IncomingBlocksOptions, 'files'> {
  /** These entries are settled, for better or worse. */
  readonly onSettled: (entries: readonly WantedEntry[], isDone: boolean) => void
}

/**
 * The wanted files and their content, from whatever lane it comes. What goes wrong with one file is that file's matter;
 * a peer that breaks the protocol and a target that cannot be written end the transfer.
 */
export class IncomingContent {
  readonly #files: WantedFiles
  readonly #packs: IncomingPacks
  readonly #blocks: IncomingBlocks
  readonly #journal: Journal

  constructor({ onSettled, ...options }: IncomingContentOptions) {
    const { meter, flow, laneCount, digester, journal, onFatal } = options
    this.#journal = journal
    this.#files = new WantedFiles({
      meter,
      onSettled: (entries, isDone) => {
        onSettled(entries, isDone)
        this.#blocks.settled()
      },
    })
    this.#packs = new IncomingPacks({ files: this.#files, digester, meter, flow, laneCount, onFatal })
    this.#blocks = new IncomingBlocks({ files: this.#files, ...options })
  }

  /** To be awaited before what was wanted is asked for: the journal keeps the names of its partials. */
  namesDurable(): Promise<void> {
    return this.#journal.sync()
  }

  /** To be followed by `namesDurable`. What is held of it already is in `wanted.held`, to be told to the source. */
  want(wanted: WantedEntry): void {
    this.#files.add(wanted)
    if (wanted.sizeBytes <= smallFileBytes && !wanted.item.request.comparesContent) return
    try {
      const held = this.#blocks.heldOf(wanted)
      if (held) wanted.held = held
      if (!isPacked(wanted)) this.#blocks.reserve(wanted)
    } catch (thrown) {
      this.#files.forget(wanted)
      throw thrown
    }
  }

  /** The same of a small file of which nothing can be held. */
  wantListed(listed: ListedFiles, index: number): void {
    this.#files.addListed(listed, index)
  }

  /** To be called once the source was told that so much of it is held. */
  describe(wanted: WantedEntry): void {
    this.#blocks.describe(wanted)
  }

  wantedEntry(entry: number): WantedEntry | undefined {
    return this.#files.get(entry)
  }

  /** One frame of a data lane. Settles when the lane may go on. */
  async take(frame: LaneFrame): Promise<void> {
    if (frame.type === frameType.block) await this.#blocks.take(frame.payload)
    else if (frame.type === frameType.zeros) await this.#blocks.takeZeros(frame.payload)
    else await this.#packs.take(frame.payload)
    await this.#blocks.roomForMore()
  }

  compared(message: BlocksCompared): void {
    const wanted = this.#files.expected(message.entry, message.attempt)
    if (wanted) this.#blocks.compared(wanted, message)
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
    const { entry, item, sourcePath, path, folder, name } = wanted
    const places = { sourcePath, path, folder, name }
    const kept = wanted.attributes && { attributes: wanted.attributes }
    const attempt = wanted.attempt + 1
    const again: WantedEntry = { entry, item, ...places, sizeBytes, mtimeMs, mode, attempt, ...kept }
    // Before anything is waited for: what other lanes still bring of the earlier attempt is passed over from now on.
    this.#files.replace(wanted, again)
    await wanted.large?.discard()
    if (isPacked(again)) removeUnneeded(this.#journal, item.request.itemId, { root: item.target.root, path })
    return again
  }

  /** Keeps what is verified for a later run; nothing is under way afterwards. */
  async close(): Promise<void> {
    await this.#packs.close()
    await this.#blocks.close()
  }
}
