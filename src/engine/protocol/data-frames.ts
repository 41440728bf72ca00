import { TernError } from '../../shared/domain/errors.ts'
import {
  blockHeaderBytes,
  digestBytes,
  frameHeaderBytes,
  maxBlockBytes,
  maxFilesInPack,
  maxPackFrameBytes,
  packEntryHeaderBytes,
  smallFileBytes,
} from './limits.ts'
import { frameType } from './messages.ts'
import { WireReader } from './wire.ts'

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

export interface PackedFile {
  readonly entry: number
  readonly attempt: number
  readonly digest: Uint8Array
  readonly bytes: Buffer
}

export function dataBound(type: number): number | undefined {
  if (type === frameType.block) return blockHeaderBytes + maxBlockBytes
  if (type === frameType.pack) return maxPackFrameBytes
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

/** Collects small files into one pack frame. */
export class PackWriter {
  readonly #buffer: Buffer
  #length = frameHeaderBytes
  #count = 0

  constructor(buffer: Buffer = Buffer.allocUnsafe(packBufferBytes)) {
    this.#buffer = buffer
  }

  get count(): number {
    return this.#count
  }

  hasRoomFor(contentBytes: number): boolean {
    return this.#count < maxFilesInPack && this.#length + packEntryHeaderBytes + contentBytes <= packBufferBytes
  }

  /** Where the next file's content goes; at most `contentBytes` may be filled before `add`. */
  room(contentBytes: number): Buffer {
    const at = this.#length + packEntryHeaderBytes
    return this.#buffer.subarray(at, at + contentBytes)
  }

  /** Adds the file whose content was put into `room`. */
  add(entry: number, attempt: number, digest: Uint8Array, contentBytes: number): void {
    const at = this.#length
    this.#buffer.writeUInt32BE(entry, at)
    this.#buffer.writeUInt8(attempt, at + 4)
    this.#buffer.writeUInt32BE(contentBytes, at + 5)
    this.#buffer.set(digest, at + 9)
    this.#length = at + packEntryHeaderBytes + contentBytes
    this.#count += 1
  }

  finish(): Buffer {
    this.#buffer.writeUInt32BE(this.#length - frameHeaderBytes, 0)
    this.#buffer.writeUInt8(frameType.pack, 4)
    return this.#buffer.subarray(0, this.#length)
  }
}

export const packBufferBytes = frameHeaderBytes + maxPackFrameBytes

export function decodePack(payload: Buffer): readonly PackedFile[] {
  const from = new WireReader(payload)
  const files: PackedFile[] = []
  while (from.remaining > 0) {
    if (files.length === maxFilesInPack) throw new TernError('PROTOCOL_ERROR', { what: 'too many files in a pack' })
    const entry = from.u32()
    const attempt = from.u8()
    const length = from.u32()
    if (length > smallFileBytes) throw new TernError('PROTOCOL_ERROR', { what: 'packed file too large' })
    const digest = from.view(digestBytes)
    files.push({ entry, attempt, digest, bytes: from.view(length) })
  }
  return files
}
