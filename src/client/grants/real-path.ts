import { realpath } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path'
import { errnoOf, fileError } from '../../platform/errno.ts'
import { TernError } from '../../shared/domain/errors.ts'

/** Whether `path` is `folder` or lies beneath it. Both are real, absolute paths of this system. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
}

/** `/`-separated, as jobs and the engine have it; empty when they are the same. */
export function relativePath(folder: string, path: string): string {
  return relative(folder, path).split(sep).join('/')
}

/** A path of a job as one of this system. Fails with PATH_INVALID unless it is absolute and without `..`. */
export function localPath(path: string): string {
  const native = sep === '\\' ? path.replaceAll('/', '\\') : path
  if (!isAbsolute(native) || path.includes('\0') || path.split(/[\\/]/).includes('..')) {
    throw new TernError('PATH_INVALID', { path, problem: 'not-absolute' })
  }
  return native
}

/** A share of another computer, by Windows' notation: looking at one already tells that computer who is asking. */
export function isNetworkPath(path: string): boolean {
  return /^[\\/]{2}/.test(path)
}

/**
 * The path with every link resolved, as far as it exists: what is missing is kept as written, since a target may still
 * have to be made. Nothing but names is read.
 */
export async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (thrown) {
    const parent = dirname(path)
    if (errnoOf(thrown) !== 'ENOENT' || parent === path) throw fileError(thrown, 'source', { path })
    return join(await realPathOf(parent), basename(path))
  }
}
