import type { Logger } from '../../platform/logger.ts'
import { isAbort, TernError } from '../../shared/domain/errors.ts'
import type {
  ItemOutcome,
  ReceiveRequest,
  SendRequest,
  Transfer,
  TransferEvents,
  TransferOutcome,
  TransferProgress,
} from '../api.ts'
import type { Journal } from '../journal/index.ts'
import { encodeControl } from '../protocol/codec.ts'
import { maxLanes as mostLanes } from '../protocol/limits.ts'
import type { NameRecords } from '../storage/names/name-records.ts'
import type { Limiter } from '../transport/limiter.ts'
import type { Meets, Session } from '../transport/types.ts'
import { FlowMeter } from './flow-meter.ts'
import { Receiver } from './receiving/receive.ts'
import { ReceiveMeter } from './receiving/receive-meter.ts'
import { TargetClaims } from './receiving/target-claims.ts'
import { Sender } from './sending/send.ts'
import { SendMeter } from './sending/send-meter.ts'
import { StallWatch } from './stall-watch.ts'
import { Ticker } from './ticker.ts'

const flowEveryMs = 1000

export interface RunParts {
  readonly meeting: Meets
  /** From now on the peer may come in; until disposed. */
  readonly admitPeer: () => Disposable
  readonly events: TransferEvents
  readonly logger: Logger
  /** Of this transfer alone, within the engine's. */
  readonly limiter: Limiter
  /** Originals of names that were cut short on this machine. */
  readonly records: NameRecords
  /** Of all transfers of this engine. */
  readonly claims: Set<TargetClaims>
  /** Of lanes and of the transfer as a whole. */
  readonly stallAfterMs: number
  readonly openJournal: (request: ReceiveRequest) => Promise<Journal>
}

interface Meter {
  phase: TransferProgress['phase']
  progress(lanes: number, route: 'direct' | 'relay' | undefined): TransferProgress
}

/** What the two roles have in common: meeting, stopping, progress, and one outcome that never rejects. */
class Run implements Transfer {
  readonly transferId: string
  readonly outcome: Promise<TransferOutcome>
  readonly #parts: RunParts
  readonly #meter: Meter
  readonly #flow: FlowMeter
  readonly #stopping = new AbortController()
  readonly #items: ItemOutcome[] = []
  #session: Session | undefined
  #admission: Disposable | undefined
  #stallWatch: StallWatch | undefined
  #flowTimer: NodeJS.Timeout | undefined

  constructor(
    transferId: string,
    parts: RunParts,
    { meter, flow }: { readonly meter: Meter; readonly flow: FlowMeter },
    work: (run: RunTools) => Promise<void>,
  ) {
    this.transferId = transferId
    this.#parts = parts
    this.#meter = meter
    this.#flow = flow
    this.outcome = this.#run(work)
  }

