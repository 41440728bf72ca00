/** Five crashes in ten minutes: something is wrong that another start will not mend. */
const crashLimit = 5
const windowMs = 600_000
const firstDelayMs = 300
const lastDelayMs = 10_000

/** Remembers crashes and says how long to wait before the next start. Times are monotonic milliseconds. */
export class CrashHistory {
  #times: number[] = []

  get count(): number {
    return this.#times.length
  }

  /** The delay before the next start, or undefined when it should not be started again. */
  add(atMs: number): number | undefined {
    this.#times = [...this.#times.filter((time) => atMs - time < windowMs), atMs]
    if (this.#times.length >= crashLimit) return undefined
    return Math.min(firstDelayMs * 4 ** (this.#times.length - 1), lastDelayMs)
  }

  clear(): void {
    this.#times = []
  }
}
