import { TernError } from '../errors.ts'
import { type PlaceOptions, type PlaceReference, parsePlace, printPlace } from '../notation/notation.ts'
import { checkSettings } from '../settings/check-settings.ts'
import type { Settings } from '../settings/settings.ts'
import {
  asMetadata,
  asObject,
  asPriority,
  asSettings,
  asText,
  asWord,
  at,
  checkKeys,
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

export type TaskStartStatus = 'queued' | 'onhold' | 'excluded'

export const defaultPriority = 500
const taskKeys = [
  'uri',
  'source',
  'destination',
  'dest',
  'priority',
  'status',
  'settings',
  'metadata',
  'description',
] as const
export const taskStartStatuses = ['queued', 'onhold', 'excluded'] as const
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
interface Readers {
  readonly source: PlaceReader
  readonly destination: PlaceReader
  readonly filters: Set<unknown>
}

/**
 * The tasks of a job in any of its forms, in their order, none twice.
 * @throws TernError as normaliseSpecification
 */
export function tasksOf(job: JsonObject, options: PlaceOptions, allowDuplicates: boolean): NormalTask[] {
  const readers: Readers = {
    source: { options: { ...options, role: 'source' } },
    destination: { options: { ...options, role: 'destination' } },
    filters: new Set(),
  }
  return withoutDuplicates(readTasks(job, readers), allowDuplicates)
}

function readTasks(job: JsonObject, readers: Readers): NormalTask[] {
  const tasks = job.tasks
  if (tasks === undefined || tasks === null) {
    const { source, destination, dest, status } = job
    const ofTask = taskStartStatuses.some((name) => name === status)
    const single = { source, destination, dest, ...(ofTask && { status }) }
    return [readTask(single, '0', '$', readers)]
  }
  for (const key of ['source', 'destination', 'dest']) {
    if (job[key] !== undefined) throw invalidSpecification(`$.${key}`, 'source-beside-tasks')
  }
  if (typeof tasks === 'string') return [readTask({ source: tasks }, '0', '$.tasks', readers)]
  if (Array.isArray(tasks)) return readTaskList(tasks, readers)
  const dictionary = asObject(tasks, '$.tasks')
  // The transfers document adds a single task without a list around it.
  if (typeof dictionary.source === 'string') return [readTask(dictionary, '0', '$.tasks', readers)]
  const entries = Object.entries(dictionary)
  checkCount(entries.length)
  return entries.map(([uri, task]) => readTask(task, uri, at('$.tasks', uri), readers))
}

function readTaskList(tasks: readonly unknown[], readers: Readers): NormalTask[] {
  checkCount(tasks.length)
  const uris = new Set<string>()
  return tasks.map((value, index) => {
    const task = readTask(value, `${index}`, `$.tasks[${index}]`, readers)
    if (uris.has(task.uri)) throw invalidSpecification(`$.tasks[${index}].uri`, 'uri-twice', { uri: task.uri })
    uris.add(task.uri)
    return task
  })
}

function checkCount(count: number): void {
  if (count > maxTasks) throw new TernError('LIMIT_EXCEEDED', { what: 'tasks', limit: maxTasks })
}

function readTask(value: unknown, uri: string, jsonPath: string, readers: Readers): NormalTask {
  const task = typeof value === 'string' ? { source: value } : asObject(value, jsonPath)
  if (jsonPath !== '$') checkKeys(task, taskKeys, jsonPath)
  const taskUri = asText(task.uri, `${jsonPath}.uri`) ?? uri
  if (taskUri.length > maxUriLength) throw invalidSpecification(`${jsonPath}.uri`, 'too-long')
  const source = readPlace(task.source, `${jsonPath}.source`, readers.source)
  if (source === undefined) throw invalidSpecification(`${jsonPath}.source`, 'source-missing')
  if (source.path.kind === 'omitted') throw invalidSpecification(`${jsonPath}.source`, 'source-path-missing')
  const destinationKey = task.destination === undefined && task.dest !== undefined ? 'dest' : 'destination'
  const destination = readPlace(task[destinationKey], `${jsonPath}.${destinationKey}`, readers.destination)
  const status = asWord(task.status, taskStartStatuses, `${jsonPath}.status`)
  const metadata = asMetadata(task.metadata, `${jsonPath}.metadata`)
  return {
    uri: taskUri,
    source,
    ...(destination && { destination }),
    priority: asPriority(task.priority, `${jsonPath}.priority`) ?? defaultPriority,
    ...(status && { status }),
    settings: readTaskSettings(task.settings, `${jsonPath}.settings`, readers.filters),
    ...(metadata && { metadata }),
  }
}

function readPlace(value: unknown, jsonPath: string, reader: PlaceReader): PlaceReference | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (reader.last?.text === value) return reader.last.place
  if (typeof value !== 'string') throw invalidSpecification(jsonPath, 'text')
  if (value.length > maxPlaceLength) throw invalidSpecification(jsonPath, 'too-long')
  try {
    const place = parsePlace(value, reader.options)
    reader.last = { text: value, place }
    return place
  } catch (error) {
    if (!(error instanceof TernError)) throw error
    throw new TernError(error.code, { ...error.params, jsonPath }, { cause: error })
  }
}

function readTaskSettings(value: unknown, jsonPath: string, filters: Set<unknown>): Settings {
  if (typeof value === 'object' && value !== null) {
    for (const name of filterSettings) if (Object.hasOwn(value, name)) filters.add((value as JsonObject)[name])
    if (filters.size > maxTaskFilters) throw new TernError('LIMIT_EXCEEDED', { what: 'filters', limit: maxTaskFilters })
  }
  return readSettings(value, jsonPath, 'task')
}

/** Settings whose names and values Tern can use at a job or a task. */
export function readSettings(value: unknown, jsonPath: string, scope: 'job' | 'task'): Settings {
  const settings = asSettings(value, jsonPath)
  checkSettings(settings, jsonPath, scope)
  return settings
}

/** Same source and destination: the later one asks for what is already asked for (transfers document, Create tasks). */
function withoutDuplicates(tasks: readonly NormalTask[], allowDuplicates: boolean): NormalTask[] {
  const seen = new Set<string>()
  // One destination for many sources is the common case, and printing it again for each costs as much as the rest.
  let destination: PlaceReference | undefined
  let destinationText = ''
  return tasks.filter((task) => {
    if (task.destination !== destination) {
      destination = task.destination
      destinationText = destination ? printPlace(destination) : ''
    }
    const key = `${printPlace(task.source)}\0${destinationText}`
    if (!seen.has(key)) {
      seen.add(key)
      return true
    }
    if (!allowDuplicates) throw new TernError('DUPLICATE_TASK', { uri: task.uri, source: printPlace(task.source) })
    return false
  })
}
