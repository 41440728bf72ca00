import { isEntityId } from '../ids.ts'
import { printPlace } from '../notation/notation.ts'
import type { PlaceReference } from '../notation/place.ts'
import { placementOf } from './placement.ts'

/** What a place can mean; `shared/words` has a sentence for each. The `refused-` ones mean nothing that Tern can do. */
export type PlaceMeaning =
  /** `{kind, share, site, path?}` */
  | 'share'
  /** `{person, path?}` */
  | 'home-of-person'
  /** `{path?}` */
  | 'own-home'
  /** `{site, path?}` */
  | 'default-volume'
  /** A bare path whose first component is a share's code: `{share, site, path?}`. */
  | 'share-if-named'
  /** The folder of some volume begins the path: `{path, site}`. */
  | 'volume-of-path'
  /** The same path below the same share: `{site}`. */
  | 'mirrored'
  /** The computer that asks: `{path}`. */
  | 'own-machine'
  /** A person's computer, the named one or the one seen last: `{path, person, host?}`. */
  | 'machine-of-person'
  /** A certain computer: `{path, client}`. */
  | 'machine'
  /** Waits for the receiver to choose: `{person, path?}`; without a person it is whoever asks. */
  | 'chosen-location'
  /** For each of the job's recipients: `{path?}`. */
  | 'location-of-recipients'
  /** Two absolute paths without a party, and not exactly one of them on a volume. */
  | 'refused-ambiguous'
  | 'refused-source-path-missing'
  | 'refused-source-not-absolute'
  | 'refused-mapped-share'

export interface PlaceReading {
  readonly side: 'source' | 'destination'
  /** What stands at the job's other end. */
  readonly otherSide: 'site' | 'person' | 'any'
  /** Who asks: `operator` is an admin or an employee. */
  readonly role: 'operator' | 'standard' | 'any'
  readonly meaning: PlaceMeaning
  /** Names the meaning needs; `placement` (`into` or `as`) beside every destination that is not refused. */
  readonly params: Readonly<Record<string, string>>
}

type Where =
  | { readonly at: 'site'; readonly site: string }
  | { readonly at: 'person'; readonly person?: string; readonly host?: string }
  | { readonly at: 'client'; readonly client: string }
  | { readonly at: 'own-machine' }
  | { readonly at: 'volume' }
  | { readonly at: 'recipients' }
  | { readonly at: 'nowhere'; readonly meaning: Extract<PlaceMeaning, `refused-${string}`> }

interface Situation {
  readonly otherSide: PlaceReading['otherSide']
  readonly where: Where
}

type Found = Pick<PlaceReading, 'meaning' | 'params'> & Partial<Pick<PlaceReading, 'otherSide' | 'role'>>

const hq: Where = { at: 'site', site: 'hq' }

/** Every reading of a notation, by the side it stands on, by what the other side is and by who asks. */
export function explainPlace(place: PlaceReference): readonly PlaceReading[] {
  return (['source', 'destination'] as const).flatMap((side) => readingsAs(side, place))
}

function readingsAs(side: PlaceReading['side'], place: PlaceReference): PlaceReading[] {
  if (side === 'source' && place.path.kind === 'omitted') {
    return [{ side, otherSide: 'any', role: 'any', meaning: 'refused-source-path-missing', params: {} }]
  }
  return situationsOf(place, side).flatMap(({ otherSide, where }) =>
    meaningsAt(where, place, side)
      .filter((found) => found.otherSide === undefined || otherSide === 'any' || otherSide === found.otherSide)
      .map(
        (found): PlaceReading => ({
          side,
          otherSide: found.otherSide ?? otherSide,
          role: found.role ?? 'any',
          meaning: found.meaning,
          params:
            side === 'source' || found.meaning.startsWith('refused-')
              ? found.params
              : { ...found.params, placement: found.meaning === 'mirrored' ? 'as' : placementOf(place) },
        }),
      ),
  )
}

/** Where the party leads; without one it follows from the path and from the other side (DESIGN.md section 5). */
function situationsOf(place: PlaceReference, side: PlaceReading['side']): Situation[] {
  const { party } = place
  const any = (where: Where): Situation => ({ otherSide: 'any', where })
  switch (party.kind) {
    case 'site':
      return [any({ at: 'site', site: party.code })]
    case 'workspace':
      // An id alone may be anybody's.
      return isEntityId(party.code) ? [any(hq), any({ at: 'person', person: party.code })] : [any(hq)]
    case 'user':
      return [any({ at: 'person', person: party.user, ...(party.host !== undefined && { host: party.host }) })]
    case 'client':
      return [
        any({ at: 'client', client: party.client }),
        // A server's client stands for its site.
        any({ at: 'site', site: `client=${party.client}` }),
      ]
    case 'none':
      return withoutParty(place, side)
  }
}

