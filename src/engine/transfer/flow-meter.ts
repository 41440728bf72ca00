import { monotonicMs } from '../../platform/clock.ts'
import { type ProcessorUse, processorUse, processTimeMs } from '../../platform/processor-use.ts'
import {
  type Bottleneck,
  bottleneckOf,
  type FlowShares,
  nothingSaid,
  type SaidBottleneck,
  sayBottleneck,
} from '../../shared/domain/bottleneck.ts'
import type { Flow } from '../protocol/flow-message.ts'
import type { Limiter } from '../transport/limiter.ts'

const busyShare = 0.05
/** Other transfers work too. */
const busyCpuShare = 0.5
/** Told of the disk while something goes on beside the lanes: at work, and not what holds the lanes up. */
const besideShare = 0.1

/** Where a figure is from: this machine's clocks, or a test's. */
export interface FlowClocks {
  nowMs(): number
  processor(): ProcessorUse
  /** Of the process; asked around calls of the file system. */
  processTimeMs(): number
}

interface Totals {
  readonly atMs: number
  readonly processor: ProcessorUse
  /** In calls that do not return before they are done, and what of it the processor worked. */
  readonly callMs: number
  readonly callWorkedMs: number
  /** Of all lanes together. */
  readonly diskWaitMs: number
  readonly lineWaitMs: number
  readonly heldMs: number
}

/**
 * What one side of a transfer spends its time on. Lanes say what they do by running it through here; once a second
 * `sample` makes shares of it, and with what the peer tells of itself, the name of what holds the transfer up.
 */
export class FlowMeter {
  readonly #role: 'send' | 'receive'
  readonly #limiter: Limiter
  readonly #clocks: FlowClocks
  readonly #diskWait: WaitTime
  readonly #lineWait: WaitTime
  #besides = 0
  #callMs = 0
  #callWorkedMs = 0
  #before: Totals
  #peer: Flow | undefined
  #own: FlowShares | undefined
  #state: SaidBottleneck = nothingSaid

  constructor(role: 'send' | 'receive', limiter: Limiter, clocks: FlowClocks = systemClocks) {
    this.#role = role
    this.#limiter = limiter
    this.#clocks = clocks
    this.#diskWait = new WaitTime(clocks)
    this.#lineWait = new WaitTime(clocks)
    this.#before = this.#totals()
  }

  /** Reading or writing files: what it does at once, and the rest of it unless that is a wait for something to do. */
  async onDisk<Result>(work: () => Promise<Result>, isIdle: () => boolean = () => false): Promise<Result> {
    const result = this.diskCall(work)
    return isIdle() ? result : this.diskWait(result)
  }

  /** The first part of `onDisk`: what it does at once. Waiting for the rest may come later. */
  diskCall<Result>(work: () => Promise<Result>): Promise<Result> {
    const startedAtMs = this.#clocks.nowMs()
    const workedBeforeMs = this.#clocks.processTimeMs()
    const result = work()
    this.#callMs += this.#clocks.nowMs() - startedAtMs
    this.#callWorkedMs += this.#clocks.processTimeMs() - workedBeforeMs
    return result
  }

  /** The rest of `onDisk`: waiting for what was begun. */
  diskWait<Result>(waiting: Promise<Result>): Promise<Result> {
    return this.#diskWait.during(waiting)
  }

  /** Waiting for the lane: to take bytes or to bring some. */
  onLine<Result>(waiting: Promise<Result>): Promise<Result> {
    return this.#lineWait.during(waiting)
  }

  /**
   * What goes on beside the lanes, such as making files durable, reading them back, removing, listing or surveying: a disk may take
   * its time for it although nothing moves.
   */
  async beside<Result>(work: Promise<Result>): Promise<Result> {
    this.#besides += 1
    try {
      return await work
    } finally {
      this.#besides -= 1
    }
  }

  /** The same of each step of something; what is done with it in between does not count. */
  async *eachBeside<Part>(parts: AsyncGenerator<Part>): AsyncGenerator<Part> {
    try {
      for (let next = await this.beside(parts.next()); !next.done; next = await this.beside(parts.next())) {
        yield next.value
      }
    } finally {
      await parts.return(undefined)
    }
  }

