import { TernError } from '../../shared/domain/errors.ts'
import type { LaneAck } from '../protocol/messages.ts'
import type { Limiter } from '../transport/limiter.ts'
import type { DataLane } from '../transport/types.ts'
import type { FlowMeter } from './flow-meter.ts'
import { FrameBuffer } from './frame-buffer.ts'
import type { OutgoingContent, Sent } from './outgoing-content.ts'

/** While one frame leaves the next one is read. */
const framesInFlight = 2

/**
 * One data lane of the sender: takes frames as fast as they leave, and remembers what the receiver has not taken yet.
 * Content starts once the receiver has said that it has the lane.
 */
export class OutgoingLane {
  /** Settles when nothing is written any more. */
  readonly ended: Promise<void>
  readonly #lane: DataLane
  readonly #content: OutgoingContent
  readonly #flow: FlowMeter
  readonly #untaken: Sent[] = []
  readonly #onFailure: (thrown: unknown) => void
  readonly #over: AbortSignal
  #framesTaken = 0
  #isClosed = false
  #open: () => void = () => undefined

  constructor(
    lane: DataLane,
    content: OutgoingContent,
    { limiter, flow }: { readonly limiter: Limiter; readonly flow: FlowMeter },
    ending: AbortSignal,
    onFailure: (thrown: unknown) => void,
  ) {
    this.#lane = lane
    this.#content = content
    this.#flow = flow
    this.#onFailure = onFailure
    lane.lane.limitBy(limiter)
    const gone = new AbortController()
    void lane.lane.ended.then(() => gone.abort())
    this.#over = AbortSignal.any([ending, gone.signal])
    const opened = new Promise<void>((resolve) => {
      this.#open = resolve
      this.#over.addEventListener('abort', () => resolve())
    })
    void this.#watch()
    this.ended = opened.then(() => this.#pump())
  }

  /** Returns, once the lane is closed, what was sent on it in vain. Fails with PROTOCOL_ERROR. */
  takeAck(ack: LaneAck): Sent[] {
    const taken = ack.frames - this.#framesTaken
    if (taken < 0 || taken > this.#untaken.length) throw new TernError('PROTOCOL_ERROR', { what: 'lane ack' })
    this.#framesTaken = ack.frames
    this.#untaken.splice(0, taken)
    this.#open()
    if (!ack.isClosed) return []
    this.#isClosed = true
    this.#lane.lane.destroy()
    return this.#untaken.splice(0)
  }

  async #pump(): Promise<void> {
    const buffers = Array.from({ length: framesInFlight }, () => new FrameBuffer())
    const leaving: (Promise<void> | undefined)[] = []
    let failed = false
    for (let turn = 0; !failed; turn = (turn + 1) % framesInFlight) {
      const last = leaving[turn]
      if (last) await this.#flow.onLine(last)
      if (failed) break
      const frame = await this.#next(buffers[turn] as FrameBuffer)
      if (!frame) break
      if (this.#isClosed) {
        // What was sent in vain has been handed back already, so this one would be missing.
        this.#content.addAgain([frame.sent])
        break
      }
      this.#untaken.push(frame.sent)
      leaving[turn] = this.#lane.lane.sendContent(frame.bytes).catch(() => {
        failed = true
      })
    }
    await Promise.all(leaving)
  }

  async #next(buffer: FrameBuffer): Promise<Awaited<ReturnType<OutgoingContent['next']>>> {
    try {
      return await this.#flow.onDisk(
        () => this.#content.next(buffer, this.#over),
        () => this.#content.isIdle,
      )
    } catch (thrown) {
      this.#onFailure(thrown)
      return undefined
    }
  }

  /** Nothing but signs of life comes this way; reading them is what tells a silent peer from a living one. */
  async #watch(): Promise<void> {
    const { lane } = this.#lane
    lane.expect(() => undefined)
    try {
      await lane.read()
      lane.destroy()
    } catch (thrown) {
      if (TernError.from(thrown).code === 'PROTOCOL_ERROR') this.#onFailure(thrown)
    }
  }
}
