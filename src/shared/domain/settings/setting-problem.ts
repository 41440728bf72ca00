import { TernError } from '../errors.ts'
import { compileFilter } from '../filters/filters.ts'
import { nearestName } from '../nearest-name.ts'
import { maxSettingLength, type SettingType } from './setting-type.ts'
import { isSettingName, type SettingName, type SettingScope, settingDefinition, settingNames } from './settings.ts'
import { parseTimetable } from './speed-timetable.ts'

/** What would be right, as a stable name; `shared/words` has the sentence. */
export type SettingAdvice =
  /** `{name}` */
  | 'setting-name'
  /** `{name, nearest}` */
  | 'setting-name-near'
  /** `{name, allowed}`: the scopes where it may be written */
  | 'setting-scope'
  /** `{allowed}` */
  | 'setting-one-of'
  /** `{allowed, separator}` */
  | 'setting-flags'
  /** `{min, max, unit?}`; `-or-none`: -1 lifts the limit, `-or-all`: -1 takes all that there is */
  | 'setting-integer'
  | 'setting-integer-or-none'
  | 'setting-integer-or-all'
  /** `{min, max, unit?}` */
  | 'setting-number'
  | 'setting-number-or-none'
  /** `{example}` */
  | 'setting-pattern'
  | 'setting-path'
  | 'setting-json'
  /** `{key, allowed}` */
  | 'setting-json-key'
  | 'setting-notmp'
  /** `{expression}` */
  | 'setting-filter'
  /** `{entry}` */
  | 'timetable'
  /** `{limit}` */
  | 'setting-too-long'

export interface SettingProblem {
  readonly code: 'SPEC_INVALID' | 'UNSUPPORTED'
  readonly params: Readonly<Record<string, string | number>>
}

/**
 * Why a setting cannot be used here, undefined when it can. `scope`: where it is written; absent: anywhere. Nothing of
 * the value is repeated beyond 100 characters.
 */
export function settingProblem(name: string, value: string, scope?: SettingScope): SettingProblem | undefined {
  if (!isSettingName(name)) return nameProblem(name)
  const { scopes, type } = settingDefinition(name)
  if (scope !== undefined && !scopes.includes(scope)) {
    return problem('setting-scope', { name, allowed: scopes.join(', ') })
  }
  return valueProblem(type, value)
}

/** Why a text is not a value of a type; undefined when it is. */
export function valueProblem(type: SettingType, value: string): SettingProblem | undefined {
  if (value.length > maxSettingLength) return problem('setting-too-long', { limit: maxSettingLength })
  switch (type.kind) {
    case 'choice':
      return unless(type.words.includes(value), 'setting-one-of', { allowed: type.words.join(', ') })
    case 'boolean':
      if (value === 'true' && type.refusal !== undefined) return problem(type.refusal, {})
      return unless(value === 'true' || value === 'false', 'setting-one-of', { allowed: 'true, false' })
    case 'flags':
      return unless(areFlags(type, value), 'setting-flags', {
        allowed: type.words.join(', '),
        separator: type.separator,
      })
    case 'integer':
    case 'number':
      return rangeProblem(type, value)
    case 'text':
      if (value.length > type.maxLength) return problem('setting-too-long', { limit: type.maxLength })
      return unless(
        type.pattern === undefined || new RegExp(`^(?:${type.pattern.source})$`).test(value),
        'setting-pattern',
        {
          example: type.pattern?.example ?? '',
        },
      )
    case 'path':
      return unless(value !== '' && value.length <= 4096 && !/\p{Cc}/u.test(value), 'setting-path', {})
    case 'filter':
      return filterProblem(value)
    case 'timetable':
      return thrownProblem(() => parseTimetable(value), 'timetable', { entry: value.slice(0, 100) })
    case 'json':
      return jsonProblem(type, value)
  }
}

/** Names of an older generation, and what they are called today. */
const formerNames: Readonly<Record<string, SettingName>> = { transfer_bucketsize: 'task_bucketsize' }
/** Parts of the reference that are not part of Tern. */
const unsupportedNames: readonly (readonly [RegExp, string])[] = [
  [/^compute_|_compute$/, 'compute'],
  [/^publish_/, 'publish'],
]

