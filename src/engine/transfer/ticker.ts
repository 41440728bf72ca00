const intervalMs = 100

/** Calls at most ten times a second, and once more for the last change. */
export class Ticker implements Disposable {
  readonly #tick: () => void
  #timer: NodeJS.Timeout | undefined
  #isDue = false
  #isDisposed = false

  constructor(tick: () => void) {
    this.#tick = tick
  }

  changed(): void {
    if (this.#isDisposed) return
    if (this.#timer) {
      this.#isDue = true
      return
    }
    this.#tick()
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      if (!this.#isDue) return
      this.#isDue = false
      this.changed()
    }, intervalMs)
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
