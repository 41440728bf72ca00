import { TernError } from './errors.ts'
import { type PlaceOptions, type PlaceReference, parsePlace, printPlace } from './notation.ts'
import { checkSettings, type Settings } from './settings.ts'
import {
  asBoolean,
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

export interface NormalSpecification {
  /** As given, or from the first source. */
  readonly name: string
  readonly tasks: readonly NormalTask[]
  readonly settings: Settings
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly priority: number
  readonly queue?: string
  readonly status?: 'waiting' | 'paused'
  /** E-mail addresses; one job for each. */
  readonly recipients: readonly string[]
  /** Recipients who are not known yet are invited. */
  readonly invite: boolean
  /** Keep the path below the share. By default where a destination names no path and is not a person. */
  readonly mirrorPaths: boolean
  readonly append?: boolean
  readonly allowDuplicates: boolean
}

/** See PlaceOptions: what a bare word as a destination is. */
export type SpecificationOptions = Pick<PlaceOptions, 'resolveCode'>

export const defaultPriority = 500

const jobKeys = [
  'name',
  'code',
  'tasks',
  'source',
  'destination',
  'dest',
  'settings',
  'metadata',
  'priority',
  'queue',
  'status',
  'recipients',
  'invite',
  'mirror_paths',
  'mirror',
  'append',
  'allow_duplicates',
  'description',
] as const
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
const taskStartStatuses = ['queued', 'onhold', 'excluded'] as const
const jobStartStatuses = ['waiting', 'paused'] as const
const maxTasks = 1_000_000
const emailAddress = /^[^\s@"<>,;:/\\]+@[^\s@"<>,;:/\\]+$/

/**
 * Any form of a transfer's job specification as one normal form: single source and destination, a list, a dictionary
 * keyed by task identifiers, texts in place of tasks, or all of it as JSON text.
 * @throws TernError SPEC_INVALID `{jsonPath, advice, …}`, PATH_INVALID with `jsonPath` added, DUPLICATE_TASK, UNSUPPORTED
 */
export function normaliseSpecification(spec: unknown, options: SpecificationOptions = {}): NormalSpecification {
  const job = readJob(spec)
  checkKeys(job, jobKeys, '$')
  const allowDuplicates = asBoolean(job.allow_duplicates, '$.allow_duplicates') ?? true
  const recipients = readRecipients(job.recipients)
  const tasks = withoutDuplicates(readTasks(job, options), allowDuplicates)
  const first = tasks[0]
  if (first === undefined) throw invalidSpecification('$.tasks', 'tasks-missing')

  const name = asText(job.name, '$.name') ?? asText(job.code, '$.code') ?? nameOf(first.source)
  const settings = readSettings(job.settings, '$.settings')
  const metadata = asMetadata(job.metadata, '$.metadata')
  const queue = asText(job.queue, '$.queue')
  const status = readJobStatus(job)
  const append = asBoolean(job.append, '$.append')
  const mirrorAsked = asBoolean(job.mirror_paths, '$.mirror_paths') ?? asBoolean(job.mirror, '$.mirror')
  return {
    name: name.slice(0, 200),
    tasks,
    settings,
    ...(metadata && { metadata }),
    priority: asPriority(job.priority, '$.priority') ?? defaultPriority,
    ...(queue !== undefined && { queue }),
    ...(status && { status }),
    recipients,
    invite: asBoolean(job.invite, '$.invite') ?? false,
    mirrorPaths: mirrorAsked ?? (recipients.length === 0 && tasks.some((task) => mirrorsByDefault(task.destination))),
    ...(append !== undefined && { append }),
    allowDuplicates,
  }
}

function readJob(spec: unknown): JsonObject {
  const value = typeof spec === 'string' ? parseJson(spec) : spec
  return Array.isArray(value) ? { tasks: value } : asObject(value, '$')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message.slice(0, 200) : ''
    throw invalidSpecification('$', jsonAdvice(text), { problem })
  }
}

/** The two things that people get wrong most: Windows paths, and a comma left behind the last entry. */
function jsonAdvice(text: string): 'json' | 'json-backslashes' | 'json-trailing-comma' {
  if (/\\[^"\\/bfnrtu]/.test(text)) return 'json-backslashes'
  return /,\s{0,100}[\]}]/.test(text) ? 'json-trailing-comma' : 'json'
}

function readTasks(job: JsonObject, options: SpecificationOptions): NormalTask[] {
  const tasks = job.tasks
  if (tasks === undefined || tasks === null) {
    const { source, destination, dest, status } = job
    const ofTask = taskStartStatuses.some((name) => name === status)
    const single = { source, destination, dest, ...(ofTask && { status }) }
    return [readTask(single, '0', '$', options)]
  }
  for (const key of ['source', 'destination', 'dest']) {
    if (job[key] !== undefined) throw invalidSpecification(`$.${key}`, 'source-beside-tasks')
  }
  if (typeof tasks === 'string') return [readTask({ source: tasks }, '0', '$.tasks', options)]
  if (Array.isArray(tasks)) return readTaskList(tasks, options)
  const dictionary = asObject(tasks, '$.tasks')
  // The transfers document adds a single task without a list around it.
  if (typeof dictionary.source === 'string') return [readTask(dictionary, '0', '$.tasks', options)]
  const entries = Object.entries(dictionary)
  checkCount(entries.length)
  return entries.map(([uri, task]) => readTask(task, uri, at('$.tasks', uri), options))
}

