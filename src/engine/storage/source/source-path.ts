import { TernError } from '../../../shared/domain/errors.ts'
import { maxPathDepth } from '../folders/relative-path.ts'

/**
 * A path to read: it need not be a name that could be received, only one that cannot leave its root. Fails with
 * PATH_ESCAPES_ROOT, PATH_INVALID.
 */
export function checkSourcePath(path: string): void {
  if (path === '') return
  if (path.startsWith('/') || isDrivePath(path)) throw new TernError('PATH_ESCAPES_ROOT', { path })
  const segments = path.split('/')
  if (segments.includes('..')) throw new TernError('PATH_ESCAPES_ROOT', { path })
  if (path.includes('\0') || segments.includes('') || segments.includes('.') || segments.length > maxPathDepth) {
    throw new TernError('PATH_INVALID', { path: path.slice(0, 200) })
  }
}

/** The same for a single name. Fails with PATH_ESCAPES_ROOT, PATH_INVALID. */
export function checkSourceName(name: string): void {
  if (name === '..' || isDrivePath(name)) throw new TernError('PATH_ESCAPES_ROOT', { path: name.slice(0, 200) })
  if (name === '' || name === '.' || name.includes('/') || name.includes('\0')) {
    throw new TernError('PATH_INVALID', { path: name.slice(0, 200) })
  }
}

function isDrivePath(path: string): boolean {
  return process.platform === 'win32' && /^[a-z]:|\\/i.test(path)
}
