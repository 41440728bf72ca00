import { TernError } from '../errors.ts'
import type { Placement } from './placement.ts'

/**
 * A way below a share or a chosen folder, without empty parts and `.`; backslashes are part of names.
 * @throws TernError PATH_INVALID `{path, problem}` when it could lead out
 */
export function wayBelow(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  if (path.includes('\0') || path.startsWith('/') || parts.includes('..')) {
    throw new TernError('PATH_INVALID', { path: path.slice(0, 500), problem: 'not-relative' })
  }
  return parts.join('/')
}

/**
 * A relative destination below the folder that its receiver chose, absolute on their machine.
 * @throws TernError PATH_INVALID `{path, problem}` when it could lead out of the folder
 */
export function placeAtLocation(location: string, path: string): string {
  const isWindows = /^[A-Za-z]:|^\\|^\/\//.test(location)
  const way = wayBelow(isWindows ? path.replaceAll('\\', '/') : path)
  if (way === '') return location
  return `${location.replace(isWindows ? /[/\\]+$/ : /\/+$/, '')}/${way}`
}

/** The path that an item will have below the chosen folder, as a preview shows it. */
export function landingWay(path: string, placement: Placement, ownName: string): string {
  if (path === '') return ownName
  return placement === 'as' ? path : `${path}/${ownName}`
}
