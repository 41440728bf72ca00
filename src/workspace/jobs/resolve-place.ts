import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { TaskEndpoint } from '../../shared/domain/job.ts'
import { printPlace } from '../../shared/domain/notation/notation.ts'
import type { PartyReference, PathReference, PlaceReference } from '../../shared/domain/notation/place.ts'
import type { Caller } from '../access/caller.ts'
import { isElevated, mayNameMachine, shareRights } from '../access/rights.ts'
import { type ClientRow, clientById, clientsOfUser, type UserRow, userByEmail, userById } from '../store/people.ts'
import {
  allShares,
  homeOf,
  mainSite,
  type ShareRow,
  shareByCode,
  shareById,
  siteByCode,
  workspaceOf,
} from '../store/places.ts'

/** One end of one task, with the party it makes the job's end. */
export interface ResolvedEnd {
  readonly site?: string
  readonly user?: UserRow
  readonly client?: ClientRow
  readonly endpoint: TaskEndpoint
  /** A person's end without a place yet: the receiver chooses. */
  readonly isPending: boolean
}

export interface ResolveScope {
  readonly database: SqliteDatabase
  readonly caller: Caller
  /** Many tasks of one call name the same few parties and shares. */
  readonly memory: Map<string, unknown>
}

function remembered<T>(scope: ResolveScope, key: string, find: () => T): T {
  if (!scope.memory.has(key)) scope.memory.set(key, find())
  return scope.memory.get(key) as T
}

/** What a word in the party's position is, for the notation's parser. */
export function codeResolver(database: SqliteDatabase): (code: string) => PartyReference | undefined {
  const workspace = workspaceOf(database)
  return (code) => {
    if (code === workspace.code || code === workspace.id) return { kind: 'workspace', code }
    if (siteByCode(database, code)) return { kind: 'site', code }
    const user = /^[0-9a-f]{24}$/.test(code) ? userById(database, code) : undefined
    return user && { kind: 'user', user: user.id }
  }
}

export type PlainParty =
  | { readonly kind: 'site'; readonly site: string }
  | { readonly kind: 'user'; readonly user: UserRow; readonly client?: ClientRow }

/** The party that is named, or undefined for none. */
export function namedParty(scope: ResolveScope, party: PartyReference): PlainParty | undefined {
  if (party.kind === 'none') return undefined
  return remembered(scope, `party ${JSON.stringify(party)}`, () => findParty(scope, party))
}

function findParty(scope: ResolveScope, party: Exclude<PartyReference, { kind: 'none' }>): PlainParty {
  const { database, caller } = scope
  switch (party.kind) {
    case 'workspace': {
      const workspace = workspaceOf(database)
      if (party.code === workspace.code || party.code === workspace.id) return { kind: 'site', site: mainSite }
      if (siteByCode(database, party.code)) return { kind: 'site', site: party.code }
      throw new TernError('PARTY_UNKNOWN', { party: party.code })
    }
    case 'site':
      if (!siteByCode(database, party.code)) throw new TernError('PARTY_UNKNOWN', { party: party.code })
      return { kind: 'site', site: party.code }
    case 'user': {
      const user = party.user.includes('@') ? userByEmail(database, party.user) : userById(database, party.user)
      if (user === undefined || user.status === 'disabled') throw new TernError('PARTY_UNKNOWN', { party: party.user })
      if (party.host === undefined) return { kind: 'user', user }
      const client = clientsOfUser(database, user.id).find((each) => each.name === party.host)
      if (client === undefined) throw new TernError('PARTY_UNKNOWN', { party: `${party.user}@${party.host}` })
      return { kind: 'user', user, client }
    }
    case 'client': {
      const client =
        clientById(database, party.client) ??
        clientsOfUser(database, caller.user.id).find((each) => each.name === party.client)
      if (client === undefined) throw new TernError('PARTY_UNKNOWN', { party: party.client })
      if (client.site_code !== null) return { kind: 'site', site: client.site_code }
      const user = client.user_id === null ? undefined : userById(database, client.user_id)
      if (user === undefined) throw new TernError('PARTY_UNKNOWN', { party: party.client })
      return { kind: 'user', user, client }
    }
  }
}

/** A place on a person's machine. Without an absolute path a destination waits for its receiver. */
export function endAtUser(
  scope: ResolveScope,
  party: Extract<PlainParty, { kind: 'user' }>,
  place: PlaceReference,
  side: 'source' | 'destination',
): ResolvedEnd {
  const { path } = place
  const { user } = party
  if (path.kind === 'share' || path.kind === 'home') throw new TernError('UNSUPPORTED', { feature: 'mapped-share' })
  if (path.kind === 'absolute') {
    const client = party.client ?? machineOf(scope, user)
    if (!mayNameMachine(scope.caller.user, client)) throw new TernError('FORBIDDEN', { path: path.path })
    return {
      user,
      client,
      isPending: false,
      endpoint: { userId: user.id, clientId: client.id, path: path.path, ...placementOf(place, side) },
    }
  }
  if (side === 'source') throw new TernError('PATH_INVALID', { path: printPlace(place), problem: 'absolute-needed' })
  return {
    user,
    isPending: true,
    endpoint: { userId: user.id, path: path.kind === 'omitted' ? '' : path.path, ...placementOf(place, side) },
  }
}

/** A place on a site, which is always below one of its shares, with the caller's right to it checked. */
export function endAtSite(
  scope: ResolveScope,
  site: string,
  place: PlaceReference,
  side: 'source' | 'destination',
  mirrored?: TaskEndpoint,
): ResolvedEnd {
  const { share, path } = shareAndPath(scope, site, place.path, mirrored)
  requireRight(scope, share, side)
  const isMirror = place.path.kind === 'omitted' && mirrored?.shareId !== undefined
  const placement = isMirror ? { placement: 'as' as const } : placementOf(place, side)
  return { site, isPending: false, endpoint: { siteCode: site, shareId: share.id, path, ...placement } }
}

