import { TernError } from '../errors.ts'
import { type PlaceOptions, type PlaceReference, parsePlace, printPlace } from '../notation/notation.ts'
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
  asWord,
  at,
  invalidSpecification,
  type JsonObject,
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
  readonly settings: Settings
  readonly metadata?: Readonly<Record<string, unknown>>
}

export type TaskStartStatus = (typeof taskStartStatuses)[number]

export const defaultPriority = 500
const maxTasks = 1_000_000
/** What every message that names a path or a task can carry. */
const maxPlaceLength = 4096
const maxUriLength = 64
/** Different filters of tasks in one specification; the same one may stand in any number of tasks. */
const maxTaskFilters = 100
const filterSettings = ['transfer_include', 'transfer_exclude'] as const

/** Remembers the last text, so that a destination shared by many tasks is read once. */
interface PlaceReader {
  readonly options: PlaceOptions
  last?: { readonly text: string; readonly place: PlaceReference }
}
interface Reading {
  readonly mistakes: Mistakes
  readonly source: PlaceReader
  readonly destination: PlaceReader
  readonly filters: Set<unknown>
  readonly uris: Set<string>
  readonly places: Set<string>
  readonly options: TaskOptions
  readonly tasks: NormalTask[]
}

export interface TaskOptions extends PlaceOptions {
  readonly allowDuplicates: boolean
  /** Keys of a dictionary of tasks as its text has them: JavaScript moves those that are numbers to the front. */
  readonly taskKeys?: readonly string[] | undefined
  /** Where the tasks stand: a list of tasks may be all that is written. */
  readonly tasksPath: '$' | '$.tasks'
}

/** The tasks of a job in any of its forms, in their order, none twice. */
export function readTasks(job: JsonObject, options: TaskOptions, mistakes: Mistakes): NormalTask[] {
  const { resolveCode } = options
  const places: PlaceOptions = resolveCode ? { resolveCode } : {}
  const reading: Reading = {
    mistakes,
    source: { options: { ...places, role: 'source' } },
    destination: { options: { ...places, role: 'destination' } },
    filters: new Set(),
    uris: new Set(),
    places: new Set(),
    options,
    tasks: [],
  }
  readForm(job, reading)
  return reading.tasks
}

function readForm(job: JsonObject, reading: Reading): void {
  const { tasks } = job
  if (isAbsent(tasks)) addTask(singleTask(job), '0', '$', reading)
  else {
    for (const key of ['source', 'destination', 'dest']) {
      if (!isAbsent(job[key])) record(reading.mistakes, invalidSpecification(`$.${key}`, 'source-beside-tasks'))
    }
    if (Array.isArray(tasks)) readList(tasks, reading)
    else if (typeof tasks === 'object') readDictionary(tasks as JsonObject, reading)
    else if (typeof tasks === 'string') addTask(tasks, '0', '$.tasks', reading)
    else throw invalidSpecification('$.tasks', 'tasks')
  }
}

function singleTask({ source, destination, dest, status }: JsonObject): JsonObject {
  const ofTask = taskStartStatuses.some((name) => name === status)
  return { source, destination, dest, ...(ofTask && { status }) }
}

function readList(tasks: readonly unknown[], reading: Reading): void {
  checkCount(tasks.length)
  // Tasks that name themselves come first: a number that one of them took is not given to another.
  const named = new Set<string>()
  for (const task of tasks) {
    const uri = typeof task === 'object' && task !== null ? (task as JsonObject).uri : undefined
    if (typeof uri === 'string') named.add(uri.trim())
  }
  const isFree = (uri: string) => !named.has(uri)
  let next = tasks.length
  for (const [index, task] of tasks.entries()) {
    let uri = `${index}`
    if (named.size > 0) while (!isFree(uri)) uri = `${next++}`
    addTask(task, uri, `${reading.options.tasksPath}[${index}]`, reading)
  }
}

function readDictionary(dictionary: JsonObject, reading: Reading): void {
  // The transfers document adds a single task without a list around it.
  if (typeof dictionary.source === 'string') {
    addTask(dictionary, '0', '$.tasks', reading)
    return
  }
  const keys = keysInOrder(dictionary, reading.options.taskKeys)
  checkCount(keys.length)
  for (const key of keys) {
    const jsonPath = at('$.tasks', key)
    const uri = key.trim()
    if (uri === '') record(reading.mistakes, invalidSpecification(jsonPath, 'uri-empty'))
    const task = dictionary[key]
    const own = typeof task === 'object' && task !== null ? (task as JsonObject).uri : undefined
    if (typeof own === 'string' && own.trim() !== '' && own.trim() !== uri) {
      record(reading.mistakes, invalidSpecification(`${jsonPath}.uri`, 'uri-differs', { uri }))
    }
    addTask(task, uri, jsonPath, reading)
  }
}

function keysInOrder(dictionary: JsonObject, written: readonly string[] | undefined): readonly string[] {
  const keys = Object.keys(dictionary)
  return written?.length === keys.length ? written : keys
}

