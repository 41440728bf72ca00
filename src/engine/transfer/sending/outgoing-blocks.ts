import { blockContentOffset } from '../../protocol/data-frames.ts'
import type { WantedFile } from '../../protocol/outgoing-list.ts'
import { Queue } from '../queue.ts'
import type { FrameBuffer } from './frame-buffer.ts'
import { OutgoingFile, readAgain, type SentBlocks } from './outgoing-file.ts'
import type { Source } from './source.ts'
import { guardSource, type OutgoingParts } from './source-guard.ts'

/** Files whose held blocks are waited for; meanwhile the next one has its turn. */
const maxOpenSources = 4

/** What a frame of blocks held, so that they can be made again when its lane is lost. */
export interface SentBlock {
  readonly kind: 'block'
  readonly file: WantedFile<Source>
  readonly firstBlock: number
  readonly count: number
}

interface BlockFrame {
  readonly bytes: Buffer
  readonly sent: SentBlock
}

/** Large files that wait to be sent, block by block: one file after the other, as far as none has to wait for the receiver. */
export class OutgoingBlocks implements Disposable {
  readonly #parts: OutgoingParts
  readonly #waiting = new Queue<WantedFile<Source>>()
  readonly #again = new Queue<SentBlock>()
  /** The first one is in work. */
  #open: OutgoingFile[] = []
  /** All that are open wait for the receiver's word, and no more may be opened. */
  #isIdle = false

  constructor(parts: OutgoingParts) {
    this.#parts = parts
  }

  get hasWork(): boolean {
    return this.hasLost || (!this.#isIdle && (this.#waiting.length > 0 || this.#open.length > 0))
  }

  /** Blocks that were lost with their lane go first. */
  get hasLost(): boolean {
    return this.#again.length > 0
  }

  add(file: WantedFile<Source>): void {
    this.#waiting.push(file)
    this.wake()
  }

  /** The receiver has described more of what it holds, or has settled a file. */
  wake(): void {
    this.#isIdle = false
  }

  addAgain({ kind, file, firstBlock, count }: SentBlock): void {
    for (let block = firstBlock; block < firstBlock + count; block += 1) {
      this.#again.push({ kind, file, firstBlock: block, count: 1 })
    }
  }

  /** Undefined where there is nothing to send of this step: blocks compared, a file that cannot be read. */
  next(frames: FrameBuffer): BlockFrame | undefined {
    const lost = this.#again.shift()
    if (lost) return this.#sendAgain(lost, frames)
    for (const file of [...this.#open]) {
      const did = this.#step(file, frames)
      if (did !== 'waiting') return did
    }
    if (this.#waiting.length === 0 || this.#open.length >= maxOpenSources) this.#isIdle = true
    else this.#openNext()
    return undefined
  }

  [Symbol.dispose](): void {
    for (const file of this.#open) file[Symbol.dispose]()
    this.#open = []
  }

  /** `waiting`: this file can do nothing before the receiver says more. */
  #step(file: OutgoingFile, frames: FrameBuffer): BlockFrame | undefined | 'waiting' {
    const { wanted } = file
    let did: SentBlocks | 'worked' | 'waiting' = 'worked'
    const isGood = guardSource(wanted, this.#parts, () => {
      did = file.step(frames.ofSize(blockContentOffset + wanted.blockSizeBytes))
      this.#report(file)
      if (file.isRead) this.#end(file)
    })
    if (!isGood || file.isRead) this.#close(file)
    const done = did as SentBlocks | 'worked' | 'waiting'
    if (!isGood || done === 'worked') return undefined
    if (done === 'waiting') return file.isRead ? undefined : 'waiting'
    const { frame, firstBlock, count } = done
    return { bytes: frame, sent: { kind: 'block', file: wanted, firstBlock, count } }
  }

  #openNext(): void {
    const file = this.#waiting.shift()
    if (!file) return
    guardSource(file, this.#parts, () => {
      this.#open.push(new OutgoingFile(file, this.#parts.sources.open(file.source), this.#parts.digester))
    })
  }

  #close(file: OutgoingFile): void {
    file[Symbol.dispose]()
    this.#open = this.#open.filter((other) => other !== file)
  }

  #sendAgain(sent: SentBlock, frames: FrameBuffer): BlockFrame | undefined {
    const { file, firstBlock } = sent
    let frame: BlockFrame | undefined
    guardSource(file, this.#parts, () => {
      using reader = this.#parts.sources.open(file.source)
      const buffer = frames.ofSize(blockContentOffset + file.blockSizeBytes)
      const bytes = readAgain(file, reader, this.#parts.digester, firstBlock, buffer)
      reader.assertUnchanged()
      frame = { bytes, sent }
    })
    return frame
  }

  #report(file: OutgoingFile): void {
    const report = file.report()
    const { entry, attempt } = file.wanted
    if (report) this.#parts.tell({ type: 'blocksCompared', entry, attempt, ...report })
  }

  #end(file: OutgoingFile): void {
    const { entry, attempt } = file.wanted
    this.#parts.tell({ type: 'fileEnd', entry, attempt, digest: file.finish(), blocks: file.blocksSent })
  }
}
