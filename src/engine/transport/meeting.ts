import type { Duplex } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import type { SecureContext } from 'node:tls'
import { monotonicMs } from '../../platform/clock.ts'
import type { Logger } from '../../platform/logger.ts'
import { type ErrorCode, TernError } from '../../shared/domain/errors.ts'
import type { CipherRule, Route } from '../api.ts'
import { encodeHandshake } from '../protocol/handshake.ts'
import { maxLanes, protocolVersion } from '../protocol/limits.ts'
import type { Hello, TransferRole } from '../protocol/messages.ts'
import { greet, isProven, otherRole, readHandshake, refuse, welcome } from './greeting.ts'
import { PeerSession } from './peer-session.ts'
import { digestKeyOf, sessionSecret, ticketKeyOf } from './proofs.ts'
import type { Host, Reception } from './reception.ts'
import { cipherOf, exporterOf, peerKeyHashOf, secure } from './tls.ts'
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
const firstRetryMs = 200
const maxRetryMs = 3000
const laneLeaseMs = 30_000

/** Trying the same way again cannot help; the first found is what the outcome names. */
const finalCodes: readonly ErrorCode[] = ['PEER_KEY_MISMATCH', 'FENCED', 'VERSION_MISMATCH', 'TICKET_INVALID']

/** A connection that has proven itself and may become the session's control lane. */
interface Candidate {
  readonly lane: TlsLane
  /** The way it was opened, if we opened it: data lanes go the same way. */
  readonly route: Route | undefined
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
  #settle: { resolve(session: Session): void; reject(error: TernError): void } | undefined

  constructor(options: MeetingOptions) {
    this.#options = options
    this.transferId = options.transferId
    this.acceptsIncoming = options.acceptsIncoming
    this.#ticketKey = ticketKeyOf(options.ticket)
  }

