import { TernError } from '../../../shared/domain/errors.ts'
import { dataBound } from '../../protocol/data-frames.ts'
import type { LaneAck, LaneLost } from '../../protocol/messages.ts'
import type { Limiter } from '../../transport/limiter.ts'
import type { DataLane, Lane, LaneFrame, Session } from '../../transport/types.ts'
import type { FlowMeter } from '../flow-meter.ts'

const framesBetweenAcks = 16

interface IncomingLanesOptions {
  readonly session: Session
  readonly limiter: Limiter
  readonly flow: FlowMeter
  /** Takes one frame of content; settles when its lane may go on. */
  readonly take: (frame: LaneFrame) => Promise<void>
  readonly tell: (ack: LaneAck) => Promise<void>
  readonly onFailure: (error: TernError) => void
}

/**
 * The data lanes of the receiver: each is read as fast as its content is put away, and the sender hears how many frames
 * of it were taken, so that it makes those again that were lost.
 */
export class IncomingLanes {
  readonly #options: IncomingLanesOptions
  readonly #open = new Map<string, Lane>()
  readonly #taking = new Map<number, Promise<void>>()
  /** The latest life of a lane of which an older one still puts away what it brought. */
  readonly #waiting = new Map<number, DataLane>()
  /** By number: attempts up to here the sender has given up; what they still bring would be taken twice. */
  readonly #givenUp = new Map<number, number>()

  constructor(options: IncomingLanesOptions) {
    this.#options = options
  }

  start(): void {
    this.#options.session.onLane((lane) => this.#add(lane))
  }

  /** The sender holds a lane for gone: it ends here too, and how much of it was taken is told. */
  async giveUp({ lane: number, attempt }: LaneLost): Promise<void> {
    this.#givenUp.set(number, Math.max(attempt, this.#givenUp.get(number) ?? 0))
    const lane = this.#open.get(laneKey(number, attempt))
    if (lane) lane.destroy()
    else await this.#options.tell({ type: 'laneAck', lane: number, attempt, frames: 0, isClosed: true })
  }

  /** Settles when all lanes have ended. */
  async ended(): Promise<void> {
    while (this.#taking.size > 0) await Promise.all(this.#taking.values())
  }

  /**
   * One life of a lane is read after the other: what an older one brought is still held, and nothing bounds how often a
   * peer renews a lane.
   */
  #add(lane: DataLane): void {
    const { number } = lane
    if (this.#taking.has(number)) {
      const replaced = this.#waiting.get(number)
      this.#waiting.set(number, lane)
      if (replaced) void this.#refuse(replaced)
      return
    }
    const taking = this.#take(lane).finally(() => {
      this.#taking.delete(number)
      const next = this.#waiting.get(number)
      this.#waiting.delete(number)
      if (next) this.#add(next)
    })
    this.#taking.set(number, taking)
  }

  /** Nothing of it was read. */
  async #refuse({ lane, number, attempt }: DataLane): Promise<void> {
    lane.destroy()
    const nothing = { type: 'laneAck', lane: number, attempt, frames: 0, isClosed: true } as const
    await this.#options.tell(nothing).catch(() => undefined)
  }

  async #take({ lane, number, attempt }: DataLane): Promise<void> {
    if (attempt <= (this.#givenUp.get(number) ?? -1)) {
      lane.destroy()
      return
    }
    const { limiter, flow, take, tell, onFailure } = this.#options
    const key = laneKey(number, attempt)
    this.#open.set(key, lane)
    let frames = 0
    let taking: Promise<void> | undefined
    const ack = (isClosed: boolean) => tell({ type: 'laneAck', lane: number, attempt, frames, isClosed })
    const taken = async (one: Promise<void> | undefined) => {
      if (!one) return
      await flow.diskWait(one)
      frames += 1
      if (frames % framesBetweenAcks === 0) await ack(false)
    }
    const fail = (thrown: unknown) => {
      const error = TernError.from(thrown)
      if (error.code !== 'PEER_LOST' && error.code !== 'STALLED') onFailure(error)
      return error
    }
    const takeAll = async () => {
      for (let frame = await flow.onLine(lane.read()); frame; frame = await flow.onLine(lane.read())) {
        const [next, before] = [frame, taking]
        taking = flow.diskCall(() => take(next))
        // At once: the other lanes must not go on while this one still waits for its last frame.
        taking.catch((thrown) => lane.interrupt(fail(thrown)))
        // Its bytes are written while the next frame comes in, which is put where those before it were.
        await taken(before)
      }
    }
    try {
      lane.expect(dataBound)
      lane.limitBy(limiter)
      await takeAll()
    } catch (thrown) {
      fail(thrown)
    }
    // What has come counts also where the lane is lost: the sender makes only the others again.
    await taken(taking).catch(fail)
    this.#open.delete(key)
    lane.destroy()
    await ack(true).catch(() => undefined)
  }
}

/** Names one life of one lane. */
export function laneKey(number: number, attempt: number): string {
  return `${number}/${attempt}`
}
