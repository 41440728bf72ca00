import { TernError } from '../../shared/domain/errors.ts'

/** One owner for each target path among all transfers of an engine; this is what one transfer holds. */
export class TargetClaims implements Disposable {
  readonly #all: Set<string>
  readonly #own = new Set<string>()

  /** `all`: shared by the transfers of one engine. */
  constructor(all: Set<string>) {
    this.#all = all
  }

  /** Fails with TARGET_BUSY. */
  claim(root: string, path: string): void {
    const key = keyOf(root, path)
    if (this.#all.has(key)) throw new TernError('TARGET_BUSY', { path })
    this.#all.add(key)
    this.#own.add(key)
  }

  release(root: string, path: string): void {
    const key = keyOf(root, path)
    if (this.#own.delete(key)) this.#all.delete(key)
  }

  [Symbol.dispose](): void {
    for (const key of this.#own) this.#all.delete(key)
    this.#own.clear()
  }
}

/** Absolute, so that two transfers with different roots meet at one path. Roots are absolute and in their plain form. */
function keyOf(root: string, path: string): string {
  return root.endsWith('/') ? root + path : `${root}/${path}`
}