  takePeer(flow: Flow): void {
    this.#peer = flow
  }

  /** What is to be told to the peer of the time since the last call. `lanes`: those that are open. */
  sample(lanes: number): Flow {
    const before = this.#before
    const now = this.#totals()
    this.#before = now
    const shares = sharesOf(before, now, Math.max(1, lanes))
    this.#own = this.#besides > 0 ? { ...shares, disk: Math.max(shares.disk, besideShare) } : shares
    const [sender, receiver] = this.#role === 'send' ? [this.#own, this.#peer?.shares] : [this.#peer?.shares, this.#own]
    this.#state = sayBottleneck(this.#state, bottleneckOf(sender, receiver, this.#state.said))
    const limit = this.#limiter.bytesPerSecond
    return { type: 'flow', shares: this.#own, ...(limit !== undefined && { limitBytesPerSecond: limit }) }
  }

  /** What holds it up, and for a limit how much it lets pass, in bytes a second. */
  said(): { readonly bottleneck?: Bottleneck; readonly limitBytesPerSecond?: number } {
    const { said } = this.#state
    if (said === undefined) return {}
    if (said !== 'limit') return { bottleneck: said }
    const isOwn = (this.#own?.limit ?? 0) >= (this.#peer?.shares.limit ?? 0)
    const limit = isOwn ? this.#limiter.bytesPerSecond : this.#peer?.limitBytesPerSecond
    return { bottleneck: said, ...(limit !== undefined && { limitBytesPerSecond: limit }) }
  }

  /** This side is at work or held by a limit, though nothing may come of it for a while. */
  isBusy(): boolean {
    return isBusy(this.#own)
  }

  /** The same of the other side, as it says. */
  isPeerBusy(): boolean {
    return isBusy(this.#peer?.shares)
  }

  #totals(): Totals {
    return {
      atMs: this.#clocks.nowMs(),
      processor: this.#clocks.processor(),
      callMs: this.#callMs,
      callWorkedMs: this.#callWorkedMs,
      diskWaitMs: this.#diskWait.totalMs,
      lineWaitMs: this.#lineWait.totalMs,
      heldMs: this.#limiter.heldMs,
    }
  }
}

/** How long was waited, by as many as wait at once; a wait that is not over counts too. */
class WaitTime {
  readonly #clocks: FlowClocks
  #ms = 0
  #waiting = 0
  #countedAtMs = 0

  constructor(clocks: FlowClocks) {
    this.#clocks = clocks
  }

  get totalMs(): number {
    const nowMs = this.#clocks.nowMs()
    this.#ms += this.#waiting * (nowMs - this.#countedAtMs)
    this.#countedAtMs = nowMs
    return this.#ms
  }

  async during<Result>(waiting: Promise<Result>): Promise<Result> {
    this.#add(1)
    try {
      return await waiting
    } finally {
      this.#add(-1)
    }
  }

  #add(change: 1 | -1): void {
    void this.totalMs
    this.#waiting += change
  }
}

function isBusy(shares: FlowShares | undefined): boolean {
  if (!shares) return false
  return shares.disk >= busyShare || shares.limit >= busyShare || shares.cpu >= busyCpuShare
}

function sharesOf(before: Totals, now: Totals, lanes: number): FlowShares {
  const spanMs = Math.max(1, now.atMs - before.atMs)
  const share = (ms: number) => Math.min(1, Math.max(0, ms / spanMs))
  const workedMs = now.processor.usedMs - before.processor.usedMs
  const crowdedMs = now.processor.waitedMs - before.processor.waitedMs
  const inCallsMs = now.callMs - before.callMs - (now.callWorkedMs - before.callWorkedMs)
  // What the processor was away for in these calls is no wait for a disk.
  const stoodStillMs = Math.max(0, inCallsMs - crowdedMs)
  return {
    cpu: share(workedMs + crowdedMs),
    disk: share(stoodStillMs + (now.diskWaitMs - before.diskWaitMs) / lanes),
    limit: share(now.heldMs - before.heldMs),
    line: share((now.lineWaitMs - before.lineWaitMs) / lanes - (now.heldMs - before.heldMs)),
  }
}

const systemClocks: FlowClocks = { nowMs: monotonicMs, processor: processorUse, processTimeMs }
