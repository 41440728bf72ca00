import { setImmediate as nextTurn } from 'node:timers/promises'
import { isAbort, TernError } from '../../shared/domain/errors.ts'
import { blockContentOffset, PackWriter, packBufferBytes } from '../protocol/data-frames.ts'
import { blockSizeFor, smallFileBytes } from '../protocol/limits.ts'
import type { FileEnd, FileFailed, FileRelist } from '../protocol/messages.ts'
import type { OutgoingList, WantedFile } from '../protocol/outgoing-list.ts'
import { digestOf } from './digest.ts'
import { OutgoingFile, readBlock } from './outgoing-file.ts'
import { Queue } from './queue.ts'
import type { Source, Sources } from './source.ts'

/** What a sent frame held, so that it can be made again when its lane is lost. */
export type Sent =
  | { readonly kind: 'pack'; readonly files: readonly WantedFile<Source>[] }
  | { readonly kind: 'block'; readonly file: WantedFile<Source>; readonly offset: number }

export interface ContentFrame {
  /** A view of the buffer that was given. */
  readonly bytes: Buffer
  readonly sent: Sent
}

export interface OutgoingContentOptions {
  readonly list: OutgoingList<Source>
  readonly sources: Sources
  /** Sends on the control lane. */
  readonly tell: (message: FileEnd | FileFailed | FileRelist) => void
}

/**
 * Turns wanted files into frames, for as many lanes as ask: small ones packed, large ones in blocks. Files are read
 * only when a lane has room, so nothing piles up. All reading is synchronous.
 */
export class OutgoingContent implements Disposable {
  readonly #options: OutgoingContentOptions
  readonly #small = new Queue<WantedFile<Source>>()
  readonly #large = new Queue<WantedFile<Source>>()
  readonly #again = new Queue<{ file: WantedFile<Source>; offset: number }>()
  #current: OutgoingFile | undefined
  #isPackNext = true
  #wake: (() => void)[] = []

  constructor(options: OutgoingContentOptions) {
    this.#options = options
  }

  add(files: readonly WantedFile<Source>[]): void {
    for (const file of files) (isSmall(file) ? this.#small : this.#large).push(file)
    this.#wakeAll()
  }

  /** Frames that were lost with their lane. */
  addAgain(lost: readonly Sent[]): void {
    for (const sent of lost) {
      if (sent.kind === 'pack') this.#small.unshift(sent.files)
      else this.#again.push({ file: sent.file, offset: sent.offset })
    }
    this.#wakeAll()
  }

  /** The next frame, as soon as there is one; undefined once the signal aborts. */
  async next(frames: FrameBuffer, signal: AbortSignal): Promise<ContentFrame | undefined> {
    while (!signal.aborted) {
      const frame = this.#next(frames)
      if (frame) return frame
      // Held blocks are only read: long prefixes must leave others their turn.
      if (this.#hasWork) await nextTurn()
      else await this.#moreWork(signal)
    }
    return undefined
  }

  [Symbol.dispose](): void {
    this.#current?.[Symbol.dispose]()
    this.#current = undefined
  }

  get #hasWork(): boolean {
    return this.#small.length > 0 || this.#large.length > 0 || this.#again.length > 0 || this.#current !== undefined
  }

  #next(frames: FrameBuffer): ContentFrame | undefined {
    const lost = this.#again.shift()
    if (lost) return this.#blockAgain(lost.file, lost.offset, frames)
    const hasLarge = this.#current !== undefined || this.#large.length > 0
    // Small and large take turns, so that neither kind waits for the last of the other.
    const takesPack = this.#small.length > 0 && (this.#isPackNext || !hasLarge)
    this.#isPackNext = !takesPack
    return takesPack ? this.#pack(frames) : this.#block(frames)
  }

  #pack(frames: FrameBuffer): ContentFrame | undefined {
    const pack = new PackWriter(frames.ofSize(packBufferBytes))
    const files: WantedFile<Source>[] = []
    for (let file = this.#small.first(); file && pack.hasRoomFor(file.sizeBytes); file = this.#small.first()) {
      this.#small.shift()
      if (this.#putInPack(pack, file)) files.push(file)
    }
    return pack.count === 0 ? undefined : { bytes: pack.finish(), sent: { kind: 'pack', files } }
  }

