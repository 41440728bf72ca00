import { blockContentOffset } from '../protocol/data-frames.ts'
import { blockSizeFor } from '../protocol/limits.ts'
import type { WantedFile } from '../protocol/outgoing-list.ts'
import type { FrameBuffer } from './frame-buffer.ts'
import { OutgoingFile, readBlock } from './outgoing-file.ts'
import { Queue } from './queue.ts'
import type { Source } from './source.ts'
import { guardSource, type OutgoingParts } from './source-guard.ts'

/** What a sent block held, so that it can be made again when its lane is lost. */
export interface SentBlock {
  readonly kind: 'block'
  readonly file: WantedFile<Source>
  readonly offset: number
}

interface BlockFrame {
  readonly bytes: Buffer
  readonly sent: SentBlock
}

/** Large files that wait to be sent, block by block, one file after the other. */
export class OutgoingBlocks implements Disposable {
  readonly #parts: OutgoingParts
  readonly #waiting = new Queue<WantedFile<Source>>()
  readonly #again = new Queue<SentBlock>()
  #current: OutgoingFile | undefined

  constructor(parts: OutgoingParts) {
    this.#parts = parts
  }

  get hasWork(): boolean {
    return this.#waiting.length > 0 || this.hasLost || this.#current !== undefined
  }

  /** Blocks that were lost with their lane go first. */
  get hasLost(): boolean {
    return this.#again.length > 0
  }

  add(file: WantedFile<Source>): void {
    this.#waiting.push(file)
  }

  addAgain(lost: SentBlock): void {
    this.#again.push(lost)
  }

  /** Undefined where there is nothing to send of this step: a held block, a file that cannot be read. */
  next(frames: FrameBuffer): BlockFrame | undefined {
    const lost = this.#again.shift()
    if (lost) return this.#sendAgain(lost, frames)
    const current = this.#current ?? this.#openNext()
    if (!current) return undefined
    const file = current.wanted
    let frame: BlockFrame | undefined
    const isGood = guardSource(file, this.#parts, () => {
      const block = current.next(frames.ofSize(blockContentOffset + blockSizeFor(file.sizeBytes)))
      if (block) frame = { bytes: block.frame, sent: { kind: 'block', file, offset: block.offset } }
      if (current.isRead) this.#end(file, current.finish())
    })
    if (!isGood || current.isRead) this.#closeCurrent()
    return isGood ? frame : undefined
  }

  [Symbol.dispose](): void {
    this.#closeCurrent()
  }

  #openNext(): OutgoingFile | undefined {
    const file = this.#waiting.shift()
    if (!file) return undefined
    guardSource(file, this.#parts, () => {
      this.#current = new OutgoingFile(file, this.#parts.sources.open(file.source))
    })
    return this.#current
  }

  #closeCurrent(): void {
    this.#current?.[Symbol.dispose]()
    this.#current = undefined
  }

  #sendAgain(sent: SentBlock, frames: FrameBuffer): BlockFrame | undefined {
    const { file, offset } = sent
    let frame: BlockFrame | undefined
    guardSource(file, this.#parts, () => {
      using reader = this.#parts.sources.open(file.source)
      const buffer = frames.ofSize(blockContentOffset + blockSizeFor(file.sizeBytes))
      const { frame: bytes } = readBlock(file, reader, offset, buffer)
      reader.assertUnchanged()
      frame = { bytes, sent }
    })
    return frame
  }

  #end(file: WantedFile<Source>, digest: Uint8Array): void {
    this.#parts.tell({ type: 'fileEnd', entry: file.entry, attempt: file.attempt, digest })
  }
}