function nameProblem(name: string): SettingProblem {
  const unsupported = unsupportedNames.find(([pattern]) => pattern.test(name))
  if (unsupported) return { code: 'UNSUPPORTED', params: { feature: unsupported[1] } }
  const shown = name.slice(0, 100)
  const nearest = Object.hasOwn(formerNames, name)
    ? formerNames[name]
    : nearestName(name.replaceAll('-', '_'), settingNames)
  return nearest === undefined
    ? problem('setting-name', { name: shown })
    : problem('setting-name-near', { name: shown, nearest })
}

function areFlags(type: Extract<SettingType, { kind: 'flags' }>, value: string): boolean {
  if (value.trim() === '') return type.mayBeEmpty
  const words = value.split(type.separator).map((word) => word.trim())
  return new Set(words).size === words.length && words.every((word) => type.words.includes(word))
}

function rangeProblem(
  { kind, min, max, unit, besides = [], minusOne }: Extract<SettingType, { kind: 'integer' | 'number' }>,
  value: string,
): SettingProblem | undefined {
  const digits = kind === 'integer' ? /^\d{1,16}$/ : /^\d{1,16}(\.\d{1,6})?$/
  if (besides.includes(value) || (digits.test(value) && Number(value) >= min && Number(value) <= max)) return undefined
  // As texts: a sentence would round the smallest speed to 0.
  const params = { min: `${min}`, max: `${max}`, ...(unit && { unit }) }
  if (!besides.includes('-1')) return problem(`setting-${kind}`, params)
  return problem(
    kind === 'integer' && minusOne === 'all' ? 'setting-integer-or-all' : `setting-${kind}-or-none`,
    params,
  )
}

function jsonProblem({ keys }: Extract<SettingType, { kind: 'json' }>, value: string): SettingProblem | undefined {
  let parsed: unknown
  try {
    parsed = JSON.parse(value)
  } catch {
    return problem('setting-json', {})
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return problem('setting-json', {})
  if (keys === undefined) return undefined
  for (const [key, member] of Object.entries(parsed)) {
    const type = Object.hasOwn(keys, key) ? keys[key] : undefined
    if (type === undefined || typeof member === 'object') {
      return problem('setting-json-key', { key: key.slice(0, 100), allowed: Object.keys(keys).join(', ') })
    }
    const wrong = valueProblem(type, `${member}`)
    if (wrong) return { ...wrong, params: { ...wrong.params, key } }
  }
  return undefined
}

/**
 * Filters that were found good; many tasks of a job have the same one, and compiling takes its time. More than the
 * different ones of one specification, so that none of them is compiled for every task that has it.
 */
const knownFilters = new Set<string>()
const maxKnownFilters = 128

function filterProblem(value: string): SettingProblem | undefined {
  if (knownFilters.has(value)) return undefined
  const wrong = thrownProblem(() => compileFilter(value), 'setting-filter', { expression: value.slice(0, 100) })
  if (wrong) return wrong
  if (knownFilters.size >= maxKnownFilters) knownFilters.clear()
  knownFilters.add(value)
  return undefined
}

/** What a parser throws, with the part of the text that it names. */
function thrownProblem(
  parse: () => unknown,
  advice: SettingAdvice,
  params: SettingProblem['params'],
): SettingProblem | undefined {
  try {
    parse()
    return undefined
  } catch (error) {
    const { entry, expression } = TernError.from(error).params
    return problem(advice, {
      ...params,
      ...(entry && { entry: `${entry}` }),
      ...(expression && { expression: `${expression}` }),
    })
  }
}

function unless(isRight: boolean, advice: SettingAdvice, params: SettingProblem['params']): SettingProblem | undefined {
  return isRight ? undefined : problem(advice, params)
}

function problem(advice: SettingAdvice, params: SettingProblem['params']): SettingProblem {
  return { code: 'SPEC_INVALID', params: { ...params, advice } }
}
