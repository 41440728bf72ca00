import { TernError } from '../errors.ts'
import type { PathReference, ShareType } from './place.ts'

const sharePrefix = /^(share|volume|folder|home|collection)=/i
const foreignPrefix = /^(delivery|workarea)=/i
const drive = /^([A-Za-z]):(?:\/|$)/
const driveRelative = /^[A-Za-z]:/
/** Windows' way to write a path of any length, and the way of its kernel: `\\?\C:\x`, `\??\C:\x`. */
const longPrefix = /^\/(?:\/\?|\?\?)\/(?:(UNC)\/)?/i
const device = /^\/\/\.(?:\/|$)/
/** An empty component, `.` or `..` at either end or between slashes. */
const needsCleaning = /^\/|\/$|\/\/|(?:^|\/)\.\.?(?:\/|$)/
/** What every message that names a path can carry. */
const maxPathLength = 4096
/** As long as an e-mail address can be. */
const maxShareLength = 254

interface ReadPath {
  readonly path: PathReference
  readonly hasTrailingSlash: boolean
}

/**
 * Reads what stands behind the party. Backslashes separate like slashes, except in a POSIX absolute path, where they
 * are part of a file's name.
 */
export function parsePath(text: string): ReadPath {
  const read = readPath(text)
  const { path } = read
  if (path.kind !== 'omitted' && path.path.length > maxPathLength) throw invalidPath(text, 'too-long')
  if (path.kind === 'share' && path.share.length > maxShareLength) throw invalidPath(text, 'too-long')
  return read
}

function readPath(text: string): ReadPath {
  if (text === '') return { path: { kind: 'omitted' }, hasTrailingSlash: false }
  if (text.includes('\0')) throw invalidPath(text, 'zero-byte')
  if (text.startsWith('/') && !text.startsWith('//')) return parsePosix(text)

  const slashed = withoutLongPrefix(text.replaceAll('\\', '/'), text)
  const hasTrailingSlash = endsInside(slashed)
  if (slashed.startsWith('//')) return { path: parseUnc(slashed, text), hasTrailingSlash }
  if (slashed.startsWith('/')) return parsePosix(slashed)
  if (drive.test(slashed)) return parseDrive(slashed, text)
  // `C:file` means "in whatever folder that drive is at": it has no meaning on another machine.
  if (driveRelative.test(slashed)) throw invalidPath(text, 'drive-relative')

  const foreign = foreignPrefix.exec(slashed)?.[1]
  if (foreign !== undefined) throw new TernError('UNSUPPORTED', { feature: `${foreign.toLowerCase()}=` })
  const type = sharePrefix.exec(slashed)?.[1]?.toLowerCase() as ShareType | undefined
  if (type !== undefined) return { path: parseShare(type, slashed.slice(type.length + 1), text), hasTrailingSlash }

  if (slashed === '~' || slashed.startsWith('~/')) {
    return { path: { kind: 'home', path: clean(slashed.slice(1), text) }, hasTrailingSlash }
  }
  const path = clean(slashed, text)
  // `.` and `./` are the place itself, whatever that is for the party.
  return path === ''
    ? { path: { kind: 'omitted' }, hasTrailingSlash: false }
    : { path: { kind: 'relative', path }, hasTrailingSlash }
}

/** Canonical text of a path; the caller adds `./` where a relative one could be misread. */
export function printPath(path: Exclude<PathReference, { kind: 'omitted' }>, hasTrailingSlash: boolean): string {
  switch (path.kind) {
    case 'share':
      return ended(
        path.path === '' ? `${path.type}=${path.share}` : `${path.type}=${path.share}/${path.path}`,
        hasTrailingSlash,
      )
    case 'home':
      return ended(path.path === '' ? '~' : `~/${path.path}`, hasTrailingSlash)
    case 'absolute':
      return ended(path.path, hasTrailingSlash)
    case 'relative':
      return ended(readsAsOtherKind(path.path) ? `./${path.path}` : path.path, hasTrailingSlash)
  }
}

/** Whether a text starts with one of the labels that name a share, those Tern has no meaning for included. */
export function isPathLabel(text: string): boolean {
  return sharePrefix.test(text) || foreignPrefix.test(text)
}

function readsAsOtherKind(path: string): boolean {
  return isPathLabel(path) || driveRelative.test(path) || path === '~' || path.startsWith('~/')
}

function ended(text: string, hasTrailingSlash: boolean): string {
  return hasTrailingSlash && !text.endsWith('/') ? `${text}/` : text
}

function parsePosix(text: string): ReadPath {
  const rest = clean(text, text)
  return {
    path: { kind: 'absolute', path: `/${rest}`, system: 'posix' },
    hasTrailingSlash: rest === '' || endsInside(text),
  }
}

/** `a/` and `a/.` both mean what is inside of `a`. */
function endsInside(text: string): boolean {
  return text.endsWith('/') || text.endsWith('/.')
}

function parseDrive(slashed: string, text: string): ReadPath {
  const letter = slashed.charAt(0).toUpperCase()
  const rest = clean(slashed.slice(2), text)
  return {
    path: { kind: 'absolute', path: `${letter}:/${rest}`, system: 'windows' },
    hasTrailingSlash: rest === '' || endsInside(slashed),
  }
}

/** `\\?\C:\x` is `C:/x` and `\\?\UNC\nas\x` is `//nas/x`; what names a device and not a file is refused. */
function withoutLongPrefix(slashed: string, text: string): string {
  if (device.test(slashed)) throw invalidPath(text, 'device')
  const prefix = longPrefix.exec(slashed)
  if (prefix === null) return slashed
  const rest = slashed.slice(prefix[0].length)
  if (prefix[1] !== undefined) return `//${rest}`
  if (!drive.test(rest)) throw invalidPath(text, 'device')
  return rest
}

function parseUnc(slashed: string, text: string): PathReference {
  const rest = clean(slashed, text)
  if (!rest.includes('/')) throw invalidPath(text, 'unc-incomplete')
  // No computer is called that; behind more than two slashes it would print as a long prefix.
  if (rest.startsWith('?/')) throw invalidPath(text, 'device')
  return { kind: 'absolute', path: `//${rest}`, system: 'windows' }
}

function parseShare(type: ShareType, rest: string, text: string): PathReference {
  const slash = rest.indexOf('/')
  const share = slash === -1 ? rest : rest.slice(0, slash)
  // Nobody's home is one's own.
  if (type === 'home' && share === '') return { kind: 'home', path: clean(rest, text) }
  if (share === '' || share === '.' || share === '..') throw invalidPath(text, 'share-missing')
  return { kind: 'share', share, type, path: slash === -1 ? '' : clean(rest.slice(slash + 1), text) }
}

/** Drops empty and `.` components and refuses `..`: a notation never climbs. */
function clean(path: string, text: string): string {
  if (!needsCleaning.test(path)) return path
  const components: string[] = []
  for (const component of path.split('/')) {
    if (component === '' || component === '.') continue
    if (component === '..') throw invalidPath(text, 'climbs')
    components.push(component)
  }
  return components.join('/')
}

/** The path is cut to what a message can carry. */
export function invalidPath(path: string, problem: string): TernError {
  return new TernError('PATH_INVALID', { path: path.slice(0, 500), problem })
}
