import { TernError } from '../errors.ts'
import type { TaskEndpoint } from '../job.ts'
import { printPlace } from '../notation/notation.ts'
import type { PathReference, PlaceReference } from '../notation/place.ts'
import {
  type Directory,
  type DirectoryClient,
  type DirectoryShare,
  type DirectoryUser,
  isOperator,
} from './directory.ts'
import { ambiguous, type MeantPerson, machineOf } from './parties.ts'
import { placementOf } from './placement.ts'
import { matchVolumes, type PlaceOnShare } from './volumes.ts'

export type Side = 'source' | 'destination'

/** One end of one task, with the party that it makes the job's end. */
export interface MeantEnd {
  readonly site?: string
  readonly user?: DirectoryUser
  readonly client?: DirectoryClient
  readonly endpoint: TaskEndpoint
  /** A person's end without a place yet: the receiver chooses. */
  readonly isPending: boolean
}

/**
 * A place on a person's machine. Without an absolute path a destination waits for its receiver to choose, and a relative
 * path is kept below what is chosen (job specification, path list). `mirrored`: the source, whose path below its share a
 * destination without a path takes over.
 * @throws TernError UNSUPPORTED, FORBIDDEN `{path}`, PATH_INVALID `{path, problem}`, PARTY_UNKNOWN `{party, problem}`
 */
export function endAtPerson(
  directory: Directory,
  party: MeantPerson,
  place: PlaceReference,
  side: Side,
  mirrored?: TaskEndpoint,
): MeantEnd {
  const { path } = place
  const { user } = party
  if (path.kind === 'share' || path.kind === 'home') throw new TernError('UNSUPPORTED', { feature: 'mapped-share' })
  if (path.kind === 'absolute') {
    const client = party.client ?? machineOf(directory, user)
    if (!directory.mayNameMachine(client)) throw new TernError('FORBIDDEN', { path: path.path })
    const endpoint = { userId: user.id, clientId: client.id, path: path.path, ...placed(place, side) }
    return { user, client, isPending: false, endpoint }
  }
  if (side === 'source') throw new TernError('PATH_INVALID', { path: printPlace(place), problem: 'absolute-needed' })
  if (path.kind === 'omitted' && mirrored !== undefined && mirrored.path !== '') {
    return { user, isPending: true, endpoint: { userId: user.id, path: mirrored.path, placement: 'as' } }
  }
  const below = path.kind === 'omitted' ? '' : path.path
  return { user, isPending: true, endpoint: { userId: user.id, path: below, ...placed(place, side) } }
}

/**
 * A place on a site, which is always on one of the workspace's shares, with the caller's right to it checked. `mirrored`:
 * the source, whose path below its share a destination without a path repeats (path mirroring).
 * @throws TernError NOT_FOUND `{entity, id}`, PATH_INVALID `{path, problem}`, PATH_AMBIGUOUS, FORBIDDEN `{share, path}`
 */
export function endAtSite(
  directory: Directory,
  site: string,
  place: PlaceReference,
  side: Side,
  mirrored?: TaskEndpoint,
): MeantEnd {
  const { share, path } = placeOnShare(directory, site, place, mirrored)
  if (!directory.isServedAt(share, site)) {
    throw new TernError('PATH_INVALID', { path: printPlace(place), problem: 'not-at-site', share: share.code, site })
  }
  const { mayRead, mayWrite } = directory.rightsTo(share, path, site)
  if (side === 'source' ? !mayRead : !mayWrite)
    throw new TernError('FORBIDDEN', { share: share.code, ...(path !== '' && { path }) })
  if (side === 'destination' && share.kind === 'collection') {
    throw new TernError('UNSUPPORTED', { feature: 'collection-destination' })
  }
  const isMirror = place.path.kind === 'omitted' && mirrored?.shareId !== undefined
  const placement = isMirror ? { placement: 'as' as const } : placed(place, side)
  return { site, isPending: false, endpoint: { siteCode: site, shareId: share.id, path, ...placement } }
}

