import { type ErrorParams, TernError } from '../errors.ts'
import type { SettingAdvice } from '../settings/setting-problem.ts'

export type JsonObject = Readonly<Record<string, unknown>>

/**
 * What would be right, as a stable name; `shared/words` has the sentence. Kept apart from the code so that a form can
 * mark the field (`jsonPath`) and a person reads what to do.
 */
export type SpecificationAdvice =
  | 'object'
  | 'text'
  | 'boolean'
  | 'priority'
  | SettingAdvice
  | 'setting-value'
  | 'one-of'
  | 'unknown-key'
  | 'json'
  | 'json-backslashes'
  | 'json-trailing-comma'
  | 'tasks-missing'
  | 'source-missing'
  | 'source-path-missing'
  | 'source-beside-tasks'
  | 'uri-twice'
  | 'email'
  | 'same-party'
  | 'one-party'
  | 'party-beside-recipients'
  | 'too-long'
  | 'filter'

export function invalidSpecification(
  jsonPath: string,
  advice: SpecificationAdvice,
  params: ErrorParams = {},
): TernError {
  return new TernError('SPEC_INVALID', { ...params, jsonPath, advice })
}

/** `$.tasks` and a key as a JSON path. */
export function at(jsonPath: string, key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `${jsonPath}.${key}` : `${jsonPath}[${JSON.stringify(key.slice(0, 100))}]`
}

export function asObject(value: unknown, jsonPath: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidSpecification(jsonPath, 'object')
  return value as JsonObject
}

/** A text with something in it; undefined when absent or empty. */
export function asText(value: unknown, jsonPath: string): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw invalidSpecification(jsonPath, 'text')
  const text = value.trim()
  if (text.length > 1000) throw invalidSpecification(jsonPath, 'too-long')
  return text === '' ? undefined : text
}

/** Scripts write booleans as text, too. */
export function asBoolean(value: unknown, jsonPath: string): boolean | undefined {
  if (value === undefined || value === null) return undefined
  if (value === true || value === 'true') return true
  if (value === false || value === 'false') return false
  throw invalidSpecification(jsonPath, 'boolean')
}

export function asPriority(value: unknown, jsonPath: string): number | undefined {
  if (value === undefined || value === null) return undefined
  const number = typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 1 || number > 1000) {
    throw invalidSpecification(jsonPath, 'priority')
  }
  return number
}

export function asWord<Word extends string>(
  value: unknown,
  words: readonly Word[],
  jsonPath: string,
): Word | undefined {
  if (value === undefined || value === null) return undefined
  const word = words.find((candidate) => candidate === value)
  if (word === undefined) throw invalidSpecification(jsonPath, 'one-of', { allowed: words.join(', ') })
  return word
}

/** Values are texts on the wire; numbers and booleans are accepted. */
export function asSettings(value: unknown, jsonPath: string): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return {}
  const settings: Record<string, string> = {}
  for (const [name, setting] of Object.entries(asObject(value, jsonPath))) {
    if (!/^[a-z][a-z0-9_]{0,63}$/.test(name)) throw invalidSpecification(at(jsonPath, name), 'setting-name')
    if (typeof setting !== 'string' && typeof setting !== 'number' && typeof setting !== 'boolean') {
      throw invalidSpecification(at(jsonPath, name), 'setting-value')
    }
    settings[name] = `${setting}`
  }
  return settings
}

export function asMetadata(value: unknown, jsonPath: string): JsonObject | undefined {
  return value === undefined || value === null ? undefined : asObject(value, jsonPath)
}

const computeKeys = new Set(['engine', 'input', 'output', 'range', 'envs', 'parameters', 'dependencies', 'filters'])

/** A misspelt attribute would change what a transfer does, so nothing unknown passes in silence. */
export function checkKeys(object: JsonObject, known: readonly string[], jsonPath: string): void {
  for (const key of Object.keys(object)) {
    if (known.includes(key)) continue
    if (computeKeys.has(key)) throw new TernError('UNSUPPORTED', { feature: 'compute', jsonPath: at(jsonPath, key) })
    throw invalidSpecification(at(jsonPath, key), 'unknown-key', { allowed: known.join(', ') })
  }
}