/** The share whose folder on the site leads to an absolute path, the longest first; `/<code>` counts as its folder. */
export function shareOfAbsolutePath(
  scope: ResolveScope,
  site: string,
  path: string,
): { readonly share: ShareRow; readonly path: string } | undefined {
  let best: { share: ShareRow; path: string; length: number } | undefined
  for (const share of sharesIn(scope)) {
    if (share.site_code !== site || !rightsOf(scope, share).mayRead) continue
    for (const prefix of [share.path.replaceAll('\\', '/').replace(/\/+$/, ''), `/${share.code}`]) {
      if (prefix === '' || (path !== prefix && !path.startsWith(`${prefix}/`))) continue
      if (best === undefined || prefix.length > best.length) {
        best = { share, path: path.slice(prefix.length + 1), length: prefix.length }
      }
    }
  }
  return best && { share: best.share, path: best.path }
}

/** The caller's own machine: the one that asks, else the one that was seen last. */
export function callersMachine(scope: ResolveScope): Extract<PlainParty, { kind: 'user' }> {
  const { client, user } = scope.caller
  return { kind: 'user', user, client: client?.user_id === user.id ? client : machineOf(scope, user) }
}

function machineOf(scope: ResolveScope, user: UserRow): ClientRow {
  const own = scope.caller.client
  if (own?.user_id === user.id) return own
  const client = clientsOfUser(scope.database, user.id).find((each) => each.kind !== 'browser')
  if (client === undefined) throw new TernError('PARTY_UNKNOWN', { party: user.email, problem: 'no-machine' })
  return client
}

function shareAndPath(
  scope: ResolveScope,
  site: string,
  path: PathReference,
  mirrored: TaskEndpoint | undefined,
): { share: ShareRow; path: string } {
  switch (path.kind) {
    case 'share':
      return { share: shareNamed(scope, path), path: path.path }
    case 'home':
      return { share: ownHome(scope), path: path.path }
    case 'omitted': {
      const share = mirrored?.shareId === undefined ? undefined : shareById(scope.database, mirrored.shareId)
      return share ? { share, path: mirrored?.path ?? '' } : { share: usualShare(scope), path: '' }
    }
    case 'absolute': {
      const found = shareOfAbsolutePath(scope, site, path.path)
      if (found === undefined) throw new TernError('PATH_INVALID', { path: path.path, problem: 'no-volume' })
      return found
    }
    case 'relative': {
      // The specification's notes: the prefix `share=` can be left out when the party is not a person.
      const [first = '', ...rest] = path.path.split('/')
      const named = remembered(scope, `code ${first}`, () => shareByCode(scope.database, first))
      const isUsable = named && named.kind !== 'home' && rightsOf(scope, named).mayRead
      return isUsable ? { share: named, path: rest.join('/') } : { share: usualShare(scope), path: path.path }
    }
  }
}

function shareNamed(scope: ResolveScope, path: Extract<PathReference, { kind: 'share' }>): ShareRow {
  return remembered(scope, `share ${path.type} ${path.share}`, () => findShare(scope, path))
}

function findShare(scope: ResolveScope, path: Extract<PathReference, { kind: 'share' }>): ShareRow {
  const { database } = scope
  if (path.share === '(default)') return usualShare(scope)
  const owner = path.share.includes('@') ? userByEmail(database, path.share) : undefined
  const share = owner
    ? homeOf(database, owner.id)
    : (shareByCode(database, path.share) ?? shareById(database, path.share))
  const fits = share && (path.type === 'share' || path.type === share.kind)
  if (!fits || !rightsOf(scope, share).mayRead) throw new TernError('NOT_FOUND', { entity: 'share', id: path.share })
  return share
}

/** What a bare path means: the default volume for admins and employees, their home for others. */
function usualShare(scope: ResolveScope): ShareRow {
  if (!isElevated(scope.caller.user)) return ownHome(scope)
  const share = sharesIn(scope).find((each) => each.is_default === 1)
  if (share === undefined) throw new TernError('NOT_FOUND', { entity: 'share', id: '(default)' })
  return share
}

export function ownHome(scope: ResolveScope): ShareRow {
  const home = homeOf(scope.database, scope.caller.user.id)
  if (home === undefined) throw new TernError('NOT_FOUND', { entity: 'share', id: scope.caller.user.email })
  return home
}

function requireRight(scope: ResolveScope, share: ShareRow, side: 'source' | 'destination'): void {
  const rights = rightsOf(scope, share)
  if (side === 'source' ? !rights.mayRead : !rights.mayWrite) throw new TernError('FORBIDDEN', { share: share.code })
}

function sharesIn(scope: ResolveScope): ShareRow[] {
  return remembered(scope, 'shares', () => allShares(scope.database))
}

function rightsOf(scope: ResolveScope, share: ShareRow) {
  return remembered(scope, `rights ${share.id}`, () => {
    const owner = share.user_id === null ? undefined : userById(scope.database, share.user_id)
    return shareRights(scope.caller.user, share, owner)
  })
}

function placementOf(place: PlaceReference, side: 'source' | 'destination'): { placement?: 'into' | 'as' } {
  if (side === 'source') return {}
  const { path } = place
  return { placement: place.hasTrailingSlash || path.kind === 'omitted' || path.path === '' ? 'into' : 'as' }
}
