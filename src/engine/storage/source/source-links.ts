import { lstatSync, readlinkSync, realpathSync, type Stats } from 'node:fs'
import { sep } from 'node:path'
import { errnoOf } from '../../../platform/errno.ts'
import { TernError } from '../../../shared/domain/errors.ts'
import type { FolderTree } from '../folders/folder-tree.ts'
import { nameOf, parentOf } from '../folders/relative-path.ts'
import { isOwnName } from '../names/names.ts'

/** What lies at a path, or where a link leads. */
export interface LinkedPlace {
  /** Relative to the root, free of links when it was looked at. */
  readonly at: string
  readonly stats: Stats
}

/** Why a link is left out, which is told and is no failure. */
export function linkProblem(path: string, reason?: 'leads-out' | 'broken' | 'circle'): TernError {
  return new TernError('SPECIAL_FILE', { path, kind: 'link', ...(reason && { reason }) })
}

/** The text of a link. Fails with NAME_NOT_ALLOWED where it is no valid UTF-8, and with system errors. */
export function readLinkText(at: string, path: string): string {
  const bytes = readlinkSync(at, { encoding: 'buffer' })
  const text = bytes.toString('utf8')
  if (!Buffer.from(text).equals(bytes)) throw new TernError('NAME_NOT_ALLOWED', { path, reason: 'encoding' })
  return text
}

/**
 * Finds what links of a source lead to. The answer is a path to be walked step by step without following any link: what
 * is swapped for one after it was looked at fails there.
 */
export class SourceLinks {
  readonly #folders: FolderTree
  #root: string | undefined

  constructor(folders: FolderTree) {
    this.#folders = folders
  }

  /** `shown`: for people. @throws TernError SPECIAL_FILE `{kind: 'link', reason}` where it leads out of the root or nowhere */
  resolve(path: string, shown: string): LinkedPlace {
    const real = this.#realPath(path, shown)
    this.#root ??= realpathSync(this.#folders.root)
    const prefix = this.#root.endsWith(sep) ? this.#root : `${this.#root}${sep}`
    if (real !== this.#root && !real.startsWith(prefix)) throw linkProblem(shown, 'leads-out')
    const at = real.slice(prefix.length).split(sep).join('/')
    const folder = this.#folders.folder(parentOf(at))
    const stats =
      folder && lstatSync(at === '' ? `${folder.self}/.` : folder.child(nameOf(at)), { throwIfNoEntry: false })
    if (!stats || isOwnName(nameOf(at))) throw linkProblem(shown, 'broken')
    return { at, stats }
  }

  #realPath(path: string, shown: string): string {
    const folder = this.#folders.folder(parentOf(path))
    if (!folder) throw linkProblem(shown, 'broken')
    try {
      return realpathSync(folder.child(nameOf(path)))
    } catch (thrown) {
      if (['ENOENT', 'ELOOP', 'ENOTDIR'].includes(errnoOf(thrown) ?? '')) throw linkProblem(shown, 'broken')
      throw thrown
    }
  }
}
