import { TernError } from '../../shared/domain/errors.ts'
import { blockContentOffset, writeBlockHeader } from '../protocol/data-frames.ts'
import { blockCountOf, blockSizeFor, digestBytes } from '../protocol/limits.ts'
import type { WantedFile } from '../protocol/outgoing-list.ts'
import type { SourceReader } from '../storage/index.ts'
import { digestOf, fileDigestOf } from './digest.ts'
import type { Source } from './source.ts'

const blocksBetweenChecks = 64

/** A large file on its way out, block by block in order. Blocks that the receiver holds already are read, not sent. */
export class OutgoingFile implements Disposable {
  readonly wanted: WantedFile<Source>
  readonly #reader: SourceReader
  readonly #digests: Buffer
  readonly #blockSizeBytes: number
  readonly #blockCount: number
  #nextBlock = 0

  constructor(wanted: WantedFile<Source>, reader: SourceReader) {
    this.wanted = wanted
    this.#reader = reader
    this.#blockSizeBytes = blockSizeFor(wanted.sizeBytes)
    this.#blockCount = blockCountOf(wanted.sizeBytes)
    this.#digests = Buffer.alloc(this.#blockCount * digestBytes)
  }

  get isRead(): boolean {
    return this.#nextBlock === this.#blockCount
  }

  /** The whole file's digest, once it is read and found unchanged. Fails with SOURCE_CHANGED. */
  finish(): Buffer {
    this.#reader.assertUnchanged()
    return fileDigestOf(this.wanted.sizeBytes, this.#digests)
  }

  /**
   * Reads the next block; its frame, if it has to be sent. The buffer holds a frame of the largest block of this file.
   * Fails with SOURCE_CHANGED, SOURCE_UNREADABLE.
   */
  next(buffer: Buffer): { frame: Buffer; offset: number } | undefined {
    const block = this.#nextBlock
    const offset = block * this.#blockSizeBytes
    if (block % blocksBetweenChecks === blocksBetweenChecks - 1) this.#reader.assertUnchanged()
    const { frame, digest } = readBlock(this.wanted, this.#reader, offset, buffer)
    const at = block * digestBytes
    this.#digests.set(digest, at)
    this.#nextBlock += 1
    const held = this.wanted.prefixDigests
    const isHeld = at < held.length && digest.equals(held.subarray(at, at + digestBytes))
    return isHeld ? undefined : { frame, offset }
  }

  [Symbol.dispose](): void {
    this.#reader.close()
  }
}

/** One block as a frame. Fails with SOURCE_CHANGED when the file is shorter by now. */
export function readBlock(
  wanted: WantedFile<Source>,
  reader: SourceReader,
  offset: number,
  buffer: Buffer,
): { frame: Buffer; digest: Buffer } {
  const length = Math.min(blockSizeFor(wanted.sizeBytes), wanted.sizeBytes - offset)
  const content = buffer.subarray(blockContentOffset, blockContentOffset + length)
  if (reader.read(content, offset) < length) throw new TernError('SOURCE_CHANGED', { path: reader.path })
  const digest = digestOf(content)
  writeBlockHeader(buffer, { entry: wanted.entry, attempt: wanted.attempt, offset, digest }, length)
  return { frame: buffer.subarray(0, blockContentOffset + length), digest }
}
