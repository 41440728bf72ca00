import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FrameReader, frame } from '../../../../src/engine/protocol/frames.ts'

function readAll(reader: FrameReader, chunk: Buffer): { type: number; payload: string }[] {
  const found: { type: number; payload: string }[] = []
  for (let at = 0; at < chunk.length; ) {
    const taken = reader.take(chunk, at)
    at += taken.used
    if (taken.frame) found.push({ type: taken.frame.type, payload: taken.frame.payload.toString('hex') })
  }
  return found
}

test('frames come out the same however the stream is cut', () => {
  const frames = fc.array(fc.tuple(fc.nat({ max: 0x7f }), fc.uint8Array({ maxLength: 300 })), { maxLength: 8 })
  fc.assert(
    fc.property(frames, fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1 }), (list, cuts) => {
      const stream = Buffer.concat(list.map(([type, payload]) => frame(type, payload)))
      const reader = new FrameReader(() => 300, 16)
      const found: { type: number; payload: string }[] = []
      for (let at = 0, turn = 0; at < stream.length; turn += 1) {
        const end = Math.min(stream.length, at + (cuts[turn % cuts.length] ?? 1))
        found.push(...readAll(reader, stream.subarray(at, end)))
        at = end
      }
      expect(found).toEqual(list.map(([type, payload]) => ({ type, payload: Buffer.from(payload).toString('hex') })))
      expect(reader.isBetweenFrames).toBe(true)
    }),
  )
})

test.each([
  { what: 'a length beyond the bound', bytes: 'ffffffff11', bound: 1000 },
  { what: 'one byte beyond the bound', bytes: '000003e911', bound: 1000 },
  { what: 'a type that is not expected', bytes: '0000000111', bound: undefined },
])('$what is refused by its header alone', ({ bytes, bound }) => {
  const reader = new FrameReader(() => bound)
  expect(() => reader.take(Buffer.from(bytes, 'hex'), 0)).toThrow('PROTOCOL_ERROR')
})

test('an unknown type that may be ignored comes through within its own small bound', () => {
  const reader = new FrameReader(() => undefined)
  expect(readAll(reader, frame(0xf0, Buffer.alloc(10)))).toHaveLength(1)
  expect(() => reader.take(Buffer.from('7fffffff f0'.replace(' ', ''), 'hex'), 0)).toThrow('PROTOCOL_ERROR')
})

test('a frame that was lent stays as it is until the one after it has been lent too', () => {
  const reader = new FrameReader(() => 300, 16)
  const next = (payload: string) => reader.take(frame(1, Buffer.from(payload)), 0).frame?.payload as Buffer
  const first = next('first')
  reader.lend()
  // Not lent, as a ping is not: whatever follows takes its place.
  next('between')
  const second = next('second')
  expect(first.toString()).toBe('first')
  reader.lend()
  next('third')
  expect(second.toString()).toBe('second')
})
