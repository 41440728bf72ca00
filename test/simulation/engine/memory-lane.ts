import { type FrameBound, FrameReader } from '../../../src/engine/protocol/frames.ts'
import { frameType } from '../../../src/engine/protocol/messages.ts'
import type { Lane, LaneFrame } from '../../../src/engine/transport/types.ts'
import { TernError } from '../../../src/shared/domain/errors.ts'
import type { Random } from '../../fuzz/random.ts'
import type { Events } from './events.ts'

export interface LaneWorld {
  readonly events: Events
  readonly random: Random
  /** Each frame as it leaves its sender. */
  onFrame(lane: MemoryLane, bytes: Buffer): void
}

interface Leaving {
  readonly bytes: Buffer
  readonly left: () => void
}

/** One end of a connection in memory: bytes arrive in order, after a while, unless it is cut. */
export class MemoryLane implements Lane {
  readonly side: 'sender' | 'receiver'
  readonly number: number
  readonly ended: Promise<TernError | undefined>
  readonly #world: LaneWorld
  peer: MemoryLane | undefined
  #bound: FrameBound = () => undefined
  readonly #reader = new FrameReader((type) => (type === frameType.ping ? 0 : this.#bound(type)), 64)
  #arrived: Buffer[] = []
  #arrivedAt = 0
  #waiting: { resolve(frame: LaneFrame | undefined): void; reject(error: Error): void } | undefined
  #interruption: Error | undefined
  #failure: TernError | undefined
  #isEnded = false
  #isPeerDone = false
  #isClosedByUs = false
  /** What has left and not arrived, in order. */
  #inFlight: Leaving[] = []
  #isFlying = false
  /** Cut: nothing arrives any more, and nobody may know yet. */
  #isBroken = false
  #latest: Buffer | undefined
  #beforeLatest: Buffer | undefined
  #endNow: (failure: TernError | undefined) => void = () => undefined

  constructor(world: LaneWorld, side: 'sender' | 'receiver', number: number) {
    this.#world = world
    this.side = side
    this.number = number
    this.ended = new Promise((resolve) => {
      this.#endNow = resolve
    })
  }

  limitBy(): void {
    // Limits are of no matter where nothing costs time.
  }

  expect(bound: FrameBound): void {
    this.#bound = bound
  }

