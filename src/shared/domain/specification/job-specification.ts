import { TernError } from '../errors.ts'
import type { PlaceOptions } from '../notation/notation.ts'
import type { Settings } from '../settings/settings.ts'
import { positionsOf } from './json-positions.ts'
import { type JsonText, readJsonText, withoutMark } from './json-text.ts'
import { mirrorsByDefault, withOwnMirroring } from './mirroring.ts'
import {
  attempt,
  EnoughMistakes,
  type Mistakes,
  mistakeOf,
  record,
  type SpecificationMistake,
  withoutEchoes,
} from './mistakes.ts'
import { checkAttributes, readField, readSettings } from './read-fields.ts'
import { defaultPriority, type NormalTask } from './read-task.ts'
import { jobStartStatuses, taskStartStatuses } from './specification-attributes.ts'
import { nameOfSource } from './specification-name.ts'
import { readTasks, type TaskOptions } from './specification-tasks.ts'
import {
  asBoolean,
  asEmail,
  asMetadata,
  asObject,
  asPriority,
  asText,
  asWord,
  invalidSpecification,
  type JsonObject,
  maxRecipients,
} from './specification-values.ts'
import { type SpecificationWarning, warningsOf } from './specification-warnings.ts'

export type { NormalTask, SpecificationMistake, SpecificationWarning }

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
  readonly description?: string
}

/** See PlaceOptions: what a bare word as a destination is. */
export type SpecificationOptions = Pick<PlaceOptions, 'resolveCode'>

export type SpecificationCheck =
  | { readonly specification: NormalSpecification; readonly warnings: readonly SpecificationWarning[] }
  /** `hasMore`: there are more mistakes than these. */
  | { readonly errors: readonly SpecificationMistake[]; readonly hasMore: boolean }

const maxMistakes = 100
const maxNameLength = 200

/**
 * Any form of a transfer's job specification as one normal form: single source and destination, a list, a dictionary
 * keyed by task identifiers, texts in place of tasks, or all of it as JSON text. Never throws for what was written.
 */
export function checkSpecification(spec: unknown, options: SpecificationOptions = {}): SpecificationCheck {
  const mistakes: Mistakes = { errors: [], limit: maxMistakes }
  const read = readAll(spec, options, mistakes)
  if (read) return { specification: read.specification, warnings: warningsOf(read.given, read.specification, options) }
  const errors = withoutEchoes(mistakes.errors.slice(0, maxMistakes).map(mistakeOf))
  return {
    errors: typeof spec === 'string' ? withPositions(errors, spec) : errors,
    hasMore: mistakes.errors.length > maxMistakes,
  }
}

/**
 * As checkSpecification, for those who only need to know that it is right.
 * @throws TernError the first mistake: SPEC_INVALID `{jsonPath, advice, …}`, PATH_INVALID with `jsonPath` added,
 * DUPLICATE_TASK, UNSUPPORTED, LIMIT_EXCEEDED
 */
export function normaliseSpecification(spec: unknown, options: SpecificationOptions = {}): NormalSpecification {
  const mistakes: Mistakes = { errors: [], limit: 0 }
  const read = readAll(spec, options, mistakes)
  if (read) return read.specification
  throw mistakes.errors[0] ?? new TernError('INTERNAL')
}

function readAll(spec: unknown, options: SpecificationOptions, mistakes: Mistakes) {
  try {
    const given = attempt(mistakes, () => readGiven(spec))
    const specification = given && readSpecification(given, options, mistakes)
    return specification && mistakes.errors.length === 0 ? { given, specification } : undefined
  } catch (thrown) {
    if (thrown instanceof EnoughMistakes) return undefined
    throw thrown
  }
}

