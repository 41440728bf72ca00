import { maxSettingLength, type SettingType } from '../settings/setting-type.ts'
import { type SettingName, settingDefinition, settingsOfScope } from '../settings/settings.ts'

export type JsonSchema = Readonly<Record<string, unknown>>

/** Settings of a job or task as JSON Schema; texts, and what reads as one of these texts. */
export function settingsSchema(of: 'job' | 'task', help: Readonly<Record<SettingName, string>>): JsonSchema {
  const properties: Record<string, JsonSchema> = {}
  for (const name of settingsOfScope(of)) {
    const { type, default: standard } = settingDefinition(name)
    properties[name] = { description: help[name], default: standard, ...valueSchema(type) }
  }
  return { type: ['object', 'null'], properties, additionalProperties: false }
}

function valueSchema(type: SettingType): JsonSchema {
  switch (type.kind) {
    case 'choice':
      return { enum: [...type.words, null] }
    case 'boolean':
      return { enum: ['true', 'false', true, false, null] }
    case 'flags':
      return { type: ['string', 'null'], pattern: flagsPattern(type) }
    case 'integer':
      return numberSchema(type, '^\\d{1,16}$')
    case 'number':
      return numberSchema(type, '^\\d{1,16}(\\.\\d{1,6})?$')
    case 'json':
      return { type: ['string', 'null'], maxLength: maxSettingLength, contentMediaType: 'application/json' }
    case 'text':
      return { ...anyText, maxLength: type.maxLength, ...(type.pattern && { pattern: `^(?:${type.pattern.source})$` }) }
    case 'path':
    case 'filter':
    case 'timetable':
      return { ...anyText, maxLength: maxSettingLength }
  }
}

const anyText: JsonSchema = { type: ['string', 'number', 'boolean', 'null'] }

function numberSchema({ kind, min, max, besides = [] }: NumberType, pattern: string): JsonSchema {
  const others = besides.flatMap((text) => (text === '' ? [text] : [text, Number(text)]))
  return {
    anyOf: [{ type: kind, minimum: min, maximum: max }, { type: 'string', pattern }, { enum: [...others, null] }],
  }
}

type NumberType = Extract<SettingType, { kind: 'integer' | 'number' }>

function flagsPattern({ words, separator, mayBeEmpty }: Extract<SettingType, { kind: 'flags' }>): string {
  const word = `\\s*(?:${words.join('|')})\\s*`
  const list = `${word}(?:[${separator}]${word})*`
  return mayBeEmpty ? `^(?:${list}|\\s*)$` : `^${list}$`
}
