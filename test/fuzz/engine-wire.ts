import { frame } from '../../src/engine/protocol/frames.ts'
import { TernError } from '../../src/shared/domain/errors.ts'
import type { FuzzTarget } from './fuzz.ts'

/** One character for each byte, so that what makes up texts makes up bytes as well. */
export const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
export const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1')

/** Numbers at the edges of what one, two, four and eight bytes hold, and of the protocol's own bounds. */
export const oddNumbers: readonly string[] = [
  ...[0, 1, 2, 0x7f, 0x80, 0xff].map((number) => textOf(Buffer.of(number))),
  ...[0, 1, 0x7fff, 0xffff].map((number) => textOf(Buffer.of(number >> 8, number & 0xff))),
  ...[0, 1, 1024, 1025, 4096, 32_768, 100_000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff].map((number) => {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(number)
    return textOf(bytes)
  }),
  ...[1n, 2n ** 43n, 2n ** 43n + 1n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n].map((number) => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64BE(number)
    return textOf(bytes)
  }),
]

/** A peer's bytes may be refused with PROTOCOL_ERROR; any other failure is a defect. */
export function refusing<Answer>(read: (bytes: Buffer) => Answer): (text: string) => Answer {
  return (text) => {
    try {
      return read(bytesOf(text))
    } catch (thrown) {
      if (thrown instanceof TernError && thrown.code === 'PROTOCOL_ERROR') throw thrown
      throw new Error('not refused as a peer is refused', { cause: thrown })
    }
  }
}

/** Frames cut apart; what is no whole frame is the last piece. */
export function framesIn(text: string): string[] {
  const frames: string[] = []
  for (let at = 0; at < text.length; ) {
    const length = at + 5 > text.length ? 0 : bytesOf(text.slice(at, at + 4)).readUInt32BE()
    const end = Math.min(text.length, at + 5 + length)
    frames.push(text.slice(at, end))
    at = end
  }
  return frames
}

/** Sessions out of sessions: frames lost, doubled, swapped, put in from elsewhere, cut off, and changed inside. */
export const variedSessions: NonNullable<FuzzTarget['vary']> = (random, corpus, tokens) => {
  const frames = framesIn(random.pick(corpus))
  for (let count = 1 + random.integer(5); count > 0; count -= 1) {
    const at = random.integer(frames.length + 1)
    switch (random.integer(8)) {
      case 0:
        frames.splice(at, 1)
        break
      case 1:
        frames.splice(at, 0, ...frames.slice(at, at + 1 + random.integer(3)))
        break
      case 2:
        frames.push(...frames.splice(at, 1))
        break
      case 3: {
        const other = framesIn(random.pick(corpus))
        frames.splice(at, frames.length, ...other.slice(random.integer(other.length + 1)))
        break
      }
      case 4:
        frames.splice(at, 0, random.pick(tokens))
        break
      case 5:
        if (frames.length > 0) frames.push((frames.pop() ?? '').slice(0, random.integer(20)))
        break
      default: {
        const whole = frames[at]
        if (whole === undefined || whole.length < 6) break
        const payload = bytesOf(whole.slice(5))
        const odd = bytesOf(random.pick(oddNumbers))
        odd.copy(payload, random.integer(payload.length))
        frames[at] = textOf(frame(whole.charCodeAt(4), payload))
      }
    }
  }
  return frames.slice(0, 200).join('')
}
