import { setImmediate as nextTurn } from 'node:timers/promises'
import { TernError } from '../../../shared/domain/errors.ts'
import { maxLaneBytes } from '../../protocol/limits.ts'
import type { LaneAck } from '../../protocol/messages.ts'
import type { Limiter } from '../../transport/limiter.ts'
import type { DataLane, Lane } from '../../transport/types.ts'
import type { FlowMeter } from '../flow-meter.ts'
import { FrameBuffer } from './frame-buffer.ts'
import type { OutgoingContent, Sent } from './outgoing-content.ts'

/** While one frame leaves the next one is read. */
const framesInFlight = 2
/** Frames that the receiver has not confirmed; far more than any line holds. */
const maxUntaken = 1024

export interface OutgoingLaneParts {
  readonly content: OutgoingContent
  readonly limiter: Limiter
  readonly flow: FlowMeter
  readonly ending: AbortSignal
  readonly onFailure: (thrown: unknown) => void
}

/**
 * One data lane of the sender: takes frames as fast as they leave, and remembers what the receiver has not taken yet.
 * It begins at once: what a receiver never heard of it says so when the lane is lost.
 */
export class OutgoingLane {
  readonly number: number
  readonly attempt: number
  /** Settles when nothing is written any more. */
  readonly ended: Promise<void>
  /** Of content, on this lane. */
  sentBytes = 0
  readonly #lane: Lane
  readonly #parts: OutgoingLaneParts
  readonly #untaken: Sent[] = []
  readonly #over: AbortSignal
  readonly #retiring = new AbortController()
  #framesTaken = 0
  #isClosed = false
  #roomForMore: (() => void) | undefined

  constructor({ lane, number, attempt }: DataLane, parts: OutgoingLaneParts) {
    this.number = number
    this.attempt = attempt
    this.#lane = lane
    this.#parts = parts
    lane.limitBy(parts.limiter)
    const gone = new AbortController()
    void lane.ended.then(() => gone.abort())
    this.#over = AbortSignal.any([parts.ending, gone.signal, this.#retiring.signal])
    // A listener that stays keeps a signal made of several for ever, and with it the whole transfer.
    this.#over.addEventListener('abort', () => this.#roomForMore?.(), { once: true })
    void this.#watch()
    this.ended = this.#pump()
  }

  /** Ends in order once what was begun has left; nothing of it is lost. */
  retire(): void {
    this.#retiring.abort()
  }

  /** Returns, once the lane is closed, what was sent on it in vain. Fails with PROTOCOL_ERROR. */
  takeAck(ack: LaneAck): Sent[] {
    const taken = ack.frames - this.#framesTaken
    if (taken < 0 || taken > this.#untaken.length) throw new TernError('PROTOCOL_ERROR', { what: 'lane ack' })
    this.#framesTaken = ack.frames
    this.#untaken.splice(0, taken)
    this.#roomForMore?.()
    if (!ack.isClosed) return []
    this.#isClosed = true
    this.#lane.destroy()
    return this.#untaken.splice(0)
  }

  async #pump(): Promise<void> {
    const { content, flow } = this.#parts
    const buffers = Array.from({ length: framesInFlight }, () => new FrameBuffer())
    const leaving: (Promise<void> | undefined)[] = []
    let failed = false
    for (let turn = 0; !failed && this.sentBytes < maxLaneBytes; turn = (turn + 1) % framesInFlight) {
      const last = leaving[turn]
      if (last) await flow.onLine(last)
      if (failed) break
      if (this.#untaken.length >= maxUntaken) await flow.onLine(this.#room())
      const frame = await this.#next(buffers[turn] as FrameBuffer)
      if (!frame) break
      if (this.#isClosed) {
        // What was sent in vain has been handed back already, so this one would be missing.
        content.addAgain([frame.sent])
        break
      }
      this.#untaken.push(frame.sent)
      const { length } = frame.bytes
      leaving[turn] = this.#lane.sendContent(frame.bytes).then(
        () => {
          this.sentBytes += length
        },
        () => {
          failed = true
        },
      )
      // What was handed to TLS leaves in turns of the event loop: reading on at once would hold it up.
      await nextTurn()
    }
    await Promise.all(leaving)
    const isRenewed = this.sentBytes >= maxLaneBytes
    if (!failed && !this.#isClosed && (isRenewed || this.#retiring.signal.aborted)) void this.#lane.close()
  }

  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#roomForMore = resolve
      if (this.#over.aborted) resolve()
    })
  }

  async #next(buffer: FrameBuffer): Promise<Awaited<ReturnType<OutgoingContent['next']>>> {
    try {
      const { content, flow } = this.#parts
      return await flow.onDisk(
        () => content.next(buffer, this.#over),
        () => content.isIdle,
      )
    } catch (thrown) {
      this.#parts.onFailure(thrown)
      return undefined
    }
  }

  /** Nothing but signs of life comes this way; reading them is what tells a silent peer from a living one. */
  async #watch(): Promise<void> {
    const lane = this.#lane
    lane.expect(() => undefined)
    try {
      await lane.read()
      lane.destroy()
    } catch (thrown) {
      if (TernError.from(thrown).code === 'PROTOCOL_ERROR') this.#parts.onFailure(thrown)
    }
  }
}
