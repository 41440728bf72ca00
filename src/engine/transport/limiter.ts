import { setTimeout as wait } from 'node:timers/promises'
import { monotonicMs } from '../../platform/clock.ts'

const burstMs = 40
const minBurstBytes = 4 * 1024
const maxSliceBytes = 64 * 1024
const minSliceBytes = 1024

/**
 * One token bucket for everything an engine moves, both directions together. Who takes more than there is goes into
 * debt and waits it off; a changed limit counts from that moment on, also for those who wait already. One within
 * another, such as that of a single transfer, lets pass what both do.
 */
export class Limiter {
  readonly #outer: Limiter | undefined
  #bytesPerSecond: number | undefined
  #available = 0
  #countedAtMs = monotonicMs()
  #changed = new AbortController()

  constructor(outer?: Limiter) {
    this.#outer = outer
  }

  /** Undefined: no limit. */
  setLimit(bytesPerSecond: number | undefined): void {
    this.#refill()
    this.#bytesPerSecond = bytesPerSecond === undefined ? undefined : Math.max(1, bytesPerSecond)
    this.#available = Math.min(Math.max(this.#available, 0), this.#burst)
    this.#changed.abort()
    this.#changed = new AbortController()
  }

  /** How much to write in one go so that the limit stays smooth. */
  get sliceBytes(): number {
    const outer = this.#outer?.sliceBytes ?? Number.POSITIVE_INFINITY
    if (this.#bytesPerSecond === undefined) return outer
    return Math.min(outer, maxSliceBytes, Math.max(minSliceBytes, Math.floor(this.#bytesPerSecond / 10)))
  }

  /** Takes the bytes off; settles when they may pass. Returns nothing when they may pass at once. */
  take(bytes: number, signal: AbortSignal): Promise<void> | undefined {
    const outer = this.#outer?.take(bytes, signal)
    const own = this.#takeOwn(bytes, signal)
    return outer && own ? outer.then(() => own) : (outer ?? own)
  }

  #takeOwn(bytes: number, signal: AbortSignal): Promise<void> | undefined {
    if (this.#bytesPerSecond === undefined) return undefined
    this.#refill()
    this.#available -= bytes
    return this.#available >= 0 ? undefined : this.#waitOff(signal)
  }

  async #waitOff(signal: AbortSignal): Promise<void> {
    while (this.#bytesPerSecond !== undefined && !signal.aborted) {
      this.#refill()
      if (this.#available >= 0) return
      const untilPaidMs = (-this.#available / this.#bytesPerSecond) * 1000
      const changed = this.#changed.signal
      await wait(Math.max(1, untilPaidMs), undefined, { signal: AbortSignal.any([signal, changed]) }).catch(
        () => undefined,
      )
    }
  }

  get #burst(): number {
    return this.#bytesPerSecond === undefined ? 0 : Math.max(minBurstBytes, (this.#bytesPerSecond * burstMs) / 1000)
  }

  #refill(): void {
    const now = monotonicMs()
    if (this.#bytesPerSecond !== undefined) {
      const gained = ((now - this.#countedAtMs) * this.#bytesPerSecond) / 1000
      this.#available = Math.min(this.#burst, this.#available + gained)
    }
    this.#countedAtMs = now
  }
}
