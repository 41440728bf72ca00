import { TernError } from '../../shared/domain/errors.ts'
import { frameHeaderBytes } from './limits.ts'

/** The largest payload that a type may have where it is expected, or undefined: the type is not allowed there. */
export type FrameBound = (type: number) => number | undefined

/** Types from here on may be ignored by a reader that does not know them. */
const firstIgnorableType = 0x80
const maxIgnorableBytes = 64 * 1024

/**
 * Cuts a byte stream into frames. A frame's length is checked against its type's bound before a buffer is taken, and
 * buffers are used again in turn, so one reader costs two frames of memory.
 */
export class FrameReader {
  readonly #bound: FrameBound
  readonly #header = Buffer.alloc(frameHeaderBytes)
  #headerFilled = 0
  /** The first is for the next frame. */
  #spares: [Buffer, Buffer]
  #body: Buffer | undefined
  #bodyFilled = 0
  #type = 0

  constructor(bound: FrameBound, initialBytes = 64 * 1024) {
    this.#bound = bound
    this.#spares = [Buffer.allocUnsafe(initialBytes), Buffer.alloc(0)]
  }

  /**
   * Takes bytes up to the end of one frame. `used` tells how many were taken; `frame` is there once it is whole and
   * must be handled before the next call, unless it is lent.
   */
  take(chunk: Buffer, from: number): { used: number; frame: { type: number; payload: Buffer } | undefined } {
    let at = from
    if (!this.#body) {
      const wanted = Math.min(frameHeaderBytes - this.#headerFilled, chunk.length - at)
      chunk.copy(this.#header, this.#headerFilled, at, at + wanted)
      this.#headerFilled += wanted
      at += wanted
      if (this.#headerFilled < frameHeaderBytes) return { used: at - from, frame: undefined }
      this.#begin()
    }
    const body = this.#body as Buffer
    const wanted = Math.min(body.length - this.#bodyFilled, chunk.length - at)
    if (wanted > 0) {
      chunk.copy(body, this.#bodyFilled, at, at + wanted)
      this.#bodyFilled += wanted
      at += wanted
    }
    if (this.#bodyFilled < body.length) return { used: at - from, frame: undefined }
    this.#body = undefined
    this.#headerFilled = 0
    return { used: at - from, frame: { type: this.#type, payload: body } }
  }

  /** The frame that `take` has just returned stays as it is until the one that is lent after it has been lent too. */
  lend(): void {
    this.#spares = [this.#spares[1], this.#spares[0]]
  }

  /** True between two frames: an end of the stream here is not a truncation. */
  get isBetweenFrames(): boolean {
    return this.#headerFilled === 0 && this.#body === undefined
  }

  #begin(): void {
    const length = this.#header.readUInt32BE(0)
    const type = this.#header.readUInt8(4)
    const max = this.#bound(type) ?? (type >= firstIgnorableType ? maxIgnorableBytes : undefined)
    if (max === undefined) throw new TernError('PROTOCOL_ERROR', { what: 'unexpected frame', type })
    if (length > max) throw new TernError('PROTOCOL_ERROR', { what: 'frame too long', type })
    if (length > this.#spares[0].length) this.#spares[0] = Buffer.allocUnsafe(length)
    this.#type = type
    this.#body = this.#spares[0].subarray(0, length)
    this.#bodyFilled = 0
  }
}

/** Header and payload as one buffer. */
export function frame(type: number, payload: Uint8Array): Buffer {
  const whole = Buffer.allocUnsafe(frameHeaderBytes + payload.length)
  writeFrameHeader(whole, type, payload.length)
  whole.set(payload, frameHeaderBytes)
  return whole
}

export function writeFrameHeader(target: Buffer, type: number, payloadBytes: number): void {
  target.writeUInt32BE(payloadBytes, 0)
  target.writeUInt8(type, 4)
}
