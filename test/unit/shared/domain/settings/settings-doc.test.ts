import { fileURLToPath } from 'node:url'
import { it } from 'vitest'
import { transferConfKeys } from '../../../../../src/shared/domain/settings/setting-conf.ts'
import type { SettingType } from '../../../../../src/shared/domain/settings/setting-type.ts'
import { settingDefinition, settingNames } from '../../../../../src/shared/domain/settings/settings.ts'
import {
  ownSettings,
  settingDifference,
  settingHelp,
  transferConfEffect,
} from '../../../../../src/shared/words/settings.ts'
import { expectSection, markdownTable } from '../../../../helpers/generated-doc.ts'

const file = fileURLToPath(new URL('../../../../../docs/settings.md', import.meta.url))
const code = (text: string) => `\`${text}\``

function valuesOf(type: SettingType): string {
  switch (type.kind) {
    case 'choice':
      return type.words.map(code).join(', ')
    case 'flags':
      return `${type.words.map(code).join(', ')}, joined by ${code(type.separator)}${type.mayBeEmpty ? ', or empty' : ''}`
    case 'boolean':
      return '`true`, `false`'
    case 'integer':
    case 'number': {
      const range = `${type.kind === 'integer' ? 'whole number' : 'number'} from ${type.min} to ${type.max}`
      const besides = (type.besides ?? []).map((text) => (text === '' ? 'empty' : code(text)))
      return [`${range}${type.unit ? ` (${type.unit})` : ''}`, ...besides].join(', or ')
    }
    case 'text':
      return type.pattern ? `text such as ${code(type.pattern.example)}` : 'text'
    case 'json':
      return type.keys ? 'JSON object, see below' : 'JSON object'
    case 'timetable':
      return 'timetable, see below'
    default:
      return type.kind
  }
}

function defaultOf(text: string): string {
  if (text === '') return 'empty'
  return text.length > 60 ? 'see below' : code(text)
}

const sections: Readonly<Record<string, string>> = {
  settings: markdownTable(
    ['setting', 'what', 'values', 'default', 'written at', 'effect'],
    settingNames.map((name) => {
      const { type, default: value, scopes, inheritance, takesBack, effect, actor } = settingDefinition(name)
      const works = effect === 'works' ? (actor ?? '') : 'none yet'
      const over = takesBack ? ` (over a weaker level's ${code(takesBack)}, too)` : ''
      const help = `${settingHelp[name]}${inheritance === 'adds' ? ' (adds up)' : over}`
      return [code(name), help, valuesOf(type), defaultOf(value), scopes.join(', '), works]
    }),
  ),
  differences: markdownTable(
    ['setting', 'what Tern does'],
    settingNames.flatMap((name) => {
      const said = [ownSettings.has(name) ? 'A setting of its own' : undefined, settingDifference[name]]
      const sentences = said.filter((sentence) => sentence !== undefined)
      return sentences.length === 0 ? [] : [[code(name), sentences.join('. ')]]
    }),
  ),
  'transfer-conf': `${markdownTable(
    ['key', 'values', 'effect'],
    Object.entries(transferConfKeys).map(([key, type]) => [
      code(key),
      valuesOf(type),
      transferConfEffect[key as keyof typeof transferConfKeys],
    ]),
  )}\n\nBy default ${code(settingDefinition('transfer_conf').default)}`,
  'without-effect': settingNames
    .filter((name) => settingDefinition(name).effect === 'accepted')
    .map((name) => `- ${code(name)}`)
    .join('\n'),
}

it.each(Object.entries(sections))('docs/settings.md says of %s what the table says', (name, wanted) => {
  expectSection(file, name, wanted)
})
