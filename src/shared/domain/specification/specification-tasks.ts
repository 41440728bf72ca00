import { TernError } from '../errors.ts'
import { type PlaceOptions, printPlace } from '../notation/notation.ts'
import { type Mistakes, record } from './mistakes.ts'
import { type NormalTask, readTask, type TaskReading } from './read-task.ts'
import { taskStartStatuses } from './specification-attributes.ts'
import { at, invalidSpecification, type JsonObject, maxUriLength } from './specification-values.ts'

const maxTasks = 1_000_000

interface Reading extends TaskReading {
  readonly options: TaskOptions
  /** Names given so far; undefined where the form itself keeps them apart. */
  uris?: Set<string>
  /** Tasks by the path of their source; where several share it, what each asks for in words. */
  readonly byPath: Map<string, NormalTask | Set<string>>
  readonly tasks: NormalTask[]
}

export interface TaskOptions extends PlaceOptions {
  readonly allowDuplicates: boolean
  readonly hasRecipients: boolean
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
    hasRecipients: options.hasRecipients,
    options,
    byPath: new Map(),
    tasks: [],
  }
  readForm(job, reading)
  return reading.tasks
}

function readForm(job: JsonObject, reading: Reading): void {
  const { tasks } = job
  if (tasks === undefined || tasks === null) {
    addTask(singleTask(job), '0', '$', reading)
    return
  }
  for (const key of ['source', 'destination', 'dest']) {
    if (job[key] === undefined || job[key] === null) continue
    record(reading.mistakes, invalidSpecification(`$.${key}`, 'source-beside-tasks'))
  }
  if (Array.isArray(tasks)) readList(tasks, reading)
  else if (typeof tasks === 'object') readDictionary(tasks as JsonObject, reading)
  else if (typeof tasks === 'string') addTask(tasks, '0', '$.tasks', reading)
  else throw invalidSpecification('$.tasks', 'tasks')
}

function singleTask({ source, destination, dest, status }: JsonObject): JsonObject {
  const ofTask = taskStartStatuses.some((name) => name === status)
  return { source, destination, dest, ...(ofTask && { status }) }
}

function readList(tasks: readonly unknown[], reading: Reading): void {
  checkCount(tasks.length)
  // A number that a task took for itself is not given to another.
  const named = new Set<string>()
  for (const task of tasks) {
    const uri = ownUri(task)
    if (uri !== undefined) named.add(uri)
  }
  if (named.size > 0) reading.uris = new Set()
  let next = tasks.length
  for (const [index, task] of tasks.entries()) {
    let uri = `${index}`
    while (named.has(uri)) uri = `${next++}`
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
  if (keys.some((key) => key !== key.trim())) reading.uris = new Set()
  for (const key of keys) {
    const jsonPath = at('$.tasks', key)
    const uri = key.trim()
    if (uri === '') record(reading.mistakes, invalidSpecification(jsonPath, 'uri-empty'))
    if (key.length > maxUriLength) record(reading.mistakes, invalidSpecification(jsonPath, 'too-long'))
    if ((ownUri(dictionary[key]) ?? uri) !== uri) {
      record(reading.mistakes, invalidSpecification(`${jsonPath}.uri`, 'uri-differs', { uri }))
    }
    addTask(dictionary[key], uri, jsonPath, reading)
  }
}

/** What a task calls itself. */
function ownUri(task: unknown): string | undefined {
  const uri = typeof task === 'object' && task !== null ? (task as JsonObject).uri : undefined
  return typeof uri === 'string' && uri.trim() !== '' ? uri.trim() : undefined
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
    if (reading.uris?.has(task.uri)) throw invalidSpecification(`${jsonPath}.uri`, 'uri-twice', { uri: task.uri })
    reading.uris?.add(task.uri)
    if (isNew(task, jsonPath, reading)) reading.tasks.push(task)
  } catch (thrown) {
    record(reading.mistakes, thrown)
  }
}

/** Same source and destination: the later one asks for what is already asked for (transfers document, Create tasks). */
function isNew(task: NormalTask, jsonPath: string, { byPath, options }: Reading): boolean {
  const { path } = task.source
  const key = path.kind === 'omitted' ? '' : path.path
  const known = byPath.get(key)
  if (known === undefined) {
    byPath.set(key, task)
    return true
  }
  const asked = known instanceof Set ? known : new Set([inWords(known)])
  const words = inWords(task)
  if (!asked.has(words)) {
    byPath.set(key, asked.add(words))
    return true
  }
  if (options.allowDuplicates) return false
  throw new TernError('DUPLICATE_TASK', { uri: task.uri, source: printPlace(task.source), jsonPath })
}

function inWords({ source, destination }: NormalTask): string {
  return `${printPlace(source)}\0${destination ? printPlace(destination) : ''}`
}
