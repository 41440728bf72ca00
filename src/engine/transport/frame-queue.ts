import { TernError } from '../../shared/domain/errors.ts'
import { type FrameBound, FrameReader } from '../protocol/frames.ts'
import { frameType } from '../protocol/messages.ts'
import type { LaneFrame } from './types.ts'

interface Waiting {
  resolve(value: LaneFrame | undefined): void
  reject(error: Error): void
}

interface FrameQueueOptions {
  /** Bytes are valid during `take` alone, so what nobody waits for yet has to be copied. */
  readonly lendsBytes: boolean
  /** What follows a broken frame means nothing. */
  readonly onBroken: (error: TernError) => void
}

/** Of each piece that waits, besides its bytes. */
const chunkOverheadBytes = 512

/** What came in on a connection, cut into frames for one reader at a time. Knows no sockets. */
export class FrameQueue {
  readonly #options: FrameQueueOptions
  #bound: FrameBound = () => undefined
  readonly #reader = new FrameReader((type) => (type === frameType.ping ? 0 : this.#bound(type)))
  readonly #chunks: Buffer[] = []
  #chunkAt = 0
  #queuedBytes = 0
  #waiting: Waiting | undefined
  #failure: Error | undefined
  #interruption: Error | undefined
  #isEnded = false

  constructor(options: FrameQueueOptions) {
    this.#options = options
  }

  /** What waits here takes so much memory: a peer that sends single bytes fills it with what surrounds them. */
  get queuedBytes(): number {
    return this.#queuedBytes + this.#chunks.length * chunkOverheadBytes
  }

  get isAwaited(): boolean {
    return this.#waiting !== undefined
  }

  expect(bound: FrameBound): void {
    this.#bound = bound
  }

  /** The next frame; undefined after the peer's orderly end. */
  read(): Promise<LaneFrame | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#advance()
    })
  }

  take(bytes: Buffer): void {
    let rest = bytes
    if (this.#chunks.length === 0 && this.#waiting) {
      const used = this.#cutFrom(bytes, 0)
      if (used === bytes.length) return
      rest = bytes.subarray(used)
    }
    this.#queuedBytes += rest.length
    this.#chunks.push(this.#options.lendsBytes ? Buffer.from(rest) : rest)
    this.#advance()
  }

  /** The peer has said all. */
  end(): void {
    this.#isEnded = true
    this.#advance()
  }

  /** Nothing more will come: the reader gets the frames that are here, then this. */
  fail(error: Error): void {
    this.#failure ??= error
    this.#advance()
  }

  /** The reader, now or next, fails with this, whatever is here. */
  interrupt(error: Error): void {
    this.#interruption ??= error
    this.#advance()
  }

  #advance(): void {
    if (this.#interruption) {
      this.#reject(this.#interruption)
      return
    }
    while (this.#waiting && this.#chunks.length > 0) {
      const chunk = this.#chunks[0] as Buffer
      const used = this.#cutFrom(chunk, this.#chunkAt)
      // A broken frame has thrown all chunks away.
      if (this.#chunks[0] !== chunk) return
      this.#chunkAt += used
      this.#queuedBytes -= used
      if (this.#chunkAt < chunk.length) continue
      this.#chunks.shift()
      this.#chunkAt = 0
    }
    const waiting = this.#waiting
    if (!waiting) return
    if (this.#failure) this.#reject(this.#failure)
    else if (this.#isEnded && !this.#reader.isBetweenFrames) {
      this.#reject(new TernError('PEER_LOST', { what: 'truncated' }))
    } else if (this.#isEnded) {
      this.#waiting = undefined
      waiting.resolve(undefined)
    }
  }

  #reject(error: Error): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.reject(error)
  }

  /** Goes on until someone's frame is whole or the bytes are used up; how many were used. */
  #cutFrom(bytes: Buffer, from: number): number {
    let at = from
    try {
      while (this.#waiting && at < bytes.length) {
        const { used, frame } = this.#reader.take(bytes, at)
        at += used
        if (!frame || frame.type === frameType.ping || this.#bound(frame.type) === undefined) continue
        const waiting = this.#waiting
        this.#waiting = undefined
        this.#reader.lend()
        waiting.resolve(frame)
      }
    } catch (thrown) {
      this.#chunks.length = 0
      this.#options.onBroken(TernError.from(thrown))
      return bytes.length - from
    }
    return at - from
  }
}
