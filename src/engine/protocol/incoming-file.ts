import { TernError } from '../../shared/domain/errors.ts'
import { blockCountOf, blockSizeFor, digestBytes } from './limits.ts'

function violation(what: string, entry: number): TernError {
  return new TernError('PROTOCOL_ERROR', { what, entry })
}

/**
 * What is known of one wanted file while its content comes in: which blocks are here, their digests, and whether the
 * source has said that this is all. Pure; the bytes themselves are someone else's.
 */
export class IncomingFile {
  readonly entry: number
  readonly sizeBytes: number
  readonly attempt: number
  readonly blockSizeBytes: number
  /** One digest for each block, in order. */
  readonly digests: Buffer
  readonly #isHere: Uint8Array
  /** Blocks of a resumed partial: the source may send each of them once more. */
  readonly #resumedBlocks: number
  #blocksHere: number
  #contiguousBlocks: number
  #endDigest: Uint8Array | undefined

  constructor(entry: number, sizeBytes: number, attempt: number, resumedDigests: Uint8Array = new Uint8Array(0)) {
    this.entry = entry
    this.sizeBytes = sizeBytes
    this.attempt = attempt
    this.blockSizeBytes = blockSizeFor(sizeBytes)
    const blockCount = blockCountOf(sizeBytes)
    this.digests = Buffer.alloc(blockCount * digestBytes)
    this.#isHere = new Uint8Array(blockCount)
    this.#resumedBlocks = resumedDigests.length / digestBytes
    this.digests.set(resumedDigests)
    this.#isHere.fill(resumedMark, 0, this.#resumedBlocks)
    this.#blocksHere = this.#resumedBlocks
    this.#contiguousBlocks = this.#resumedBlocks
  }

  get resumedBytes(): number {
    return Math.min(this.#resumedBlocks * this.blockSizeBytes, this.sizeBytes)
  }

  /** Blocks from the start of the file without a gap. */
  get contiguousBlocks(): number {
    return this.#contiguousBlocks
  }

  /** Every block is here and the source has named the digest of the whole. */
  get isComplete(): boolean {
    return this.#blocksHere === this.#isHere.length && this.#endDigest !== undefined
  }

  get endDigest(): Uint8Array | undefined {
    return this.#endDigest
  }

  /** Fails with PROTOCOL_ERROR unless this is a whole block of this file that is not here yet. Returns its number. */
  checkBlock(offset: number, lengthBytes: number): number {
    const block = offset / this.blockSizeBytes
    if (!Number.isInteger(block) || offset >= this.sizeBytes) throw violation('offset', this.entry)
    if (lengthBytes !== Math.min(this.blockSizeBytes, this.sizeBytes - offset))
      throw violation('block length', this.entry)
    if (this.#isHere[block] === hereMark) throw violation('block sent twice', this.entry)
    return block
  }

  /** To be called once the block of `checkBlock` is written. */
  markHere(block: number, digest: Uint8Array): void {
    if (this.#isHere[block] === 0) this.#blocksHere += 1
    this.#isHere[block] = hereMark
    this.digests.set(digest, block * digestBytes)
    while (this.#contiguousBlocks < this.#isHere.length && this.#isHere[this.#contiguousBlocks] !== 0) {
      this.#contiguousBlocks += 1
    }
  }

  end(digest: Uint8Array): void {
    if (this.#endDigest) throw violation('file ended twice', this.entry)
    this.#endDigest = digest
  }
}

const hereMark = 1
const resumedMark = 2
