import { TernError } from '../errors.ts'
import { nearestName } from '../nearest-name.ts'
import { settingProblem } from '../settings/setting-problem.ts'
import { isSettingName, type Settings, settingDefinition } from '../settings/settings.ts'
import { attempt, type Mistakes, record } from './mistakes.ts'
import { foreignFeature, jobAttributes, taskAttributes } from './specification-attributes.ts'
import { asObject, at, invalidSpecification, type JsonObject } from './specification-values.ts'

const noSettings: Settings = Object.freeze({})
const knownAttributes = { job: jobAttributes, task: taskAttributes }

/** One attribute of a job or task; undefined when it is absent or wrong, which is recorded. `null` means absent. */
export function readField<Value>(
  object: JsonObject,
  key: string,
  jsonPath: string,
  mistakes: Mistakes,
  read: (value: unknown, jsonPath: string) => Value | undefined,
): Value | undefined {
  const value = object[key]
  if (value === undefined || value === null) return undefined
  try {
    return read(value, `${jsonPath}.${key}`)
  } catch (thrown) {
    record(mistakes, thrown)
    return undefined
  }
}

/** A misspelt attribute would change what a transfer does, so nothing unknown passes in silence. */
export function checkAttributes(object: JsonObject, of: 'job' | 'task', jsonPath: string, mistakes: Mistakes): void {
  const known = knownAttributes[of]
  for (const key of Object.keys(object)) {
    if (!Object.hasOwn(known, key)) attempt(mistakes, () => refuseAttribute(object, key, of, jsonPath))
  }
}

function refuseAttribute(object: JsonObject, key: string, of: 'job' | 'task', jsonPath: string): void {
  const where = at(jsonPath, key)
  const feature = foreignFeature(key, of)
  if (feature === undefined) {
    const known = Object.keys(knownAttributes[of])
    const nearest = nearestName(key, known)
    throw nearest === undefined
      ? invalidSpecification(where, 'unknown-key', { allowed: known.join(', ') })
      : invalidSpecification(where, 'unknown-key-near', { nearest })
  }
  if (object[key] !== null) throw new TernError('UNSUPPORTED', { feature, jsonPath: where })
}

/** Settings whose names and values Tern can use; each that it cannot is recorded. */
export function readSettings(value: unknown, of: 'job' | 'task', jsonPath: string, mistakes: Mistakes): Settings {
  if (value === undefined || value === null) return noSettings
  const given = asObject(value, jsonPath)
  const settings: Record<string, string> = {}
  for (const name of Object.keys(given)) {
    if (given[name] === null && mayStand(name, of)) continue
    const text = attempt(mistakes, () => readSetting(given[name] ?? '', name, of, jsonPath))
    if (text !== undefined) settings[name] = text
  }
  return settings
}

function mayStand(name: string, of: 'job' | 'task'): boolean {
  return isSettingName(name) && settingDefinition(name).scopes.includes(of)
}

function readSetting(value: unknown, name: string, of: 'job' | 'task', jsonPath: string): string {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    throw invalidSpecification(at(jsonPath, name), 'setting-value')
  }
  // Texts on the wire; numbers and booleans are accepted.
  const text = `${value}`
  const problem = settingProblem(name, text, of)
  if (problem) throw new TernError(problem.code, { ...problem.params, jsonPath: at(jsonPath, name) })
  return text
}