  /**
   * Settles with the session. Fails with PEER_UNREACHABLE, PEER_KEY_MISMATCH, TICKET_INVALID, FENCED, VERSION_MISMATCH;
   * with an AbortError when the signal aborts first.
   */
  async meet(signal: AbortSignal): Promise<Session> {
    const timeout = AbortSignal.timeout(this.#options.connectTimeoutMs)
    const over = AbortSignal.any([signal, timeout])
    try {
      return await new Promise<Session>((resolve, reject) => {
        this.#settle = { resolve, reject }
        over.addEventListener('abort', () => reject(this.#failure ?? new TernError('PEER_UNREACHABLE')), { once: true })
        signal.throwIfAborted()
        void this.#dialAll()
      })
    } catch (thrown) {
      signal.throwIfAborted()
      throw thrown
    } finally {
      this.#settle = undefined
      this.#dialling.abort()
      for (const lane of this.#candidates) if (lane !== this.#session?.control) lane.destroy()
      this.#candidates.clear()
    }
  }

  /** A peer that came in. The key is judged before anything is written. */
  async receive(lane: TlsLane, hello: Hello, route?: Route): Promise<void> {
    const key = hello.lane === 0 ? this.#ticketKey : this.#secret
    if (!key) return lane.destroy()
    const isGood = isProven(lane, hello, key)
    const { peerKeyHash: expected } = this.#options
    const actual = peerKeyHashOf(lane.socket) ?? ''
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
    for (let retryMs = firstRetryMs; !signal.aborted; retryMs = Math.min(retryMs * 2, maxRetryMs)) {
      try {
        const lane = await this.#open(route, 0, 0, this.#ticketKey, signal)
        if (lane) await this.#offer({ lane, route })
      } catch (thrown) {
        const error = TernError.from(thrown)
        if (!signal.aborted)
          this.#options.logger.debug({ route: route.label, error: error.toEnvelope() }, 'route failed')
        this.#failure = worse(this.#failure, error)
        if (finalCodes.includes(error.code)) return
      }
      await wait(retryMs, undefined, { signal }).catch(() => undefined)
    }
  }

  /**
   * One lane by a route. As the TLS server on a relay the peer's hello brings the lane in by `receive`; then this
   * settles without one once that lane is over.
   */
  async #open(
    route: Route,
    number: number,
    attempt: number,
    key: Uint8Array,
    over: AbortSignal,
  ): Promise<TlsLane | undefined> {
    const signal = AbortSignal.any([over, AbortSignal.timeout(greetingMs)])
    const stream = await openBy(route, signal)
    if (route.tlsRole === 'server') {
      await this.#options.reception.receive(stream, { host: this, route })
      return undefined
    }
    const socket = await secure(stream, 'client', this.#options.secureContext, signal)
    const { transferId, epoch, ownRole, peerKeyHash, stallAfterMs } = this.#options
    const subject = { transferId, epoch, ownRole, lane: number, attempt }
    return greet(socket, subject, key, peerKeyHash, stallAfterMs, signal)
  }

  /** The sender takes the first; the receiver waits for the sender's word on each. Settles when it is not taken. */
  async #offer(candidate: Candidate): Promise<void> {
    const { lane } = candidate
    if (!this.#settle) return lane.destroy()
    this.#candidates.add(lane)
    try {
      if (this.#options.ownRole === 'send') {
        const laneCount = Math.min(Math.max(1, this.#options.laneCount), maxLanes)
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
    // Whoever came in by itself brings its own data lanes.
    if (route) for (let number = 1; number <= laneCount; number += 1) void this.#keepLane(session, route, number)
  }

  #tellCipher(lane: TlsLane): void {
    const { logger, cipher } = this.#options
    const { name, isAsAsked } = cipherOf(lane.socket, cipher)
    if (isAsAsked) logger.info({ cipher: name }, 'encrypted')
    else logger.warn({ cipher: name, asked: cipher }, 'encrypted, with another cipher than the settings ask for')
  }

  /** Opens a data lane, and again whenever it is lost, until the session ends or nothing has helped for too long. */
  async #keepLane(session: PeerSession, route: Route, number: number): Promise<void> {
    const { ending } = session
    let lostAtMs = monotonicMs()
    for (let attempt = 0, retryMs = firstRetryMs; !ending.aborted; attempt += 1) {
      try {
        const lane = await this.#open(route, number, attempt, this.#secret as Buffer, ending)
        if (lane) {
          session.addLane({ lane, number, attempt })
          await lane.ended
          retryMs = firstRetryMs
          lostAtMs = monotonicMs()
        }
      } catch (thrown) {
        if (ending.aborted) return
        const error = TernError.from(thrown)
        this.#options.logger.debug({ lane: number, error: error.toEnvelope() }, 'lane failed')
        const isHopeless = monotonicMs() - lostAtMs > laneLeaseMs && session.openLanes === 0
        if (finalCodes.includes(error.code) || isHopeless) return session.destroy(error)
      }
      await wait(retryMs, undefined, { signal: ending }).catch(() => undefined)
      retryMs = Math.min(retryMs * 2, maxRetryMs)
    }
  }

  #fail(error: TernError): void {
    this.#failure = worse(this.#failure, error)
    this.#settle?.reject(this.#failure)
  }
}

/** Routes may tie their stream to the signal for good, so theirs ends its say once the stream is open. */
async function openBy(route: Route, signal: AbortSignal): Promise<Duplex> {
  const opening = new AbortController()
  const onAbort = () => opening.abort()
  signal.addEventListener('abort', onAbort)
  if (signal.aborted) onAbort()
  try {
    return await route.open(opening.signal)
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/** What says most about why two peers do not meet. */
function worse(known: TernError | undefined, error: TernError): TernError {
  if (!known) return error
  const knownRank = finalCodes.indexOf(known.code)
  const rank = finalCodes.indexOf(error.code)
  return rank >= 0 && (knownRank < 0 || rank < knownRank) ? error : known
}
