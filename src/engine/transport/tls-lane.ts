import type { TLSSocket } from 'node:tls'
import { TernError } from '../../shared/domain/errors.ts'
import { type FrameBound, FrameReader, frame } from '../protocol/frames.ts'
import { frameType } from '../protocol/messages.ts'
import type { Limiter } from './limiter.ts'
import { SilenceWatch } from './silence-watch.ts'
import type { Lane, LaneFrame } from './types.ts'

const queueHighBytes = 512 * 1024
const writeHighBytes = 4 * 1024 * 1024
const ping = frame(frameType.ping, new Uint8Array(0))

interface TlsLaneOptions {
  /** Content lanes pass through the limiter, both ways. */
  readonly limiter?: Limiter
  readonly stallAfterMs: number
}

interface Waiting {
  resolve(value: LaneFrame | undefined): void
  reject(error: Error): void
}

/**
 * Frames over one TLS connection. Reading is by demand, so a reader that is busy slows its peer down; writing settles
 * when the bytes have left or the system's buffers have room.
 */
export class TlsLane implements Lane {
  readonly socket: TLSSocket
  /** Settles once the connection is gone, with why; undefined after `close`. */
  readonly ended: Promise<TernError | undefined>
  #bound: FrameBound = () => undefined
  readonly #reader = new FrameReader((type) => (type === frameType.ping ? 0 : this.#bound(type)))
  readonly #chunks: Buffer[] = []
  #chunkAt = 0
  #queuedBytes = 0
  #waiting: Waiting | undefined
  #limiter: Limiter | undefined
  #failure: TernError | undefined
  #interruption: Error | undefined
  #isEnded = false
  #isPeerDone = false
  #isWithinFrame = false
  #draining = 0
  #isHeldByLimit = false
  #isClosedByUs = false
  #contentBefore: Promise<void> = Promise.resolve()
  readonly #gone = new AbortController()

  constructor(socket: TLSSocket, options: TlsLaneOptions) {
    this.socket = socket
    this.#limiter = options.limiter
    this.ended = new Promise((resolve) => {
      socket.once('close', () => {
        this.#finish(new TernError('PEER_LOST'))
        resolve(this.#isClosedByUs ? undefined : this.#failure)
      })
    })
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    socket.once('end', () => {
      this.#isPeerDone = true
      this.#advance()
    })
    const watch = new SilenceWatch(options.stallAfterMs, {
      receivedBytes: () => socket.bytesRead,
      sentBytes: () => socket.bytesWritten,
      // Who waits to write hears of a living peer too: bytes come in although nobody asks for a frame.
      isListening: () => (this.#waiting !== undefined || this.#draining > 0) && !socket.isPaused(),
      ping: () => {
        if (!this.#isWithinFrame && socket.writableLength === 0) socket.write(ping)
      },
      stalled: () => this.destroy(new TernError('STALLED', { afterMs: options.stallAfterMs })),
    })
    void this.ended.then(() => watch.stop())
  }

  /** From now on content passes through the limiter. */
  limitBy(limiter: Limiter): void {
    this.#limiter = limiter
  }

  /** Which frames may come from now on, and how large. */
  expect(bound: FrameBound): void {
    this.#bound = bound
  }

  /**
   * The next frame; undefined after the peer's orderly end. Fails with PEER_LOST, STALLED, PROTOCOL_ERROR. One reader
   * at a time.
   */
  read(): Promise<LaneFrame | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#advance()
    })
  }

  /** Makes the reader, now or next, fail with this error; writing goes on. */
  interrupt(error: Error): void {
    this.#interruption ??= error
    this.#advance()
  }

  /** Sends a whole frame; settles when there is room for more. The buffer must not change afterwards. */
  async send(bytes: Buffer): Promise<void> {
    this.#assertOpen()
    if (this.socket.write(bytes) || this.socket.writableLength < writeHighBytes) return
    await this.#drained()
  }

  /** Sends a frame of content through the limiter, after those before; settles when the buffer may be used again. */
  sendContent(bytes: Buffer): Promise<void> {
    const sent = this.#contentBefore.then(() => this.#sendInSlices(bytes))
    // The next one must start even where this one is not waited for; it fails by itself.
    this.#contentBefore = sent.then(
      () => undefined,
      () => undefined,
    )
    return sent
  }

  async #sendInSlices(bytes: Buffer): Promise<void> {
    this.#assertOpen()
    this.#isWithinFrame = true
    try {
      for (let at = 0; at < bytes.length; ) {
        const end = Math.min(bytes.length, at + (this.#limiter?.sliceBytes ?? bytes.length))
        const slice = bytes.subarray(at, end)
        const mayPass = this.#limiter?.take(slice.length, this.#gone.signal)
        if (mayPass) await mayPass
        await this.#written(slice)
        at = end
      }
    } finally {
      this.#isWithinFrame = false
    }
  }

  /** Orderly end: what was sent still goes out. */
  close(): Promise<unknown> {
    this.#isClosedByUs = true
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

  #take(chunk: Buffer): void {
    if (this.#isEnded || this.#isClosedByUs) return
    this.#chunks.push(chunk)
    this.#queuedBytes += chunk.length
    const mayPass = this.#limiter?.take(chunk.length, this.#gone.signal)
    if (mayPass) {
      this.#isHeldByLimit = true
      this.socket.pause()
      void mayPass.then(() => {
        this.#isHeldByLimit = false
        this.#resumeIfLow()
      })
    }
    this.#advance()
    if (this.#queuedBytes > queueHighBytes) this.socket.pause()
  }

  #resumeIfLow(): void {
    if (!this.#isEnded && !this.#isHeldByLimit && this.#queuedBytes <= queueHighBytes) this.socket.resume()
  }

  /** Cuts queued bytes until the frame that someone waits for is whole. */
  #advance(): void {
    const waiting = this.#waiting
    if (!waiting) return
    if (this.#interruption) {
      this.#waiting = undefined
      waiting.reject(this.#interruption)
      return
    }
    try {
      while (this.#chunks.length > 0) {
        const found = this.#cut()
        if (!found) continue
        this.#waiting = undefined
        waiting.resolve(found)
        return
      }
    } catch (thrown) {
      // What follows a broken frame means nothing.
      this.#chunks.length = 0
      this.destroy(TernError.from(thrown))
      return
    }
    if (this.#failure) {
      this.#waiting = undefined
      waiting.reject(this.#failure)
    } else if (this.#isPeerDone) {
      this.#waiting = undefined
      if (this.#reader.isBetweenFrames) waiting.resolve(undefined)
      else waiting.reject(new TernError('PEER_LOST', { what: 'truncated' }))
    } else if (this.socket.isPaused()) {
      this.#resumeIfLow()
    }
  }

  #cut(): LaneFrame | undefined {
    const chunk = this.#chunks[0] as Buffer
    const { used, frame: found } = this.#reader.take(chunk, this.#chunkAt)
    this.#chunkAt += used
    this.#queuedBytes -= used
    if (this.#chunkAt === chunk.length) {
      this.#chunks.shift()
      this.#chunkAt = 0
    }
    return found && found.type !== frameType.ping && this.#bound(found.type) !== undefined ? found : undefined
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
    this.#advance()
  }
}

const closeWaitMs = 2000
