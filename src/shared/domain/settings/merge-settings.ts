import { parseFilter, printFilter } from '../filters/filter-grammar.ts'
import {
  isSettingName,
  type SettingLevel,
  type SettingName,
  type Settings,
  settingDefinition,
  settingLevels,
  settingNames,
  settingTable,
} from './settings.ts'

/** What was written at each level; a level that has several sources (the shares of both ends) names the weaker first. */
export type SettingsByLevel = Partial<Readonly<Record<SettingLevel, Settings | readonly Settings[]>>>

export interface ResolvedSetting {
  readonly value: string
  /** The strongest level that had a say. */
  readonly level: SettingLevel | 'default'
  /** Weaker levels whose values hold as well, where values add up; weakest first. */
  readonly alsoFrom?: readonly SettingLevel[]
}

/**
 * What holds for one task: task over job over queue over share over workspace; filters of all levels together. Those may
 * be more than one filter can hold: whoever compiles them says so. A limit or a rule of a stronger level also holds over
 * the weaker one that goes by another name (`takesBack`).
 */
export function mergeSettings(levels: SettingsByLevel): Settings {
  const merged = new Map<string, string[]>()
  for (const level of settingLevels) {
    for (const settings of settingsAt(levels, level)) {
      for (const name of Object.keys(settings)) merged.delete(takenBackBy(name))
      for (const [name, value] of Object.entries(settings)) {
        const weaker = merged.get(name)
        if (weaker !== undefined && adds(name)) weaker.push(value)
        else merged.set(name, [value])
      }
    }
  }
  return Object.fromEntries([...merged].map(([name, values]) => [name, joinFilters(values)]))
}

/** Every setting of the table with the value that holds and the level it comes from. */
export function resolveSettings(levels: SettingsByLevel): Readonly<Record<SettingName, ResolvedSetting>> {
  const merged = mergeSettings(levels)
  const entries = settingNames.map((name): [SettingName, ResolvedSetting] => {
    const said = settingLevels.filter((each) =>
      settingsAt(levels, each).some((settings) => Object.hasOwn(settings, name)),
    )
    const level = (Object.hasOwn(merged, name) && said.at(-1)) || 'default'
    const weaker = said.slice(0, -1)
    return [
      name,
      { value: settingOf(merged, name), level, ...(adds(name) && weaker.length > 0 && { alsoFrom: weaker }) },
    ]
  })
  return Object.fromEntries(entries) as Record<SettingName, ResolvedSetting>
}

/** The value that holds, the default where nobody set one. */
export function settingOf(settings: Settings, name: SettingName): string {
  return Object.hasOwn(settings, name) ? (settings[name] ?? settingTable[name].default) : settingTable[name].default
}

function settingsAt(levels: SettingsByLevel, level: SettingLevel): readonly Settings[] {
  const settings = levels[level]
  if (settings === undefined) return []
  return isList(settings) ? settings : [settings]
}

function isList(settings: Settings | readonly Settings[]): settings is readonly Settings[] {
  return Array.isArray(settings)
}

function takenBackBy(name: string): string {
  return (isSettingName(name) && settingDefinition(name).takesBack) || ''
}

function adds(name: string): boolean {
  return isSettingName(name) && settingDefinition(name).inheritance === 'adds'
}

/** Each may be written in its own convention, so several are written anew. */
function joinFilters(values: readonly string[]): string {
  return values.length === 1 ? (values[0] ?? '') : printFilter(values.flatMap(parseFilter))
}
