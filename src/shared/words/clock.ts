/** Where and when a time is read: words for today's times are shorter. */
export interface ClockContext {
  readonly nowMs: number
  /** IANA name; absent: the system's. */
  readonly timeZone?: string
}

interface Formats {
  readonly time: Intl.DateTimeFormat
  readonly dayAndTime: Intl.DateTimeFormat
  readonly dayYear: Intl.DateTimeFormat
  readonly day: Intl.DateTimeFormat
}

// Making a formatter is far dearer than using it, and a table asks for hundreds.
const formatsByZone = new Map<string, Formats>()

/** `14:02` today, `20 Nov 14:02` in the same year, `20 Nov 2025` before. */
export function formatClock(epochMs: number, context: ClockContext): string {
  const formats = formatsOf(context.timeZone)
  const then = formats.day.format(epochMs)
  const now = formats.day.format(context.nowMs)
  if (then === now) return formats.time.format(epochMs)
  const isSameYear = then.slice(0, 4) === now.slice(0, 4)
  return isSameYear
    ? `${formats.dayAndTime.format(epochMs)} ${formats.time.format(epochMs)}`
    : formats.dayYear.format(epochMs)
}

/** `14:02:31`, for logs. */
export function formatClockOnly(epochMs: number, timeZone?: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    ...(timeZone !== undefined && { timeZone }),
  }).format(epochMs)
}

function formatsOf(timeZone: string | undefined): Formats {
  const key = timeZone ?? ''
  const known = formatsByZone.get(key)
  if (known) return known
  const zone = timeZone === undefined ? {} : { timeZone }
  const formats: Formats = {
    time: new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...zone }),
    dayAndTime: new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', ...zone }),
    dayYear: new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', ...zone }),
    // Sorts and compares as text: 2026-11-21.
    day: new Intl.DateTimeFormat('sv-SE', { year: 'numeric', month: '2-digit', day: '2-digit', ...zone }),
  }
  formatsByZone.set(key, formats)
  return formats
}
