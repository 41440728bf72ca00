import { bytesInMegabyte } from '../units/wire-figures.ts'
import { settingOf } from './merge-settings.ts'
import type { Settings } from './settings.ts'
import { limitAt, parseTimetable, type SpeedLimit, type TimetableEntry, type Weekday } from './speed-timetable.ts'

/** What to do when something else stands at the destination. */
export function conflictRuleOf(settings: Settings): 'replace' | 'skip' | 'rename' {
  if (settingOf(settings, 'transfer_ignore_existing').includes('file')) return 'skip'
  const rule = settingOf(settings, 'transfer_on_conflict')
  return rule === 'skip' || rule === 'rename' ? rule : 'replace'
}

/** What makes a file at the destination the same as its source. */
export function comparisonOf(settings: Settings): 'size+modified' | 'size' | 'modified' {
  const words = settingOf(settings, 'transfer_comparison')
  if (!words.includes('modified')) return 'size'
  return words.includes('size') ? 'size+modified' : 'modified'
}

/** Slower than this, a line that is limited cannot be told from one that is lost. */
const leastBytesPerSecond = 1000

/**
 * Bytes a second at a moment of the week (see limitAt): what the timetable says, else `transfer_speedlimit`; undefined
 * where nothing limits. A timetable that cannot be read limits nothing.
 */
export function speedLimitOf(settings: Settings, weekday: Weekday, minuteOfDay: number): number | undefined {
  const limit = limitAt(timetableOf(settings), weekday, minuteOfDay) ?? plainLimitOf(settings)
  return limit === 'unlimited' ? undefined : Math.max(leastBytesPerSecond, limit * bytesInMegabyte)
}

function timetableOf(settings: Settings): readonly TimetableEntry[] {
  try {
    return parseTimetable(settingOf(settings, 'transfer_speedlimit_timetable'))
  } catch {
    return []
  }
}

function plainLimitOf(settings: Settings): SpeedLimit {
  const limit = Number(settingOf(settings, 'transfer_speedlimit'))
  return limit > 0 ? limit : 'unlimited'
}
