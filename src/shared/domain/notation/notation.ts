import { TernError } from '../errors.ts'
import { isEntityId } from '../ids.ts'
import { invalidPath, isPathLabel, parsePath, printPath } from './notation-path.ts'
import type { PartyReference, PathReference, PlaceReference } from './place.ts'

export type { PartyReference, PathReference, PlaceReference }

/*
 * The party and path notation of the job specification: `<party>:<path>`. Parsing is syntax only: which code is a
 * workspace, a site or nothing is for whoever knows the workspace's entities (`resolveCode`).
 */

export interface PlaceOptions {
  /**
   * Tells what a code or id in the party's position is. Also asked for a bare word without a colon, which is a path
   * unless this knows it (`myworkspace`, `berlin`).
   */
  readonly resolveCode?: (code: string) => PartyReference | undefined
  /** A source needs a path, so a bare word in its place is never read as a party. */
  readonly role?: 'source' | 'destination'
}

/** Longer than what any place of the longest path and party prints as, whatever was written around it. */
const maxTextLength = 8192
const maxPartyLength = 640
const code = /^[A-Za-z0-9_.-]+$/
const userWithHost = /^([^\s@:/\\]+)@([^\s@:/\\]+)(?:@([^\s@:/\\]+))?$/
const labelledParty = /^(workspace|site|user|client)=/i
/** As answers of a workspace name the parties of a job (transfers document, Query): a type, a colon and an id. */
const answeredParty = /^(workspace|site|user|client):(?=[0-9a-f]{24}(?::|$))/
/** One for all places without a party: a job may have a million. */
const nobody: PartyReference = Object.freeze({ kind: 'none' })
const driveLetter = /^[A-Za-z]:/

/**
 * Reads one side of a transfer.
 * @throws TernError PATH_INVALID `{path, problem}`, UNSUPPORTED `{feature}` for the notations that Tern has no meaning for
 */
export function parsePlace(text: string, options: PlaceOptions = {}): PlaceReference {
  if (text.length > maxTextLength) throw invalidPath(text, 'too-long')
  const { party, rest } = splitParty(text, options)
  if (text.length - rest.length > maxPartyLength) throw invalidPath(text, 'party-too-long')
  const { path, hasTrailingSlash } = parsePath(rest)
  const place = {
    party,
    path: party.kind === 'none' ? protectedWord(text, path, hasTrailingSlash) : path,
    hasTrailingSlash,
  }
  refuseThreeParts(place)
  return place
}

/**
 * The canonical text of a place: `parsePlace(printPlace(place))` gives the place again.
 * @throws TernError UNSUPPORTED `{feature}` for a path with a colon below a person's share, which no text can say
 */
export function printPlace(place: PlaceReference): string {
  refuseThreeParts(place)
  const party = printParty(place.party)
  if (place.path.kind === 'omitted') return place.party.kind === 'workspace' ? `${party}:` : party
  const path = printPath(place.path, place.hasTrailingSlash)
  if (party !== '') return `${party}:${path}`
  const needsDot = place.path.kind === 'relative' && (place.path.isProtected || readsAsParty(path))
  return needsDot ? `./${path}` : path
}

/** The text of a party alone, without the colon; empty for none. */
export function printParty(party: PartyReference): string {
  switch (party.kind) {
    case 'workspace':
      return readsAsWorkspace(party.code) ? party.code : `workspace=${party.code}`
    case 'site':
      return `site=${party.code}`
    case 'client':
      return `client=${party.client}`
    case 'user': {
      const host = party.host === undefined ? '' : `@${party.host}`
      return readsAsUser(party.user) ? `${party.user}${host}` : `user=${party.user}${host}`
    }
    case 'none':
      return ''
  }
}

/** A single letter would read as a drive, `hq` as the site, and the name of a type as the start of another party. */
function readsAsWorkspace(code: string): boolean {
  return code.length > 1 && !['hq', 'workspace', 'site', 'user', 'client'].includes(code)
}

/** Whether a user needs no `user=` before it: an e-mail address that does not start like something else. */
function readsAsUser(user: string): boolean {
  return user.includes('@') && !user.startsWith('~') && !labelledParty.test(user) && !isPathLabel(user)
}

