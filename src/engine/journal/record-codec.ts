import { crc32 } from 'node:zlib'

/**
 * One record: magic, payload length, sequence number, CRC-32 of the last two and the payload (four bytes each, little
 * endian), payload. The sequence number shows records that were lost, repeated or spliced in.
 */
const magic = Buffer.from('TJR1')
const headerBytes = 16
const maxPayloadBytes = 16 * 1024 * 1024
const minBytesLookedAt = 1024 * 1024

export function encodeRecord(sequence: number, payload: Uint8Array): Buffer {
  const record = Buffer.alloc(headerBytes + payload.byteLength)
  magic.copy(record, 0)
  record.writeUInt32LE(payload.byteLength, 4)
  record.writeUInt32LE(sequence, 8)
  record.set(payload, headerBytes)
  record.writeUInt32LE(checksumOf(record), 12)
  return record
}

export interface DecodedRecords {
  readonly payloads: readonly Buffer[]
  /** Bytes up to the end of the last good record. */
  readonly goodBytes: number
  /** Good records follow after a bad one: the file was damaged, not merely cut by a crash. */
  readonly isDamaged: boolean
}

export function decodeRecords(bytes: Buffer): DecodedRecords {
  const payloads: Buffer[] = []
  let offset = 0
  for (let record = recordAt(bytes, offset); record?.sequence === payloads.length; record = recordAt(bytes, offset)) {
    payloads.push(record.payload)
    offset = record.end
  }
  return { payloads, goodBytes: offset, isDamaged: hasRecordAfter(bytes, offset) }
}

interface RecordAt {
  readonly sequence: number
  readonly payload: Buffer
  readonly end: number
}

function recordAt(bytes: Buffer, offset: number): RecordAt | undefined {
  if (offset + headerBytes > bytes.length || bytes.compare(magic, 0, 4, offset, offset + 4) !== 0) return undefined
  const length = bytes.readUInt32LE(offset + 4)
  const end = offset + headerBytes + length
  if (length > maxPayloadBytes || end > bytes.length) return undefined
  const record = bytes.subarray(offset, end)
  if (record.readUInt32LE(12) !== checksumOf(record)) return undefined
  return { sequence: record.readUInt32LE(8), payload: record.subarray(headerBytes), end }
}

/**
 * A whole good record anywhere behind a bad place cannot come from a torn last write; neither can so many beginnings of
 * records that looking at all of them would take for ever.
 */
function hasRecordAfter(bytes: Buffer, offset: number): boolean {
  let toLookAtBytes = minBytesLookedAt + 4 * bytes.length
  for (let at = bytes.indexOf(magic, offset); at >= 0; at = bytes.indexOf(magic, at + 1)) {
    if (recordAt(bytes, at)) return true
    toLookAtBytes -= headerBytes + claimedBytes(bytes, at)
    if (toLookAtBytes < 0) return true
  }
  return false
}

/** How much a checksum went over that was wrong. */
function claimedBytes(bytes: Buffer, at: number): number {
  if (at + headerBytes > bytes.length) return 0
  const length = bytes.readUInt32LE(at + 4)
  return length > maxPayloadBytes || at + headerBytes + length > bytes.length ? 0 : length
}

function checksumOf(record: Buffer): number {
  return crc32(record.subarray(headerBytes), crc32(record.subarray(4, 12)))
}
