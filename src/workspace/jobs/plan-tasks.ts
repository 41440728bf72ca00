import { TernError } from '../../shared/domain/errors.ts'
import { printPlace } from '../../shared/domain/notation/notation.ts'
import type { PlaceReference } from '../../shared/domain/notation/place.ts'
import type { NormalTask } from '../../shared/domain/specification/job-specification.ts'
import type { JobRow } from '../store/jobs.ts'
import { type UserRow, userById } from '../store/people.ts'
import { mainSite } from '../store/places.ts'
import type { NewTask } from '../store/tasks.ts'
import {
  callersMachine,
  endAtSite,
  endAtUser,
  namedParty,
  type PlainParty,
  type ResolvedEnd,
  type ResolveScope,
  shareOfAbsolutePath,
} from './resolve-place.ts'

/** A specification's tasks with both ends known: one source party, one destination party (specification, best practices). */
export interface Plan {
  readonly source: ResolvedEnd
  readonly destination: ResolvedEnd
  readonly tasks: readonly NewTask[]
}

const omitted: PlaceReference = { party: { kind: 'none' }, path: { kind: 'omitted' }, hasTrailingSlash: false }

/**
 * Decides who and what is meant (DESIGN.md section 5) and whether the caller may.
 * @throws TernError PARTY_UNKNOWN, PATH_AMBIGUOUS, PATH_INVALID, NOT_FOUND, FORBIDDEN, SPEC_INVALID
 */
export function planTasks(scope: ResolveScope, tasks: readonly NormalTask[], recipient?: UserRow): Plan {
  let first: { source: ResolvedEnd; destination: ResolvedEnd } | undefined
  const planned: NewTask[] = []
  for (const task of tasks) {
    const { source, destination } = resolveTask(scope, task, recipient)
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
    throw new TernError('SPEC_INVALID', { jsonPath: '$', advice: 'same-party' })
  }
  return { ...first, tasks: planned }
}

/** Same party on the same machine: tasks of one job agree on it. */
function partyKey(end: ResolvedEnd): string {
  return end.site === undefined ? `user:${end.user?.id}:${end.client?.id ?? ''}` : `site:${end.site}`
}

function severalParties(task: NormalTask, side: string): TernError {
  return new TernError('SPEC_INVALID', { jsonPath: `$.tasks.${task.uri}.${side}`, advice: 'one-party' })
}

function resolveTask(scope: ResolveScope, task: NormalTask, recipient: UserRow | undefined) {
  const destinationPlace = task.destination ?? omitted
  if (recipient && destinationPlace.party.kind !== 'none') {
    throw new TernError('SPEC_INVALID', {
      jsonPath: `$.tasks.${task.uri}.destination`,
      advice: 'party-beside-recipients',
    })
  }
  const namedDestination: PlainParty | undefined = recipient
    ? { kind: 'user', user: recipient }
    : namedParty(scope, destinationPlace.party)
  const sourceParty =
    namedParty(scope, task.source.party) ?? impliedSource(scope, task.source, namedDestination, destinationPlace)
  const destinationParty = namedDestination ?? impliedDestination(scope, destinationPlace, sourceParty)
  const source =
    sourceParty.kind === 'site'
      ? endAtSite(scope, sourceParty.site, task.source, 'source')
      : endAtUser(scope, sourceParty, task.source, 'source')
  const destination =
    destinationParty.kind === 'site'
      ? endAtSite(scope, destinationParty.site, destinationPlace, 'destination', source.endpoint)
      : endAtUser(scope, destinationParty, destinationPlace, 'destination')
  return { source, destination }
}

function impliedSource(
  scope: ResolveScope,
  place: PlaceReference,
  destination: PlainParty | undefined,
  destinationPlace: PlaceReference,
): PlainParty {
  const hq: PlainParty = { kind: 'site', site: mainSite }
  if (place.path.kind !== 'absolute') return hq
  if (destination?.kind === 'site') return callersMachine(scope)
  const isVolume = shareOfAbsolutePath(scope, mainSite, place.path.path) !== undefined
  if (destination?.kind === 'user') return isVolume ? hq : callersMachine(scope)
  if (destinationPlace.path.kind !== 'absolute') return callersMachine(scope)
  const isVolumeToo = shareOfAbsolutePath(scope, mainSite, destinationPlace.path.path) !== undefined
  if (isVolume === isVolumeToo) throw ambiguous(place, destinationPlace)
  return isVolume ? hq : callersMachine(scope)
}

function impliedDestination(scope: ResolveScope, place: PlaceReference, source: PlainParty): PlainParty {
  const hq: PlainParty = { kind: 'site', site: mainSite }
  switch (place.path.kind) {
    case 'omitted':
      return source.kind === 'site' ? { kind: 'user', user: scope.caller.user } : hq
    case 'absolute':
      if (source.kind === 'site') return callersMachine(scope)
      if (shareOfAbsolutePath(scope, mainSite, place.path.path)) return hq
      throw ambiguous(place)
    default:
      return hq
  }
}

/** Names what it could have meant. */
function ambiguous(...places: readonly PlaceReference[]): TernError {
  const readings = places.flatMap((place) => [`client=<id>:${printPlace(place)}`, `hq:${printPlace(place)}`])
  return new TernError('PATH_AMBIGUOUS', { path: places.map(printPlace).join(', '), readings: readings.join(', ') })
}

/** Tasks for a job that exists: a destination that is left out is the job's own, and the parties have to be the same. */
export function planForJob(scope: ResolveScope, job: JobRow, tasks: readonly NormalTask[]): readonly NewTask[] {
  const receiver = job.destination_user === null ? undefined : userById(scope.database, job.destination_user)
  const isForReceiver = (task: NormalTask) =>
    receiver !== undefined && (task.destination?.party ?? omitted.party).kind === 'none'
  const planned = tasks.flatMap((task) => {
    const plan = planTasks(scope, [task], isForReceiver(task) ? receiver : undefined)
    checkSameEnd(task, 'source', plan.source, job)
    checkSameEnd(task, 'destination', plan.destination, job)
    // The job names whole paths on the receiver's machine, so there is no location for this one to be relative to.
    if (plan.destination.isPending && job.destination_key !== '' && job.location_path === null) {
      throw new TernError('SPEC_INVALID', {
        jsonPath: `$.tasks.${task.uri}.destination`,
        advice: 'destination-missing',
      })
    }
    return plan.tasks
  })
  return planned
}

function checkSameEnd(task: NormalTask, side: 'source' | 'destination', end: ResolvedEnd, job: JobRow): void {
  const isSameParty = (end.site ?? null) === job[`${side}_site`] && (end.user?.id ?? null) === job[`${side}_user`]
  const client = job[`${side}_client`]
  const isSameClient = end.client === undefined || client === null || end.client.id === client
  if (!isSameParty || !isSameClient) throw severalParties(task, side)
}
