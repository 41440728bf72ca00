import { monotonicMs } from '../../platform/clock.ts'
import { TernError } from '../../shared/domain/errors.ts'

interface Watched {
  /** Something is still to come or to go. */
  isWaiting(): boolean
  /** Rises with everything that gets the transfer on. */
  moved(): number
  /** This side is at work, or held by a limit. */
  isBusy(): boolean
  /** The other side says so of itself. */
  isPeerBusy(): boolean
  onStall(error: TernError): void
}

const ticksUntilStalled = 12
/** So long a peer's word is taken that it is at work although nothing comes of it: longer than any single step takes. */
const trustPeerMs = 3_600_000

/**
 * Says when a transfer as a whole gets nowhere: both sides live and wait for each other. Counts its own ticks: a machine
 * that slept was not stalled.
 */
export class StallWatch implements Disposable {
  readonly #watched: Watched
  readonly #stallAfterMs: number
  readonly #timer: NodeJS.Timeout
  #moved = -1
  #silentMs = 0
  /** Of it the peer says that it works. */
  #trustedMs = 0
  #tickedAtMs = monotonicMs()

  constructor(stallAfterMs: number, watched: Watched) {
    this.#watched = watched
    this.#stallAfterMs = stallAfterMs
    this.#timer = setInterval(() => this.#tick(), stallAfterMs / ticksUntilStalled)
    this.#timer.unref()
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }

  #tick(): void {
    const now = monotonicMs()
    const elapsedMs = Math.min(now - this.#tickedAtMs, (2 * this.#stallAfterMs) / ticksUntilStalled)
    this.#tickedAtMs = now
    const moved = this.#watched.moved()
    const isStill = moved === this.#moved && this.#watched.isWaiting() && !this.#watched.isBusy()
    const isTrusted = isStill && this.#watched.isPeerBusy()
    this.#moved = moved
    this.#trustedMs = isStill ? this.#trustedMs + (isTrusted ? elapsedMs : 0) : 0
    this.#silentMs = isStill && !isTrusted ? this.#silentMs + elapsedMs : 0
    if (this.#silentMs < this.#stallAfterMs && this.#trustedMs < trustPeerMs) return
    this.#silentMs = 0
    this.#trustedMs = 0
    this.#watched.onStall(new TernError('STALLED', { afterMs: this.#stallAfterMs, what: 'transfer' }))
  }
}
