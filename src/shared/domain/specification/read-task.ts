import { TernError } from '../errors.ts'
import { type PlaceOptions, type PlaceReference, parsePlace } from '../notation/notation.ts'
import type { Settings } from '../settings/settings.ts'
import { type Mistakes, record } from './mistakes.ts'
import { checkAttributes, readField, readSettings } from './read-fields.ts'
import { taskStartStatuses } from './specification-attributes.ts'
import {
  asBoolean,
  asMetadata,
  asObject,
  asPriority,
  asText,
  asUri,
  asWord,
  invalidSpecification,
  type JsonObject,
  maxPlaceLength,
} from './specification-values.ts'

/** One file or folder of a transfer, in the one form that everything behind the parser works with. */
export interface NormalTask {
  readonly uri: string
  readonly source: PlaceReference
  /** Absent: mirrored, or wherever the recipient chooses. */
  readonly destination?: PlaceReference
  /** 1 to 1000, 1000 first. */
  readonly priority: number
  readonly status?: TaskStartStatus
  /** Whether its path below the share is kept, where that is not as the job has it. */
  readonly mirrorPaths?: boolean
  readonly settings: Settings
  readonly metadata?: Readonly<Record<string, unknown>>
}

type TaskStartStatus = (typeof taskStartStatuses)[number]

export const defaultPriority = 500
/** Different filters of tasks in one specification; the same one may stand in any number of tasks. */
const maxTaskFilters = 100
const filterSettings = ['transfer_include', 'transfer_exclude'] as const
/** `"C:\new"` is a valid text of JSON: a drive and a line break. */
const losesBackslash = /^[A-Za-z]:[\f\n\r\t]/
const noSettings: Settings = Object.freeze({})

/** Remembers the last text, so that a destination shared by many tasks is read once. */
interface PlaceReader {
  readonly options: PlaceOptions
  last?: { readonly text: string; readonly place: PlaceReference }
}

/** What one task of a job leaves for the next. */
export interface TaskReading {
  readonly mistakes: Mistakes
  readonly source: PlaceReader
  readonly destination: PlaceReader
  readonly filters: Set<unknown>
  /** Then people are named there, and not in the tasks' destinations. */
  readonly hasRecipients: boolean
  /** Many tasks of a job have the same settings: they are read and kept once. */
  lastSettings?: { readonly given: object; readonly settings: Settings }
}

/**
 * One task, a text or an object. What is wrong in it is recorded; thrown is what leaves nothing to go on with.
 * @throws TernError SPEC_INVALID, PATH_INVALID, UNSUPPORTED, PATH_AMBIGUOUS of its source
 */
export function readTask(value: unknown, uri: string, jsonPath: string, reading: TaskReading): NormalTask {
  const { mistakes } = reading
  const given: JsonObject = typeof value === 'string' ? { source: value } : asObject(value, jsonPath)
  if (jsonPath !== '$') checkAttributes(given, 'task', jsonPath, mistakes)
  const taskUri = readField(given, 'uri', jsonPath, mistakes, asUri) ?? uri
  const destination = readDestination(given, jsonPath, reading)
  const status = readField(given, 'status', jsonPath, mistakes, asTaskStatus)
  const metadata = readField(given, 'metadata', jsonPath, mistakes, asMetadata)
  const priority = readField(given, 'priority', jsonPath, mistakes, asPriority) ?? defaultPriority
  const settings = readTaskSettings(given, jsonPath, reading)
  readField(given, 'description', jsonPath, mistakes, asText)
  const mirror = readField(given, 'mirror', jsonPath, mistakes, asBoolean)
  const mirrorPaths =
    jsonPath === '$' ? undefined : (readField(given, 'mirror_paths', jsonPath, mistakes, asBoolean) ?? mirror)
  const source = readSource(given.source, `${jsonPath}.source`, reading.source)
  return withRareFields(withoutAbsent(taskUri, source, destination, priority, settings, metadata), status, mirrorPaths)
}

