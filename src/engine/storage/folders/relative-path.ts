import { TernError } from '../../../shared/domain/errors.ts'
import type { NameRules } from '../../protocol/name-traits.ts'
import { checkName } from '../names/names.ts'

/** Deeper than any real tree, shallow enough that a hostile list cannot exhaust handles or the stack. */
export const maxPathDepth = 512
const maxPathBytes = 32_768

export const hostNameRules: NameRules =
  process.platform === 'win32' ? 'windows' : process.platform === 'darwin' ? 'macos' : 'posix'

/** `a/b` and `c` as `a/b/c`; an empty side adds nothing. */
export function joinPath(left: string, right: string): string {
  if (left === '') return right
  return right === '' ? left : `${left}/${right}`
}

export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '' : path.slice(0, slash)
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/**
 * Refuses any `/`-separated path that is not plainly beneath its root: absolute and drive paths, `..`, empty and `.`
 * segments, NUL, too long or too deep, and every segment that `checkName` refuses. The empty path is the root itself.
 * Fails with PATH_ESCAPES_ROOT, PATH_INVALID, NAME_NOT_ALLOWED.
 */
export function checkRelativePath(path: string, rules: NameRules = hostNameRules): void {
  if (path === '') return
  if (path.startsWith('/') || /^[a-z]:[\\/]/i.test(path) || path.startsWith('\\\\')) {
    throw new TernError('PATH_ESCAPES_ROOT', { path })
  }
  if (path.includes('\0') || path.length > maxPathBytes)
    throw new TernError('PATH_INVALID', { path: path.slice(0, 200) })
  const segments = path.split('/')
  if (segments.length > maxPathDepth) throw new TernError('PATH_INVALID', { path: path.slice(0, 200) })
  for (const segment of segments) {
    checkSegment(segment, path, rules)
  }
}

/** The same for a name in a folder whose path is checked already; `path` is that of both, for its length and for errors. */
export function checkLastName(name: string, path: string, rules: NameRules = hostNameRules): void {
  if (name === path) checkRelativePath(path, rules)
  else if (name.includes('\0') || path.length > maxPathBytes) {
    throw new TernError('PATH_INVALID', { path: path.slice(0, 200) })
  } else checkSegment(name, path, rules)
}

function checkSegment(segment: string, path: string, rules: NameRules): void {
  if (segment === '..') throw new TernError('PATH_ESCAPES_ROOT', { path })
  if (segment === '' || segment === '.') throw new TernError('PATH_INVALID', { path })
  const problem = checkName(segment, rules)
  if (problem) throw new TernError(problem.code, { ...problem.params, path })
}