function withoutParty({ path }: PlaceReference, side: PlaceReading['side']): Situation[] {
  const recipients: Situation[] = side === 'destination' ? [{ otherSide: 'any', where: { at: 'recipients' } }] : []
  if (path.kind === 'omitted') {
    return [{ otherSide: 'site', where: { at: 'person' } }, { otherSide: 'person', where: hq }, ...recipients]
  }
  if (path.kind === 'relative') return [{ otherSide: 'any', where: hq }, ...recipients]
  if (path.kind !== 'absolute') return [{ otherSide: 'any', where: hq }]
  const ambiguous: Situation = { otherSide: 'person', where: { at: 'nowhere', meaning: 'refused-ambiguous' } }
  return [
    { otherSide: 'site', where: { at: 'own-machine' } },
    { otherSide: 'person', where: { at: 'volume' } },
    side === 'source' ? { otherSide: 'person', where: { at: 'own-machine' } } : ambiguous,
  ]
}

function meaningsAt(where: Where, place: PlaceReference, side: PlaceReading['side']): Found[] {
  const text = place.path.kind === 'absolute' ? place.path.path : ''
  switch (where.at) {
    case 'site':
      return meaningsAtSite(where.site, place)
    case 'volume':
      return [{ meaning: 'volume-of-path', params: { path: text, site: 'hq' } }]
    case 'own-machine':
      return [{ meaning: 'own-machine', params: { path: text } }]
    case 'nowhere':
      return [{ meaning: where.meaning, params: { path: printPlace(place) } }]
    case 'recipients':
      return [{ meaning: 'location-of-recipients', params: below(place) }]
    case 'client':
    case 'person':
      return [meaningAtPerson(where, place, side)]
  }
}

function meaningAtPerson(
  where: Extract<Where, { at: 'client' | 'person' }>,
  place: PlaceReference,
  side: PlaceReading['side'],
): Found {
  const { path } = place
  if (path.kind === 'share' || path.kind === 'home') {
    return { meaning: 'refused-mapped-share', params: { path: printPlace(place) } }
  }
  if (path.kind === 'absolute') {
    if (where.at === 'client') return { meaning: 'machine', params: { path: path.path, client: where.client } }
    const { person = '', host } = where
    return { meaning: 'machine-of-person', params: { path: path.path, person, ...(host !== undefined && { host }) } }
  }
  if (side === 'source') return { meaning: 'refused-source-not-absolute', params: { path: printPlace(place) } }
  const person = where.at === 'client' ? `client=${where.client}` : where.person
  return { meaning: 'chosen-location', params: { ...(person !== undefined && { person }), ...below(place) } }
}

function meaningsAtSite(site: string, place: PlaceReference): Found[] {
  const { path } = place
  switch (path.kind) {
    case 'share':
      return meaningsOfShare(site, place, path.type, path.share)
    case 'home':
      return [{ meaning: 'own-home', params: below(place) }]
    case 'absolute':
      return [{ meaning: 'volume-of-path', params: { path: path.path, site } }]
    case 'omitted':
      return [
        { otherSide: 'site', meaning: 'mirrored', params: { site } },
        ...usual(site, {}).map((found) => ({ ...found, otherSide: 'person' as const })),
      ]
    case 'relative': {
      const [share = '', ...rest] = path.path.split('/')
      const params = { share, site, ...(rest.length > 0 && { path: rest.join('/') }) }
      return [{ meaning: 'share-if-named', params }, ...usual(site, below(place))]
    }
  }
}

function meaningsOfShare(site: string, place: PlaceReference, kind: string, share: string): Found[] {
  if (share === '(default)' && kind === 'share') return usual(site, below(place))
  if (share === '(default)' && kind === 'volume') {
    return [{ meaning: 'default-volume', params: { site, ...below(place) } }]
  }
  if (share === '(default)' && kind === 'home') return [{ meaning: 'own-home', params: below(place) }]
  if (share.includes('@')) return [{ meaning: 'home-of-person', params: { person: share, ...below(place) } }]
  return [{ meaning: 'share', params: { kind, share, site, ...below(place) } }]
}

/** What a bare path is below: the default volume for admins and employees, their home for others. */
function usual(site: string, path: Readonly<Record<string, string>>): Found[] {
  return [
    { role: 'operator', meaning: 'default-volume', params: { site, ...path } },
    { role: 'standard', meaning: 'own-home', params: path },
  ]
}

function below({ path }: PlaceReference): { path?: string } {
  return path.kind === 'omitted' || path.path === '' ? {} : { path: path.path }
}
