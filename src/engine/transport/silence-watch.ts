import { monotonicMs } from '../../platform/clock.ts'

interface Watched {
  receivedBytes(): number
  sentBytes(): number
  /** False while we ourselves take nothing in: then silence is our own doing. */
  isListening(): boolean
  ping(): void
  stalled(): void
}

/**
 * Says when nothing has come for too long, and keeps an idle connection from looking so to the other side. Counts its
 * own ticks: a machine that slept was not stalled.
 */
export class SilenceWatch {
  readonly #watched: Watched
  readonly #stallAfterMs: number
  readonly #tickMs: number
  readonly #timer: NodeJS.Timeout
  #received = 0
  #sent = 0
  #silentMs = 0
  #idleTicks = 0
  #tickedAtMs = monotonicMs()

  constructor(stallAfterMs: number, watched: Watched) {
    this.#watched = watched
    this.#stallAfterMs = stallAfterMs
    this.#tickMs = stallAfterMs / 12
    this.#timer = setInterval(() => this.#tick(), this.#tickMs)
    this.#timer.unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #tick(): void {
    const now = monotonicMs()
    const elapsedMs = Math.min(now - this.#tickedAtMs, 2 * this.#tickMs)
    this.#tickedAtMs = now
    const received = this.#watched.receivedBytes()
    if (received !== this.#received || !this.#watched.isListening()) this.#silentMs = 0
    else this.#silentMs += elapsedMs
    this.#received = received
    const sent = this.#watched.sentBytes()
    this.#idleTicks = sent === this.#sent ? this.#idleTicks + 1 : 0
    this.#sent = sent
    if (this.#silentMs >= this.#stallAfterMs) this.#watched.stalled()
    else if (this.#idleTicks >= 3) {
      this.#idleTicks = 0
      this.#watched.ping()
      this.#sent = this.#watched.sentBytes()
    }
  }
}
