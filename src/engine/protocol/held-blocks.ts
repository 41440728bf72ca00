import { TernError } from '../../shared/domain/errors.ts'
import { digestBytes, maxBlocksDescribedAhead } from './limits.ts'

export interface BlockRange {
  readonly next: number
  readonly end: number
}

/**
 * What the receiver holds of one file, as it tells the sender: digests of blocks from wherever it begins to the end, then of
 * those before, never more than a window ahead of what is compared. Pure.
 */
export class HeldBlocks {
  /** Blocks that the receiver says it holds, the last one perhaps in part. */
  readonly count: number
  readonly #entry: number
  readonly #chunks: { firstBlock: number; digests: Buffer }[] = []
  /** Of which digests are to come next, and what comes after that. */
  #stretch: BlockRange | undefined
  #rest: BlockRange | undefined
  #hasBegun = false
  readonly #notHeld: BlockRange[] = []
  #described = 0
  #compared = 0

  constructor(entry: number, count: number) {
    this.#entry = entry
    this.count = count
  }

  get compared(): number {
    return this.#compared
  }

  get areCompared(): boolean {
    return this.#hasBegun && this.#stretch === undefined && this.#compared === this.#described
  }

  /**
   * The next digests, one after the other; none: nothing is held of the rest up to the end, or up to where it began.
   * @throws TernError PROTOCOL_ERROR out of order, beyond what was announced, or over the window
   */
  take(firstBlock: number, digests: Uint8Array): void {
    if (!this.#hasBegun) this.#begin(firstBlock)
    const stretch = this.#stretch
    if (!stretch || firstBlock !== stretch.next) throw this.#violation('held blocks out of order')
    const count = digests.length / digestBytes
    if (count > stretch.end - stretch.next) throw this.#violation('more held blocks than announced')
    if (this.#described + count - this.#compared > maxBlocksDescribedAhead)
      throw this.#violation('held blocks over the window')
    if (count === 0) this.#notHeld.push(stretch)
    else this.#chunks.push({ firstBlock, digests: Buffer.from(digests.buffer, digests.byteOffset, digests.byteLength) })
    this.#described += count
    const next = stretch.next + count
    if (count > 0 && next < stretch.end) this.#stretch = { next, end: stretch.end }
    else {
      this.#stretch = this.#rest
      this.#rest = undefined
    }
  }

  /** The next block to compare and its digest; undefined: not told yet, or all are compared. */
  next(): { readonly block: number; readonly digest: Buffer } | undefined {
    const chunk = this.#chunks[0]
    if (!chunk) return undefined
    const { firstBlock: block, digests } = chunk
    const digest = digests.subarray(0, digestBytes)
    if (digests.length === digestBytes) this.#chunks.shift()
    else this.#chunks[0] = { firstBlock: block + 1, digests: digests.subarray(digestBytes) }
    this.#compared += 1
    return { block, digest }
  }

  /** Announced, and found not to be held: each is told once. */
  takeNotHeld(): BlockRange | undefined {
    return this.#notHeld.shift()
  }

  #begin(firstBlock: number): void {
    if (firstBlock >= this.count) throw this.#violation('more held blocks than announced')
    this.#hasBegun = true
    this.#stretch = { next: firstBlock, end: this.count }
    if (firstBlock > 0) this.#rest = { next: 0, end: firstBlock }
  }

  #violation(what: string): TernError {
    return new TernError('PROTOCOL_ERROR', { what, entry: this.#entry })
  }
}
