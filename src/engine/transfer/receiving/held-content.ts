import type { PartialFile, SourceReader } from '../../storage/index.ts'
import { isZero } from '../zeros.ts'

/**
 * What lies here of a file before anything of it comes: the partial of an earlier run and, where that holds nothing, the
 * version that is to be replaced. What of the latter is used is copied into the partial block by block, so what is told of
 * it is what the partial holds, whatever becomes of the old file meanwhile.
 */
export class HeldContent implements Disposable {
  readonly #partial: PartialFile
  readonly #old: SourceReader | undefined
  readonly #partialBytes: number
  #copiedBytes = 0

  constructor(partial: PartialFile, old: SourceReader | undefined) {
    this.#partial = partial
    this.#old = old
    this.#partialBytes = partial.lengthBytes
  }

  /** Taken over from the old version so far. */
  get copiedBytes(): number {
    return this.#copiedBytes
  }

  /**
   * Whether a piece that a file of this size ends with may be told. Whoever sends it says where it ends: cut out of an older
   * version of another size, so little would be left that its digest is as good as its content.
   */
  mayEndAt(sizeBytes: number): boolean {
    return this.#old === undefined || this.#old.identity.sizeBytes === sizeBytes
  }

  /** All that was taken is of the old version, and that has this size and time (in whole seconds), and has not changed. */
  isOld(sizeBytes: number, mtimeMs: number): boolean {
    const identity = this.#old?.identity
    if (!identity || this.#partialBytes > 0 || identity.sizeBytes !== sizeBytes) return false
    if (Math.floor(identity.mtimeMs / 1000) !== Math.floor(mtimeMs / 1000)) return false
    try {
      this.#old?.assertUnchanged()
      return true
    } catch {
      return false
    }
  }

  /**
   * Fills the buffer with what the partial then holds at this place. False: nothing is held here.
   * @throws TernError what writing and reading the partial fail with
   */
  take(offset: number, block: Buffer): boolean {
    const isInPartial =
      offset + block.length <= this.#partialBytes && this.#partial.read(block, offset) === block.length
    // Zeros may be a hole that an earlier run did not come to fill.
    if (isInPartial && !(this.#old && isZero(block))) return true
    if (!this.#readOld(block, offset)) {
      if (isInPartial) block.fill(0)
      return isInPartial
    }
    const staysHole = isZero(block) && (isInPartial || offset >= this.#partialBytes)
    if (staysHole) return true
    this.#partial.write(block, offset)
    this.#copiedBytes += block.length
    return true
  }

  [Symbol.dispose](): void {
    this.#old?.close()
  }

  /** An old version that cannot be read any more is one that does not help. */
  #readOld(block: Buffer, offset: number): boolean {
    try {
      return this.#old !== undefined && this.#old.read(block, offset) === block.length
    } catch {
      return false
    }
  }
}
