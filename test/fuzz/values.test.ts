import { expect, test } from 'vitest'
import {
  expandSequence,
  memberCount,
  parseSequence,
  printSequence,
  type Sequence,
  sequenceNumber,
} from '../../src/shared/domain/sequences/sequences.ts'
import { settingProblem } from '../../src/shared/domain/settings/setting-problem.ts'
import { settingNames } from '../../src/shared/domain/settings/settings.ts'
import {
  limitAt,
  parseTimetable,
  printTimetable,
  type TimetableEntry,
} from '../../src/shared/domain/settings/speed-timetable.ts'
import { type DateInterval, parseWireDate, printWireDate } from '../../src/shared/domain/units/wire-date.ts'
import { parseWireTimeLeft, wireTimeLeft } from '../../src/shared/domain/units/wire-figures.ts'
import { type FuzzTarget, fuzz, fuzzSeconds } from './fuzz.ts'

const limitMs = fuzzSeconds * 1000 + 20_000

const sequences: FuzzTarget<Sequence | undefined> = {
  seeds: [
    'dir/movie.%04d.jpg[100-167]',
    'a.####.exr',
    '%d[1-10,20,30-40x2]',
    'a%%b%02d[1-999999999999]',
    'x[final].mov',
    'a#[5]',
  ],
  tokens: ['%', 'd', '%04d', '#', '####', '[', ']', '-', ',', 'x', '0', '1', '999999999999999', '/', '%%'],
  read: parseSequence,
  check(sequence) {
    if (sequence === undefined) return 'a name'
    const printed = printSequence(sequence)
    expect(parseSequence(printed)).toEqual(sequence)
    let last = -1
    let count = 0
    for (const path of expandSequence(sequence)) {
      const number = sequenceNumber(sequence, path.slice(sequence.folder.length))
      expect(number).toBeGreaterThan(last)
      last = number ?? last
      count += 1
      if (count === 20) break
    }
    if (count < 20) expect(count).toBe(memberCount(sequence) ?? 0)
    return `${sequence.width} ${sequence.ranges?.length} ${count}`
  },
}

const settings: FuzzTarget<readonly (string | undefined)[]> = {
  seeds: [
    '',
    'copy',
    'size+modified',
    '50',
    '-1',
    '12.5',
    'true',
    '{"sockets":10}',
    "*.tmp,re('a')",
    'mon-fri 08:00-18:00 5',
    'info,files',
  ],
  tokens: ['+', ',', '{', '}', '"', ':', '1', '-', '.', '[', ']', 'owner', 'file', 'true', 'e9', '*', "re('", "')"],
  read: (text) => settingNames.map((name) => settingProblem(name, text)?.params.advice as string | undefined),
  check: (problems) => problems.join(),
}

const timetables: FuzzTarget<readonly TimetableEntry[]> = {
  seeds: ['', 'mon-fri 08:00-18:00 5; sat,sun 20', 'daily -1', 'fri 22:00-06:00 0.5', 'sat-mon 1'],
  tokens: ['mon', 'fri', 'sun', 'daily', '-', ',', ';', ' ', '00:00', '24:00', '23:59', '-1', '0.5', '1e9', ':'],
  read: parseTimetable,
  check(entries) {
    expect(parseTimetable(printTimetable(entries))).toEqual(entries)
    return `${entries.length} ${limitAt(entries, 1, 600)} ${limitAt(entries, 6, 0)}`
  },
}

const times: FuzzTarget<{ date: DateInterval | undefined; seconds: number | undefined }> = {
  seeds: [
    '2026-01-22T08:35:59',
    '2026-01-22t08:35:59.123',
    '2026-01-22',
    '2026-01-22T08:35:59Z',
    '2026-02-29T00:00:00+01:00',
    '02h:42m:09s',
    '',
  ],
  tokens: ['T', 't', 'Z', '+01:00', '-', ':', '.', '0', '9', '2024-02-29', '24:00:00', 'h:', 'm:', 's', '-000001'],
  read: (text) => ({ date: parseWireDate(text), seconds: parseWireTimeLeft(text) }),
  check({ date, seconds }) {
    if (date !== undefined) {
      expect(date.endMs).toBeGreaterThan(date.startMs)
      expect(parseWireDate(printWireDate(date.startMs))?.startMs).toBe(Math.floor(date.startMs / 1000) * 1000)
    }
    if (seconds !== undefined) expect(parseWireTimeLeft(wireTimeLeft(seconds))).toBe(seconds)
    return `${date && date.endMs - date.startMs} ${seconds === undefined}`
  },
}

test('sequences', () => fuzz('sequences', sequences), limitMs)
test('values of settings', () => fuzz('values of settings', settings), limitMs)
test('timetables', () => fuzz('timetables', timetables), limitMs)
test('dates and times', () => fuzz('dates and times', times), limitMs)
