import { TernError } from '../errors.ts'
import { printPlace } from '../notation/notation.ts'
import type { PlaceReference } from '../notation/place.ts'
import type { Directory } from './directory.ts'
import { placeOnShare } from './ends.ts'
import { namedParty } from './parties.ts'
import type { PlaceOnShare } from './volumes.ts'

export interface FilePlace extends PlaceOnShare {
  readonly site: string
}

/**
 * Where a place on the workspace's shares is, whatever the caller may do there. Without a party it is on the main site,
 * or where its share is, when that is elsewhere.
 * @throws TernError UNSUPPORTED for places on a person's machine, NOT_FOUND, PARTY_UNKNOWN, PATH_INVALID, PATH_AMBIGUOUS
 */
export function meanFilePlace(directory: Directory, place: PlaceReference): FilePlace {
  const party = namedParty(directory, place)
  if (party?.kind === 'user') throw new TernError('UNSUPPORTED', { feature: 'files-of-person' })
  const { share, path } = placeOnShare(directory, party?.site ?? directory.mainSite, place)
  // A collection is nowhere: what is in it is on shares of its own.
  if (share.kind === 'collection') return { share, path, site: share.siteCode }
  const isAtMainSite = party === undefined && directory.isServedAt(share, directory.mainSite)
  const site = party?.site ?? (isAtMainSite ? directory.mainSite : share.siteCode)
  if (!directory.isServedAt(share, site)) {
    throw new TernError('PATH_INVALID', { path: printPlace(place), problem: 'not-at-site', share: share.code, site })
  }
  return { site, share, path }
}
