import { join } from 'node:path'
import { TernError } from '../../shared/domain/errors.ts'

/** One owner for each target path among all transfers of an engine. */
export class TargetClaims {
  readonly #claimed = new Set<string>()

  /** Fails with TARGET_BUSY. */
  claim(root: string, path: string): void {
    const key = join(root, path)
    if (this.#claimed.has(key)) throw new TernError('TARGET_BUSY', { path })
    this.#claimed.add(key)
  }

  release(root: string, path: string): void {
    this.#claimed.delete(join(root, path))
  }
}
