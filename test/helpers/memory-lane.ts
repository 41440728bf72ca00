import type { FrameBound } from '../../src/engine/protocol/frames.ts'
import { FrameQueue } from '../../src/engine/transport/frame-queue.ts'
import type { Lane, LaneFrame } from '../../src/engine/transport/types.ts'
import { TernError } from '../../src/shared/domain/errors.ts'

/** A lane without a network: what a test puts in is what the peer has sent. */
export class MemoryLane implements Lane {
  readonly ended: Promise<TernError | undefined>
  readonly #onSent: (bytes: Buffer) => void
  readonly #queue: FrameQueue
  #end: (error: TernError | undefined) => void = () => undefined
  #isOver = false

  constructor(onSent: (bytes: Buffer) => void) {
    this.#onSent = onSent
    this.ended = new Promise((resolve) => {
      this.#end = resolve
    })
    this.#queue = new FrameQueue({ lendsBytes: false, onBroken: (error) => this.destroy(error) })
  }

  /** What the peer sends next. */
  put(bytes: Buffer): void {
    if (!this.#isOver) this.#queue.take(bytes)
  }

  /** The peer has sent all. */
  hangUp(): void {
    this.#queue.end()
  }

  limitBy(): void {}

  expect(bound: FrameBound): void {
    this.#queue.expect(bound)
  }

  read(): Promise<LaneFrame | undefined> {
    return this.#queue.read()
  }

  interrupt(error: Error): void {
    this.#queue.interrupt(error)
  }

  async send(bytes: Buffer): Promise<void> {
    if (this.#isOver) throw new TernError('PEER_LOST')
    this.#onSent(bytes)
  }

  sendContent(bytes: Buffer): Promise<void> {
    return this.send(bytes)
  }

  async close(): Promise<void> {
    this.#finish(undefined)
  }

  destroy(error?: TernError): void {
    this.#finish(error ?? new TernError('PEER_LOST'))
  }

  #finish(error: TernError | undefined): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#queue.fail(error ?? new TernError('PEER_LOST'))
    this.#end(error)
  }
}
