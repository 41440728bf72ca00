import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  parseWireTimeLeft,
  wireProgress,
  wireSpeed,
  wireTimeLeft,
} from '../../../../../src/shared/domain/units/wire-figures.ts'

test.each([
  [undefined, -1],
  [0, -1],
  [Number.NaN, -1],
  [-5, -1],
  [20_000_000, 20],
  [1_234_567_890, 1234.568],
  [1_500, 0.002],
])('speed: %s bytes a second are %d MB/s', (bytesPerSecond, speed) => {
  expect(wireSpeed(bytesPerSecond)).toBe(speed)
})

test.each([
  [0, 0, false, 0],
  [0, 0, true, 100],
  [1, 3, false, 33],
  [29, 100, false, 29],
  [Number.NaN, 3, false, 0],
  [3, Number.NaN, false, 0],
  [999_999, 1_000_000, false, 99],
  [3, 3, false, 99],
  [3, 3, true, 100],
  [4, 3, false, 99],
  [-1, 3, false, 0],
])('progress: %d of %d bytes, done: %s, is %d', (doneBytes, totalBytes, isDone, progress) => {
  expect(wireProgress({ doneBytes, totalBytes, isDone })).toBe(progress)
})

describe('time left', () => {
  test.each([
    [undefined, ''],
    [Number.POSITIVE_INFINITY, ''],
    [Number.NaN, ''],
    [-1, ''],
    [0, '00h:00m:00s'],
    [0.2, '00h:00m:01s'],
    [59.01, '00h:01m:00s'],
    [9_720, '02h:42m:00s'],
    [360_000, '100h:00m:00s'],
  ])('%s s is %j', (seconds, text) => {
    expect(wireTimeLeft(seconds)).toBe(text)
  })

  test.each(['', '2h 42m left', '02h:60m:00s', '02h:00m:60s', '2h:00m:00s', '-02h:00m:00s', '02h:00m:00s\n'])(
    '%j is no time left',
    (text) => {
      expect(parseWireTimeLeft(text)).toBeUndefined()
    },
  )

  test('reads what it prints', () => {
    fc.assert(
      fc.property(fc.nat(10_000_000), (seconds) => {
        expect(parseWireTimeLeft(wireTimeLeft(seconds))).toBe(seconds)
      }),
    )
  })

  test('a megabyte is refused at once', () => {
    const startedMs = performance.now()
    expect(parseWireTimeLeft('9'.repeat(1_000_000))).toBeUndefined()
    expect(performance.now() - startedMs).toBeLessThan(100)
  })
})
