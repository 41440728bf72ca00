import { monotonicMs } from '../../platform/clock.ts'
import { TokenBucket } from './token-bucket.ts'

const minSliceBytes = 1024
const smoothSliceBytes = 64 * 1024
const maxSliceBytes = 1024 * 1024
/** Who was away for so long at most, such as between two writes, gets what it missed. */
const creditMs = 50
const minCreditBytes = 64 * 1024
/** Looks again at least so often, whatever a timer was set by. */
const maxTimerMs = 1000

/** Time as a limiter knows it. It must not jump: wall clocks are for timetables. */
export interface LimiterClock {
  nowMs(): number
  /** Calls once, later; answers how to call it off. */
  after(ms: number, act: () => void): () => void
}

interface Waiter {
  readonly bytes: number
  pass: () => void
  mayPass: boolean
}

/** Who may pass next. */
interface Ready {
  readonly limiter: Limiter
  readonly bytes: number
}

/** How long it takes until somebody may. */
interface Later {
  readonly waitMs: number
}

/**
 * A limit on bytes, both directions together. One within another, such as that of a transfer within its workspace's and
 * the engine's, lets pass what all of them do. Those that wait take turns by bytes, so that a transfer gets the same
 * whether it has one lane or sixteen; what one of them leaves the others take. A changed limit counts from that moment
 * on, also for those who wait already.
 */
export class Limiter {
  readonly #outer: Limiter | undefined
  readonly #clock: LimiterClock
  readonly #bucket: TokenBucket
  /** Bytes of its own that wait, in order. */
  readonly #queue: Waiter[] = []
  /** Those within it that have something waiting, and how many transfers that are. */
  readonly #inner = new Set<Limiter>()
  #waitingTransfers = 0
  /** What passed of it, for each of its transfers that waited; who has the least is next. */
  #servedBytes = 0
  /** What the last one within it that was served had been served before. */
  #turnBytes = 0
  #heldMs = 0
  #heldSinceMs = 0
  #callOff: (() => void) | undefined
  #isPumping = false

  constructor(outer?: Limiter, clock: LimiterClock = systemClock) {
    this.#outer = outer
    this.#clock = outer ? outer.#clock : clock
    this.#bucket = new TokenBucket(this.#clock.nowMs())
  }

  /** Bytes a second; undefined: no limit, and so is what no count of bytes could reach, or is no number. */
  setLimit(bytesPerSecond: number | undefined): void {
    const isLimit = bytesPerSecond !== undefined && bytesPerSecond <= Number.MAX_SAFE_INTEGER
    this.#bucket.setLimit(isLimit ? bytesPerSecond : undefined, this.#clock.nowMs())
    this.#pump()
  }

  /** The lowest of all limits that hold, in bytes a second. */
  get bytesPerSecond(): number | undefined {
    const own = this.#bucket.bytesPerSecond
    const outer = this.#outer?.bytesPerSecond
    if (own === undefined || outer === undefined) return own ?? outer
    return Math.min(own, outer)
  }

  /** How much to write in one go so that the limit stays smooth: a tenth of a second's, less where it is fast. */
  get sliceBytes(): number {
    const limit = this.bytesPerSecond
    if (limit === undefined) return Number.POSITIVE_INFINITY
    const slow = Math.min(smoothSliceBytes, Math.max(minSliceBytes, Math.floor(limit / 10)))
    return Math.max(slow, Math.min(maxSliceBytes, Math.floor(limit / 100)))
  }

  /** Milliseconds so far in which something had to wait for a limit. */
  get heldMs(): number {
    return this.#heldMs + (this.#queue.length > 0 ? this.#clock.nowMs() - this.#heldSinceMs : 0)
  }

