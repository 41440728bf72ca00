import { bytesInMegabyte } from '../units/wire-figures.ts'
import { settingOf } from './merge-settings.ts'
import type { SettingName, Settings } from './settings.ts'
import { limitAt, parseTimetable, type SpeedLimit, type TimetableEntry, type Weekday } from './speed-timetable.ts'

/** What to do when something else stands at the destination. */
export function conflictRuleOf(settings: Settings): 'replace' | 'skip' | 'rename' {
  if (flagsOf(settings, 'transfer_ignore_existing').has('file')) return 'skip'
  const rule = settingOf(settings, 'transfer_on_conflict')
  return rule === 'skip' || rule === 'rename' ? rule : 'replace'
}

/** What makes a file at the destination the same as its source. */
export function comparisonOf(settings: Settings): 'size+modified' | 'size' | 'modified' {
  const words = settingOf(settings, 'transfer_comparison')
  if (!words.includes('modified')) return 'size'
  return words.includes('size') ? 'size+modified' : 'modified'
}

/** `transfer_ignore_existing=directory`: a folder that is there is not entered. */
export function leavesFolders(settings: Settings): boolean {
  return flagsOf(settings, 'transfer_ignore_existing').has('directory')
}

/** What becomes of links (a setting of Tern's own: the documents do not speak of them, and rsync -rt leaves them out). */
export function linkRuleOf(settings: Settings): 'skip' | 'keep' | 'keep-all' | 'copy' {
  const rule = settingOf(settings, 'transfer_links')
  return rule === 'keep' || rule === 'keep-all' || rule === 'copy' ? rule : 'skip'
}

/**
 * What becomes of names that the destination cannot hold (a setting of Tern's own). Mapped unless told otherwise: what
 * somebody waits for arrives, every such name is told, and sent back from there it has its own name again.
 */
export function namePolicyOf(settings: Settings): 'map' | 'refuse' {
  return settingOf(settings, 'transfer_names') === 'refuse' ? 'refuse' : 'map'
}

/** What is kept of a file besides its time; undefined where nothing is. */
export function keptAttributesOf(
  settings: Settings,
): { readonly permissions: boolean; readonly owner: boolean; readonly group: boolean } | undefined {
  const kept = flagsOf(settings, 'transfer_attributes')
  if (kept.size === 0) return undefined
  return { permissions: kept.has('permissions'), owner: kept.has('owner'), group: kept.has('group') }
}

/** What is verified beyond the digests that every transfer checks. */
export function checksumOf(settings: Settings): { readonly content: boolean; readonly readback: boolean } {
  const words = flagsOf(settings, 'transfer_checksum')
  return { content: words.has('content'), readback: words.has('readback') }
}

/** Smaller files begin anew, all of them where it is infinite; undefined where every file goes on where it broke off. */
export function resumesFromBytesOf(settings: Settings): number | undefined {
  if (settingOf(settings, 'transfer_resume') === 'disable') return Number.POSITIVE_INFINITY
  const megabytes = Number(settingOf(settings, 'transfer_resume_limit'))
  return megabytes > 0 ? megabytes * bytesInMegabyte : undefined
}

/** `transfer_mode=onewaysync`, and whether a removal of much is stopped; undefined where nothing is ever removed. */
export function syncRuleOf(settings: Settings): { readonly isGuarded: boolean } | undefined {
  if (settingOf(settings, 'transfer_mode') !== 'onewaysync') return undefined
  return { isGuarded: settingOf(settings, 'transfer_sync_guard') !== 'false' }
}

/** `transfer_dry_run`: everything is compared, nothing is written. */
export function isDryRun(settings: Settings): boolean {
  return settingOf(settings, 'transfer_dry_run') === 'true'
}

/** The cipher that the line is to have; undefined where the TLS library may choose. `none` encrypts as well. */
export function cipherOf(settings: Settings): 'aes128' | 'aes256' | undefined {
  const word = Object.hasOwn(settings, 'transfer_encryption') ? settingOf(settings, 'transfer_encryption') : ''
  return word === 'aes128' || word === 'aes256' ? word : undefined
}

/** Bytes that stay free at the destination. */
export function reservedBytesOf(settings: Settings): number {
  return Math.max(0, Number(settingOf(settings, 'transfer_reserved_space')) || 0)
}

/** What of `transfer_conf` somebody wrote and Tern acts on; its defaults say nothing, since Tern finds its own. */
export interface TransferTuning {
  /** The most data connections. */
  readonly lanes?: number
  /** Permission bits that new files and folders do not get. */
  readonly umask?: number
}

const mostLanes = 16

export function tuningOf(settings: Settings): TransferTuning {
  if (!Object.hasOwn(settings, 'transfer_conf')) return {}
  const { sockets, umask } = jsonObjectOf(settingOf(settings, 'transfer_conf'))
  const lanes = Math.floor(Number(sockets))
  const mask = `${umask ?? ''}`
  return {
    ...(lanes >= 1 && { lanes: Math.min(lanes, mostLanes) }),
    ...(/^[0-7]{1,4}$/.test(mask) && { umask: Number.parseInt(mask, 8) & 0o777 }),
  }
}

export type LoggedKind = 'info' | 'warning' | 'files' | 'comparison' | 'ownership' | 'group' | 'permissions'

/** What the log of a task tells besides failures, which it always does. */
export function loggedKindsOf(settings: Settings): ReadonlySet<LoggedKind> {
  return flagsOf(settings, 'transfer_log') as ReadonlySet<LoggedKind>
}

function flagsOf(settings: Settings, name: SettingName): ReadonlySet<string> {
  return new Set(
    settingOf(settings, name)
      .split(/[+,]/)
      .flatMap((word) => word.trim() || []),
  )
}

/** A text that is no object says nothing. */
function jsonObjectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {}
  } catch {
    return {}
  }
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
