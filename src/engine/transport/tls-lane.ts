import type { TLSSocket } from 'node:tls'
import { TernError } from '../../shared/domain/errors.ts'
import { type FrameBound, frame } from '../protocol/frames.ts'
import { frameType } from '../protocol/messages.ts'
import { FrameQueue } from './frame-queue.ts'
import type { Limiter } from './limiter.ts'
import { SilenceWatch } from './silence-watch.ts'
import type { SecureStream } from './tls.ts'
import type { Lane, LaneFrame } from './types.ts'

const queueHighBytes = 512 * 1024
/** What is lent and nobody waits for costs a copy: the system's buffers hold it for nothing. */
const lentQueueHighBytes = 64 * 1024
const writeHighBytes = 4 * 1024 * 1024
/** Frames of a turn leave together, but not more than this waits for its end. */
const gatheredBytes = 32 * 1024
const closeWaitMs = 2000
const ping = frame(frameType.ping, new Uint8Array(0))

interface TlsLaneOptions {
  readonly stallAfterMs: number
}

/**
 * Frames over one TLS connection. Reading is by demand, so a reader that is busy slows its peer down; writing settles
 * when the bytes have left or the system's buffers have room.
 */
export class TlsLane implements Lane {
  readonly socket: TLSSocket
  readonly ended: Promise<TernError | undefined>
  readonly #queue: FrameQueue
  readonly #queueHighBytes: number
  #limiter: Limiter | undefined
  #failure: TernError | undefined
  #isEnded = false
  #isClosedByUs = false
  #isWithinFrame = false
  #draining = 0
  #isHeldByLimit = false
  #gathered = 0
  #contentBefore: Promise<void> = Promise.resolve()
  readonly #gone = new AbortController()

  constructor(stream: SecureStream, { stallAfterMs }: TlsLaneOptions) {
    const { socket } = stream
    this.socket = socket
    this.#queueHighBytes = stream.lendsBytes ? lentQueueHighBytes : queueHighBytes
    this.#queue = new FrameQueue({ lendsBytes: stream.lendsBytes, onBroken: (error) => this.destroy(error) })
    this.ended = new Promise((resolve) => {
      socket.once('close', () => {
        this.#finish(new TernError('PEER_LOST'))
        resolve(this.#isClosedByUs ? undefined : this.#failure)
      })
    })
    stream.onBytes((bytes) => this.#take(bytes))
    socket.once('end', () => this.#queue.end())
    const watch = new SilenceWatch(stallAfterMs, {
      receivedBytes: () => socket.bytesRead,
      sentBytes: () => socket.bytesWritten,
      // Who waits to write hears of a living peer too: bytes come in although nobody asks for a frame.
      isListening: () => (this.#queue.isAwaited || this.#draining > 0) && !socket.isPaused(),
      ping: () => {
        if (!this.#isWithinFrame && socket.writableLength === 0) socket.write(ping)
      },
      stalled: () => this.destroy(new TernError('STALLED', { afterMs: stallAfterMs })),
    })
    void this.ended.then(() => watch.stop())
  }

  limitBy(limiter: Limiter): void {
    this.#limiter = limiter
  }

  expect(bound: FrameBound): void {
    this.#queue.expect(bound)
  }

  read(): Promise<LaneFrame | undefined> {
    const next = this.#queue.read()
    if (this.socket.isPaused()) this.#resumeIfLow()
    return next
  }

  interrupt(error: Error): void {
    this.#queue.interrupt(error)
  }

  async send(bytes: Buffer): Promise<void> {
    this.#assertOpen()
    this.#gather(bytes.length)
    if (this.socket.write(bytes) || this.socket.writableLength < writeHighBytes) return
    this.#release()
    await this.#drained()
  }

  sendContent(bytes: Buffer): Promise<void> {
    const sent = this.#contentBefore.then(() => this.#sendInSlices(bytes))
    // The next one must start even where this one is not waited for; it fails by itself.
    this.#contentBefore = sent.then(
      () => undefined,
      () => undefined,
    )
    return sent
  }

  close(): Promise<unknown> {
    this.#isClosedByUs = true
    this.#release()
    if (!this.socket.destroyed) this.socket.end()
    // A peer that never answers the end must not hold us.
    const timer = setTimeout(() => this.socket.destroy(), closeWaitMs)
    this.socket.resume()
    return this.ended.finally(() => clearTimeout(timer))
  }

  destroy(error: TernError = new TernError('PEER_LOST')): void {
    this.#finish(error)
    this.socket.destroy()
  }

  /** Small frames that are sent in one turn of the event loop share a TLS record and a system call. */
  #gather(bytes: number): void {
    if (this.#gathered === 0) {
      this.socket.cork()
      setImmediate(() => this.#release())
    }
    this.#gathered += bytes
    if (this.#gathered >= gatheredBytes) this.#release()
  }

  #release(): void {
    if (this.#gathered === 0) return
    this.#gathered = 0
    this.socket.uncork()
  }

  /** Waits where the limit says so; for the network only once, with the last slice. */
  async #sendInSlices(bytes: Buffer): Promise<void> {
    this.#isWithinFrame = true
    try {
      for (let at = 0; ; ) {
        this.#assertOpen()
        const end = Math.min(bytes.length, at + (this.#limiter?.sliceBytes ?? bytes.length))
        const slice = bytes.subarray(at, end)
        const mayPass = this.#limiter?.take(slice.length, this.#gone.signal)
        if (mayPass) await mayPass
        if (end === bytes.length) return await this.#written(slice)
        this.socket.write(slice)
        at = end
      }
    } finally {
      this.#isWithinFrame = false
    }
  }

  #take(bytes: Buffer): void {
    if (this.#isEnded || this.#isClosedByUs) return
    const mayPass = this.#limiter?.take(bytes.length, this.#gone.signal)
    if (mayPass) {
      this.#isHeldByLimit = true
      this.socket.pause()
      void mayPass.then(() => {
        this.#isHeldByLimit = false
        this.#resumeIfLow()
      })
    }
    this.#queue.take(bytes)
    if (this.#queue.queuedBytes > this.#queueHighBytes) this.socket.pause()
  }

  #resumeIfLow(): void {
    if (!this.#isEnded && !this.#isHeldByLimit && this.#queue.queuedBytes <= this.#queueHighBytes) this.socket.resume()
  }

  #written(slice: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.write(slice, (error) => {
        if (error || this.#failure) reject(this.#failure ?? new TernError('PEER_LOST', {}, { cause: error }))
        else resolve()
      })
    })
  }

  async #drained(): Promise<void> {
    this.#draining += 1
    try {
      await new Promise<void>((resolve, reject) => {
        const onDrain = () => resolve()
        this.socket.once('drain', onDrain)
        void this.ended.then((failure) => {
          this.socket.off('drain', onDrain)
          reject(failure ?? new TernError('PEER_LOST'))
        })
      })
    } finally {
      this.#draining -= 1
    }
  }

  #assertOpen(): void {
    if (this.#failure) throw this.#failure
    if (this.#isClosedByUs || this.socket.destroyed) throw new TernError('PEER_LOST')
  }

  #finish(error: TernError): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#failure = error
    this.#gone.abort()
    this.#queue.fail(error)
  }
}