function asTaskStatus(value: unknown, jsonPath: string): TaskStartStatus | undefined {
  return asWord(value, taskStartStatuses, jsonPath)
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

function readDestination(given: JsonObject, jsonPath: string, reading: TaskReading): PlaceReference | undefined {
  const key = isAbsent(given.destination) ? 'dest' : 'destination'
  try {
    if (key === 'destination' && !isAbsent(given.dest)) {
      throw invalidSpecification(`${jsonPath}.dest`, 'destination-twice')
    }
    const place = readPlace(given[key], `${jsonPath}.${key}`, reading.destination)
    if (!reading.hasRecipients || place === undefined || place.party.kind === 'none') return place
    throw invalidSpecification(`${jsonPath}.${key}`, 'party-beside-recipients')
  } catch (thrown) {
    record(reading.mistakes, thrown)
    return undefined
  }
}

function readSource(value: unknown, jsonPath: string, reader: PlaceReader): PlaceReference {
  const source = readPlace(value, jsonPath, reader)
  if (source === undefined) throw invalidSpecification(jsonPath, 'source-missing')
  if (source.path.kind === 'omitted') throw invalidSpecification(jsonPath, 'source-path-missing')
  return source
}

function readPlace(value: unknown, jsonPath: string, reader: PlaceReader): PlaceReference | undefined {
  if (isAbsent(value)) return undefined
  if (reader.last !== undefined && reader.last.text === value) return reader.last.place
  if (typeof value !== 'string') throw invalidSpecification(jsonPath, Array.isArray(value) ? 'one-place' : 'text')
  if (value.length > maxPlaceLength) throw invalidSpecification(jsonPath, 'too-long')
  try {
    if (losesBackslash.test(value)) throw invalidSpecification(jsonPath, 'backslash-eaten')
    const place = parsePlace(value, reader.options)
    if (hasEatenBackslash(place)) throw invalidSpecification(jsonPath, 'backslash-eaten')
    reader.last = { text: value, place }
    return place
  } catch (error) {
    if (!(error instanceof TernError)) throw error
    throw new TernError(error.code, { ...error.params, jsonPath }, { cause: error })
  }
}

/** No Windows name can have a control character: a single backslash in JSON made it. */
function hasEatenBackslash({ path }: PlaceReference): boolean {
  return path.kind === 'absolute' && path.system === 'windows' && /\p{Cc}/u.test(path.path)
}

function readTaskSettings({ settings: given }: JsonObject, jsonPath: string, reading: TaskReading): Settings {
  if (given === undefined || given === null) return noSettings
  const { mistakes, lastSettings } = reading
  const isObject = typeof given === 'object' && !Array.isArray(given)
  if (isObject && lastSettings && areSame(given, lastSettings.given)) return lastSettings.settings
  const where = `${jsonPath}.settings`
  try {
    if (!areFiltersFew(given, where, reading)) return noSettings
    const before = mistakes.errors.length
    const settings = readSettings(given, 'task', where, mistakes)
    if (mistakes.errors.length === before) reading.lastSettings = { given, settings }
    return settings
  } catch (thrown) {
    record(mistakes, thrown)
    return noSettings
  }
}

/** Each filter takes time to prepare. Too many of them are one mistake, and no more are looked at. */
function areFiltersFew(given: object, jsonPath: string, { filters, mistakes }: TaskReading): boolean {
  if (filters.size > maxTaskFilters) return false
  for (const name of filterSettings) if (Object.hasOwn(given, name)) filters.add((given as JsonObject)[name])
  if (filters.size <= maxTaskFilters) return true
  record(mistakes, new TernError('LIMIT_EXCEEDED', { what: 'filters', limit: maxTaskFilters, jsonPath }))
  return false
}

function areSame(a: object, b: object): boolean {
  let difference = 0
  for (const key in a) {
    if ((a as JsonObject)[key] !== (b as JsonObject)[key]) return false
    difference++
  }
  for (const _ in b) difference--
  return difference === 0
}

/** Each combination written out: objects that grow step by step take twice the memory, and there may be a million. */
function withoutAbsent(
  uri: string,
  source: PlaceReference,
  destination: PlaceReference | undefined,
  priority: number,
  settings: Settings,
  metadata: JsonObject | undefined,
): NormalTask {
  if (destination === undefined) {
    return metadata ? { uri, source, priority, settings, metadata } : { uri, source, priority, settings }
  }
  return metadata
    ? { uri, source, destination, priority, settings, metadata }
    : { uri, source, destination, priority, settings }
}

function withRareFields(
  task: NormalTask,
  status: TaskStartStatus | undefined,
  mirrorPaths: boolean | undefined,
): NormalTask {
  if (status === undefined && mirrorPaths === undefined) return task
  return { ...task, ...(status && { status }), ...(mirrorPaths !== undefined && { mirrorPaths }) }
}
