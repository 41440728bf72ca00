import { type PlaceOptions, parsePlace } from './notation.ts'
import { isPathLabel } from './notation-path.ts'

/** What a place that can be read looks like, although it means something else. `shared/words` has the sentences. */
export type PlaceDoubt =
  /** Blanks or quotes around it, which are taken as part of a name. */
  | 'place-wrapped'
  /** `file://…`: the scheme reads as a workspace. */
  | 'place-address'
  /** `share:a` for `share=a`. */
  | 'place-label-colon'
  /** `shares=a`, `share = a`: a name, because it is no kind of share or party. */
  | 'place-label-unknown'
  /** `mail@`: a name, because it is no e-mail address. */
  | 'place-email-incomplete'
  /** `lisa@example.com, mia@example.com` in the place of one. */
  | 'place-people-listed'
  /** `$HOME/a`: no shell reads it. */
  | 'place-variable'

const longestLooked = 300
/** How nearly all places begin: with a path that says itself what it is. */
const plainPath = /^(?:(?:share|volume|folder|home|collection)=|[/\\~.]|[a-z]:)/i

/**
 * Whether somebody most likely meant another thing than what a place is read as; undefined for nearly everything. `./`
 * before a name says that it is meant as written.
 * @throws TernError as parsePlace does
 */
export function placeDoubt(text: string, options: PlaceOptions = {}): PlaceDoubt | undefined {
  if (/^["'\u2018-\u201f]/.test(text) || text !== text.trim()) return 'place-wrapped'
  if (plainPath.test(text)) return undefined
  const { party, path } = parsePlace(text, options)
  const start = text.slice(0, longestLooked)
  // `a@x.com,b@x.com` has the form of a person and one of the person's computers.
  if (party.kind === 'user' && /[,;]/.test(party.user)) return 'place-people-listed'
  if (party.kind === 'workspace') return doubtOfWorkspace(party.code, start)
  return party.kind === 'none' && path.kind === 'relative' ? doubtOfName(start) : undefined
}

function doubtOfWorkspace(code: string, start: string): PlaceDoubt | undefined {
  if (start.startsWith(`${code}://`)) return 'place-address'
  const isLabel = isPathLabel(`${code}=`) || /^(?:workspace|site|user|client)$/i.test(code)
  return isLabel && start.startsWith(`${code}:`) ? 'place-label-colon' : undefined
}

function doubtOfName(start: string): PlaceDoubt | undefined {
  const first = start.split(/[/\\]/, 1)[0] ?? ''
  if (/^\w+\s*=/.test(first)) return 'place-label-unknown'
  if (/^\$\w|^\$\{|^%[A-Z_]{2,}%/.test(first)) return 'place-variable'
  const people = first.split(/[,;]/).filter((part) => /^\s*[^\s@]+@[^\s@]+\s*$/.test(part))
  if (people.length > 1) return 'place-people-listed'
  return /^@|@$|\s@|@\s/.test(first) && first === start ? 'place-email-incomplete' : undefined
}