function checkCount(count: number): void {
  if (count > maxTasks) {
    throw new TernError('LIMIT_EXCEEDED', { what: 'tasks', limit: maxTasks, jsonPath: '$.tasks' })
  }
}

function addTask(value: unknown, uri: string, jsonPath: string, reading: Reading): void {
  try {
    const task = readTask(value, uri, jsonPath, reading)
    if (reading.uris.has(task.uri)) {
      throw invalidSpecification(jsonPath === '$' ? '$' : `${jsonPath}.uri`, 'uri-twice', { uri: task.uri })
    }
    reading.uris.add(task.uri)
    if (isNew(task, jsonPath, reading)) reading.tasks.push(task)
  } catch (thrown) {
    record(reading.mistakes, thrown)
  }
}

function readTask(value: unknown, uri: string, jsonPath: string, reading: Reading): NormalTask {
  const { mistakes } = reading
  const task: JsonObject = typeof value === 'string' ? { source: value } : asObject(value, jsonPath)
  if (jsonPath !== '$') checkAttributes(task, 'task', jsonPath, mistakes)
  const taskUri = readField(task, 'uri', jsonPath, mistakes, asText) ?? uri
  if (taskUri.length > maxUriLength) record(mistakes, invalidSpecification(`${jsonPath}.uri`, 'too-long'))
  const destinationKey = isAbsent(task.destination) && !isAbsent(task.dest) ? 'dest' : 'destination'
  const destination = readField(task, destinationKey, jsonPath, mistakes, (text, where) =>
    readPlace(text, where, reading.destination),
  )
  const status = readField(task, 'status', jsonPath, mistakes, asTaskStatus)
  const metadata = readField(task, 'metadata', jsonPath, mistakes, asMetadata)
  const priority = readField(task, 'priority', jsonPath, mistakes, asPriority) ?? defaultPriority
  const settings = readTaskSettings(task.settings, `${jsonPath}.settings`, reading)
  readField(task, 'description', jsonPath, mistakes, asText)
  readField(task, 'mirror_paths', jsonPath, mistakes, asBoolean)
  readField(task, 'mirror', jsonPath, mistakes, asBoolean)
  const source = readSource(task.source, `${jsonPath}.source`, reading)
  return {
    uri: taskUri,
    source,
    ...(destination && { destination }),
    priority,
    ...(status && { status }),
    settings,
    ...(metadata && { metadata }),
  }
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

function asTaskStatus(value: unknown, jsonPath: string): TaskStartStatus | undefined {
  return asWord(value, taskStartStatuses, jsonPath)
}

function readSource(value: unknown, jsonPath: string, reading: Reading): PlaceReference {
  const source = readPlace(value, jsonPath, reading.source)
  if (source === undefined) throw invalidSpecification(jsonPath, 'source-missing')
  if (source.path.kind === 'omitted') throw invalidSpecification(jsonPath, 'source-path-missing')
  return source
}

function readPlace(value: unknown, jsonPath: string, reader: PlaceReader): PlaceReference | undefined {
  if (isAbsent(value)) return undefined
  if (reader.last !== undefined && reader.last.text === value) return reader.last.place
  if (typeof value !== 'string') throw invalidSpecification(jsonPath, 'text')
  if (value.length > maxPlaceLength) throw invalidSpecification(jsonPath, 'too-long')
  try {
    const place = parsePlace(value, reader.options)
    if (hasEatenBackslash(place)) throw invalidSpecification(jsonPath, 'backslash-eaten')
    reader.last = { text: value, place }
    return place
  } catch (error) {
    if (!(error instanceof TernError)) throw error
    throw new TernError(error.code, { ...error.params, jsonPath }, { cause: error })
  }
}

/** `C:\new` in JSON is a valid text with a line break, which no Windows name can have. */
function hasEatenBackslash({ path }: PlaceReference): boolean {
  return path.kind === 'absolute' && path.system === 'windows' && /\p{Cc}/u.test(path.path)
}

function readTaskSettings(value: unknown, jsonPath: string, reading: Reading): Settings {
  if (typeof value === 'object' && value !== null) {
    for (const name of filterSettings) {
      if (Object.hasOwn(value, name)) reading.filters.add((value as JsonObject)[name])
    }
    if (reading.filters.size > maxTaskFilters) {
      throw new TernError('LIMIT_EXCEEDED', { what: 'filters', limit: maxTaskFilters, jsonPath })
    }
  }
  return readSettings(value, 'task', jsonPath, reading.mistakes)
}

/** Same source and destination: the later one asks for what is already asked for (transfers document, Create tasks). */
function isNew(task: NormalTask, jsonPath: string, reading: Reading): boolean {
  const source = printPlace(task.source)
  const key = task.destination ? `${source}\0${printPlace(task.destination)}` : source
  const count = reading.places.size
  reading.places.add(key)
  if (reading.places.size > count) return true
  if (!reading.options.allowDuplicates) throw new TernError('DUPLICATE_TASK', { uri: task.uri, source, jsonPath })
  return false
}
