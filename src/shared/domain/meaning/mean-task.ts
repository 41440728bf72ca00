import type { TaskEndpoint } from '../job.ts'
import type { PlaceReference } from '../notation/place.ts'
import type { Directory } from './directory.ts'
import { endAtPerson, endAtSite, type MeantEnd, placeByShare, type Side, volumesLeadingTo } from './ends.ts'
import { ambiguous, callersMachine, type MeantParty, type MeantPerson, namedParty } from './parties.ts'

export interface TaskPlaces {
  readonly source: PlaceReference
  readonly destination?: PlaceReference
}

/** What a place without a party may refer to beside the caller and the workspace. */
export interface TaskContext {
  /** Whether a destination without a path takes over the source's path below its share; absent: at sites only. */
  readonly mirrorsPaths?: boolean
  /** The job's recipient, for whom every destination without a party is. */
  readonly recipient?: MeantPerson
  /** The ends of a job that the task joins. */
  readonly job?: { readonly source: MeantParty; readonly destination: MeantParty }
}

const omitted: PlaceReference = { party: { kind: 'none' }, path: { kind: 'omitted' }, hasTrailingSlash: false }

/**
 * Decides who and what is meant by a task's two places (DESIGN.md section 5; job specification, notes).
 * @throws TernError PARTY_UNKNOWN, PATH_AMBIGUOUS, PATH_INVALID, NOT_FOUND, FORBIDDEN, UNSUPPORTED
 */
export function meanTask(
  directory: Directory,
  places: TaskPlaces,
  context: TaskContext = {},
): { readonly source: MeantEnd; readonly destination: MeantEnd } {
  const sourcePlace = places.source
  const destinationPlace = places.destination ?? omitted
  const namedDestination =
    namedParty(directory, destinationPlace) ??
    context.recipient ??
    partyOfJob(directory, destinationPlace, context.job?.destination, 'destination')
  const sourceParty =
    namedParty(directory, sourcePlace) ??
    partyOfJob(directory, sourcePlace, context.job?.source, 'source') ??
    impliedSource(directory, sourcePlace, namedDestination, destinationPlace)
  const destinationParty = namedDestination ?? impliedDestination(directory, destinationPlace, sourceParty)
  const source = endAt(directory, sourceParty, sourcePlace, 'source')
  const mirrored = mirroredBy(destinationParty, source, context.mirrorsPaths)
  return { source, destination: endAt(directory, destinationParty, destinationPlace, 'destination', mirrored) }
}

function endAt(
  directory: Directory,
  party: MeantParty,
  place: PlaceReference,
  side: Side,
  mirrored?: TaskEndpoint,
): MeantEnd {
  return party.kind === 'site'
    ? endAtSite(directory, party.site, place, side, mirrored)
    : endAtPerson(directory, party, place, side, mirrored)
}

/** The source whose path below its share is taken over. A person usually chooses what it lands in. */
function mirroredBy(party: MeantParty, { endpoint }: MeantEnd, isAsked = party.kind === 'site') {
  return isAsked && endpoint.shareId !== undefined ? endpoint : undefined
}

/** A task that joins a job is from and to the job's own ends, where its places can be there. */
function partyOfJob(
  directory: Directory,
  { path }: PlaceReference,
  party: MeantParty | undefined,
  side: Side,
): MeantParty | undefined {
  if (party === undefined) return undefined
  if (path.kind !== 'absolute') return party.kind === 'site' || side === 'destination' ? party : undefined
  return party.kind === 'user' || volumesLeadingTo(directory, party.site, path).length > 0 ? party : undefined
}

function impliedSource(
  directory: Directory,
  place: PlaceReference,
  destination: MeantParty | undefined,
  destinationPlace: PlaceReference,
): MeantParty {
  const { path } = place
  const main = mainSiteOf(directory)
  if (path.kind !== 'absolute') return main
  const isVolume = () => volumesLeadingTo(directory, directory.mainSite, path).length > 0
  if (destination !== undefined) {
    return destination.kind === 'user' && isVolume() ? main : callersMachine(directory)
  }
  if (destinationPlace.path.kind !== 'absolute') return callersMachine(directory)
  const isVolumeToo = volumesLeadingTo(directory, directory.mainSite, destinationPlace.path).length > 0
  if (isVolume() === isVolumeToo) throw unclear(directory, [place, destinationPlace])
  return isVolumeToo ? callersMachine(directory) : main
}

function impliedDestination(directory: Directory, place: PlaceReference, source: MeantParty): MeantParty {
  const { path } = place
  const main = mainSiteOf(directory)
  if (path.kind === 'omitted') return source.kind === 'site' ? { kind: 'user', user: directory.caller.user } : main
  if (path.kind !== 'absolute') return main
  if (source.kind === 'site') return callersMachine(directory)
  if (volumesLeadingTo(directory, directory.mainSite, path).length > 0) return main
  throw unclear(directory, [place])
}

function mainSiteOf(directory: Directory): MeantParty {
  return { kind: 'site', site: directory.mainSite }
}

/** Absolute paths without a party that could be on the caller's machine or on the main site. */
function unclear(directory: Directory, places: readonly PlaceReference[]) {
  const { user, client } = directory.caller
  const own = client?.userId === user.id ? client : directory.clientsOf(user.id).find(({ kind }) => kind !== 'browser')
  const mine: PlaceReference['party'] = own ? { kind: 'client', client: own.id } : { kind: 'user', user: user.email }
  const readings = places.flatMap((place) => [{ ...place, party: mine }, ...readingsAtMainSite(directory, place)])
  return ambiguous(places, readings)
}

/** By the shares that the path leads to, of which there may be several; as written when none does. */
function readingsAtMainSite(directory: Directory, place: PlaceReference): PlaceReference[] {
  const site = directory.mainSite
  const volumes = place.path.kind === 'absolute' ? volumesLeadingTo(directory, site, place.path) : []
  if (volumes.length === 0) return [{ ...place, party: { kind: 'site', code: site } }]
  return volumes.map((volume) => placeByShare(site, place, volume))
}
