import { TernError } from '../../shared/domain/errors.ts'
import { meanTask, type TaskContext } from '../../shared/domain/meaning/mean-task.ts'
import type { MeantParty } from '../../shared/domain/meaning/parties.ts'
import type { PlaceReference } from '../../shared/domain/notation/place.ts'
import type { NormalSpecification, NormalTask } from '../../shared/domain/specification/job-specification.ts'
import { at, invalidSpecification } from '../../shared/domain/specification/specification-values.ts'
import type { JobRow } from '../store/jobs.ts'
import type { UserRow } from '../store/people.ts'
import type { NewTask } from '../store/tasks.ts'
import { withCollectedTasks } from './collected-tasks.ts'
import { directoryOf, directoryUser, type ResolvedEnd, type ResolveScope } from './resolve-place.ts'

/** A specification's tasks with both ends known: one source party, one destination party (specification, best practices). */
export interface Plan {
  readonly source: ResolvedEnd
  readonly destination: ResolvedEnd
  readonly tasks: readonly NewTask[]
}

/**
 * Decides who and what is meant and whether the caller may. `recipient`: whom a destination without a party is for.
 * @throws TernError PARTY_UNKNOWN, PATH_AMBIGUOUS, PATH_INVALID, NOT_FOUND, FORBIDDEN, UNSUPPORTED, SPEC_INVALID
 */
export function planTasks(
  scope: ResolveScope,
  { tasks, mirrorPaths }: Pick<NormalSpecification, 'tasks' | 'mirrorPaths'>,
  recipient?: UserRow,
): Plan {
  const context = { mirrorsPaths: mirrorPaths }
  if (recipient === undefined) return planIn(scope, tasks, context)
  for (const task of tasks) {
    if (!hasParty(task.destination)) continue
    throw invalidSpecification(pathOf(task, 'destination'), 'party-beside-recipients')
  }
  return planIn(scope, tasks, { ...context, recipient: { kind: 'user', user: directoryUser(recipient) } })
}

function planIn(scope: ResolveScope, tasks: readonly NormalTask[], context: TaskContext): Plan {
  const directory = directoryOf(scope)
  let first: { source: ResolvedEnd; destination: ResolvedEnd } | undefined
  const planned: NewTask[] = []
  for (const task of withCollectedTasks(scope, tasks)) {
    const mirrors = task.mirrorPaths === undefined ? context : { ...context, mirrorsPaths: task.mirrorPaths }
    const { source, destination } = inTask(task, tasks, () => meanTask(directory, task, mirrors))
    first ??= { source, destination }
    if (partyKey(source) !== partyKey(first.source)) throw severalParties(task, 'source')
    if (partyKey(destination) !== partyKey(first.destination)) throw severalParties(task, 'destination')
    planned.push({
      uri: task.uri,
      status:
        task.status === undefined || task.status === 'queued'
          ? destination.isPending
            ? 'pending'
            : 'queued'
          : task.status,
      priority: task.priority,
      source: source.endpoint,
      destination: destination.endpoint,
      metadata: task.metadata,
      settings: task.settings,
    })
  }
  if (first === undefined) throw new TernError('NOTHING_TO_SEND')
  if (partyKey(first.source) === partyKey(first.destination)) {
    throw invalidSpecification('$', 'same-party')
  }
  return { ...first, tasks: planned }
}

/** Says in which of several tasks it is that nobody can be meant. */
function inTask<Meant>(task: NormalTask, { length }: readonly NormalTask[], mean: () => Meant): Meant {
  try {
    return mean()
  } catch (thrown) {
    if (!(thrown instanceof TernError) || length === 1 || thrown.params.jsonPath !== undefined) throw thrown
    throw new TernError(thrown.code, { ...thrown.params, jsonPath: at('$.tasks', task.uri) }, { cause: thrown })
  }
}

/** Same party on the same machine: tasks of one job agree on it. */
function partyKey(end: ResolvedEnd): string {
  return end.site === undefined ? `user:${end.user?.id}:${end.client?.id ?? ''}` : `site:${end.site}`
}

function hasParty(place: PlaceReference | undefined): boolean {
  return place !== undefined && place.party.kind !== 'none'
}

function severalParties(task: NormalTask, side: 'source' | 'destination'): TernError {
  return invalidSpecification(pathOf(task, side), 'one-party')
}

/** By its name: the form that it was written in is not known any more. */
function pathOf({ uri }: NormalTask, side: 'source' | 'destination'): string {
  return `${at('$.tasks', uri)}.${side}`
}

/** Tasks for a job that exists: what is left out is the job's own, and the parties have to be the same. */
export function planForJob(scope: ResolveScope, job: JobRow, tasks: readonly NormalTask[]): readonly NewTask[] {
  const context = contextOf(scope, job)
  return tasks.flatMap((task) => {
    // Transfers document, Create tasks: only where paths are mirrored may the destination be left out.
    if (!hasPath(task.destination) && job.destination_site !== null && job.mirrors_paths === 0) {
      throw destinationMissing(task)
    }
    const plan = planIn(scope, [task], context)
    checkSameEnd(task, 'source', plan.source, job)
    checkSameEnd(task, 'destination', plan.destination, job)
    // The job names whole paths on the receiver's machine, so there is no location for this one to be relative to.
    if (plan.destination.isPending && job.destination_key !== '' && job.location_path === null) {
      throw destinationMissing(task)
    }
    return plan.tasks
  })
}

function hasPath(place: PlaceReference | undefined): boolean {
  return place !== undefined && place.path.kind !== 'omitted'
}

function destinationMissing(task: NormalTask): TernError {
  return invalidSpecification(pathOf(task, 'destination'), 'destination-missing')
}

function contextOf(scope: ResolveScope, job: JobRow): TaskContext {
  const source = endOfJob(scope, job, 'source')
  const destination = endOfJob(scope, job, 'destination')
  const mirrorsPaths = job.mirrors_paths === 1
  if (source === undefined || destination === undefined) return { mirrorsPaths }
  return { mirrorsPaths, job: { source, destination }, ...(destination.kind === 'user' && { recipient: destination }) }
}

function endOfJob(scope: ResolveScope, job: JobRow, side: 'source' | 'destination'): MeantParty | undefined {
  const site = job[`${side}_site`]
  if (site !== null) return { kind: 'site', site }
  const directory = directoryOf(scope)
  const user = directory.userById(job[`${side}_user`] ?? '')
  const client = directory.clientById(job[`${side}_client`] ?? '')
  return user && { kind: 'user', user, ...(client && { client }) }
}

function checkSameEnd(task: NormalTask, side: 'source' | 'destination', end: ResolvedEnd, job: JobRow): void {
  const isSameParty = (end.site ?? null) === job[`${side}_site`] && (end.user?.id ?? null) === job[`${side}_user`]
  const client = job[`${side}_client`]
  const isSameClient = end.client === undefined || client === null || end.client.id === client
  if (!isSameParty || !isSameClient) throw severalParties(task, side)
}
