import { TernError } from '../errors.ts'
import { parseFilter, printFilter } from '../filters/filter-grammar.ts'
import { compileFilter } from '../filters/filters.ts'

/** From weakest to strongest: the stronger wins, filters add up (DESIGN.md section 5). */
export const settingLevels = ['workspace', 'share', 'queue', 'job', 'task'] as const
export type SettingLevel = (typeof settingLevels)[number]

export type Settings = Readonly<Record<string, string>>

interface SettingDefinition {
  readonly default: string
  /** Whether a value can be used; absent: any text. */
  readonly accepts?: (value: string) => boolean
  /** `adds`: values of all levels hold together. */
  readonly inheritance: 'stronger-wins' | 'adds'
  /** `accepted`: understood and kept, but nothing in Tern acts on it yet. */
  readonly effect: 'works' | 'accepted'
}

/** The transfer settings of the reference, and Tern's own. Values are texts on the wire. */
export const settingTable = {
  transfer_mode: setting('copy', oneOf('copy', 'onewaysync'), 'accepted'),
  transfer_comparison: setting('size+modified', oneOf('size+modified', 'size', 'modified'), 'accepted'),
  transfer_ignore_existing: setting('', oneOf('', 'file', 'directory', 'file+directory'), 'works'),
  transfer_include: { default: '', accepts: isFilter, inheritance: 'adds', effect: 'works' },
  transfer_exclude: { default: '', accepts: isFilter, inheritance: 'adds', effect: 'works' },
  transfer_resume: setting('enable', oneOf('enable', 'disable'), 'accepted'),
  transfer_resume_limit: setting('50', integerFrom(-1), 'accepted'),
  transfer_speedlimit: setting('', isSpeedLimit, 'accepted'),
  transfer_encryption: setting('aes128', oneOf('aes128', 'aes256', 'none'), 'accepted'),
  transfer_attributes: setting('', isAttributes, 'accepted'),
  transfer_concurrent: setting('1', integerBetween(1, 10), 'accepted'),
  transfer_log: setting('info,comparison,files', undefined, 'accepted'),
  transfer_reserved_space: setting('100000000', integerFrom(-1), 'accepted'),
  transfer_conf: setting('{}', isJsonObject, 'accepted'),
  transfer_on_conflict: setting('replace', oneOf('replace', 'skip', 'rename'), 'works'),
  job_max_retries: setting('3', integerBetween(0, 1000), 'works'),
  job_autoretry_delay_s: setting('15', integerBetween(1, 86_400), 'works'),
  job_on_missing: setting('fail', oneOf('fail', 'ignore'), 'accepted'),
  job_done_actions: setting('', oneOf('', 'delete_excluded'), 'accepted'),
  hook_conf: setting('{}', isJsonObject, 'accepted'),
  mail_conf: setting('{}', isJsonObject, 'accepted'),
  email_conf: setting('{}', isJsonObject, 'accepted'),
  task_bucketsize: setting('0', integerFrom(0), 'accepted'),
} as const satisfies Record<string, SettingDefinition>

export type SettingName = keyof typeof settingTable

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(settingTable, name)
}

/**
 * Refuses settings that Tern does not know or whose value it cannot use, before a job exists.
 * @throws TernError SPEC_INVALID `{jsonPath, advice}`
 */
export function checkSettings(settings: Settings, jsonPath = '$.settings'): void {
  for (const [name, value] of Object.entries(settings)) {
    const where = `${jsonPath}.${name}`
    if (!isSettingName(name)) throw new TernError('SPEC_INVALID', { jsonPath: where, advice: 'setting-name' })
    const definition: SettingDefinition = settingTable[name]
    if (value.length > 65_536) throw new TernError('SPEC_INVALID', { jsonPath: where, advice: 'too-long' })
    if (definition.accepts?.(value) === false) {
      throw new TernError('SPEC_INVALID', { jsonPath: where, advice: 'setting-unusable', value: value.slice(0, 100) })
    }
  }
}

/** What holds for one task: task over job over queue over share over workspace; filters of all levels together. */
export function mergeSettings(levels: Partial<Readonly<Record<SettingLevel, Settings>>>): Settings {
  const merged: Record<string, string> = {}
  for (const level of settingLevels) {
    for (const [name, value] of Object.entries(levels[level] ?? {})) {
      const adds = isSettingName(name) && settingTable[name].inheritance === 'adds'
      merged[name] = adds ? addFilters(merged[name], value) : value
    }
  }
  return merged
}

/** The value that holds, the default where nobody set one. */
export function settingOf(settings: Settings, name: SettingName): string {
  return Object.hasOwn(settings, name) ? (settings[name] ?? settingTable[name].default) : settingTable[name].default
}

/** What to do when something else stands at the destination. */
export function conflictRuleOf(settings: Settings): 'replace' | 'skip' | 'rename' {
  if (settingOf(settings, 'transfer_ignore_existing').includes('file')) return 'skip'
  const rule = settingOf(settings, 'transfer_on_conflict')
  return rule === 'skip' || rule === 'rename' ? rule : 'replace'
}

function addFilters(weaker: string | undefined, stronger: string): string {
  return printFilter([...parseFilter(weaker ?? ''), ...parseFilter(stronger)])
}

function setting(
  defaultValue: string,
  accepts: ((value: string) => boolean) | undefined,
  effect: SettingDefinition['effect'],
): SettingDefinition {
  return { default: defaultValue, ...(accepts && { accepts }), inheritance: 'stronger-wins', effect }
}

function oneOf(...words: readonly string[]): (value: string) => boolean {
  return (value) => words.includes(value)
}

function integerBetween(least: number, most: number): (value: string) => boolean {
  return (value) => /^-?\d{1,15}$/.test(value) && Number(value) >= least && Number(value) <= most
}

function integerFrom(least: number): (value: string) => boolean {
  return integerBetween(least, Number.MAX_SAFE_INTEGER)
}

/** Megabytes a second; -1 or nothing: no limit. */
function isSpeedLimit(value: string): boolean {
  return value === '' || value === '-1' || (/^\d{1,9}(\.\d{1,6})?$/.test(value) && Number(value) > 0)
}

function isAttributes(value: string): boolean {
  return (
    value === '' || value.split('+').every((word) => word === 'owner' || word === 'group' || word === 'permissions')
  )
}

function isJsonObject(value: string): boolean {
  try {
    const parsed: unknown = JSON.parse(value)
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
  } catch {
    return false
  }
}

/** Filters that were found good; many tasks of a job have the same one, and compiling takes its time. */
const knownFilters = new Set<string>()
const maxKnownFilters = 32

function isFilter(value: string): boolean {
  if (knownFilters.has(value)) return true
  try {
    compileFilter(value)
  } catch {
    return false
  }
  if (knownFilters.size >= maxKnownFilters) knownFilters.clear()
  knownFilters.add(value)
  return true
}
