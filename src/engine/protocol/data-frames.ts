import { TernError } from '../../shared/domain/errors.ts'
import { frame } from './frames.ts'
import {
  blockHeaderBytes,
  digestBytes,
  frameHeaderBytes,
  maxBlockBytes,
  maxFilesInPack,
  maxPackFrameBytes,
  maxZeroBlocks,
  packEntryBytes,
  packTrailerBytes,
  smallFileBytes,
  zerosBytes,
} from './limits.ts'
import { frameType } from './messages.ts'
import { WireReader, WireWriter } from './wire.ts'

/** Bytes in front of a block's content in its frame, so that a file is read straight into its place. */
export const blockContentOffset = frameHeaderBytes + blockHeaderBytes

export interface BlockHeader {
  readonly entry: number
  readonly attempt: number
  readonly offset: number
  readonly digest: Uint8Array
}

/** Views are valid as long as the frame is. */
export interface Block extends BlockHeader {
  readonly bytes: Buffer
}

/** Blocks of one file, right after one another, of which all bytes are zero. */
export interface Zeros {
  readonly entry: number
  readonly attempt: number
  readonly firstBlock: number
  readonly count: number
}

export interface PackedFile {
  readonly entry: number
  readonly attempt: number
  /** Where its content lies in the frame's payload: a view of it for each file would cost more than the rest of it. */
  readonly start: number
  readonly length: number
}

/** Views are valid as long as the frame is. */
export interface Pack {
  readonly files: readonly PackedFile[]
  /** Of `covered`: all contents and what they belong to. */
  readonly digest: Buffer
  readonly covered: Buffer
}

export function dataBound(type: number): number | undefined {
  if (type === frameType.block) return blockHeaderBytes + maxBlockBytes
  if (type === frameType.pack) return maxPackFrameBytes
  if (type === frameType.zeros) return zerosBytes
  return undefined
}

/** Writes frame and block header in front of content that already lies at `blockContentOffset`. */
export function writeBlockHeader(target: Buffer, header: BlockHeader, contentBytes: number): void {
  target.writeUInt32BE(blockHeaderBytes + contentBytes, 0)
  target.writeUInt8(frameType.block, 4)
  target.writeUInt32BE(header.entry, 5)
  target.writeUInt8(header.attempt, 9)
  target.writeUInt32BE(Math.floor(header.offset / 0x1_0000_0000), 10)
  target.writeUInt32BE(header.offset >>> 0, 14)
  target.set(header.digest, 18)
}

export function decodeBlock(payload: Buffer): Block {
  const from = new WireReader(payload)
  const entry = from.u32()
  const attempt = from.u8()
  const offset = from.u64()
  const digest = from.view(digestBytes)
  return { entry, attempt, offset, digest, bytes: from.view(from.remaining) }
}

/** A whole frame that names blocks of zeros. */
export function zerosFrame({ entry, attempt, firstBlock, count }: Zeros): Buffer {
  return frame(frameType.zeros, new WireWriter(zerosBytes).u32(entry).u8(attempt).u32(firstBlock).u32(count).finish())
}

export function decodeZeros(payload: Buffer): Zeros {
  const from = new WireReader(payload)
  const zeros = { entry: from.u32(), attempt: from.u8(), firstBlock: from.u32(), count: from.u32() }
  if (zeros.count === 0 || zeros.count > maxZeroBlocks)
    throw new TernError('PROTOCOL_ERROR', { what: 'count of zeros' })
  return zeros
}

/**
 * Collects small files into one pack frame: all contents, then a table that says whose they are, their number, and one
 * digest over everything, so that it costs the same for many files as for one.
 */
export class PackWriter {
  readonly buffer: Buffer
  readonly #table = Buffer.allocUnsafe(maxFilesInPack * packEntryBytes)
  #length = frameHeaderBytes
  #count = 0

  constructor(buffer: Buffer = Buffer.allocUnsafe(packBufferBytes)) {
    this.buffer = buffer
  }

  get count(): number {
    return this.#count
  }

  get contentBytes(): number {
    return this.#length - frameHeaderBytes
  }

  hasRoomFor(contentBytes: number): boolean {
    const tableBytes = (this.#count + 1) * packEntryBytes + packTrailerBytes
    return this.#count < maxFilesInPack && this.#length + contentBytes + tableBytes <= packBufferBytes
  }

  /** Where in `buffer` the next file's content goes. */
  get end(): number {
    return this.#length
  }

  /** Adds the file whose content was put at `end`. */
  add(entry: number, attempt: number, contentBytes: number): void {
    const at = this.#count * packEntryBytes
    this.#table.writeUInt32BE(entry, at)
    this.#table.writeUInt8(attempt, at + 4)
    this.#table.writeUInt32BE(contentBytes, at + 5)
    this.#length += contentBytes
    this.#count += 1
  }

  finish(digestOf: (bytes: Uint8Array) => Uint8Array): Buffer {
    const tableBytes = this.#table.copy(this.buffer, this.#length, 0, this.#count * packEntryBytes)
    const digestAt = this.buffer.writeUInt16BE(this.#count, this.#length + tableBytes)
    this.buffer.set(digestOf(this.buffer.subarray(frameHeaderBytes, digestAt)), digestAt)
    const end = digestAt + digestBytes
    this.buffer.writeUInt32BE(end - frameHeaderBytes, 0)
    this.buffer.writeUInt8(frameType.pack, 4)
    return this.buffer.subarray(0, end)
  }
}

export const packBufferBytes = frameHeaderBytes + maxPackFrameBytes

/** Reads what `PackWriter` wrote. Fails with PROTOCOL_ERROR; whether the digest is right is for the caller to see. */
export function decodePack(payload: Buffer): Pack {
  const trailerAt = payload.length - packTrailerBytes
  if (trailerAt < 0) throw new TernError('PROTOCOL_ERROR', { what: 'truncated' })
  const trailer = new WireReader(payload.subarray(trailerAt))
  const count = trailer.u16()
  if (count > maxFilesInPack) throw new TernError('PROTOCOL_ERROR', { what: 'too many files in a pack' })
  const tableAt = trailerAt - count * packEntryBytes
  if (tableAt < 0) throw new TernError('PROTOCOL_ERROR', { what: 'truncated' })
  const table = new WireReader(payload.subarray(tableAt, trailerAt))
  const files: PackedFile[] = []
  let start = 0
  for (let index = 0; index < count; index += 1) {
    const entry = table.u32()
    const attempt = table.u8()
    const length = table.u32()
    if (length > smallFileBytes) throw new TernError('PROTOCOL_ERROR', { what: 'packed file too large' })
    if (length > tableAt - start) throw new TernError('PROTOCOL_ERROR', { what: 'truncated' })
    files.push({ entry, attempt, start, length })
    start += length
  }
  if (start < tableAt) throw new TernError('PROTOCOL_ERROR', { what: 'content of no file' })
  const digestAt = payload.length - digestBytes
  return { files, digest: payload.subarray(digestAt), covered: payload.subarray(0, digestAt) }
}