  read(): Promise<LaneFrame | undefined> {
    // A frame is its reader's until the next one but one: whoever keeps it longer reads nonsense.
    this.#beforeLatest?.fill(0xee)
    this.#beforeLatest = this.#latest
    this.#latest = undefined
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#advance()
    })
  }

  interrupt(error: Error): void {
    this.#interruption ??= error
    this.#advance()
  }

  send(bytes: Buffer): Promise<void> {
    return this.#leave(bytes)
  }

  sendContent(bytes: Buffer): Promise<void> {
    return this.#leave(bytes)
  }

  close(): Promise<unknown> {
    if (!this.#isClosedByUs && !this.#isEnded) {
      this.#isClosedByUs = true
      void this.#leave(Buffer.alloc(0)).catch(() => undefined)
      // A peer that never answers the end must not hold us.
      this.#world.events.after(2000, () => this.destroy())
    }
    return this.ended
  }

  destroy(error: TernError = new TernError('PEER_LOST')): void {
    if (this.#isEnded) return
    this.#finish(error)
    this.#loseSome()
    const { peer } = this
    if (peer) this.#world.events.after(this.#world.random.integer(30), () => peer.#lose())
  }

  /** The connection breaks: some of what is on its way arrives, the rest never. */
  cut(): void {
    for (const end of [this, this.peer]) {
      if (!end) continue
      end.#loseSome()
      this.#world.events.after(this.#world.random.integer(50), () => end.#lose())
    }
  }

  /** Its process is gone: nothing of it gets anywhere any more, and whoever still waits for it fails. */
  die(): void {
    this.#arrived = []
    this.#finish(new TernError('PEER_LOST'))
  }

  #lose(): void {
    // What has arrived before is still read first, as from a socket that was reset or not.
    this.#finish(new TernError('PEER_LOST'))
    this.#loseSome()
  }

  #leave(bytes: Buffer): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure)
    if (this.#isClosedByUs && bytes.length > 0) return Promise.reject(new TernError('PEER_LOST'))
    this.#world.onFrame(this, bytes)
    return new Promise((resolve, reject) => {
      const left = (): void => {
        if (this.#failure && !this.#isClosedByUs) reject(this.#failure)
        else resolve()
      }
      this.#inFlight.push({ bytes, left })
      this.#fly()
    })
  }

  /** The first of what has left arrives next. */
  #fly(): void {
    if (this.#isFlying || this.#inFlight.length === 0) return
    this.#isFlying = true
    const { events, random } = this.#world
    events.after(random.onceIn(20) ? random.integer(200) : random.integer(6), () => {
      this.#isFlying = false
      const first = this.#inFlight.shift()
      if (!first) return
      if (!this.#isBroken) this.peer?.arrive(Buffer.from(first.bytes))
      first.left()
      this.#fly()
    })
  }

  /** Only whole bytes of the first may still get there. */
  #loseSome(): void {
    const { random } = this.#world
    const [first] = this.#inFlight
    if (first && !this.#isBroken && random.onceIn(2))
      this.peer?.arrive(Buffer.from(first.bytes.subarray(0, random.integer(first.bytes.length + 1))))
    this.#isBroken = true
    for (const { left } of this.#inFlight.splice(0)) left()
  }

  /** What the other end has sent. */
  arrive(bytes: Buffer): void {
    if (this.#isEnded) return
    if (bytes.length === 0) {
      this.#isPeerDone = true
      this.#advance()
      this.#world.events.after(this.#world.random.integer(5), () => this.#finish(new TernError('PEER_LOST')))
      const { peer } = this
      if (peer) this.#world.events.after(this.#world.random.integer(10), () => peer.#finish(new TernError('PEER_LOST')))
      return
    }
    this.#arrived.push(bytes)
    this.#advance()
  }

  #advance(): void {
    const waiting = this.#waiting
    if (!waiting) return
    if (this.#interruption) {
      this.#settle(() => waiting.reject(this.#interruption as Error))
      return
    }
    try {
      while (this.#arrived.length > 0) {
        const found = this.#cutFrame()
        if (!found) continue
        this.#latest = found.payload
        this.#reader.lend()
        this.#settle(() => waiting.resolve(found))
        return
      }
    } catch (thrown) {
      this.#arrived = []
      this.destroy(TernError.from(thrown))
      return
    }
    if (this.#failure) this.#settle(() => waiting.reject(this.#failure as TernError))
    else if (this.#isPeerDone) this.#settle(() => waiting.resolve(undefined))
  }

  #settle(tell: () => void): void {
    this.#waiting = undefined
    tell()
  }

  #cutFrame(): LaneFrame | undefined {
    const chunk = this.#arrived[0] as Buffer
    const { used, frame } = this.#reader.take(chunk, this.#arrivedAt)
    this.#arrivedAt += used
    if (this.#arrivedAt === chunk.length) {
      this.#arrived.shift()
      this.#arrivedAt = 0
    }
    return frame && frame.type !== frameType.ping && this.#bound(frame.type) !== undefined ? frame : undefined
  }

  #finish(error: TernError): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#failure = error
    this.#endNow(this.#isClosedByUs ? undefined : error)
    let isLost = false
    for (const { bytes, left } of this.#inFlight.splice(0)) {
      isLost ||= this.#isBroken || this.#world.random.onceIn(2)
      if (!isLost) this.peer?.arrive(Buffer.from(bytes))
      left()
    }
    this.#advance()
  }
}

/** The two ends of one connection. */
export function connectLanes(world: LaneWorld, number: number): { sender: MemoryLane; receiver: MemoryLane } {
  const sender = new MemoryLane(world, 'sender', number)
  const receiver = new MemoryLane(world, 'receiver', number)
  sender.peer = receiver
  receiver.peer = sender
  return { sender, receiver }
}
