import { createServer, type Server } from 'node:net'
import type { Duplex } from 'node:stream'
import type { SecureContext } from 'node:tls'
import type { Logger } from '../../platform/logger.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { RelayRoute } from '../api.ts'
import type { Hello } from '../protocol/messages.ts'
import { readHandshake } from './greeting.ts'
import { secure } from './tls.ts'
import { TlsLane } from './tls-lane.ts'

const defaultMaxPending = 128
/** Nobody alone may keep the door shut for the others; one honest peer brings at most 17 lanes at once. */
const defaultMaxPendingOfAddress = 64
const defaultHandshakeMs = 10_000
const maxRemembered = 10_000

/** Who waits for a peer to come in. */
export interface Host {
  readonly transferId: string
  readonly acceptsIncoming: boolean
  /** Judges the hello; owns the lane from then on. */
  receive(lane: TlsLane, hello: Hello, route?: RelayRoute): Promise<void>
}

/** A stream that was opened for one host in particular: the far end of a relay. */
interface Meant {
  readonly host: Host
  readonly route: RelayRoute
}

interface ReceptionOptions {
  readonly secureContext: SecureContext
  readonly stallAfterMs: number
  readonly logger: Logger
  /** Time for TLS and the hello together; 10 s when absent. */
  readonly handshakeMs?: number
  /** Connections that have not named a known transfer yet; 128 when absent. */
  readonly maxPending?: number
  /** Of one remote address; 64 when absent. */
  readonly maxPendingOfAddress?: number
}

/**
 * The one door for peers that come in: bounded in number and time before they have named a transfer that is known here,
 * and silent towards everyone else.
 */
export class Reception {
  readonly #options: ReceptionOptions
  readonly #hosts = new Map<string, Host>()
  readonly #arrivals = new Map<string, Set<() => void>>()
  /** Transfers that were here before: no second session, and no waiting for one. */
  readonly #past = new Set<string>()
  readonly #closing = new AbortController()
  #pending = 0
  readonly #pendingOf = new Map<string, number>()
  #server: Server | undefined

  constructor(options: ReceptionOptions) {
    this.#options = options
  }

  async listen(at: { readonly host: string; readonly port: number }): Promise<{ host: string; port: number }> {
    const server = createServer({ noDelay: true, keepAlive: true }, (socket) => {
      socket.on('error', () => socket.destroy())
      const { maxPending = defaultMaxPending, maxPendingOfAddress = defaultMaxPendingOfAddress } = this.#options
      const address = socket.remoteAddress ?? ''
      const ofAddress = this.#pendingOf.get(address) ?? 0
      if (this.#pending >= maxPending || ofAddress >= maxPendingOfAddress) {
        socket.destroy()
        return
      }
      this.#pendingOf.set(address, ofAddress + 1)
      void this.receive(socket).finally(() => {
        const left = (this.#pendingOf.get(address) ?? 1) - 1
        if (left > 0) this.#pendingOf.set(address, left)
        else this.#pendingOf.delete(address)
      })
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause) => reject(new TernError('IO_ERROR', { what: 'listen', port: at.port }, { cause })))
      server.listen(at.port, at.host, resolve)
    })
    this.#server = server
    const address = server.address()
    return { host: at.host, port: typeof address === 'object' && address ? address.port : at.port }
  }

  wasHere(transferId: string): boolean {
    return this.#past.has(transferId)
  }

  register(host: Host): Disposable {
    this.#hosts.set(host.transferId, host)
    for (const arrived of this.#arrivals.get(host.transferId) ?? []) arrived()
    return {
      [Symbol.dispose]: () => {
        this.#hosts.delete(host.transferId)
        this.#past.add(host.transferId)
        for (const oldest of this.#past) {
          if (this.#past.size <= maxRemembered) break
          this.#past.delete(oldest)
        }
      },
    }
  }

  /** TLS as the server, then one hello, in bounded time. */
  async receive(stream: Duplex, meant?: Meant): Promise<void> {
    const signal = AbortSignal.any([
      this.#closing.signal,
      AbortSignal.timeout(this.#options.handshakeMs ?? defaultHandshakeMs),
    ])
    if (!meant) this.#pending += 1
    let lane: TlsLane | undefined
    try {
      const secured = await secure(stream, 'server', this.#options.secureContext, signal)
      lane = new TlsLane(secured, { stallAfterMs: this.#options.stallAfterMs })
      const hello = await readHandshake(lane, signal)
      if (hello.type !== 'hello') throw new TernError('PROTOCOL_ERROR', { what: 'no hello' })
      const host = meant ? meant.host : await this.#hostOf(hello.transferId, signal)
      if (host?.transferId !== hello.transferId) throw new TernError('TICKET_INVALID')
      await host.receive(lane, hello, meant?.route)
    } catch (thrown) {
      // Nothing was written: whoever knocks without a known transfer learns nothing.
      this.#options.logger.debug({ error: TernError.from(thrown).toEnvelope() }, 'incoming connection refused')
      if (lane) lane.destroy()
      else stream.destroy()
    } finally {
      if (!meant) this.#pending -= 1
    }
  }

  async close(): Promise<void> {
    this.#closing.abort()
    const server = this.#server
    if (!server) return
    await new Promise((resolve) => server.close(resolve))
  }

  /** The peer may be a moment ahead of whoever tells us about the transfer. */
  async #hostOf(transferId: string, signal: AbortSignal): Promise<Host | undefined> {
    const known = this.#hosts.get(transferId)
    if (known) return known.acceptsIncoming ? known : undefined
    if (this.#past.has(transferId)) return undefined
    const waiters = this.#arrivals.get(transferId) ?? new Set()
    this.#arrivals.set(transferId, waiters)
    await new Promise<void>((resolve) => {
      waiters.add(resolve)
      // A listener that stays keeps a signal made of several for ever, and with it all that its reason has seen.
      signal.addEventListener('abort', () => resolve(), { once: true })
      void Promise.resolve().then(() => {
        if (this.#hosts.has(transferId)) resolve()
      })
    })
    this.#arrivals.delete(transferId)
    const host = this.#hosts.get(transferId)
    return host?.acceptsIncoming ? host : undefined
  }
}
