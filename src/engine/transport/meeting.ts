import { setTimeout as wait } from 'node:timers/promises'
import type { SecureContext } from 'node:tls'
import type { Logger } from '../../platform/logger.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { CipherRule, RelayRoute, Route } from '../api.ts'
import { encodeHandshake } from '../protocol/handshake.ts'
import { maxLanes, protocolVersion } from '../protocol/limits.ts'
import type { Hello, TransferRole } from '../protocol/messages.ts'
import { DialledAhead } from './dialled-ahead.ts'
import { isFinal, worse } from './final-errors.ts'
import { greet, isProven, otherRole, readHandshake, refuse, welcome } from './greeting.ts'
import { LaneKeeper } from './lane-keeper.ts'
import { isTlsClientOn, openSecure, openStream } from './opening.ts'
import { PeerSession } from './peer-session.ts'
import { digestKeyOf, sessionSecret, ticketKeyOf } from './proofs.ts'
import type { Host, Reception } from './reception.ts'
import { firstRedialMs, nextRedialMs } from './redial.ts'
import { cipherOf, exporterOf, peerKeyHashOf, type SecureStream } from './tls.ts'
import type { TlsLane } from './tls-lane.ts'
import type { Meets, Session } from './types.ts'

export interface MeetingOptions {
  readonly transferId: string
  readonly epoch: number
  readonly ticket: string
  readonly ownRole: TransferRole
  readonly peerKeyHash: string
  readonly routes: readonly Route[]
  readonly acceptsIncoming: boolean
  /** Data lanes to begin with; the sender's counts. */
  readonly laneCount: number
  readonly secureContext: SecureContext
  /** What the settings ask for; the dialling side's context offers nothing else. */
  readonly cipher?: CipherRule
  readonly reception: Reception
  readonly logger: Logger
  readonly connectTimeoutMs: number
  readonly stallAfterMs: number
}

const greetingMs = 15_000

/** A connection that has proven itself and may become the session's control lane. */
interface Candidate {
  readonly lane: TlsLane
  /** The way it was opened, if we opened it: data lanes go the same way. */
  readonly route: Route | undefined
  /** Connections for the data lanes that were made beside it. */
  readonly ahead?: DialledAhead
}

/**
 * Two engines meet for one transfer. Both dial and both may be dialled; of all connections that prove themselves the
 * sender selects the first, which spends the ticket. The data lanes follow on the same way, under the session's secret.
 */
export class Meeting implements Host, Meets {
  readonly transferId: string
  readonly acceptsIncoming: boolean
  readonly #options: MeetingOptions
  readonly #ticketKey: Buffer
  readonly #candidates = new Set<TlsLane>()
  readonly #dialling = new AbortController()
  #failure: TernError | undefined
  #session: PeerSession | undefined
  #secret: Buffer | undefined
  /** Those of the session's own way. */
  #ahead: DialledAhead | undefined
  #settle: { resolve(session: Session): void; reject(error: TernError): void } | undefined
  /** Settles when there is a session, or there will be none. */
  readonly #selected: Promise<void>
  #markSelected: () => void = () => undefined

