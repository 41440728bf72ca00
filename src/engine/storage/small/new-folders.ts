const maxKnown = 4096

/**
 * Folders that a target has made itself. In them is only what came with this transfer or appeared in this very time,
 * which placing looks at anyway; so there is nothing to compare with. The oldest are forgotten: it is a saving only.
 */
export class NewFolders {
  /** Whether anything was on its way there yet. */
  readonly #isUntouched = new Map<string, boolean>()

  add(path: string): void {
    this.#isUntouched.set(path, true)
    for (const oldest of this.#isUntouched.keys()) {
      if (this.#isUntouched.size <= maxKnown) break
      this.#isUntouched.delete(oldest)
    }
  }

  has(path: string): boolean {
    return this.#isUntouched.has(path)
  }

  /** True for the first who asks. */
  takeUntouched(path: string): boolean {
    if (this.#isUntouched.get(path) !== true) return false
    this.#isUntouched.set(path, false)
    return true
  }
}
