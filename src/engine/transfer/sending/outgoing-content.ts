import { setImmediate as nextTurn } from 'node:timers/promises'
import { smallFileBytes } from '../../protocol/limits.ts'
import type { WantedFile } from '../../protocol/outgoing-list.ts'
import type { FrameBuffer } from './frame-buffer.ts'
import { OutgoingBlocks, type SentBlock } from './outgoing-blocks.ts'
import { OutgoingPacks, type SentPack } from './outgoing-packs.ts'
import type { Source } from './source.ts'
import type { OutgoingParts } from './source-guard.ts'

/** What a sent frame held, so that it can be made again when its lane is lost. */
export type Sent = SentPack | SentBlock

export interface ContentFrame {
  /** A view of the buffer that was given. */
  readonly bytes: Buffer
  readonly sent: Sent
}

/**
 * Turns wanted files into frames, for as many lanes as ask: small ones packed, large ones in blocks. Files are read
 * only when a lane has room, so nothing piles up. All reading is synchronous.
 */
export class OutgoingContent implements Disposable {
  readonly #packs: OutgoingPacks
  readonly #blocks: OutgoingBlocks
  #isPackNext = true
  #wake: (() => void)[] = []

  constructor(parts: OutgoingParts) {
    this.#packs = new OutgoingPacks(parts)
    this.#blocks = new OutgoingBlocks(parts)
  }

  add(files: readonly WantedFile<Source>[]): void {
    for (const file of files) (isSmall(file) ? this.#packs : this.#blocks).add(file)
    this.#wakeAll()
  }

  /** The receiver has said more of what it holds, or files are settled. */
  goOn(): void {
    this.#blocks.wake()
    this.#wakeAll()
  }

  /** Frames that were lost with their lane. */
  addAgain(lost: readonly Sent[]): void {
    for (const sent of lost) {
      if (sent.kind === 'pack') this.#packs.addAgain(sent)
      else this.#blocks.addAgain(sent)
    }
    this.#wakeAll()
  }

  /** Everything that is wanted so far has been read. */
  get isIdle(): boolean {
    return !this.#packs.hasWork && !this.#blocks.hasWork
  }

  /** The next frame, as soon as there is one; undefined once the signal aborts. */
  async next(frames: FrameBuffer, signal: AbortSignal): Promise<ContentFrame | undefined> {
    while (!signal.aborted) {
      const frame = this.#next(frames)
      if (frame) return frame
      // Held blocks are only read: long prefixes must leave others their turn.
      if (this.isIdle) await this.#moreWork(signal)
      else await nextTurn()
    }
    return undefined
  }

  [Symbol.dispose](): void {
    this.#blocks[Symbol.dispose]()
  }

  #next(frames: FrameBuffer): ContentFrame | undefined {
    if (this.#blocks.hasLost) return this.#blocks.next(frames)
    // Small and large take turns, so that neither kind waits for the last of the other.
    const takesPack = this.#packs.hasWork && (this.#isPackNext || !this.#blocks.hasWork)
    this.#isPackNext = !takesPack
    return takesPack ? this.#packs.next(frames) : this.#blocks.next(frames)
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

function isSmall(file: WantedFile<Source>): boolean {
  return file.sizeBytes <= smallFileBytes && !file.held
}
