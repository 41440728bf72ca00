import { TernError } from '../errors.ts'

/** 0 Sunday to 6 Saturday, as JavaScript counts. */
export type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6

export interface TimetableEntry {
  /** Ascending from Monday, none twice. */
  readonly days: readonly Weekday[]
  /** Minutes of the day, 0 to 1439. */
  readonly fromMinute: number
  /** 1 to 1440; at or before `fromMinute`: of the next day. */
  readonly toMinute: number
  readonly limit: SpeedLimit
}

/** Megabytes (10^6 bytes) a second. */
export type SpeedLimit = number | 'unlimited'

const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
/** A week begins on Monday: `sat-mon` spans its end. */
const week: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 0]
const minutesPerDay = 1440
const maxTextLength = 4096
const maxEntries = 100

/**
 * Reads limits by timetable: entries separated by `;`, each `<days> [<HH:MM>-<HH:MM>] <MB/s>`. Days are `daily`, a day
 * (`mon`), a span (`mon-fri`) or several by commas (`sat,sun`); without times the whole day; a span of times that ends
 * at or before its start goes on into the next day; the limit is a number above 0, or `-1` for none. The empty text
 * is a timetable without entries.
 *
 * `mon-fri 08:00-18:00 5; sat,sun 20`
 * @throws TernError SPEC_INVALID `{advice: 'timetable', entry}`, LIMIT_EXCEEDED `{what, limit}`
 */
export function parseTimetable(text: string): readonly TimetableEntry[] {
  if (text.length > maxTextLength) throw new TernError('LIMIT_EXCEEDED', { what: 'characters', limit: maxTextLength })
  if (text.trim() === '') return []
  const parts = text.split(';')
  // A separator at the end is how people write lists.
  if (parts.at(-1)?.trim() === '') parts.pop()
  if (parts.length > maxEntries) throw new TernError('LIMIT_EXCEEDED', { what: 'timetable entries', limit: maxEntries })
  return parts.map(parseEntry)
}

/** The one way to write a timetable; parseTimetable reads it back as the same. */
export function printTimetable(entries: readonly TimetableEntry[]): string {
  return entries.map(printEntry).join('; ')
}

/**
 * The limit that holds at a minute (0 to 1439) of a day, of the first entry that covers it; undefined where none does,
 * and `transfer_speedlimit` holds. Whose clock and time zone that is, is the caller's matter.
 */
export function limitAt(
  timetable: readonly TimetableEntry[],
  weekday: Weekday,
  minuteOfDay: number,
): SpeedLimit | undefined {
  return timetable.find((entry) => covers(entry, weekday, minuteOfDay))?.limit
}

function covers({ days, fromMinute, toMinute }: TimetableEntry, weekday: Weekday, minute: number): boolean {
  const isToday = days.includes(weekday)
  if (toMinute > fromMinute) return isToday && minute >= fromMinute && minute < toMinute
  const yesterday = ((weekday + 6) % 7) as Weekday
  return (isToday && minute >= fromMinute) || (days.includes(yesterday) && minute < toMinute)
}

function parseEntry(text: string): TimetableEntry {
  const words = text.trim().toLowerCase().split(/\s+/)
  const [days = '', second = '', third] = words
  const limitText = third ?? second
  const times = third === undefined ? { fromMinute: 0, toMinute: minutesPerDay } : parseTimes(second)
  const limit = parseLimit(limitText)
  const parsedDays = parseDays(days)
  if (words.length > 3 || times === undefined || limit === undefined || parsedDays === undefined) {
    throw new TernError('SPEC_INVALID', { advice: 'timetable', entry: text.trim().slice(0, 100) })
  }
  return { days: parsedDays, ...times, limit }
}

function parseDays(text: string): readonly Weekday[] | undefined {
  if (text === 'daily') return week
  const chosen = new Set<Weekday>()
  for (const part of text.split(',')) {
    const [first = '', last = first, ...rest] = part.split('-')
    const from = dayNames.indexOf(first as (typeof dayNames)[number])
    const to = dayNames.indexOf(last as (typeof dayNames)[number])
    if (from === -1 || to === -1 || rest.length > 0) return undefined
    const span = (to - from + 7) % 7
    for (let step = 0; step <= span; step += 1) chosen.add(((from + step) % 7) as Weekday)
  }
  return week.filter((day) => chosen.has(day))
}

function parseTimes(text: string): { fromMinute: number; toMinute: number } | undefined {
  const match = /^(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)$/.exec(text)
  if (match === null) return undefined
  const [fromHour, fromRest, toHour, toRest] = match.slice(1).map(Number) as [number, number, number, number]
  const fromMinute = fromHour * 60 + fromRest
  const end = toHour * 60 + toRest
  if (fromRest > 59 || toRest > 59 || fromMinute >= minutesPerDay || end > minutesPerDay) return undefined
  return { fromMinute, toMinute: end === 0 ? minutesPerDay : end }
}

function parseLimit(text: string): SpeedLimit | undefined {
  if (text === '-1') return 'unlimited'
  if (!/^\d{1,7}(\.\d{1,6})?$/.test(text)) return undefined
  return Number(text) > 0 ? Number(text) : undefined
}

function printEntry({ days, fromMinute, toMinute, limit }: TimetableEntry): string {
  const isWholeDay = fromMinute === 0 && toMinute === minutesPerDay
  const times = isWholeDay ? [] : [`${clock(fromMinute)}-${clock(toMinute)}`]
  return [printDays(days), ...times, limit === 'unlimited' ? '-1' : printNumber(limit)].join(' ')
}

/** Three days or more in a row as a span; fewer by name. */
function printDays(days: readonly Weekday[]): string {
  if (days.length === 7) return 'daily'
  const runs: Weekday[][] = []
  for (const day of week) {
    if (!days.includes(day)) continue
    const run = runs.at(-1)
    const isNext = run !== undefined && week.indexOf(day) === week.indexOf(run.at(-1) ?? day) + 1
    if (isNext) run.push(day)
    else runs.push([day])
  }
  return runs.flatMap(printRun).join(',')
}

function printRun(run: readonly Weekday[]): string[] {
  const names = run.map((day) => dayNames[day])
  return names.length > 2 ? [`${names[0]}-${names.at(-1)}`] : names
}

function clock(minute: number): string {
  return `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`
}

function pad(value: number): string {
  return `${value}`.padStart(2, '0')
}

/** Never 1e-7, which would not read back. */
function printNumber(value: number): string {
  return value.toFixed(6).replace(/\.?0+$/, '')
}
