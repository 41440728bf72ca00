import type { Duplex } from 'node:stream'
import { TernError } from '../../shared/domain/errors.ts'
import type { DispatchRole } from '../store/dispatches.ts'

export interface RelayLimits {
  /** How long one side waits for the other. */
  readonly pairTimeoutMs: number
  readonly maxWaiting: number
  readonly maxWaitingPerDispatch: number
  readonly maxSplicesPerDispatch: number
}

export const defaultRelayLimits: RelayLimits = {
  pairTimeoutMs: 15_000,
  maxWaiting: 2000,
  maxWaitingPerDispatch: 64,
  maxSplicesPerDispatch: 64,
}

interface Waiting {
  readonly dispatchId: string
  readonly role: DispatchRole
  readonly socket: Duplex
  readonly head: Buffer
  readonly timer: NodeJS.Timeout
  readonly forget: () => void
}

/** Answers an upgrade; 101 is written only once both sides are there, so an opened lane is a lane to the peer. */
const accepted = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: tern-relay\r\n\r\n'

/**
 * Joins the two clients of a dispatch, lane by lane, when they cannot reach each other. It moves bytes and knows
 * nothing of them: the peers speak mutual TLS inside. Pipes carry the back-pressure, so nothing piles up here.
 */
export class Relay {
  readonly #limits: RelayLimits
  readonly #waiting = new Map<string, Waiting>()
  readonly #splices = new Map<string, Set<Duplex>>()

  constructor(limits: RelayLimits = defaultRelayLimits) {
    this.#limits = limits
  }

  /**
   * Takes one side's socket; the caller has proven that it is this side of a running dispatch.
   * @throws TernError TOO_MANY_REQUESTS, CONFLICT when this side of the lane is waiting already
   */
  join(
    dispatchId: string,
    lane: string,
    role: DispatchRole,
    socket: Duplex,
    head: Buffer,
    refuse: (error: TernError) => void,
  ): void {
    const key = `${dispatchId}/${lane}`
    const other = this.#waiting.get(key)
    if (other && other.role !== role) {
      other.forget()
      this.#splice(dispatchId, other, { socket, head })
      return
    }
    if (other) throw new TernError('CONFLICT', { lane })
    const ofDispatch = [...this.#waiting.values()].filter((each) => each.dispatchId === dispatchId).length
    if (this.#waiting.size >= this.#limits.maxWaiting || ofDispatch >= this.#limits.maxWaitingPerDispatch) {
      throw new TernError('TOO_MANY_REQUESTS', { retryAfterSeconds: 1 })
    }
    this.#wait(key, dispatchId, role, socket, head, refuse)
  }

  /** Cuts all lanes of a dispatch that has ended. */
  end(dispatchId: string): void {
    for (const waiting of [...this.#waiting.values()]) {
      if (waiting.dispatchId !== dispatchId) continue
      waiting.forget()
      waiting.socket.destroy()
    }
    for (const socket of this.#splices.get(dispatchId) ?? []) socket.destroy()
  }

  /** Ends those whose dispatch is not among the running ones. */
  keepOnly(running: ReadonlySet<string>): void {
    const known = new Set([...this.#splices.keys(), ...[...this.#waiting.values()].map((each) => each.dispatchId)])
    for (const dispatchId of known) if (!running.has(dispatchId)) this.end(dispatchId)
  }

  get isIdle(): boolean {
    return this.#waiting.size === 0 && this.#splices.size === 0
  }

  close(): void {
    this.keepOnly(new Set())
  }

  #wait(
    key: string,
    dispatchId: string,
    role: DispatchRole,
    socket: Duplex,
    head: Buffer,
    refuse: (error: TernError) => void,
  ): void {
    const forget = () => {
      clearTimeout(timer)
      this.#waiting.delete(key)
      socket.off('close', forget)
      socket.off('end', drop)
      socket.off('data', drop)
    }
    // Reading goes on while it waits: only so is a peer noticed that gave up. Nothing may come before the answer.
    const drop = () => {
      forget()
      socket.destroy()
    }
    const timer = setTimeout(() => {
      forget()
      refuse(new TernError('PEER_UNREACHABLE'))
    }, this.#limits.pairTimeoutMs)
    socket.once('close', forget)
    socket.once('end', drop)
    socket.on('data', drop)
    this.#waiting.set(key, { dispatchId, role, socket, head, timer, forget })
  }

  #splice(dispatchId: string, a: Pick<Waiting, 'socket' | 'head'>, b: Pick<Waiting, 'socket' | 'head'>): void {
    const open = this.#splices.get(dispatchId) ?? new Set()
    if (open.size >= 2 * this.#limits.maxSplicesPerDispatch) {
      a.socket.destroy()
      b.socket.destroy()
      return
    }
    this.#splices.set(dispatchId, open)
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      open.add(from.socket)
      from.socket.once('error', () => to.socket.destroy())
      from.socket.once('close', () => {
        to.socket.destroy()
        open.delete(from.socket)
        if (open.size === 0) this.#splices.delete(dispatchId)
      })
    }
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      from.socket.write(accepted)
      if (to.head.length > 0) from.socket.write(to.head)
    }
    a.socket.pipe(b.socket)
    b.socket.pipe(a.socket)
  }
}
