import { isEmail } from '../email.ts'
import { type ErrorParams, TernError } from '../errors.ts'
import type { SettingAdvice } from '../settings/setting-problem.ts'
import type { JsonAdvice } from './json-problem.ts'

export type JsonObject = Readonly<Record<string, unknown>>

/**
 * What would be right, as a stable name; `shared/words` has the sentence. Kept apart from the code so that a form can
 * mark the field (`jsonPath`) and a person reads what to do.
 */
export type SpecificationAdvice =
  | 'object'
  | 'text'
  | 'one-place'
  | 'boolean'
  | 'priority'
  | SettingAdvice
  | 'setting-value'
  | 'one-of'
  | 'unknown-key'
  | 'unknown-key-near'
  | JsonAdvice
  | 'tasks-missing'
  | 'source-missing'
  | 'source-path-missing'
  | 'source-beside-tasks'
  | 'uri-twice'
  | 'uri-differs'
  | 'destination-twice'
  | 'uri-empty'
  | 'tasks'
  | 'too-deep'
  | 'backslash-eaten'
  | 'email'
  | 'same-party'
  | 'one-party'
  | 'party-beside-recipients'
  | 'destination-missing'
  | 'share-needed'
  | 'one-direction'
  | 'own-machine'
  | 'attribute-of-job'
  | 'too-long'
  | 'filter'
  /** `{queue}`: what the workspace alone knows. */
  | 'queue-unknown'

export function invalidSpecification(
  jsonPath: string,
  advice: SpecificationAdvice,
  params: ErrorParams = {},
): TernError {
  return new TernError('SPEC_INVALID', { ...params, jsonPath, advice })
}

/** `$.tasks` and a key as a JSON path. */
export function at(jsonPath: string, key: string): string {
  return /^[A-Za-z_]\w{0,99}$/.test(key) ? `${jsonPath}.${key}` : `${jsonPath}[${JSON.stringify(key.slice(0, 100))}]`
}

export function asObject(value: unknown, jsonPath: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidSpecification(jsonPath, 'object')
  return value as JsonObject
}

/** What every message that names a path or a task can carry. */
export const maxPlaceLength = 4096
export const maxUriLength = 64
export const maxTextLength = 1000
export const maxRecipients = 1000

export function asEmail(value: unknown, jsonPath: string): string {
  const email = asText(value, jsonPath)
  if (email === undefined || !isEmail(email)) throw invalidSpecification(jsonPath, 'email')
  return email
}

/** The name of a task in its job. */
export function asUri(value: unknown, jsonPath: string): string | undefined {
  const uri = asText(value, jsonPath)
  if (uri !== undefined && (value as string).length > maxUriLength) throw invalidSpecification(jsonPath, 'too-long')
  return uri
}

/** A text with something in it; undefined when absent or empty. */
export function asText(value: unknown, jsonPath: string): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw invalidSpecification(jsonPath, 'text')
  if (value.length > maxTextLength) throw invalidSpecification(jsonPath, 'too-long')
  const text = value.trim()
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

const maxMetadataDepth = 32
const maxMetadataLength = 65_536

/** Data that travel with a job or task; Tern never looks into them, so only depth and size are bounded. */
export function asMetadata(value: unknown, jsonPath: string): JsonObject | undefined {
  if (value === undefined || value === null) return undefined
  const metadata = asObject(value, jsonPath)
  let length = 0
  const measure = (part: unknown, depth: number): void => {
    if (depth > maxMetadataDepth) throw invalidSpecification(jsonPath, 'too-deep')
    length += typeof part === 'string' ? part.length : 1
    if (typeof part === 'object' && part !== null) {
      for (const [key, entry] of Object.entries(part)) {
        length += key.length
        if (length > maxMetadataLength) break
        measure(entry, depth + 1)
      }
    }
    if (length > maxMetadataLength) throw invalidSpecification(jsonPath, 'too-long')
  }
  measure(metadata, 1)
  return metadata
}
