/**
 * Dates as scripts and the workspace's API write them: UTC, `YYYY-MM-DDTHH:MM:SS`. Inside, time is epoch milliseconds.
 * Worked out by hand, because the calendar of a platform reads many more texts than these, and differently by platform.
 */

/** The time that a written date names, from its start up to and without its end. */
export interface DateInterval {
  readonly startMs: number
  readonly endMs: number
}

const dayMs = 86_400_000
const written =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:[Zz]|([+-])(\d\d):?(\d\d))?)?$/
const longestWritten = 40

/** The first and the last second that four digits of a year can say. */
const firstMs = daysBefore(1, 1, 1) * dayMs
const lastMs = daysBefore(10_000, 1, 1) * dayMs - 1

/**
 * Reads a written date as the interval it names: `2026-01-22` is that day, `2026-01-22T08:35` a minute,
 * `2026-01-22T08:35:59` a second, `….5` a tenth of one; finer than a millisecond is the millisecond it lies in. Without
 * an offset it is UTC. A lower-case `t` is accepted, since scripting clients send their queries in lower case.
 * @returns undefined for anything else, a day that its month does not have, 24:00 and leap seconds included
 */
export function parseWireDate(text: string): DateInterval | undefined {
  const match = text.length > longestWritten ? null : written.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second, fraction, sign, offsetHours = '0', offsetMinutes = '0'] = match
  if (!isDay(Number(year), Number(month), Number(day))) return undefined
  const midnightMs = daysBefore(Number(year), Number(month), Number(day)) * dayMs
  if (hour === undefined) return { startMs: midnightMs, endMs: midnightMs + dayMs }
  if (!isTime(Number(hour), Number(minute), Number(second ?? 0))) return undefined
  if (!isTime(Number(offsetHours), Number(offsetMinutes), 0)) return undefined

  const offsetMs = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000 * (sign === '-' ? -1 : 1)
  const timeMs = ((Number(hour) * 60 + Number(minute)) * 60 + Number(second ?? 0)) * 1000
  const startMs = midnightMs + timeMs - offsetMs + fractionMs(fraction)
  return { startMs, endMs: startMs + stepMs(second, fraction) }
}

/**
 * `YYYY-MM-DDTHH:MM:SS` in UTC, the fraction of a second dropped; empty for a time that is not known. Times outside the
 * years 1 to 9999 become the nearest that can be written, because clients refuse a whole answer for one broken date.
 */
export function printWireDate(epochMs: number | undefined): string {
  if (epochMs === undefined || Number.isNaN(epochMs)) return ''
  const bounded = Math.min(lastMs, Math.max(firstMs, epochMs))
  const days = Math.floor(bounded / dayMs)
  const { year, month, day } = calendarDay(days)
  const seconds = Math.floor((bounded - days * dayMs) / 1000)
  const date = `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`
  const time = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return `${date}T${time.map((part) => digits(part, 2)).join(':')}`
}

function isDay(year: number, month: number, day: number): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1) return false
  return day <= daysBefore(month === 12 ? year + 1 : year, (month % 12) + 1, 1) - daysBefore(year, month, 1)
}

function isTime(hour: number, minute: number, second: number): boolean {
  return hour <= 23 && minute <= 59 && second <= 59
}

function fractionMs(fraction: string | undefined): number {
  return fraction === undefined ? 0 : Number(fraction.padEnd(3, '0').slice(0, 3))
}

function stepMs(second: string | undefined, fraction: string | undefined): number {
  if (second === undefined) return 60_000
  return fraction === undefined ? 1000 : 10 ** Math.max(0, 3 - fraction.length)
}

/** Days from 1970-01-01 to a day of the Gregorian calendar. Years start in March here, so that a leap day ends one. */
function daysBefore(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year
  const monthFromMarch = (month + 9) % 12
  const dayOfYear = Math.floor((153 * monthFromMarch + 2) / 5) + day - 1
  const leapDays = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400)
  return shifted * 365 + leapDays + dayOfYear - 719_468
}

/** The inverse of `daysBefore`, by way of the 400 years after which the calendar repeats. */
function calendarDay(days: number): { year: number; month: number; day: number } {
  const sinceMarch0 = days + 719_468
  const era = Math.floor(sinceMarch0 / 146_097)
  const dayOfEra = sinceMarch0 - era * 146_097
  const leapFree =
    dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)
  const yearOfEra = Math.floor(leapFree / 365)
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const month = ((monthFromMarch + 2) % 12) + 1
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day }
}

function digits(value: number, width: number): string {
  return value.toString().padStart(width, '0')
}