/**
 * `john@example.com:share=a/b:sub/file` was once a way over a share to a folder of the person's. Read as two parts it
 * would quietly mean a file with a colon in its name.
 */
function refuseThreeParts({ party, path }: PlaceReference): void {
  if (party.kind === 'user' && path.kind === 'share' && `${path.share}/${path.path}`.includes(':')) {
    throw new TernError('UNSUPPORTED', { feature: 'three-part-destination' })
  }
}

/** A single word behind `./` stays a path for whoever knows the word as a party. */
function protectedWord(text: string, path: PathReference, hasTrailingSlash: boolean): PathReference {
  const isWord = path.kind === 'relative' && !hasTrailingSlash && code.test(path.path)
  return isWord && /^\.[/\\]/.test(text) ? { ...path, isProtected: true } : path
}

function splitParty(text: string, options: PlaceOptions): { party: PartyReference; rest: string } {
  const none = { party: nobody, rest: text } as const
  if (/^[/\\~]/.test(text) || text.startsWith('./') || text.startsWith('.\\')) return none
  if (isPathLabel(text)) return none
  // A drive, not a party of one letter: `C:\…` is by far the more likely thing to be written.
  if (driveLetter.test(text)) return none

  const label = (labelledParty.exec(text) ?? answeredParty.exec(text))?.[1]?.toLowerCase()
  const colon = text.indexOf(':', label === undefined ? 0 : label.length + 1)
  if (label !== undefined) {
    const end = colon === -1 ? text.length : colon
    return { party: parseLabelled(label, text.slice(label.length + 1, end), text), rest: text.slice(end + 1) }
  }
  if (colon === 0) throw invalidPath(text, 'party-missing')
  if (colon > 0) {
    const party = partyOf(text.slice(0, colon), options)
    return party === undefined ? none : { party, rest: text.slice(colon + 1) }
  }
  if (options.role === 'source') return none
  const party = bareParty(text, options)
  return party === undefined ? none : { party, rest: '' }
}

function parseLabelled(label: string, value: string, text: string): PartyReference {
  if (label === 'user') {
    const user = parseUser(value)
    if (user !== undefined) return user
    if (isEntityId(value)) return { kind: 'user', user: value }
  } else if (code.test(value)) {
    if (label === 'workspace') return { kind: 'workspace', code: value }
    if (label === 'site') return { kind: 'site', code: value }
    return { kind: 'client', client: value }
  }
  throw invalidPath(text, `${label}-invalid`)
}

/** What stands before a colon; undefined when it cannot be a party, so that the colon belongs to a file's name. */
function partyOf(text: string, options: PlaceOptions): PartyReference | undefined {
  const user = parseUser(text)
  if (user !== undefined) return user
  if (!code.test(text)) return undefined
  return options.resolveCode?.(text) ?? mainSite(text) ?? { kind: 'workspace', code: text }
}

function bareParty(text: string, options: PlaceOptions): PartyReference | undefined {
  const user = parseUser(text)
  if (user !== undefined) return user
  return code.test(text) ? (options.resolveCode?.(text) ?? mainSite(text)) : undefined
}

/** The main site's code is fixed, so it needs nobody who knows the workspace. */
function mainSite(text: string): PartyReference | undefined {
  return text === 'hq' ? { kind: 'site', code: 'hq' } : undefined
}

/** An e-mail address or an id, each at a host or not. */
function parseUser(text: string): PartyReference | undefined {
  const [, name = '', second = '', third] = userWithHost.exec(text) ?? []
  if (name === '') return undefined
  if (third !== undefined) return { kind: 'user', user: `${name}@${second}`, host: third }
  return isEntityId(name) ? { kind: 'user', user: name, host: second } : { kind: 'user', user: `${name}@${second}` }
}

function readsAsParty(path: string): boolean {
  const first = path.split('/', 1)[0] ?? ''
  if (first === '.') return false
  return first.includes(':') || first === 'hq' || labelledParty.test(first) || parseUser(path) !== undefined
}
