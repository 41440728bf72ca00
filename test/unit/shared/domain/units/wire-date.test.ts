import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseWireDate, printWireDate } from '../../../../../src/shared/domain/units/wire-date.ts'

const at = (text: string): number => Date.parse(text)

describe('a written date is the interval that it names', () => {
  test.each([
    ['2026-01-22T08:35:59', '2026-01-22T08:35:59Z', 1000],
    ['2026-01-22t08:35:59', '2026-01-22T08:35:59Z', 1000],
    ['2026-01-22T08:35:59Z', '2026-01-22T08:35:59Z', 1000],
    ['2026-01-22t08:35:59z', '2026-01-22T08:35:59Z', 1000],
    ['2026-01-22T08:35:59.123', '2026-01-22T08:35:59.123Z', 1],
    ['2026-01-22T08:35:59.5', '2026-01-22T08:35:59.5Z', 100],
    ['2026-01-22T08:35:59.123456', '2026-01-22T08:35:59.123Z', 1],
    ['2026-01-22T08:35', '2026-01-22T08:35:00Z', 60_000],
    ['2026-01-22', '2026-01-22T00:00:00Z', 86_400_000],
    ['2026-01-22T08:35:59+02:00', '2026-01-22T06:35:59Z', 1000],
    ['2026-01-22T08:35:59-0530', '2026-01-22T14:05:59Z', 1000],
    ['2026-01-22T00:30:00.25+01:00', '2026-01-21T23:30:00.250Z', 10],
    ['2024-02-29', '2024-02-29T00:00:00Z', 86_400_000],
    ['2000-02-29', '2000-02-29T00:00:00Z', 86_400_000],
    ['1969-12-31T23:59:59', '1969-12-31T23:59:59Z', 1000],
    ['9999-12-31', '9999-12-31T00:00:00Z', 86_400_000],
  ])('%s', (text, start, lengthMs) => {
    expect(parseWireDate(text)).toEqual({ startMs: at(start), endMs: at(start) + lengthMs })
  })

  test.each([
    '',
    'today',
    '2026-13-45T99:99:99',
    '2026-00-10',
    '2026-01-00',
    '2026-02-29',
    '1900-02-29',
    '2026-04-31',
    '0000-01-01',
    '2026-01-22T24:00:00',
    '2026-01-22T08:60:00',
    '2016-12-31T23:59:60',
    '2026-01-22T08',
    '2026-01-22 08:35:59',
    '2026-01-22Z',
    '2026-01-22+01:00',
    '2026-01-22T08:35:59+24:00',
    '2026-01-22T08:35:59+01:60',
    '2026-01-22T08:35:59.',
    '2026-01-22T08:35:59\n',
    ' 2026-01-22',
    '26-01-22',
    '12026-01-22',
    '２０２６-01-22',
    '2026-01-22T08:35:59.1234567890',
  ])('%j is none', (text) => {
    expect(parseWireDate(text)).toBeUndefined()
  })
})

describe('printing', () => {
  test.each([
    [undefined, ''],
    [Number.NaN, ''],
    [0, '1970-01-01T00:00:00'],
    [-1, '1969-12-31T23:59:59'],
    [at('2026-01-22T08:35:59.999Z'), '2026-01-22T08:35:59'],
    [at('2024-02-29T23:59:59Z'), '2024-02-29T23:59:59'],
    [Number.POSITIVE_INFINITY, '9999-12-31T23:59:59'],
    [Number.NEGATIVE_INFINITY, '0001-01-01T00:00:00'],
    [Number.MAX_SAFE_INTEGER, '9999-12-31T23:59:59'],
  ])('%s is %j', (epochMs, text) => {
    expect(printWireDate(epochMs)).toBe(text)
  })
})

const anyMs = fc.integer({ min: at('0001-01-01T00:00:00Z'), max: at('9999-12-31T23:59:59Z') })

test('agrees with the calendar of the platform on any second of the years 1 to 9999', () => {
  fc.assert(
    fc.property(anyMs, (epochMs) => {
      const text = printWireDate(epochMs)
      expect(text).toBe(new Date(epochMs).toISOString().slice(0, 19))
      const startMs = Math.floor(epochMs / 1000) * 1000
      expect(parseWireDate(text)).toEqual({ startMs, endMs: startMs + 1000 })
    }),
    { numRuns: 2000 },
  )
})

test('takes a day exactly when the platform has it', () => {
  const part = (max: number) => fc.nat(max)
  const two = (value: number) => value.toString().padStart(2, '0')
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9999 }), part(13), part(32), (year, month, day) => {
      const text = `${year.toString().padStart(4, '0')}-${two(month)}-${two(day)}`
      const platform = new Date(`${text}T00:00:00Z`)
      const exists = !Number.isNaN(platform.getTime()) && platform.toISOString().startsWith(text)
      expect(parseWireDate(text)?.startMs).toBe(exists ? platform.getTime() : undefined)
    }),
    { numRuns: 2000 },
  )
})

test('a megabyte of digits is refused at once', () => {
  const startedMs = performance.now()
  expect(parseWireDate('9'.repeat(1_000_000))).toBeUndefined()
  expect(parseWireDate(`2026-01-22T08:35:59.${'9'.repeat(1_000_000)}`)).toBeUndefined()
  expect(performance.now() - startedMs).toBeLessThan(100)
})
