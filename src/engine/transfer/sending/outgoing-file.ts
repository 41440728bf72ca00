import { TernError } from '../../../shared/domain/errors.ts'
import { blockContentOffset, writeBlockHeader, zerosFrame } from '../../protocol/data-frames.ts'
import { digestBytes } from '../../protocol/limits.ts'
import type { WantedFile } from '../../protocol/outgoing-list.ts'
import type { SourceReader } from '../../storage/index.ts'
import { bytesBetweenReports } from '../compare-pace.ts'
import type { Digester } from '../digester.ts'
import { isZero } from '../zeros.ts'
import type { Source } from './source.ts'

const bytesBetweenChecks = 64 * 1024 * 1024
/** Read and compared in one step; then others have their turn. */
const comparedInStepBytes = 8 * 1024 * 1024
const zerosInFrameBytes = 16 * 1024 * 1024

/** Blocks right after one another in one frame; more than one are all zeros. */
export interface SentBlocks {
  readonly frame: Buffer
  readonly firstBlock: number
  readonly count: number
}

/**
 * A large file on its way out. What the receiver does not hold goes first to last; beside it, as its digests come in, what
 * it holds is compared, and sent where it differs.
 */
export class OutgoingFile implements Disposable {
  readonly wanted: WantedFile<Source>
  readonly #reader: SourceReader
  readonly #digester: Digester
  readonly #digests: Buffer
  readonly #blockCount: number
  /** Blocks that are to be sent whatever the receiver holds. */
  readonly #missing: { next: number; end: number }[]
  #bytesSinceCheck = 0
  #blocksSent = 0
  #sameBytes = 0
  #toldCompared = 0

  constructor(wanted: WantedFile<Source>, reader: SourceReader, digester: Digester) {
    this.wanted = wanted
    this.#reader = reader
    this.#digester = digester
    this.#blockCount = Math.ceil(wanted.sizeBytes / wanted.blockSizeBytes)
    this.#digests = Buffer.alloc(this.#blockCount * digestBytes)
    this.#missing = [{ next: wanted.held?.count ?? 0, end: this.#blockCount }]
  }

  get isRead(): boolean {
    return this.#missing.length === 0 && (this.wanted.held?.areCompared ?? true)
  }

  /** Distinct blocks handed out. */
  get blocksSent(): number {
    return this.#blocksSent
  }

