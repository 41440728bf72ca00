import { TernError } from '../../shared/domain/errors.ts'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function malformed(what: string): TernError {
  return new TernError('PROTOCOL_ERROR', { what })
}

/** Big-endian writer over a growing buffer; text is UTF-8 with a u16 length. */
export class WireWriter {
  #buffer: Buffer
  #length = 0

  constructor(initialBytes = 256) {
    this.#buffer = Buffer.allocUnsafe(initialBytes)
  }

  #reserve(bytes: number): number {
    const at = this.#length
    if (at + bytes > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, at + bytes))
      this.#buffer.copy(larger, 0, 0, at)
      this.#buffer = larger
    }
    this.#length = at + bytes
    return at
  }

  u8(value: number): this {
    const at = this.#reserve(1)
    this.#buffer.writeUInt8(value, at)
    return this
  }

  u16(value: number): this {
    const at = this.#reserve(2)
    this.#buffer.writeUInt16BE(value, at)
    return this
  }

  u32(value: number): this {
    const at = this.#reserve(4)
    this.#buffer.writeUInt32BE(value, at)
    return this
  }

  /** A safe integer, not negative. */
  u64(value: number): this {
    const at = this.#reserve(8)
    this.#buffer.writeUInt32BE(Math.floor(value / 0x1_0000_0000), at)
    this.#buffer.writeUInt32BE(value >>> 0, at + 4)
    return this
  }

  /** A safe integer, also negative. */
  i64(value: number): this {
    const at = this.#reserve(8)
    this.#buffer.writeInt32BE(Math.floor(value / 0x1_0000_0000), at)
    this.#buffer.writeUInt32BE(value >>> 0, at + 4)
    return this
  }

  text(value: string): this {
    const bytes = Buffer.byteLength(value)
    if (bytes > 0xffff) throw malformed('text too long')
    this.u16(bytes)
    const at = this.#reserve(bytes)
    this.#buffer.write(value, at, 'utf8')
    return this
  }

  /** Texts that hold no NUL, as one with NULs between them and a length of four bytes. Their count is told elsewhere. */
  texts(values: readonly string[]): this {
    const joined = values.join('\0')
    const bytes = Buffer.byteLength(joined)
    this.u32(bytes)
    const at = this.#reserve(bytes)
    this.#buffer.write(joined, at, 'utf8')
    return this
  }

  /** Raw bytes, without a length. */
  bytes(value: Uint8Array): this {
    const at = this.#reserve(value.length)
    this.#buffer.set(value, at)
    return this
  }

  finish(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }
}

/** Big-endian reader; every read past the end is a PROTOCOL_ERROR. Bytes behind the known fields are ignored. */
export class WireReader {
  readonly #buffer: Buffer
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get remaining(): number {
    return this.#buffer.length - this.#at
  }

  #take(bytes: number): number {
    const at = this.#at
    if (bytes > this.#buffer.length - at) throw malformed('truncated')
    this.#at = at + bytes
    return at
  }

  u8(): number {
    return this.#buffer.readUInt8(this.#take(1))
  }

  u16(): number {
    return this.#buffer.readUInt16BE(this.#take(2))
  }

  u32(): number {
    return this.#buffer.readUInt32BE(this.#take(4))
  }

  u64(): number {
    const at = this.#take(8)
    const high = this.#buffer.readUInt32BE(at)
    if (high > 0x1f_ffff) throw malformed('number too large')
    return high * 0x1_0000_0000 + this.#buffer.readUInt32BE(at + 4)
  }

  i64(): number {
    const at = this.#take(8)
    const high = this.#buffer.readInt32BE(at)
    if (high > 0x1f_ffff || high < -0x20_0000) throw malformed('number too large')
    return high * 0x1_0000_0000 + this.#buffer.readUInt32BE(at + 4)
  }

  text(maxBytes: number): string {
    const length = this.u16()
    if (length > maxBytes) throw malformed('text too long')
    return this.#decode(length)
  }

  /** As many texts as were counted, none longer than so many UTF-16 units. */
  texts(count: number, maxLength: number): string[] {
    const bytes = this.u32()
    const joined = this.#decode(bytes)
    if (count === 0) {
      if (bytes > 0) throw malformed('texts without a count')
      return []
    }
    const texts = joined.split('\0', count + 1)
    if (texts.length !== count) throw malformed('count of texts')
    for (const text of texts) if (text.length > maxLength) throw malformed('text too long')
    return texts
  }

  /** A count that the message's own remaining bytes can hold, checked before a list is made. */
  count(max: number, minBytesEach: number): number {
    const count = this.u32()
    if (count > max || count * minBytesEach > this.remaining) throw malformed('count too large')
    return count
  }

  /** A view, valid as long as the frame is. */
  view(bytes: number): Buffer {
    const at = this.#take(bytes)
    return this.#buffer.subarray(at, at + bytes)
  }

  #decode(length: number): string {
    const at = this.#take(length)
    try {
      return decoder.decode(this.#buffer.subarray(at, at + length))
    } catch {
      throw malformed('text is not UTF-8')
    }
  }
}
