import type { WebSocket } from 'ws'
import type { Logger } from '../../platform/logger.ts'
import {
  type ClientFrame,
  heartbeatIntervalMs,
  offlineAfterMs,
  type Revision,
  type ServerFrame,
  serverFrame,
} from '../../shared/contract/stream.ts'
import { isAbort, TernError } from '../../shared/domain/errors.ts'
import { backoffMs, pause } from './backoff.ts'
import type { WorkspaceConnection } from './workspace-connection.ts'

export type ChannelState = 'connecting' | 'online' | 'offline' | 'signed-out' | 'key-changed'

export interface ChannelEvents {
  onState(state: ChannelState): void
  /** The stream is open and subscribed; frames follow. */
  onOpen(): void
  onFrame(frame: ServerFrame): void
}

export interface ChannelSource {
  /** Where to resume; undefined after a start. */
  revision(): Revision | undefined
  /** Running dispatches, whose leases each heartbeat renews. */
  leases(): Extract<ClientFrame, { type: 'heartbeat' }>['leases']
}

const highWaterBytes = 4 * 1024 * 1024

/** Keeps the push stream of one workspace open for as long as there is a session. */
export class ControlChannel implements AsyncDisposable {
  readonly #connection: WorkspaceConnection
  readonly #source: ChannelSource
  readonly #events: ChannelEvents
  readonly #logger: Logger
  readonly #closed = new AbortController()
  #stream: WebSocket | undefined
  #wake: (() => void) | undefined
  #state: ChannelState = 'connecting'
  #loop: Promise<void> | undefined

  constructor(connection: WorkspaceConnection, source: ChannelSource, events: ChannelEvents, logger: Logger) {
    this.#connection = connection
    this.#source = source
    this.#events = events
    this.#logger = logger
  }

  get state(): ChannelState {
    return this.#state
  }

  start(): void {
    this.#loop ??= this.#run()
  }

  /** Tries at once: a new session, the network is back, or a person asked. */
  wake(): void {
    this.#wake?.()
  }

  /** Dropped when there is no stream: everything that must arrive goes by operations. */
  send(frame: ClientFrame): void {
    const stream = this.#stream
    if (stream?.readyState !== 1) return
    // Progress is ephemeral; a workspace that cannot keep up gets the next figure instead of all of them.
    if (frame.type === 'progress' && stream.bufferedAmount > highWaterBytes) return
    stream.send(JSON.stringify(frame))
  }

  /** Cuts the stream, so that it is opened anew with the session of now. */
  reconnect(): void {
    this.#stream?.terminate()
    this.wake()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort()
    this.#stream?.close(1000)
    this.#stream?.terminate()
    await this.#loop
  }

  async #run(): Promise<void> {
    const { signal } = this.#closed
    let attempt = 0
    while (!signal.aborted) {
      let failure: unknown
      try {
        if (this.#connection.sessionToken === undefined) throw new TernError('NOT_SIGNED_IN')
        const stream = await this.#connection.openStream(signal)
        attempt = 0
        await this.#serve(stream)
      } catch (error) {
        failure = error
      }
      if (signal.aborted) return
      this.#settle(failure)
      const waitMs = this.#state === 'signed-out' || this.#state === 'key-changed' ? 60_000 : backoffMs(attempt++)
      await pause(waitMs, signal, (wake) => {
        this.#wake = wake
      }).catch(() => undefined)
      this.#wake = undefined
    }
  }

  #settle(failure: unknown): void {
    if (failure !== undefined && !isAbort(failure)) {
      this.#logger.debug({ err: failure, address: this.#connection.server.address }, 'stream not open')
    }
    const code = failure instanceof TernError ? failure.code : undefined
    if (code === 'NOT_SIGNED_IN' || code === 'FORBIDDEN') this.#setState('signed-out')
    else if (code === 'KEY_MISMATCH') this.#setState('key-changed')
    else this.#setState('offline')
  }

  /** Settles when the stream is over. */
  #serve(stream: WebSocket): Promise<void> {
    this.#stream = stream
    let unansweredBeats = 0
    const heartbeat = () => {
      // A cable that was pulled closes nothing: silence is the only sign.
      if (unansweredBeats * heartbeatIntervalMs >= offlineAfterMs) return stream.terminate()
      unansweredBeats += 1
      this.send({ type: 'heartbeat', leases: this.#source.leases() })
      stream.ping()
    }
    const beating = setInterval(heartbeat, heartbeatIntervalMs)
    return new Promise((resolve, reject) => {
      const alive = () => {
        unansweredBeats = 0
      }
      stream.on('pong', alive)
      stream.on('ping', alive)
      stream.on('error', () => stream.terminate())
      stream.on('close', () => {
        clearInterval(beating)
        this.#stream = undefined
        resolve()
      })
      stream.on('message', (data) => {
        alive()
        const frame = this.#read(String(data))
        if (frame?.type === 'session.ended') {
          reject(new TernError('NOT_SIGNED_IN'))
          stream.close()
        } else if (frame) this.#events.onFrame(frame)
      })
      const since = this.#source.revision()
      this.send({ type: 'subscribe', ...(since && { since }) })
      this.#setState('online')
      this.#events.onOpen()
      heartbeat()
    })
  }

  #read(text: string): ServerFrame | undefined {
    try {
      return serverFrame.parse(JSON.parse(text))
    } catch (error) {
      // A newer workspace may say things that this version does not know.
      this.#logger.warn({ err: error }, 'frame not understood')
      return undefined
    }
  }

  #setState(state: ChannelState): void {
    if (state === this.#state) return
    this.#state = state
    this.#events.onState(state)
  }
}
