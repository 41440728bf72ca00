import { TernError } from '../../shared/domain/errors.ts'
import { digestBytes, maxBlocksDescribedAhead } from './limits.ts'

/**
 * What the receiver holds of one file, as it tells the sender: digests of blocks from the start of the file on, never
 * more than a window ahead of what is compared. Pure.
 */
export class HeldBlocks {
  readonly #entry: number
  #count: number
  readonly #chunks: Buffer[] = []
  #described = 0
  #compared = 0

  /** `count`: blocks that the receiver says it holds, the last one perhaps in part. */
  constructor(entry: number, count: number) {
    this.#entry = entry
    this.#count = count
  }

  /** Less than at first once the receiver has found that it holds no more. */
  get count(): number {
    return this.#count
  }

  get compared(): number {
    return this.#compared
  }

  get areCompared(): boolean {
    return this.#compared === this.#count
  }

  /**
   * The next digests, one after the other; none: what was described is all.
   * @throws TernError PROTOCOL_ERROR out of order, beyond what was announced, or over the window
   */
  take(firstBlock: number, digests: Uint8Array): void {
    if (firstBlock !== this.#described || this.#described === this.#count)
      throw this.#violation('held blocks out of order')
    const described = this.#described + digests.length / digestBytes
    if (described > this.#count) throw this.#violation('more held blocks than announced')
    if (described - this.#compared > maxBlocksDescribedAhead) throw this.#violation('held blocks over the window')
    if (digests.length === 0) this.#count = this.#described
    else this.#chunks.push(Buffer.from(digests.buffer, digests.byteOffset, digests.byteLength))
    this.#described = described
  }

  /** The digest of the next block to compare; undefined: not told yet, or all are compared. */
  next(): Buffer | undefined {
    const chunk = this.#chunks[0]
    if (!chunk) return undefined
    const digest = chunk.subarray(0, digestBytes)
    if (chunk.length === digestBytes) this.#chunks.shift()
    else this.#chunks[0] = chunk.subarray(digestBytes)
    this.#compared += 1
    return digest
  }

  #violation(what: string): TernError {
    return new TernError('PROTOCOL_ERROR', { what, entry: this.#entry })
  }
}
