import { monotonicMs } from '../../../platform/clock.ts'
import type { LaneAck, LaneLost, WantedLanes } from '../../protocol/messages.ts'
import type { Limiter } from '../../transport/limiter.ts'
import type { DataLane, Session } from '../../transport/types.ts'
import type { FlowMeter } from '../flow-meter.ts'
import { laneKey } from '../receiving/incoming-lanes.ts'
import { LaneTuner } from './lane-tuner.ts'
import type { OutgoingContent } from './outgoing-content.ts'
import { OutgoingLane } from './outgoing-lane.ts'

const tuneEveryMs = 1000

interface OutgoingLanesOptions {
  readonly session: Session
  readonly content: OutgoingContent
  readonly limiter: Limiter
  readonly flow: FlowMeter
  /** Never more lanes than this. */
  readonly maxLanes: number
  readonly tell: (message: LaneLost | WantedLanes) => void
  readonly onFailure: (thrown: unknown) => void
}

/** The data lanes of the sender: as many as help, each renewed in time, and nothing missing of those that are lost. */
export class OutgoingLanes {
  readonly #options: OutgoingLanesOptions
  readonly #lanes = new Map<string, OutgoingLane>()
  readonly #ending = new AbortController()
  readonly #tuner: LaneTuner
  #pastBytes = 0
  #tunedBytes = 0
  #tunedAtMs = monotonicMs()
  #timer: NodeJS.Timeout | undefined

  constructor(options: OutgoingLanesOptions) {
    this.#options = options
    this.#tuner = new LaneTuner(options.maxLanes, options.session.laneCount)
  }

  start(): void {
    this.#options.session.onLane((lane) => this.#add(lane))
    this.#timer = setInterval(() => this.#tune(), tuneEveryMs)
    this.#timer.unref()
  }

  /** How many frames the receiver has taken of a lane. Fails with PROTOCOL_ERROR. */
  takeAck(ack: LaneAck): void {
    const key = laneKey(ack.lane, ack.attempt)
    const lane = this.#lanes.get(key)
    // One that this side never had, or has heard the end of.
    if (!lane) return
    const lost = lane.takeAck(ack)
    if (!ack.isClosed) return
    this.#lanes.delete(key)
    this.#pastBytes += lane.sentBytes
    this.#options.content.addAgain(lost)
  }

  /** Settles when nothing is written any more. */
  async end(): Promise<void> {
    clearInterval(this.#timer)
    this.#ending.abort()
    await Promise.all([...this.#lanes.values()].map((lane) => lane.ended))
  }

  #add(lane: DataLane): void {
    const { session, content, limiter, flow, tell, onFailure } = this.#options
    const { number, attempt } = lane
    const ending = this.#ending.signal
    const outgoing = new OutgoingLane(lane, { content, limiter, flow, ending, onFailure })
    this.#lanes.set(laneKey(number, attempt), outgoing)
    // Opened again before its peer heard that there should be fewer.
    if (number > session.laneCount) outgoing.retire()
    void lane.lane.ended.then((why) => {
      // After an orderly end the receiver says by itself what it has taken.
      if (why && !ending.aborted) tell({ type: 'laneLost', lane: number, attempt })
    })
  }

  #tune(): void {
    const { flow, session, tell } = this.#options
    const nowMs = monotonicMs()
    const sentBytes = [...this.#lanes.values()].reduce((sum, lane) => sum + lane.sentBytes, this.#pastBytes)
    const bytesPerSecond = ((sentBytes - this.#tunedBytes) * 1000) / Math.max(1, nowMs - this.#tunedAtMs)
    this.#tunedBytes = sentBytes
    this.#tunedAtMs = nowMs
    const { bottleneck } = flow.said()
    const lanes = this.#tuner.next({
      bytesPerSecond,
      isLineBound: bottleneck === 'network',
      isProcessorBound: bottleneck === 'sender-cpu' || bottleneck === 'receiver-cpu',
    })
    if (lanes === session.laneCount) return
    session.wantLanes(lanes)
    tell({ type: 'lanes', count: lanes })
    for (const lane of this.#lanes.values()) if (lane.number > lanes) lane.retire()
  }
}