function readSpecification(
  { job, ...form }: Given,
  options: SpecificationOptions,
  mistakes: Mistakes,
): NormalSpecification | undefined {
  checkAttributes(job, 'job', '$', mistakes)
  readField(job, '$schema', '$', mistakes, asText)
  const field = <Value>(key: string, read: (value: unknown, jsonPath: string) => Value | undefined) =>
    readField(job, key, '$', mistakes, read)

  const allowDuplicates = field('allow_duplicates', asBoolean) ?? true
  const recipients = field('recipients', (value) => readRecipients(value, mistakes)) ?? []
  const tasks =
    attempt(mistakes, () =>
      readTasks(job, { ...options, ...form, allowDuplicates, hasRecipients: recipients.length > 0 }, mistakes),
    ) ?? []
  const code = field('code', asName)
  const name = field('name', asName) ?? code
  const settings = field('settings', (value, jsonPath) => readSettings(value, 'job', jsonPath, mistakes)) ?? {}
  const metadata = field('metadata', asMetadata)
  const priority = field('priority', asPriority) ?? defaultPriority
  const queue = field('queue', asText)
  const status = field('status', (value) => readJobStatus(value, job))
  const append = field('append', asBoolean)
  const mirror = field('mirror', asBoolean)
  const mirrorAsked = field('mirror_paths', asBoolean) ?? mirror
  const invite = field('invite', asBoolean) ?? false
  const description = field('description', asText)
  const [first] = tasks
  if (first === undefined) {
    if (mistakes.errors.length === 0) record(mistakes, invalidSpecification(form.tasksPath, 'tasks-missing'))
    return undefined
  }
  const mirrorPaths = mirrorAsked ?? mirrorsByDefault(tasks, recipients)
  return {
    name: name ?? generatedName(first),
    tasks: mirrorAsked === undefined && mirrorPaths ? withOwnMirroring(tasks) : tasks,
    settings,
    ...(metadata && { metadata }),
    priority,
    ...(queue !== undefined && { queue }),
    ...(status && { status }),
    recipients,
    invite,
    mirrorPaths,
    ...(append !== undefined && { append }),
    allowDuplicates,
    ...(description !== undefined && { description }),
  }
}

function withPositions(errors: readonly SpecificationMistake[], text: string): SpecificationMistake[] {
  // A text that is no JSON has one mistake, which knows where it is.
  const positions = errors.some(({ line }) => line === undefined)
    ? positionsOf(
        withoutMark(text),
        errors.map(({ path }) => path),
      )
    : []
  return errors
    .map((error, index): SpecificationMistake => ({ ...positions[index], ...error }))
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))
}

interface Given extends Pick<TaskOptions, 'taskKeys' | 'tasksPath'> {
  readonly job: JsonObject
}

/** What is to be read, and what only its text knows. */
function readGiven(spec: unknown): Given {
  const { value, taskKeys }: JsonText = typeof spec === 'string' ? readJsonText(spec) : { value: spec }
  if (Array.isArray(value)) return { job: { tasks: value }, taskKeys: undefined, tasksPath: '$' }
  return { job: asObject(value, '$'), taskKeys, tasksPath: '$.tasks' }
}

function readRecipients(value: unknown, mistakes: Mistakes): string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (list.length > maxRecipients) {
    throw new TernError('LIMIT_EXCEEDED', { what: 'recipients', limit: maxRecipients, jsonPath: '$.recipients' })
  }
  const seen = new Map<string, string>()
  for (const [index, entry] of list.entries()) {
    const jsonPath = Array.isArray(value) ? `$.recipients[${index}]` : '$.recipients'
    const email = attempt(mistakes, () => asEmail(entry, jsonPath))
    if (email !== undefined && !seen.has(email.toLowerCase())) seen.set(email.toLowerCase(), email)
  }
  return [...seen.values()]
}

function asName(value: unknown, jsonPath: string): string | undefined {
  const name = asText(value, jsonPath)
  if (name !== undefined && name.length > maxNameLength) throw invalidSpecification(jsonPath, 'too-long')
  return name
}

/** A single source and destination may carry the status of the one task that they are. */
function readJobStatus(status: unknown, job: JsonObject): 'waiting' | 'paused' | undefined {
  const isSingle = job.tasks === undefined || job.tasks === null
  if (isSingle && taskStartStatuses.some((name) => name === status)) return undefined
  return asWord(status, jobStartStatuses, '$.status')
}

/** What a job is called that nobody named: as its first source. */
export function generatedName({ source }: Pick<NormalTask, 'source'>): string {
  return shortened(nameOfSource(source))
}

/** Never ends in half a character, nor in a blank that reading it again would cut off. */
function shortened(name: string): string {
  return name
    .slice(0, maxNameLength)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trim()
}
