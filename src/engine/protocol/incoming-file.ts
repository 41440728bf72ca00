import { TernError } from '../../shared/domain/errors.ts'
import { digestBytes } from './limits.ts'

const held = 1
const here = 2

/**
 * What is known of one wanted file while its content comes in: which blocks are held from before, which have come, their
 * digests, and whether the source has said that this is all. Pure; the bytes themselves are someone else's.
 */
export class IncomingFile {
  readonly entry: number
  readonly sizeBytes: number
  readonly attempt: number
  readonly blockSizeBytes: number
  /** One digest for each block, in order. */
  readonly digests: Buffer
  readonly #states: Uint8Array
  #blocksKnown = 0
  #blocksHere = 0
  #end: { readonly digest: Uint8Array; readonly blocks: number } | undefined

  constructor(entry: number, sizeBytes: number, attempt: number, blockSizeBytes: number) {
    this.entry = entry
    this.sizeBytes = sizeBytes
    this.attempt = attempt
    this.blockSizeBytes = blockSizeBytes
    const blockCount = Math.ceil(sizeBytes / blockSizeBytes)
    this.digests = Buffer.alloc(blockCount * digestBytes)
    this.#states = new Uint8Array(blockCount)
  }

  get blockCount(): number {
    return this.#states.length
  }

  /** Blocks that have come. */
  get blocksHere(): number {
    return this.#blocksHere
  }

  /**
   * The source has said that this is all, and all that it sent has come.
   * @throws TernError PROTOCOL_ERROR when there is a block that is neither held nor sent
   */
  get isComplete(): boolean {
    if (!this.#end || this.#blocksHere < this.#end.blocks) return false
    if (this.#blocksHere > this.#end.blocks || this.#blocksKnown < this.blockCount)
      throw this.#violation('blocks missing')
    return true
  }

  get endDigest(): Uint8Array | undefined {
    return this.#end?.digest
  }

  lengthOf(block: number): number {
    return Math.min(this.blockSizeBytes, this.sizeBytes - block * this.blockSizeBytes)
  }

  isHere(block: number): boolean {
    return this.#states[block] === here
  }

  isHeld(block: number): boolean {
    return this.#states[block] === held
  }

  digestOf(block: number): Buffer {
    return this.digests.subarray(block * digestBytes, (block + 1) * digestBytes)
  }

  /** A block that lies here from before; the source sends it where its own differs. Not for one that has come already. */
  markHeld(block: number, digest: Uint8Array): void {
    if (this.#states[block] === 0) this.#blocksKnown += 1
    this.#states[block] = held
    this.digests.set(digest, block * digestBytes)
  }

  /** Fails with PROTOCOL_ERROR unless this is a whole block of this file that has not come yet. Returns its number. */
  checkBlock(offset: number, lengthBytes: number): number {
    const block = offset / this.blockSizeBytes
    if (!Number.isInteger(block) || offset >= this.sizeBytes) throw this.#violation('offset')
    if (lengthBytes !== this.lengthOf(block)) throw this.#violation('block length')
    if (this.isHere(block)) throw this.#violation('block sent twice')
    return block
  }

  /** The block of `checkBlock` has come: from now on nothing that was held takes its place. */
  markHere(block: number, digest: Uint8Array): void {
    if (this.#states[block] === 0) this.#blocksKnown += 1
    this.#states[block] = here
    this.#blocksHere += 1
    this.digests.set(digest, block * digestBytes)
  }

  /** `blocks`: how many the source has sent, each counted once. */
  end(digest: Uint8Array, blocks: number): void {
    if (this.#end) throw this.#violation('file ended twice')
    this.#end = { digest, blocks }
  }

  #violation(what: string): TernError {
    return new TernError('PROTOCOL_ERROR', { what, entry: this.entry })
  }
}
