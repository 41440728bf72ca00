import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  formatBytes,
  formatBytesOf,
  formatCount,
  formatLimit,
  formatPercent,
  formatSpeed,
  formatTimeLeft,
} from '../../../../../src/shared/domain/units/units.ts'

describe('LOOK section 5: three significant figures, decimal units', () => {
  test.each([
    [0, '0 B'],
    [1, '1 B'],
    [999, '999 B'],
    [1000, '1.00 KB'],
    [999_499, '999 KB'],
    [999_500, '1.00 MB'],
    [1_040_000_000, '1.04 GB'],
    [12_800_000_000, '12.8 GB'],
    [86_400_000_000, '86.4 GB'],
    [96_000_000_000, '96.0 GB'],
    [486_000_000_000, '486 GB'],
    [1_120_000_000_000, '1.12 TB'],
    [9.999e18, '10.0 EB'],
    [5e21, '5000 EB'],
    [-5, '0 B'],
    [Number.NaN, '0 B'],
  ])('%d is %s', (sizeBytes, text) => {
    expect(formatBytes(sizeBytes)).toBe(text)
  })

  test.each([
    [301e9, 486e9, '301', '486 GB'],
    [18.2e9, 20.6e9, '18.2', '20.6 GB'],
    [9.64e9, 41.3e9, '9.64', '41.3 GB'],
    [0.94e12, 2.1e12, '0.94', '2.10 TB'],
    [0, 2.1e12, '0', '2.10 TB'],
    [5e9, 4e9, '4.00', '4.00 GB'],
  ])('%d of %d', (doneBytes, totalBytes, done, total) => {
    expect(formatBytesOf(doneBytes, totalBytes)).toEqual({ done, total })
  })

  test('never more than three figures below the largest unit, never a wrong size by more than half a percent', () => {
    const factors = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, PB: 1e15, EB: 1e18 }
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (sizeBytes) => {
        const [figure = '', unit = 'B'] = formatBytes(sizeBytes).split(' ')
        expect(figure.replace('.', '').length).toBeLessThanOrEqual(3)
        const shown = Number(figure) * factors[unit as keyof typeof factors]
        expect(Math.abs(shown - sizeBytes)).toBeLessThanOrEqual(sizeBytes * 0.00501)
      }),
    )
  })

  test('speeds, and limits as somebody set them', () => {
    expect(formatSpeed(412_000_000)).toBe('412 MB/s')
    expect(formatSpeed(20_000_000)).toBe('20.0 MB/s')
    expect(formatLimit(20_000_000)).toBe('20 MB/s')
    expect(formatLimit(1_500_000)).toBe('1.5 MB/s')
    expect(formatLimit(100_000_000)).toBe('100 MB/s')
  })
})

describe('time left', () => {
  test.each([
    [0, '1 s'],
    [21, '21 s'],
    [59.4, '59 s'],
    [59.6, '1 min'],
    [420, '7 min'],
    [3590, '1 h'],
    [13_800, '3 h 50 min'],
    [14_000, '3 h 50 min'],
    [7200, '2 h'],
    [86_000, '23 h 50 min'],
    [86_300, '1 d'],
    [187_200, '2 d 4 h'],
    [172_800, '2 d'],
  ])('%d s is %s', (seconds, text) => {
    expect(formatTimeLeft(seconds)).toBe(text)
  })

  test('never says 60 min or 24 h', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e7, noNaN: true }), (seconds) => {
        expect(formatTimeLeft(seconds)).not.toMatch(/\b60 |\b24 h/)
      }),
    )
  })
})

test.each([
  [0, '0%'],
  [0.625, '62%'],
  [0.9999, '99%'],
  [1, '100%'],
  [1.2, '100%'],
  [Number.NaN, '0%'],
])('percent: %d is %s', (ratio, text) => {
  expect(formatPercent(ratio)).toBe(text)
})

test.each([
  [0, '0'],
  [999, '999'],
  [12_403, '12,403'],
  [1_000_000, '1,000,000'],
  [-1234, '-1,234'],
])('count: %d is %s', (count, text) => {
  expect(formatCount(count)).toBe(text)
})