  /** Takes the bytes off; settles when they may pass, or when the signal aborts. Nothing: they may pass at once. */
  take(bytes: number, signal: AbortSignal): Promise<void> | undefined {
    if (this.bytesPerSecond === undefined || signal.aborted) return undefined
    const waiter: Waiter = { bytes, pass: () => undefined, mayPass: false }
    this.#queue.push(waiter)
    if (this.#queue.length === 1) {
      this.#heldSinceMs = this.#clock.nowMs()
      this.#join(this)
    }
    this.#pump()
    if (waiter.mayPass) return undefined
    return new Promise((resolve) => {
      const giveUp = () => {
        this.#remove(waiter)
        resolve()
        this.#pump()
      }
      signal.addEventListener('abort', giveUp, { once: true })
      waiter.pass = () => {
        signal.removeEventListener('abort', giveUp)
        resolve()
      }
    })
  }

  /** Lets pass what may, in turn, and comes back when the next may. */
  #pump(): void {
    if (this.#outer) {
      this.#outer.#pump()
      return
    }
    // Whoever passes may take more at once, from within.
    if (this.#isPumping) return
    this.#isPumping = true
    let next = this.#next(this.#clock.nowMs())
    while (next && 'limiter' in next) {
      next.limiter.#passFirst()
      next = this.#next(this.#clock.nowMs())
    }
    this.#isPumping = false
    this.#callOff?.()
    this.#callOff = next && this.#clock.after(Math.min(maxTimerMs, next.waitMs), () => this.#pump())
  }

  /** The first in turn that may pass. What a limit gathers for one is not taken away by those behind it. */
  #next(nowMs: number): Ready | Later | undefined {
    const first = this.#queue[0]
    if (first) return this.#ifAllowed({ limiter: this, bytes: first.bytes }, nowMs)
    const creditBytes = Math.max(minCreditBytes, ((this.bytesPerSecond ?? 0) * creditMs) / 1000)
    // Who did not want anything, or could not have it, does not get all of it later.
    for (const inner of this.#inner) {
      inner.#servedBytes = Math.max(inner.#servedBytes, this.#turnBytes - creditBytes)
    }
    let soonest: Later | undefined
    for (const inner of [...this.#inner].sort((one, other) => one.#servedBytes - other.#servedBytes)) {
      const next = inner.#next(nowMs)
      if (next && 'limiter' in next) return this.#ifAllowed(next, nowMs)
      if (next && (!soonest || next.waitMs < soonest.waitMs)) soonest = next
    }
    return soonest
  }

  #ifAllowed(next: Ready, nowMs: number): Ready | Later {
    const waitMs = this.#bucket.waitMs(next.bytes, nowMs)
    return waitMs > 0 ? { waitMs } : next
  }

  #passFirst(): void {
    const first = this.#queue[0]
    if (!first) return
    this.#count(first.bytes)
    this.#remove(first)
    first.mayPass = true
    first.pass()
  }

  #count(bytes: number): void {
    const outer = this.#outer
    this.#bucket.take(bytes)
    if (!outer) return
    outer.#turnBytes = Math.max(outer.#turnBytes, this.#servedBytes)
    this.#servedBytes += bytes / Math.max(1, this.#waitingTransfers)
    outer.#count(bytes)
  }

  #remove(waiter: Waiter): void {
    const at = this.#queue.indexOf(waiter)
    if (at === -1) return
    this.#queue.splice(at, 1)
    if (this.#queue.length > 0) return
    this.#heldMs += this.#clock.nowMs() - this.#heldSinceMs
    this.#leave(this)
  }

  #join(inner: Limiter): void {
    this.#waitingTransfers += 1
    if (inner !== this) this.#inner.add(inner)
    if (this.#outer) this.#outer.#join(this)
  }

  #leave(inner: Limiter): void {
    this.#waitingTransfers -= 1
    if (inner !== this && inner.#waitingTransfers === 0) this.#inner.delete(inner)
    if (this.#outer) this.#outer.#leave(this)
  }
}

const systemClock: LimiterClock = {
  nowMs: monotonicMs,
  after: (ms, act) => {
    const timer = setTimeout(act, Math.max(1, Math.ceil(ms)))
    return () => clearTimeout(timer)
  },
}