  /** How far the held blocks are compared, when it is time to tell; every so many bytes, and at the end. */
  report(): { readonly blocks: number; readonly sameBytes: number } | undefined {
    const { held } = this.wanted
    if (!held || held.compared === this.#toldCompared) return undefined
    const untoldBytes = (held.compared - this.#toldCompared) * this.wanted.blockSizeBytes
    if (untoldBytes < bytesBetweenReports && !held.areCompared) return undefined
    this.#toldCompared = held.compared
    return { blocks: held.compared, sameBytes: this.#sameBytes }
  }

  /** The whole file's digest, once it is read and found unchanged. Fails with SOURCE_CHANGED. */
  finish(): Buffer {
    this.#reader.assertUnchanged()
    return this.#digester.ofFile(this.wanted.sizeBytes, this.#digests)
  }

  /**
   * One step: some blocks compared, or one frame to send. `waiting`: nothing can be done before the receiver says more.
   * The buffer holds a frame of the largest block of this file. Fails with SOURCE_CHANGED, SOURCE_UNREADABLE.
   */
  step(buffer: Buffer): SentBlocks | 'worked' | 'waiting' {
    this.#takeNotHeld()
    const compared = this.#compareSome(buffer)
    if (typeof compared !== 'string') return compared
    const missing = this.#missing[0]
    if (!missing || missing.next === missing.end) {
      this.#missing.shift()
      return compared === 'worked' || missing !== undefined ? 'worked' : 'waiting'
    }
    const block = missing.next
    const frame = this.#read(block, buffer)
    missing.next += 1
    if (!frame.isZero) return this.#sent(frame.bytes, block, 1)
    let count = 1
    const most = zerosInFrameBytes / this.wanted.blockSizeBytes
    while (missing.next < missing.end && count < most && this.#read(missing.next, buffer).isZero) {
      missing.next += 1
      count += 1
    }
    return this.#sent(zerosOf(this.wanted, block, count), block, count)
  }

  [Symbol.dispose](): void {
    this.#reader.close()
  }

  /** Compares held blocks up to the first that differs: that one is sent. */
  #compareSome(buffer: Buffer): SentBlocks | 'worked' | 'waiting' {
    const { held, blockSizeBytes } = this.wanted
    if (!held) return 'waiting'
    let did: 'worked' | 'waiting' = 'waiting'
    for (let bytes = 0; bytes < comparedInStepBytes; bytes += blockSizeBytes) {
      const next = held.next()
      if (!next) return did
      did = 'worked'
      const { block, digest } = next
      const frame = this.#read(block, buffer)
      if (!digest.equals(this.#digestAt(block))) {
        return this.#sent(frame.isZero ? zerosOf(this.wanted, block, 1) : frame.bytes, block, 1)
      }
      this.#sameBytes += frame.lengthBytes
    }
    return did
  }

  /** The receiver holds less than it thought: the rest of that is to be sent as well. */
  #takeNotHeld(): void {
    const { held } = this.wanted
    for (let range = held?.takeNotHeld(); range; range = held?.takeNotHeld()) this.#missing.push({ ...range })
  }

  #read(block: number, buffer: Buffer): ReadBlock {
    const read = readBlock(this.wanted, this.#reader, this.#digester, block, buffer)
    this.#digests.set(read.digest, block * digestBytes)
    this.#bytesSinceCheck += read.lengthBytes
    if (this.#bytesSinceCheck >= bytesBetweenChecks) {
      this.#reader.assertUnchanged()
      this.#bytesSinceCheck = 0
    }
    return read
  }

  #digestAt(block: number): Buffer {
    return this.#digests.subarray(block * digestBytes, (block + 1) * digestBytes)
  }

  #sent(frame: Buffer, firstBlock: number, count: number): SentBlocks {
    this.#blocksSent += count
    return { frame, firstBlock, count }
  }
}

interface ReadBlock {
  /** A frame, in the buffer; not to be used for zeros. */
  readonly bytes: Buffer
  readonly digest: Buffer
  readonly lengthBytes: number
  readonly isZero: boolean
}

/** Reads one block into a frame. Fails with SOURCE_CHANGED when the file is shorter by now. */
function readBlock(
  wanted: WantedFile<Source>,
  reader: SourceReader,
  digester: Digester,
  block: number,
  buffer: Buffer,
): ReadBlock {
  const offset = block * wanted.blockSizeBytes
  const lengthBytes = Math.min(wanted.blockSizeBytes, wanted.sizeBytes - offset)
  const content = buffer.subarray(blockContentOffset, blockContentOffset + lengthBytes)
  if (reader.read(content, offset) < lengthBytes) throw new TernError('SOURCE_CHANGED', { path: reader.path })
  const bytes = buffer.subarray(0, blockContentOffset + lengthBytes)
  if (isZero(content)) return { bytes, digest: digester.ofZeros(lengthBytes), lengthBytes, isZero: true }
  const digest = digester.of(content)
  writeBlockHeader(buffer, { entry: wanted.entry, attempt: wanted.attempt, offset, digest }, lengthBytes)
  return { bytes, digest, lengthBytes, isZero: false }
}

/** The frame of a block that was lost with its lane. */
export function readAgain(
  wanted: WantedFile<Source>,
  reader: SourceReader,
  digester: Digester,
  block: number,
  buffer: Buffer,
): Buffer {
  const read = readBlock(wanted, reader, digester, block, buffer)
  return read.isZero ? zerosOf(wanted, block, 1) : read.bytes
}

function zerosOf(wanted: WantedFile<Source>, firstBlock: number, count: number): Buffer {
  return zerosFrame({ entry: wanted.entry, attempt: wanted.attempt, firstBlock, count })
}
