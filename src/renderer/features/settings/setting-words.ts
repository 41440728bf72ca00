import { settingProblem } from '../../../shared/domain/settings/setting-problem.ts'
import type { SettingType } from '../../../shared/domain/settings/setting-type.ts'
import {
  isSettingName,
  type SettingName,
  type SettingScope,
  settingDefinition,
} from '../../../shared/domain/settings/settings.ts'
import { formatBytes } from '../../../shared/domain/units/units.ts'
import { errorSentence, say } from '../../../shared/words/index.ts'
import { choiceTitle, settingTitle } from '../../../shared/words/setting-names.ts'
import { settingDifference, settingHelp } from '../../../shared/words/settings.ts'

/** What is wrong with a value at this place, in one sentence; undefined where nothing is. */
export function problemSentence(name: SettingName, value: string, scope: SettingScope): string | undefined {
  const problem = settingProblem(name, value, scope)
  if (problem === undefined) return undefined
  const { sentence } = errorSentence({ code: problem.code, params: { ...problem.params, jsonPath: '$' } }, { nowMs: 0 })
  // Beside its control nobody needs to be told which setting is meant.
  const said = sentence.replace('$: ', '')
  return said.charAt(0).toLocaleUpperCase() + said.slice(1)
}

/** What it does, what Tern makes of it, and whether anything comes of it yet. */
export function helpText(name: SettingName): string {
  const sentences = [settingHelp[name], settingDifference[name]].filter((sentence) => sentence !== undefined)
  const text = sentences.map((sentence) => say('settings.sentence', { sentence })).join(' ')
  return settingDefinition(name).effect === 'accepted' ? `${text} ${say('settings.noEffect')}` : text
}

/** The settings whose name, technical name or help has all words of the query. */
export function findSettings(names: readonly SettingName[], query: string): readonly SettingName[] {
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  return names.filter((name) => {
    const text = `${settingTitle(name)} ${name} ${settingHelp[name]}`.toLocaleLowerCase()
    return words.every((word) => text.includes(word))
  })
}

/** A value as a person reads it: words for choices, figures with their unit. */
export function settingValueText(name: string, value: string): string {
  if (!isSettingName(name)) return value === '' ? say('settings.none') : value
  const { type } = settingDefinition(name)
  switch (type.kind) {
    case 'choice':
      return choiceTitle(name, value)
    case 'flags': {
      const words = value.split(type.separator).filter((word) => word !== '')
      return words.length === 0 ? say('settings.none') : words.map((word) => choiceTitle(name, word)).join(', ')
    }
    case 'boolean':
      return value === 'true' ? say('settings.on') : say('settings.off')
    case 'integer':
    case 'number':
      return numberText(type, value)
    default:
      return value === '' ? say('settings.none') : value
  }
}

function numberText(type: Extract<SettingType, { kind: 'integer' | 'number' }>, value: string): string {
  if (value === '-1' && type.minusOne === 'all') return say('settings.all')
  if (value === '' || value === '-1') return say('settings.noLimit')
  if (type.unit === 'bytes' && Number.isFinite(Number(value))) return formatBytes(Number(value))
  return type.unit === undefined ? value : say('settings.withUnit', { value, unit: type.unit })
}

/** Whether a person types it; nothing typed then means that nothing is set. */
export function isTyped(name: SettingName): boolean {
  return !['choice', 'flags', 'boolean'].includes(settingDefinition(name).type.kind)
}

/** What a person set and what can be sent: a field that was left empty says nothing. */
export function settingsToSend(chosen: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(chosen).filter(([name, value]) => isSettingName(name) && !(isTyped(name) && value.trim() === '')),
  )
}

/** Whether one of the settings of a job cannot be used as it stands. */
export function hasSettingMistake(chosen: Readonly<Record<string, string>>): boolean {
  return Object.entries(settingsToSend(chosen)).some(
    ([name, value]) => settingProblem(name, value, 'job') !== undefined,
  )
}
