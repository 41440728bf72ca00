import { isAbsolute, normalize } from 'node:path'
import { newSecret } from '../../platform/random-id.ts'
import type { LocalLocation } from '../../shared/contract/engine-process.ts'
import { TernError } from '../../shared/domain/errors.ts'

/** Why main gave a path out: a token opens nothing but what it was made for. */
export type TokenPurpose = 'send' | 'download' | 'storage' | 'delivery'

interface Entry {
  readonly path: string
  readonly kind: 'file' | 'folder'
  readonly purpose: TokenPurpose
}

/**
 * Tokens instead of paths: the window can only name what a person picked, or what main offered. They are random, and
 * end with the page that got them.
 */
export class TokenRegistry {
  readonly #entries = new Map<string, Entry>()
  readonly #tokens = new Map<string, string>()

  /** The same path for the same purpose keeps its token, so that offers made again and again do not pile up. */
  add(entry: Entry): string {
    const identity = `${entry.purpose} ${entry.kind} ${entry.path}`
    const known = this.#tokens.get(identity)
    if (known !== undefined) return known
    const token = newSecret(18)
    this.#tokens.set(identity, token)
    this.#entries.set(token, entry)
    return token
  }

  /** Fails with TOKEN_UNKNOWN, also for a token of another purpose. */
  resolve(token: string, purpose: TokenPurpose): Entry {
    const entry = this.#entries.get(token)
    if (entry?.purpose !== purpose) throw new TernError('TOKEN_UNKNOWN')
    return entry
  }

  /** A folder that main gave out, and a path below it that the person may have typed. */
  resolveLocation(location: { readonly token: string; readonly subPath: string }): LocalLocation {
    return {
      rootPath: this.resolve(location.token, 'delivery').path,
      subPath: checkedSubPath(location.subPath),
    }
  }

  clear(): void {
    this.#entries.clear()
    this.#tokens.clear()
  }
}

/** Relative, inside, with `/` between its parts; empty for the root itself. Fails with PATH_INVALID. */
export function checkedSubPath(typed: string): string {
  const subPath = typed.replaceAll('\\', '/').trim()
  const parts = subPath.split('/').filter((part) => part !== '' && part !== '.')
  const isOutside =
    isAbsolute(subPath) || /^[a-z]:/i.test(subPath) || subPath.includes('\0') || parts.some((part) => part === '..')
  if (isOutside || normalize(parts.join('/')).startsWith('..')) throw new TernError('PATH_INVALID', { path: typed })
  return parts.join('/')
}
