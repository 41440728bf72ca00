import { monotonicMs, nowMs } from '../../platform/clock.ts'
import type { Logger } from '../../platform/logger.ts'
import { dispatchLeaseMs } from '../../shared/contract/stream.ts'
import type { ErrorEnvelope } from '../../shared/domain/errors.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { DispatchId } from '../../shared/domain/ids.ts'
import {
  type DispatchRole,
  type DispatchRow,
  dispatchById,
  hasOpenTasks,
  roleIn,
  runningDispatches,
} from '../store/dispatches.ts'
import type { Store, Transaction } from '../store/store.ts'
import type { Presence } from '../stream/presence.ts'
import { defaultLimits } from './decide.ts'
import { type DispatchOutcome, defaultRetryRules, endDispatch } from './end-dispatch.ts'
import { type ScheduleRules, startDispatches } from './start-dispatches.ts'

export interface SchedulerOptions extends ScheduleRules {
  /** How long a client that is back may take to claim, and how long a concrete error may follow an interruption. */
  readonly graceMs: number
  /** How long a client that is lost may stay away: its runs go on without the workspace as long as their lease. */
  readonly lostMs: number
  readonly leaseMs: number
}

export const defaultSchedulerOptions: SchedulerOptions = {
  ...defaultRetryRules,
  ...defaultLimits,
  graceMs: 2000,
  lostMs: dispatchLeaseMs,
  leaseMs: dispatchLeaseMs,
}

export interface Fence {
  readonly dispatchId: DispatchId
  readonly epoch: number
}

interface Watch {
  leaseUntilMs: number
  /** Clients that have to prove that they still run it. */
  readonly unclaimed: Map<string, NodeJS.Timeout>
  ending: NodeJS.Timeout | undefined
}

/** Starts dispatches when they may run, watches over those that do, and ends them for both sides. */
export class Scheduler {
  readonly options: SchedulerOptions
  readonly #store: Store
  readonly #presence: Presence
  readonly #logger: Logger
  readonly #watched = new Map<string, Watch>()
  #wake: NodeJS.Timeout | undefined
  #isRequested = false
  #isClosed = false
  readonly #leaseCheck: NodeJS.Timeout

