import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WireReader, WireWriter } from '../../../../src/engine/protocol/wire.ts'
import { nanosecondsSince1970, readTime, writeTime } from '../../../../src/engine/protocol/wire-time.ts'

const travelled = (mtimeMs: number) => readTime(new WireReader(writeTime(new WireWriter(), mtimeMs).finish()))

test('a time that a file system tells comes back as the same number', () => {
  const seconds = fc.integer({ min: -8_640_000_000_000, max: 8_640_000_000_000 })
  fc.assert(
    fc.property(seconds, fc.nat({ max: 999_999_999 }), (whole, nanoseconds) => {
      const mtimeMs = whole * 1000 + nanoseconds / 1_000_000
      expect(travelled(mtimeMs)).toBe(mtimeMs)
    }),
    { numRuns: 2000 },
  )
})

test.each([
  [0, 0n],
  [1, 1_000_000n],
  [1.25, 1_250_000n],
  [-0.000_001, -1n],
  [-1500, -1_500_000_000n],
  [1_700_000_000_123.5, 1_700_000_000_123_500_000n],
])('%s ms are %s ns', (mtimeMs, nanoseconds) => {
  expect(nanosecondsSince1970(mtimeMs)).toBe(nanoseconds)
})

test.each([
  ['more nanoseconds than a second has', new WireWriter().i64(0).u32(1_000_000_000)],
  ['more seconds than any calendar', new WireWriter().i64(2 ** 44).u32(0)],
  ['half a time', new WireWriter().u32(0)],
])('%s are a PROTOCOL_ERROR', (_what, bytes) => {
  expect(() => readTime(new WireReader(bytes.finish()))).toThrow('PROTOCOL_ERROR')
})
