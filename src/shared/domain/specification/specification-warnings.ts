import type { ErrorParams } from '../errors.ts'
import { parseFilter } from '../filters/filter-grammar.ts'
import { type PlaceOptions, type PlaceReference, parsePlace, printParty } from '../notation/notation.ts'
import { areOtherParties } from '../notation/other-parties.ts'
import { type PlaceDoubt, placeDoubt } from '../notation/place-doubts.ts'
import { memberCount, parseSequence } from '../sequences/sequences.ts'
import { isSettingName, settingTable } from '../settings/settings.ts'
import type { NormalTask } from './read-task.ts'
import { at, type JsonObject } from './specification-values.ts'

/** What is understood and accepted, and yet not what its writer may think. `shared/words` has the sentences. */
export type SpecificationWarningAdvice =
  | PlaceDoubt
  /** Tasks with parties that are others for sure: a workspace makes no job of them. */
  | 'several-parties'
  /** A setting that nothing in Tern acts on yet. */
  | 'setting-without-effect'
  /** A word of a filter with signs that mean something elsewhere, and nothing here. */
  | 'filter-literal'
  /** `transfer_encryption=none`: Tern encrypts anyway. */
  | 'always-encrypted'
  /** An attribute of a task or job that is accepted and not kept. */
  | 'attribute-without-effect'
  /** Tasks that name the same source and destination as one before them. */
  | 'duplicates-left-out'
  /** `invite` with nobody to invite. */
  | 'invite-without-recipients'
  /** The source reads as a file sequence, but not its range. */
  | 'sequence-unreadable'
  /** A sequence whose range names more files than anybody may have meant. */
  | 'sequence-long'

export interface SpecificationWarning {
  readonly path: string
  readonly advice: SpecificationWarningAdvice
  readonly params: ErrorParams
}

interface GivenSpecification {
  readonly job: JsonObject
  readonly tasksPath: string
}

interface CheckedSpecification {
  readonly tasks: readonly NormalTask[]
  readonly recipients: readonly string[]
  readonly invite: boolean
  readonly mirrorPaths: boolean
}

const maxSequenceMembers = 100_000
/** Steps that lie over one another are worked out number by number: not for every task of a large job. */
const maxMixedSequences = 100

/** Remembers the last text, so that a destination shared by many tasks is looked at once. */
interface Looked {
  readonly options: PlaceOptions
  last?: string
  mixedSequences: number
}

interface Warn {
  (path: string, advice: SpecificationWarningAdvice, what: string): void
  /** Filters that were looked at: many tasks of a job have the same. */
  readonly filters: Set<string>
}

/** Each thing once, at its first place: a hundred thousand tasks with the same setting are one warning. */
export function warningsOf(
  given: GivenSpecification,
  specification: CheckedSpecification,
  options: Pick<PlaceOptions, 'resolveCode'>,
): SpecificationWarning[] {
  const warnings = new Map<string, SpecificationWarning>()
  const add = (path: string, advice: SpecificationWarningAdvice, what: string) => {
    const key = advice.startsWith('setting') ? `${advice} ${what}` : advice
    if (!warnings.has(key)) warnings.set(key, { path, advice, params: { jsonPath: path, what } })
  }
  const warn: Warn = Object.assign(add, { filters: new Set<string>() })
  const { job, tasksPath } = given
  warnOfSettings(job.settings, '$.settings', warn)
  if (specification.invite && specification.recipients.length === 0) {
    warn('$.invite', 'invite-without-recipients', 'invite')
  }
  const { tasks, mirrorPaths } = specification
  for (const side of ['source', 'destination'] as const) warnOfParties(tasks, side, tasksPath, warn)
  if (mirrorPaths && tasks.every(({ destination }) => namesPath(destination))) warnOfMirroring(job, '$', warn)
  const sources: Looked = { options: { ...options, role: 'source' }, mixedSequences: 0 }
  const destinations: Looked = { options: { ...options, role: 'destination' }, mixedSequences: 0 }
  let count = 0
  for (const [path, task] of eachTask(given)) {
    count++
    if (typeof task === 'string') warnOfSource(task, path, sources, warn)
    else warnOfTask(task as JsonObject, path, sources, destinations, warn)
  }
  if (count > tasks.length) warn(tasksPath, 'duplicates-left-out', `${count - tasks.length}`)
  return [...warnings.values()]
}