  #putInPack(pack: PackWriter, file: WantedFile<Source>): boolean {
    return this.#guard(file, () => {
      using reader = this.#options.sources.open(file.source)
      const content = pack.room(file.sizeBytes)
      const isShort = reader.read(content, 0) < file.sizeBytes
      if (isShort) throw new TernError('SOURCE_CHANGED', { path: file.source.path })
      reader.assertUnchanged()
      pack.add(file.entry, file.attempt, digestOf(content), file.sizeBytes)
    })
  }

  #block(frames: FrameBuffer): ContentFrame | undefined {
    const current = this.#current ?? this.#openNext()
    if (!current) return undefined
    const file = current.wanted
    let frame: ContentFrame | undefined
    const isGood = this.#guard(file, () => {
      const block = current.next(frames.ofSize(blockContentOffset + blockSizeFor(file.sizeBytes)))
      if (block) frame = { bytes: block.frame, sent: { kind: 'block', file, offset: block.offset } }
      if (current.isRead) this.#end(file, current.finish())
    })
    if (!isGood || current.isRead) {
      current[Symbol.dispose]()
      this.#current = undefined
    }
    return isGood ? frame : undefined
  }

  #openNext(): OutgoingFile | undefined {
    const file = this.#large.shift()
    if (!file) return undefined
    this.#guard(file, () => {
      this.#current = new OutgoingFile(file, this.#options.sources.open(file.source))
    })
    return this.#current
  }

  #blockAgain(file: WantedFile<Source>, offset: number, frames: FrameBuffer): ContentFrame | undefined {
    let frame: ContentFrame | undefined
    this.#guard(file, () => {
      using reader = this.#options.sources.open(file.source)
      const buffer = frames.ofSize(blockContentOffset + blockSizeFor(file.sizeBytes))
      const { frame: bytes } = readBlock(file, reader, offset, buffer)
      reader.assertUnchanged()
      frame = { bytes, sent: { kind: 'block', file, offset } }
    })
    return frame
  }

  #end(file: WantedFile<Source>, digest: Uint8Array): void {
    this.#options.tell({ type: 'fileEnd', entry: file.entry, attempt: file.attempt, digest })
  }

  /** Runs one step of one file; what goes wrong with its source is its own matter. True: it went well. */
  #guard(file: WantedFile<Source>, step: () => void): boolean {
    if (!this.#options.list.isWanted(file.entry, file.attempt)) return false
    try {
      step()
      return true
    } catch (thrown) {
      if (isAbort(thrown)) throw thrown
      this.#fail(file, TernError.from(thrown))
      return false
    }
  }

  /** A changed source is listed anew, once; anything else ends this file. */
  #fail(file: WantedFile<Source>, error: TernError): void {
    const { entry, attempt } = file
    if (error.code === 'SOURCE_CHANGED') {
      const again = this.#lookAgain(file)
      this.#options.tell(again ?? { type: 'fileFailed', entry, attempt, error: error.toEnvelope() })
      return
    }
    this.#options.tell({ type: 'fileFailed', entry, attempt, error: error.toEnvelope() })
  }

  #lookAgain(file: WantedFile<Source>): FileRelist | undefined {
    try {
      using reader = this.#options.sources.openNow(file.source)
      const source: Source = { ...file.source, identity: reader.identity }
      const { sizeBytes, mtimeNs } = reader.identity
      const again = this.#options.list.relist(file.entry, source, sizeBytes)
      if (!again) return undefined
      return { type: 'fileRelist', entry: file.entry, attempt: again.attempt, sizeBytes, mtimeNs, mode: source.mode }
    } catch {
      // Gone or unreadable by now: that it changed is what is known for sure.
      return undefined
    }
  }

  #moreWork(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const settle = () => {
        signal.removeEventListener('abort', settle)
        resolve()
      }
      signal.addEventListener('abort', settle)
      this.#wake.push(settle)
    })
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }
}

/** A buffer that grows to the largest frame it was asked for. */
export class FrameBuffer {
  #buffer = Buffer.alloc(0)

  ofSize(bytes: number): Buffer {
    if (this.#buffer.length < bytes) this.#buffer = Buffer.allocUnsafe(bytes)
    return this.#buffer
  }
}

function isSmall(file: WantedFile<Source>): boolean {
  return file.sizeBytes <= smallFileBytes
}