function readTaskList(tasks: readonly unknown[], options: SpecificationOptions): NormalTask[] {
  checkCount(tasks.length)
  const uris = new Set<string>()
  return tasks.map((value, index) => {
    const task = readTask(value, `${index}`, `$.tasks[${index}]`, options)
    if (uris.has(task.uri)) throw invalidSpecification(`$.tasks[${index}].uri`, 'uri-twice', { uri: task.uri })
    uris.add(task.uri)
    return task
  })
}

function checkCount(count: number): void {
  if (count > maxTasks) throw new TernError('LIMIT_EXCEEDED', { what: 'tasks', limit: maxTasks })
}

function readTask(value: unknown, uri: string, jsonPath: string, options: SpecificationOptions): NormalTask {
  const task = typeof value === 'string' ? { source: value } : asObject(value, jsonPath)
  if (jsonPath !== '$') checkKeys(task, taskKeys, jsonPath)
  const source = readPlace(task.source, `${jsonPath}.source`, { role: 'source', ...options })
  if (source === undefined) throw invalidSpecification(`${jsonPath}.source`, 'source-missing')
  if (source.path.kind === 'omitted') throw invalidSpecification(`${jsonPath}.source`, 'source-path-missing')
  const destinationKey = task.destination === undefined && task.dest !== undefined ? 'dest' : 'destination'
  const destination = readPlace(task[destinationKey], `${jsonPath}.${destinationKey}`, {
    role: 'destination',
    ...options,
  })
  const status = asWord(task.status, taskStartStatuses, `${jsonPath}.status`)
  const metadata = asMetadata(task.metadata, `${jsonPath}.metadata`)
  return {
    uri: asText(task.uri, `${jsonPath}.uri`) ?? uri,
    source,
    ...(destination && { destination }),
    priority: asPriority(task.priority, `${jsonPath}.priority`) ?? defaultPriority,
    ...(status && { status }),
    settings: readSettings(task.settings, `${jsonPath}.settings`),
    ...(metadata && { metadata }),
  }
}

function readPlace(value: unknown, jsonPath: string, options: PlaceOptions): PlaceReference | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value !== 'string') throw invalidSpecification(jsonPath, 'text')
  if (value.length > 8192) throw invalidSpecification(jsonPath, 'too-long')
  try {
    return parsePlace(value, options)
  } catch (error) {
    if (!(error instanceof TernError)) throw error
    throw new TernError(error.code, { ...error.params, jsonPath }, { cause: error })
  }
}

function readRecipients(value: unknown): string[] {
  if (value === undefined || value === null) return []
  const list = Array.isArray(value) ? value : [value]
  if (list.length > 1000) throw new TernError('LIMIT_EXCEEDED', { what: 'recipients', limit: 1000 })
  const seen = new Map<string, string>()
  for (const [index, entry] of list.entries()) {
    const jsonPath = Array.isArray(value) ? `$.recipients[${index}]` : '$.recipients'
    const email = asText(entry, jsonPath)
    if (email === undefined || !emailAddress.test(email)) throw invalidSpecification(jsonPath, 'email')
    if (!seen.has(email.toLowerCase())) seen.set(email.toLowerCase(), email)
  }
  return [...seen.values()]
}

function readSettings(value: unknown, jsonPath: string): Settings {
  const settings = asSettings(value, jsonPath)
  checkSettings(settings, jsonPath)
  return settings
}

function readJobStatus(job: JsonObject): 'waiting' | 'paused' | undefined {
  const { status, tasks } = job
  if (tasks === undefined && taskStartStatuses.some((name) => name === status)) return undefined
  return asWord(status, jobStartStatuses, '$.status')
}

/** Same source and destination: the later one asks for what is already asked for (transfers document, Create tasks). */
function withoutDuplicates(tasks: readonly NormalTask[], allowDuplicates: boolean): NormalTask[] {
  const seen = new Set<string>()
  return tasks.filter((task) => {
    const key = `${printPlace(task.source)}\0${task.destination ? printPlace(task.destination) : ''}`
    if (!seen.has(key)) {
      seen.add(key)
      return true
    }
    if (!allowDuplicates) throw new TernError('DUPLICATE_TASK', { uri: task.uri, source: printPlace(task.source) })
    return false
  })
}

function mirrorsByDefault(destination: PlaceReference | undefined): boolean {
  return destination === undefined || (destination.path.kind === 'omitted' && destination.party.kind !== 'user')
}

function nameOf(source: PlaceReference): string {
  const { path } = source
  if (path.kind === 'omitted') return printPlace(source)
  const last = path.path.slice(path.path.lastIndexOf('/') + 1)
  if (last !== '') return last
  return path.kind === 'share' ? path.share : printPlace(source)
}
