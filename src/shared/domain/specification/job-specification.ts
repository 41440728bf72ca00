import { TernError } from '../errors.ts'
import { type PlaceOptions, type PlaceReference, printPlace } from '../notation/notation.ts'
import type { Settings } from '../settings/settings.ts'
import { defaultPriority, type NormalTask, readSettings, taskStartStatuses, tasksOf } from './specification-tasks.ts'
import {
  asBoolean,
  asMetadata,
  asObject,
  asPriority,
  asText,
  asWord,
  checkKeys,
  invalidSpecification,
  type JsonObject,
} from './specification-values.ts'

export type { NormalTask }

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
const jobStartStatuses = ['waiting', 'paused'] as const
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
  const tasks = tasksOf(job, options, allowDuplicates)
  const first = tasks[0]
  if (first === undefined) throw invalidSpecification('$.tasks', 'tasks-missing')

  const name = asText(job.name, '$.name') ?? asText(job.code, '$.code') ?? nameOf(first.source)
  const settings = readSettings(job.settings, '$.settings', 'job')
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

function readJobStatus(job: JsonObject): 'waiting' | 'paused' | undefined {
  const { status, tasks } = job
  if (tasks === undefined && taskStartStatuses.some((name) => name === status)) return undefined
  return asWord(status, jobStartStatuses, '$.status')
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
