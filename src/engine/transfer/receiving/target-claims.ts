import { TernError } from '../../../shared/domain/errors.ts'
import { joinPath } from '../../storage/index.ts'

interface LatestPlace {
  readonly root: string
  readonly folder: string
  /** Absolute. */
  readonly place: string
}

/** One owner for each target path among all transfers of an engine; this is what one transfer holds. */
export class TargetClaims implements Disposable {
  readonly #all: Set<TargetClaims>
  /** Names by absolute folder, so that two transfers with different roots meet at one path. */
  readonly #folders = new Map<string, Set<string>>()
  #latest: LatestPlace | undefined

  /** `all`: shared by the transfers of one engine. */
  constructor(all: Set<TargetClaims>) {
    this.#all = all
    all.add(this)
  }

  /** Roots are absolute and in their plain form, folders relative to them. Fails with TARGET_BUSY. */
  claim(root: string, folder: string, name: string): void {
    const { place } = this.#placeOf(root, folder)
    for (const claims of this.#all) {
      if (claims.#folders.get(place)?.has(name)) throw new TernError('TARGET_BUSY', { path: joinPath(folder, name) })
    }
    const names = this.#folders.get(place)
    if (names) names.add(name)
    else this.#folders.set(place, new Set([name]))
  }

  release(root: string, folder: string, name: string): void {
    const { place } = this.#placeOf(root, folder)
    const names = this.#folders.get(place)
    if (names?.delete(name) && names.size === 0) this.#folders.delete(place)
  }

  [Symbol.dispose](): void {
    this.#all.delete(this)
    this.#folders.clear()
  }

  /** Of one folder mostly many names are asked for in a row. */
  #placeOf(root: string, folder: string): LatestPlace {
    const latest = this.#latest
    if (latest?.folder === folder && latest.root === root) return latest
    this.#latest = { root, folder, place: absolute(root, folder) }
    return this.#latest
  }
}

function absolute(root: string, folder: string): string {
  if (folder === '') return root
  return root.endsWith('/') ? root + folder : `${root}/${folder}`
}
