import { TernError } from '../../shared/domain/errors.ts'
import { nameOf, parentOf } from '../storage/index.ts'

/** One owner for each target path among all transfers of an engine; this is what one transfer holds. */
export class TargetClaims implements Disposable {
  readonly #all: Set<TargetClaims>
  /** Names by absolute folder, so that two transfers with different roots meet at one path. */
  readonly #folders = new Map<string, Set<string>>()

  /** `all`: shared by the transfers of one engine. */
  constructor(all: Set<TargetClaims>) {
    this.#all = all
    all.add(this)
  }

  /** Roots are absolute and in their plain form. Fails with TARGET_BUSY. */
  claim(root: string, path: string): void {
    const folder = folderOf(root, path)
    const name = nameOf(path)
    for (const claims of this.#all) {
      if (claims.#folders.get(folder)?.has(name)) throw new TernError('TARGET_BUSY', { path })
    }
    const names = this.#folders.get(folder)
    if (names) names.add(name)
    else this.#folders.set(folder, new Set([name]))
  }

  release(root: string, path: string): void {
    const folder = folderOf(root, path)
    const names = this.#folders.get(folder)
    if (names?.delete(nameOf(path)) && names.size === 0) this.#folders.delete(folder)
  }

  [Symbol.dispose](): void {
    this.#all.delete(this)
    this.#folders.clear()
  }
}

function folderOf(root: string, path: string): string {
  const parent = parentOf(path)
  if (parent === '') return root
  return root.endsWith('/') ? root + parent : `${root}/${parent}`
}