/** The shares of a site that an absolute path leads to, by the folder that they have on any system. */
export function volumesLeadingTo(
  directory: Directory,
  site: string,
  path: Extract<PathReference, { kind: 'absolute' }>,
): readonly PlaceOnShare[] {
  return matchVolumes(directory.volumesOf(site), path, (share) => directory.rightsTo(share, '').maySeeName)
}

/** The same place by its share, as one notation that can mean nothing else. */
export function placeByShare(site: string, place: PlaceReference, { share, path }: PlaceOnShare): PlaceReference {
  return {
    ...place,
    party: { kind: 'site', code: site },
    path: { kind: 'share', type: 'share', share: share.code, path },
  }
}

/** The caller's home. Throws NOT_FOUND when there is none. */
export function ownHome(directory: Directory): DirectoryShare {
  const { user } = directory.caller
  const home = directory.homeOf(user.id)
  if (home === undefined) throw noShare(user.email)
  return home
}

export function placeOnShare(
  directory: Directory,
  site: string,
  place: PlaceReference,
  mirrored?: TaskEndpoint,
): PlaceOnShare {
  const { path } = place
  switch (path.kind) {
    case 'share':
      return { share: shareNamed(directory, path), path: path.path }
    case 'home':
      return { share: ownHome(directory), path: path.path }
    case 'omitted': {
      const { shareId, path: below } = mirrored ?? { path: '' }
      const share = shareId === undefined ? undefined : directory.shareById(shareId)
      return share ? { share, path: below } : { share: usualShare(directory), path: '' }
    }
    case 'absolute': {
      const [found, ...others] = volumesLeadingTo(directory, site, path)
      if (found === undefined) throw new TernError('PATH_INVALID', { path: path.path, problem: 'no-volume' })
      if (others.length === 0) return found
      throw ambiguous(
        [place],
        [found, ...others].map((each) => placeByShare(site, place, each)),
      )
    }
    case 'relative': {
      // The job specification's notes: the prefix `share=` can be left out when the party is not a person.
      const [first = '', ...rest] = path.path.split('/')
      const named = directory.shareByCode(first)
      const isUsable = named && named.kind !== 'home' && directory.rightsTo(named, '').maySeeName
      return isUsable ? { share: named, path: rest.join('/') } : { share: usualShare(directory), path: path.path }
    }
  }
}

/** A share of which the caller may use nothing does not exist for them. */
function shareNamed(directory: Directory, path: Extract<PathReference, { kind: 'share' }>): DirectoryShare {
  const share = path.share === '(default)' ? defaultOf(directory, path) : findShare(directory, path)
  if (share === undefined || !directory.rightsTo(share, '').maySeeName) throw noShare(path.share)
  return share
}

function findShare(
  directory: Directory,
  { share: name, type }: Extract<PathReference, { kind: 'share' }>,
): DirectoryShare | undefined {
  const owner = name.includes('@') ? directory.userByEmail(name) : undefined
  const share = owner ? directory.homeOf(owner.id) : (directory.shareByCode(name) ?? directory.shareById(name))
  return type === 'share' || type === share?.kind ? share : undefined
}

function defaultOf(
  directory: Directory,
  { type }: Extract<PathReference, { kind: 'share' }>,
): DirectoryShare | undefined {
  switch (type) {
    case 'share':
      return usualShare(directory)
    case 'volume':
      return directory.defaultVolume()
    case 'home':
      return ownHome(directory)
    default:
      return undefined
  }
}

/** What a bare path is below (DESIGN.md section 5): the default volume for admins and employees, their home for others. */
function usualShare(directory: Directory): DirectoryShare {
  if (!isOperator(directory.caller.user)) return ownHome(directory)
  const share = directory.defaultVolume()
  if (share === undefined) throw noShare('(default)')
  return share
}

function noShare(id: string): TernError {
  return new TernError('NOT_FOUND', { entity: 'share', id })
}

function placed(place: PlaceReference, side: Side): { placement?: 'into' | 'as' } {
  return side === 'source' ? {} : { placement: placementOf(place) }
}