  constructor(store: Store, presence: Presence, logger: Logger, options: Partial<SchedulerOptions> = {}) {
    this.#store = store
    this.#presence = presence
    this.#logger = logger
    this.options = { ...defaultSchedulerOptions, ...options }
    // What ran before a restart may still run: its clients have a lease's time to claim it.
    for (const row of store.read(runningDispatches)) this.#watch(row.id)
    this.#leaseCheck = setInterval(() => this.#endExpired(), Math.min(5000, this.options.leaseMs / 4)).unref()
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#wake)
    clearInterval(this.#leaseCheck)
    for (const id of [...this.#watched.keys()]) this.#unwatch(id)
  }

  /** Looks once for all that was asked for in the same moment. */
  request(): void {
    if (this.#isRequested || this.#isClosed) return
    this.#isRequested = true
    setImmediate(() => void this.#run())
  }

  renew(clientId: string, leases: readonly Fence[]): void {
    for (const fence of leases) {
      const watch = this.#watched.get(fence.dispatchId)
      if (watch === undefined || this.#runningOf(fence, clientId) === undefined) continue
      watch.leaseUntilMs = monotonicMs() + this.options.leaseMs
    }
  }

  /** A client is back: it names what it still runs. What it does not name has ended with it. */
  async claim(clientId: string, dispatches: readonly Fence[]): Promise<Fence[]> {
    const valid = dispatches.filter((fence) => this.#runningOf(fence, clientId) !== undefined)
    const named = new Set(valid.map((fence) => fence.dispatchId))
    for (const fence of valid) this.#claimed(fence.dispatchId, clientId)
    for (const row of this.#runningAt(clientId)) {
      const isWaited = this.#watched.get(row.id)?.unclaimed.has(clientId)
      if (isWaited && !named.has(row.id)) await this.end(row, { outcome: 'interrupted' })
    }
    return valid
  }

  /** A client connected: it has a moment to claim what it was running. */
  awaitClaims(clientId: string): void {
    this.#awaitClaims(clientId, this.options.graceMs)
  }

  /** A client went away: what it runs goes on, and it claims that when it is back in time. */
  clientLost(clientId: string): void {
    this.#awaitClaims(clientId, this.options.lostMs)
  }

  #awaitClaims(clientId: string, withinMs: number): void {
    for (const row of this.#runningAt(clientId)) {
      const watch = this.#watch(row.id)
      clearTimeout(watch.unclaimed.get(clientId))
      const timer = setTimeout(() => void this.#endQuietly(row, { outcome: 'interrupted' }), withinMs)
      watch.unclaimed.set(clientId, timer)
    }
  }

  /**
   * One side says that the run is over. A plain interruption, or a sender that is done before the receiver has said so,
   * waits a moment for the side that knows more.
   */
  async reportEnd(
    clientId: string | undefined,
    fence: Fence,
    outcome: DispatchOutcome,
    error: ErrorEnvelope | undefined,
  ): Promise<void> {
    const row = this.#store.read((database) => dispatchById(database, fence.dispatchId))
    const role = row && roleIn(row, clientId)
    if (row === undefined || role === undefined || row.epoch !== fence.epoch) throw new TernError('FENCED')
    if (row.is_running === 0) return
    const isPeerGone = outcome === 'failed' && error?.code === 'PEER_LOST'
    const end = { outcome: isPeerGone ? ('interrupted' as const) : outcome, error, by: role }
    if (end.outcome === 'interrupted' || (end.outcome === 'done' && role === 'send' && this.#hasOpenTasks(row))) {
      const watch = this.#watch(row.id)
      const late = end.outcome === 'done' ? { outcome: 'interrupted' as const, by: role } : end
      watch.ending ??= setTimeout(() => void this.#endQuietly(row, late), this.options.graceMs)
      return
    }
    await this.end(row, end)
  }

  async end(
    row: DispatchRow,
    end: { outcome: DispatchOutcome; error?: ErrorEnvelope | undefined; by?: DispatchRole },
  ): Promise<void> {
    await this.#store.write((transaction) => {
      if (dispatchById(transaction.database, row.id)?.is_running === 1) endDispatch(transaction, row, end, this.options)
    })
  }

  /** Forgets what has ended; called after each commit. */
  prune(): void {
    if (this.#watched.size === 0) return
    const running = new Set<string>(this.#store.read(runningDispatches).map((row) => row.id))
    for (const id of [...this.#watched.keys()]) if (!running.has(id)) this.#unwatch(id)
  }

  async #run(): Promise<void> {
    this.#isRequested = false
    if (this.#isClosed) return
    try {
      const nextAtMs = await this.#store.write((transaction) => this.#start(transaction))
      for (const row of this.#store.read(runningDispatches)) this.#watch(row.id)
      this.prune()
      clearTimeout(this.#wake)
      if (nextAtMs === undefined || this.#isClosed) return
      const delayMs = Math.min(Math.max(nextAtMs - nowMs(), 1), 60_000)
      this.#wake = setTimeout(() => this.request(), delayMs).unref()
    } catch (error) {
      if (!this.#isClosed) this.#logger.error({ err: error }, 'scheduling failed')
    }
  }

  #start(transaction: Transaction): number | undefined {
    return startDispatches(transaction, this.#presence, this.options)
  }

  #watch(id: string): Watch {
    let watch = this.#watched.get(id)
    if (watch === undefined) {
      watch = { leaseUntilMs: monotonicMs() + this.options.leaseMs, unclaimed: new Map(), ending: undefined }
      this.#watched.set(id, watch)
    }
    return watch
  }

  #unwatch(id: string): void {
    const watch = this.#watched.get(id)
    if (watch === undefined) return
    clearTimeout(watch.ending)
    for (const timer of watch.unclaimed.values()) clearTimeout(timer)
    this.#watched.delete(id)
  }

  #claimed(id: string, clientId: string): void {
    const watch = this.#watch(id)
    clearTimeout(watch.unclaimed.get(clientId))
    watch.unclaimed.delete(clientId)
    watch.leaseUntilMs = monotonicMs() + this.options.leaseMs
  }

  #endExpired(): void {
    const now = monotonicMs()
    for (const [id, watch] of this.#watched) {
      if (watch.leaseUntilMs > now) continue
      const row = this.#store.read((database) => dispatchById(database, id))
      if (row) void this.#endQuietly(row, { outcome: 'interrupted' })
    }
  }

  async #endQuietly(
    row: DispatchRow,
    end: { outcome: DispatchOutcome; error?: ErrorEnvelope | undefined; by?: DispatchRole },
  ): Promise<void> {
    try {
      if (!this.#isClosed) await this.end(row, end)
    } catch (error) {
      this.#logger.error({ err: error, dispatchId: row.id }, 'a dispatch could not be ended')
    }
  }

  #runningAt(clientId: string): DispatchRow[] {
    return this.#store.read(runningDispatches).filter((row) => roleIn(row, clientId) !== undefined)
  }

  #runningOf(fence: Fence, clientId: string): DispatchRow | undefined {
    const row = this.#store.read((database) => dispatchById(database, fence.dispatchId))
    return row && row.is_running === 1 && row.epoch === fence.epoch && roleIn(row, clientId) ? row : undefined
  }

  #hasOpenTasks(row: DispatchRow): boolean {
    return this.#store.read((database) => hasOpenTasks(database, row.id))
  }
}
