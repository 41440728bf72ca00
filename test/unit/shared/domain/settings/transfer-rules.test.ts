import { describe, expect, test } from 'vitest'
import type { Weekday } from '../../../../../src/shared/domain/settings/speed-timetable.ts'
import { comparisonOf, conflictRuleOf, speedLimitOf } from '../../../../../src/shared/domain/settings/transfer-rules.ts'

test.each([
  [{}, 'replace'],
  [{ transfer_on_conflict: 'rename' }, 'rename'],
  [{ transfer_on_conflict: 'skip' }, 'skip'],
  [{ transfer_ignore_existing: 'file', transfer_on_conflict: 'rename' }, 'skip'],
  [{ transfer_ignore_existing: 'file+directory' }, 'skip'],
  [{ transfer_ignore_existing: 'directory' }, 'replace'],
])('%j: %s what stands at the destination', (settings, rule) => {
  expect(conflictRuleOf(settings)).toBe(rule)
})

test.each([
  [{}, 'size+modified'],
  [{ transfer_comparison: 'modified+size' }, 'size+modified'],
  [{ transfer_comparison: 'size' }, 'size'],
  [{ transfer_comparison: 'modified' }, 'modified'],
])('%j: the same by %s', (settings, rule) => {
  expect(comparisonOf(settings)).toBe(rule)
})

describe('speedLimitOf', () => {
  const monday: Weekday = 1
  const timetable = { transfer_speedlimit_timetable: 'mon 08:00-12:00 0.5; mon 12:00-13:00 -1' }
  test.each([
    ['nothing', {}, 600, undefined],
    ['lifted', { transfer_speedlimit: '-1' }, 600, undefined],
    ['megabytes a second', { transfer_speedlimit: '12.5' }, 600, 12_500_000],
    ['never so slow that the line seems lost', { transfer_speedlimit: '0.000001' }, 600, 1000],
    ['the timetable first', { transfer_speedlimit: '12.5', ...timetable }, 600, 500_000],
    ['the timetable lifts it', { transfer_speedlimit: '12.5', ...timetable }, 720, undefined],
    ['beside the timetable the plain one', { transfer_speedlimit: '12.5', ...timetable }, 800, 12_500_000],
    ['beside the timetable nothing', timetable, 800, undefined],
    [
      'what a newer version wrote limits nothing',
      { transfer_speedlimit: '2', transfer_speedlimit_timetable: 'yearly 1' },
      1,
      2_000_000,
    ],
  ])('%s', (_what, settings, minute, limit) => {
    expect(speedLimitOf(settings, monday, minute)).toBe(limit)
  })
})