  progress(): TransferProgress {
    const progress = this.#meter.progress(this.#session?.openLanes ?? 0, this.#session?.route)
    return progress.phase === 'transferring' ? { ...progress, ...this.#flow.said() } : progress
  }

  setLimit(bytesPerSecond: number | undefined): void {
    this.#parts.limiter.setLimit(bytesPerSecond)
  }

  stop(): void {
    this.#stopping.abort()
  }

  async #run(work: (run: RunTools) => Promise<void>): Promise<TransferOutcome> {
    const { events, logger } = this.#parts
    using ticker = new Ticker(() => events.onProgress?.(this.progress()))
    // Never within the caller's own turn: it has not got the transfer in hand yet.
    await Promise.resolve()
    try {
      ticker.changed()
      await work({
        signal: this.#stopping.signal,
        meet: async () => {
          const session = await this.#meet()
          this.#watchFlow(session, () => ticker.changed())
          this.#stallWatch = this.#watchStall(session)
          return session
        },
        onItem: (outcome) => {
          this.#items.push(outcome)
          events.onItem?.(outcome)
        },
        onChange: () => ticker.changed(),
      })
      clearInterval(this.#flowTimer)
      await this.#session?.close()
      const isDone = this.#items.every(({ status }) => status === 'done')
      return this.#outcomeOf(isDone ? 'done' : 'failed')
    } catch (thrown) {
      const error = this.#stopping.signal.aborted || isAbort(thrown) ? undefined : TernError.from(thrown)
      if (error) logger.info({ error: error.toEnvelope(), cause: String(error.cause ?? '') }, 'transfer ended')
      await this.#endSession(error)
      return this.#outcomeOf('ended', error)
    } finally {
      clearInterval(this.#flowTimer)
      this.#stallWatch?.[Symbol.dispose]()
      this.#admission?.[Symbol.dispose]()
    }
  }

  async #meet(): Promise<Session> {
    const { signal } = this.#stopping
    this.#admission = this.#parts.admitPeer()
    const session = await this.#parts.meeting.meet(signal)
    this.#session = session
    this.#meter.phase = 'scanning'
    const interrupt = () => session.interrupt(signal.reason as Error)
    signal.addEventListener('abort', interrupt)
    if (signal.aborted) interrupt()
    return session
  }

  /** Both sides tell each other what they spend their time on, and both name what holds them up. */
  #watchFlow(session: Session, onChange: () => void): void {
    this.#flowTimer = setInterval(() => {
      const flow = encodeControl(this.#flow.sample(session.openLanes))
      void session.control.send(flow).catch(() => undefined)
      onChange()
    }, flowEveryMs)
    this.#flowTimer.unref()
  }

  #watchStall(session: Session): StallWatch {
    // It takes a few of their words to know what the other side does.
    return new StallWatch(Math.max(this.#parts.stallAfterMs, 5 * flowEveryMs), {
      isWaiting: () => {
        const { filesTotal, filesDone } = this.progress()
        return filesTotal > filesDone
      },
      moved: () => {
        const { filesScanned, filesCompared, filesDone, bytesVerified, bytesReceived } = this.progress()
        return filesScanned + filesCompared + filesDone + bytesVerified + bytesReceived
      },
      isBusy: () => this.#flow.isBusy(),
      isPeerBusy: () => this.#flow.isPeerBusy(),
      onStall: (error) => session.interrupt(error),
    })
  }

  /** The peer is told why, so that both outcomes name the same cause. */
  async #endSession(error: TernError | undefined): Promise<void> {
    const session = this.#session
    if (!session) return
    const stop = encodeControl({ type: 'stop', ...(error && { error: error.toEnvelope() }) })
    try {
      await session.control.send(stop)
      await session.close()
    } catch {
      session.destroy(error ?? new TernError('PEER_LOST'))
    }
  }

  #outcomeOf(status: TransferOutcome['status'], error?: TernError): TransferOutcome {
    const progress = this.progress()
    return { status, ...(error && { error: error.toEnvelope() }), items: this.#items, progress }
  }
}

interface RunTools {
  readonly signal: AbortSignal
  meet(): Promise<Session>
  onItem(outcome: ItemOutcome): void
  onChange(): void
}

export function runSend(request: SendRequest, parts: RunParts): Transfer {
  const meter = new SendMeter(request.items.map(({ itemId }) => itemId))
  const { limiter } = parts
  const flow = new FlowMeter('send', limiter)
  return new Run(request.transferId, parts, { meter, flow }, async ({ meet, onItem, onChange }) => {
    const session = await meet()
    const maxLanes = Math.min(request.laneCount ?? mostLanes, mostLanes)
    await new Sender({
      request,
      session,
      records: parts.records,
      limiter,
      meter,
      flow,
      maxLanes,
      onItem,
      onChange,
    }).run()
  })
}

export function runReceive(request: ReceiveRequest, parts: RunParts): Transfer {
  const meter = new ReceiveMeter()
  const { limiter } = parts
  const flow = new FlowMeter('receive', limiter)
  return new Run(request.transferId, parts, { meter, flow }, async ({ meet, onItem, onChange }) => {
    // Before the meeting: a transfer that cannot keep its books must not spend its ticket.
    await using journal = await parts.openJournal(request)
    const session = await meet()
    using reports = new Ticker(() => {
      void session.control.send(encodeControl(meter.report())).catch(() => undefined)
    })
    using claims = new TargetClaims(parts.claims)
    const { limiter } = parts
    let hasFailures = false
    await new Receiver({
      request,
      session,
      journal,
      records: parts.records,
      onNames: (found) => parts.events.onNames?.(found),
      claims,
      limiter,
      meter,
      flow,
      onItem: (outcome) => {
        hasFailures ||= outcome.status === 'failed'
        onItem(outcome)
      },
      onChange: () => {
        reports.changed()
        onChange()
      },
    }).run()
    // Nothing is left to go on from; partials of other items, and what could not be tidied up, wait for their own run.
    if (!hasFailures && !journal.hasLeftovers) journal.delete()
  })
}