  constructor(options: MeetingOptions) {
    this.#options = options
    this.transferId = options.transferId
    this.acceptsIncoming = options.acceptsIncoming
    this.#ticketKey = ticketKeyOf(options.ticket)
    this.#selected = new Promise((resolve) => {
      this.#markSelected = resolve
    })
  }

  /**
   * Settles with the session. Fails with PEER_UNREACHABLE, PEER_KEY_MISMATCH, TICKET_INVALID, FENCED, VERSION_MISMATCH;
   * with an AbortError when the signal aborts first.
   */
  async meet(signal: AbortSignal): Promise<Session> {
    const timeout = AbortSignal.timeout(this.#options.connectTimeoutMs)
    const over = AbortSignal.any([signal, timeout])
    let onOver: () => void = () => undefined
    try {
      return await new Promise<Session>((resolve, reject) => {
        this.#settle = { resolve, reject }
        onOver = () => reject(this.#failure ?? new TernError('PEER_UNREACHABLE'))
        over.addEventListener('abort', onOver, { once: true })
        signal.throwIfAborted()
        void this.#dialAll()
      })
    } catch (thrown) {
      signal.throwIfAborted()
      throw thrown
    } finally {
      // One that stays keeps a signal made of several for ever, and with it the whole session.
      over.removeEventListener('abort', onOver)
      this.#markSelected()
      this.#settle = undefined
      this.#dialling.abort()
      for (const lane of this.#candidates) if (lane !== this.#session?.control) lane.destroy()
      this.#candidates.clear()
    }
  }

  /** A peer that came in. The key is judged before anything is written. */
  async receive(lane: TlsLane, hello: Hello, route?: RelayRoute): Promise<void> {
    const { peerKeyHash: expected } = this.#options
    const actual = peerKeyHashOf(lane.socket) ?? ''
    // A data lane may be a moment ahead of the word that selects its session.
    if (hello.lane > 0 && actual === expected) await this.#selected
    const key = hello.lane === 0 ? this.#ticketKey : this.#secret
    if (!key) return lane.destroy()
    const isGood = isProven(lane, hello, key)
    if (actual !== expected) {
      // Only who knows the ticket can end this transfer; a stranger with a stranger's key is nobody.
      if (isGood) this.#fail(new TernError('PEER_KEY_MISMATCH', { expected, actual }))
      return lane.destroy()
    }
    const refusal = this.#refusalOf(hello, isGood)
    if (refusal) return refuse(lane, refusal)
    // The ticket is spent, or a better way was found: silence, since the peer may still have that better way.
    if (hello.lane === 0 && !this.#settle) return lane.destroy()
    await welcome(lane, hello, key)
    if (hello.lane === 0) {
      const taken = this.#offer({ lane, route })
      if (route) await taken
      return
    }
    this.#session?.addLane({ lane, number: hello.lane, attempt: hello.attempt })
    if (route) await lane.ended
  }

  #refusalOf(hello: Hello, isGood: boolean): TernError | undefined {
    if (hello.version !== protocolVersion) {
      return new TernError('VERSION_MISMATCH', { own: protocolVersion, peer: hello.version })
    }
    if (hello.epoch !== this.#options.epoch) return new TernError('FENCED', { epoch: this.#options.epoch })
    if (!isGood || hello.role !== otherRole(this.#options.ownRole)) return new TernError('TICKET_INVALID')
    return undefined
  }

  async #dialAll(): Promise<void> {
    await Promise.all(this.#options.routes.map((route) => this.#dialUntilOver(route)))
    if (!this.acceptsIncoming && this.#candidates.size === 0) {
      this.#settle?.reject(this.#failure ?? new TernError('PEER_UNREACHABLE'))
    }
  }

  async #dialUntilOver(route: Route): Promise<void> {
    const { signal } = this.#dialling
    await wait(route.delayMs ?? 0, undefined, { signal }).catch(() => undefined)
    for (let redialMs = firstRedialMs; !signal.aborted; redialMs = nextRedialMs(redialMs)) {
      const ahead = new DialledAhead()
      try {
        const lane = await this.#openControl(route, ahead, signal)
        if (lane) await this.#offer({ lane, route, ahead })
      } catch (thrown) {
        const error = TernError.from(thrown)
        if (!signal.aborted)
          this.#options.logger.debug({ route: route.label, error: error.toEnvelope() }, 'route failed')
        this.#failure = worse(this.#failure, error)
        if (isFinal(error)) return
      } finally {
        if (this.#ahead !== ahead) ahead[Symbol.dispose]()
      }
      await wait(redialMs, undefined, { signal }).catch(() => undefined)
    }
  }

  /** The connections for the data lanes are made beside the control lane, as soon as somebody is there. */
  #openControl(route: Route, ahead: DialledAhead, over: AbortSignal): Promise<TlsLane | undefined> {
    const { secureContext } = this.#options
    const dialAhead = () => {
      ahead.dial(this.#laneCount, (signal) => openSecure(route, secureContext, signal), greetingMs)
    }
    const open = (signal: AbortSignal) => openSecure(route, secureContext, signal, dialAhead)
    return this.#open(route, { number: 0, attempt: 0, key: this.#ticketKey }, over, open)
  }

  /**
   * One lane by a route. As the TLS server on a relay the peer's hello brings the lane in by `receive`; then this
   * settles without one once that lane is over.
   */
  async #open(
    route: Route,
    { number, attempt, key }: { readonly number: number; readonly attempt: number; readonly key: Uint8Array },
    over: AbortSignal,
    open: (signal: AbortSignal) => Promise<SecureStream>,
  ): Promise<TlsLane | undefined> {
    const signal = AbortSignal.any([over, AbortSignal.timeout(greetingMs)])
    if (!isTlsClientOn(route)) {
      const relay = route as RelayRoute
      await this.#options.reception.receive(await openStream(relay, signal), { host: this, route: relay })
      return undefined
    }
    const { transferId, epoch, ownRole, peerKeyHash, stallAfterMs } = this.#options
    const subject = { transferId, epoch, ownRole, lane: number, attempt }
    return greet(await open(signal), subject, key, peerKeyHash, stallAfterMs, signal)
  }

  /** The sender takes the first; the receiver waits for the sender's word on each. Settles when it is not taken. */
  async #offer(candidate: Candidate): Promise<void> {
    const { lane } = candidate
    if (!this.#settle) return lane.destroy()
    this.#candidates.add(lane)
    try {
      if (this.#options.ownRole === 'send') {
        const laneCount = this.#laneCount
        this.#take(candidate, laneCount)
        await lane.send(encodeHandshake({ type: 'select', laneCount }))
      } else {
        const message = await readHandshake(lane, this.#dialling.signal)
        if (message.type !== 'select') throw new TernError('PROTOCOL_ERROR', { what: 'no selection' })
        this.#take(candidate, message.laneCount)
      }
    } catch {
      this.#candidates.delete(lane)
      lane.destroy()
    }
  }

  #take(candidate: Candidate, laneCount: number): void {
    if (!this.#settle) throw new TernError('TICKET_INVALID')
    const exporter = exporterOf(candidate.lane.socket)
    this.#secret = sessionSecret(this.#ticketKey, this.transferId, this.#options.epoch, exporter)
    const { route } = candidate
    const session = new PeerSession(candidate.lane, route?.kind ?? 'direct', laneCount, digestKeyOf(this.#secret))
    this.#session = session
    this.#tellCipher(candidate.lane)
    this.#settle.resolve(session)
    this.#settle = undefined
    this.#markSelected()
    // Whoever came in by itself brings its own data lanes.
    if (route) this.#keepLanes(session, route, candidate.ahead)
  }

  #keepLanes(session: PeerSession, route: Route, ahead: DialledAhead | undefined): void {
    this.#ahead = ahead
    const { secureContext, logger } = this.#options
    const key = this.#secret as Buffer
    const open = (number: number, attempt: number, made: Promise<SecureStream> | undefined) =>
      this.#open(route, { number, attempt, key }, session.ending, (signal) => {
        return made ?? openSecure(route, secureContext, signal)
      })
    new LaneKeeper({ session, open, ahead, logger }).start()
  }

  get #laneCount(): number {
    return Math.min(Math.max(1, this.#options.laneCount), maxLanes)
  }

  #tellCipher(lane: TlsLane): void {
    const { logger, cipher } = this.#options
    const { name, isAsAsked } = cipherOf(lane.socket, cipher)
    if (isAsAsked) logger.info({ cipher: name }, 'encrypted')
    else logger.warn({ cipher: name, asked: cipher }, 'encrypted, with another cipher than the settings ask for')
  }

  #fail(error: TernError): void {
    this.#failure = worse(this.#failure, error)
    this.#settle?.reject(this.#failure)
  }
}