/** Every task as it was written; of a single source and destination, only these. */
function* eachTask({ job, tasksPath }: GivenSpecification): Generator<[path: string, task: unknown]> {
  const { tasks, source, destination, dest } = job
  if (tasks === undefined || tasks === null) yield ['$', { source, destination, dest }]
  else if (Array.isArray(tasks)) for (const [index, task] of tasks.entries()) yield [`${tasksPath}[${index}]`, task]
  else if (typeof tasks === 'string' || typeof (tasks as JsonObject).source === 'string') yield ['$.tasks', tasks]
  else for (const [key, task] of Object.entries(tasks)) yield [at('$.tasks', key), task]
}

function warnOfTask(task: JsonObject, path: string, sources: Looked, destinations: Looked, warn: Warn): void {
  const { source, settings, description } = task
  warnOfSource(`${source}`, `${path}.source`, sources, warn)
  if (settings) warnOfSettings(settings, `${path}.settings`, warn)
  if (description) warn(`${path}.description`, 'attribute-without-effect', 'description')
  const key = task.destination ? 'destination' : 'dest'
  const destination = task[key]
  if (!destination) return
  warnOfPlace(`${destination}`, `${path}.${key}`, destinations, warn)
  if (asksForMirroring(task) && namesPath(parsePlace(`${destination}`))) warnOfMirroring(task, path, warn)
}

/** Transfers document: a job has one source and one destination. */
function warnOfParties(tasks: readonly NormalTask[], side: 'source' | 'destination', path: string, warn: Warn): void {
  const first = tasks[0]?.[side]?.party
  const other = tasks.find((task) => first && task[side] && areOtherParties(first, task[side].party))?.[side]?.party
  if (first && other) warn(path, 'several-parties', `${printParty(first)}, ${printParty(other)}`)
}

/** A destination that names its path has none to take over. */
function namesPath(destination: PlaceReference | undefined): boolean {
  return destination !== undefined && destination.path.kind !== 'omitted'
}

function asksForMirroring({ mirror_paths, mirror }: JsonObject): boolean {
  return `${mirror_paths ?? mirror ?? ''}` === 'true'
}

function warnOfMirroring(given: JsonObject, path: string, warn: Warn): void {
  if (!asksForMirroring(given)) return
  const key = given.mirror_paths === undefined || given.mirror_paths === null ? 'mirror' : 'mirror_paths'
  warn(`${path}.${key}`, 'attribute-without-effect', key)
}

function warnOfSettings(settings: unknown, jsonPath: string, warn: Warn): void {
  for (const [name, value] of Object.entries(settings ?? {})) {
    if (value === null || !isSettingName(name)) continue
    if (name === 'transfer_encryption' && value === 'none') warn(at(jsonPath, name), 'always-encrypted', name)
    else if (settingTable[name].type.kind === 'filter') warnOfFilter(`${value}`, at(jsonPath, name), warn)
    else if (settingTable[name].effect === 'accepted') warn(at(jsonPath, name), 'setting-without-effect', name)
  }
}

/** Stars are the only signs that words of a filter know. */
const foreignSigns = /^!|[?;"']|\[[^\]]*\]|\{[^}]*,/

function warnOfFilter(text: string, jsonPath: string, warn: Warn): void {
  if (warn.filters.has(text)) return
  warn.filters.add(text)
  for (const expression of parseFilter(text)) {
    if (expression.kind !== 'words' || !foreignSigns.test(expression.pattern)) continue
    warn(jsonPath, 'filter-literal', expression.pattern.slice(0, 200))
    return
  }
}

function warnOfSource(text: string, jsonPath: string, looked: Looked, warn: Warn): void {
  warnOfPlace(text, jsonPath, looked, warn)
  warnOfSequence(text, jsonPath, looked, warn)
}

function warnOfPlace(text: string, jsonPath: string, looked: Looked, warn: Warn): void {
  if (looked.last === text) return
  looked.last = text
  const doubt = placeDoubt(text, looked.options)
  if (doubt) warn(jsonPath, doubt, text.slice(0, 200))
}

function warnOfSequence(source: string, jsonPath: string, looked: Looked, warn: Warn): void {
  if (!/[%#].*\[/s.test(source)) return
  if (/\[[^[]*,/.test(source) && /\[[^[]*x/.test(source) && ++looked.mixedSequences > maxMixedSequences) return
  const { path } = parsePlace(source, { role: 'source' })
  if (path.kind === 'omitted') return
  try {
    const sequence = parseSequence(path.path)
    const members = sequence && memberCount(sequence)
    if (members !== undefined && members > maxSequenceMembers) warn(jsonPath, 'sequence-long', `${members}`)
  } catch {
    warn(jsonPath, 'sequence-unreadable', source.slice(0, 200))
  }
}
