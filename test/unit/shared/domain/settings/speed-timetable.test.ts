import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  limitAt,
  parseTimetable,
  printTimetable,
  type SpeedLimit,
  type TimetableEntry,
  type Weekday,
} from '../../../../../src/shared/domain/settings/speed-timetable.ts'

const [sunday, monday, friday, saturday] = [0, 1, 5, 6] as const
const at = (hour: number, minute = 0) => hour * 60 + minute

describe('parseTimetable', () => {
  test.each<[string, readonly TimetableEntry[]]>([
    ['', []],
    ['  ', []],
    ['daily 5', [{ days: [1, 2, 3, 4, 5, 6, 0], fromMinute: 0, toMinute: 1440, limit: 5 }]],
    ['mon 08:00-18:00 0.5', [{ days: [1], fromMinute: 480, toMinute: 1080, limit: 0.5 }]],
    ['Sat,SUN -1', [{ days: [6, 0], fromMinute: 0, toMinute: 1440, limit: 'unlimited' }]],
    ['sat-mon 22:00-6:00 2', [{ days: [1, 6, 0], fromMinute: 1320, toMinute: 360, limit: 2 }]],
    ['fri,mon-wed,tue 00:00-24:00 1', [{ days: [1, 2, 3, 5], fromMinute: 0, toMinute: 1440, limit: 1 }]],
    ['mon 18:00-00:00 1', [{ days: [1], fromMinute: 1080, toMinute: 1440, limit: 1 }]],
    [
      ' mon-fri   08:00-18:00  5;sat,sun 20 ; ',
      [
        { days: [1, 2, 3, 4, 5], fromMinute: 480, toMinute: 1080, limit: 5 },
        { days: [6, 0], fromMinute: 0, toMinute: 1440, limit: 20 },
      ],
    ],
  ])('%j', (text, entries) => {
    expect(parseTimetable(text)).toEqual(entries)
  })

  test.each([
    'mon',
    '5',
    'mon 0',
    'mon -2',
    'mon 1e3',
    'mon fast',
    'someday 5',
    'mon- 5',
    'mon-tue-wed 5',
    'mon,,tue 5',
    'mon 08:00 5',
    'mon 08:00-18:60 5',
    'mon 08:60-18:00 5',
    'mon 24:00-25:00 5',
    'mon 8-18 5',
    'mon 08:00-18:00 5 6',
    'mon 08:00-18:00',
    ';',
    'mon 5;;tue 5',
  ])('refuses %j and names the entry', (text) => {
    const entry = text === ';' || text.includes(';;') ? '' : text
    expect(() => parseTimetable(text)).toThrow(
      expect.objectContaining({ code: 'SPEC_INVALID', params: { advice: 'timetable', entry } }),
    )
  })

  test('bounded', () => {
    const many = Array.from({ length: 101 }, () => 'mon 1').join(';')
    expect(() => parseTimetable(many)).toThrow(
      expect.objectContaining({ code: 'LIMIT_EXCEEDED', params: { what: 'timetable entries', limit: 100 } }),
    )
    expect(() => parseTimetable(' '.repeat(4097))).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }))
    expect(parseTimetable(many.slice(0, -6))).toHaveLength(100)
  })
})

describe('printTimetable', () => {
  test.each([
    ['DAILY 5', 'daily 5'],
    ['mon-sun 5.50', 'daily 5.5'],
    ['tue,mon 8:00-9:05 1', 'mon,tue 08:00-09:05 1'],
    ['mon,tue,wed 0.000001', 'mon-wed 0.000001'],
    ['sat-mon -1', 'mon,sat,sun -1'],
    ['wed 18:00-00:00 10 ;', 'wed 18:00-24:00 10'],
    ['', ''],
  ])('%j as %j', (text, printed) => {
    expect(printTimetable(parseTimetable(text))).toBe(printed)
  })
})

const week: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 0]
const anyEntry: fc.Arbitrary<TimetableEntry> = fc.record({
  days: fc.subarray([...week], { minLength: 1 }),
  fromMinute: fc.integer({ min: 0, max: 1439 }),
  toMinute: fc.integer({ min: 1, max: 1440 }),
  limit: fc.oneof(
    fc.constant<SpeedLimit>('unlimited'),
    fc.integer({ min: 1, max: 9_000_000_000 }).map((millionths) => millionths / 1_000_000),
  ),
})
const anyTimetable = fc.array(anyEntry, { maxLength: 20 })

test('what is printed reads back as the same', () => {
  fc.assert(
    fc.property(anyTimetable, (timetable) => {
      expect(parseTimetable(printTimetable(timetable))).toEqual(timetable)
    }),
  )
})

describe('limitAt', () => {
  const office = parseTimetable('mon-fri 08:00-18:00 5; fri 22:00-06:00 -1; daily 12:00-13:00 1')

  test.each<[string, Weekday, number, SpeedLimit | undefined]>([
    ['within', monday, at(8), 5],
    ['its last minute', monday, at(17, 59), 5],
    ['its end is outside', monday, at(18), undefined],
    ['just before', monday, at(7, 59), undefined],
    ['the first entry that fits wins', monday, at(12, 30), 5],
    ['a later entry where the first does not fit', sunday, at(12, 30), 1],
    ['over midnight, before it', friday, at(23), 'unlimited'],
    ['over midnight, after it', saturday, at(5, 59), 'unlimited'],
    ['over midnight, its end', saturday, at(6), undefined],
    ['not in the morning of its own day', friday, at(5), undefined],
  ])('%s', (_what, weekday, minute, limit) => {
    expect(limitAt(office, weekday, minute)).toBe(limit)
  })

  test('the same times at both ends are a whole day from there', () => {
    const timetable = parseTimetable('mon 08:00-08:00 3')
    expect(limitAt(timetable, monday, at(8))).toBe(3)
    expect(limitAt(timetable, 2, at(7, 59))).toBe(3)
    expect(limitAt(timetable, 2, at(8))).toBeUndefined()
    expect(limitAt(timetable, monday, at(7, 59))).toBeUndefined()
  })

  test('equals marking each minute of a week', () => {
    fc.assert(
      fc.property(anyTimetable, fc.integer({ min: 0, max: 7 * 1440 - 1 }), (timetable, minuteOfWeek) => {
        const weekday = Math.floor(minuteOfWeek / 1440) as Weekday
        const wanted = timetable.find(({ days, fromMinute, toMinute }) => {
          const length = toMinute > fromMinute ? toMinute - fromMinute : toMinute + 1440 - fromMinute
          return days.some((day) => (minuteOfWeek - (day * 1440 + fromMinute) + 2 * 7 * 1440) % (7 * 1440) < length)
        })
        expect(limitAt(timetable, weekday, minuteOfWeek % 1440)).toBe(wanted?.limit)
      }),
      { numRuns: 500 },
    )
  })
})
