import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

const tickMs = 10

/** What a router holds in front of its line. */
const maxHeldMs = 250
const minHeldBytes = 64 * 1024

interface Held {
  readonly dueAtMs: number
  readonly chunk: Buffer
  /** One-way trips since the first connection was asked for, this one among them. */
  readonly trips: number
}

/** A connection is there for who asks for it after one there and one back. */
const tripsToConnect = 2

/**
 * A TCP proxy on loopback with a long way in the middle, told in round trips: bytes of either side are half of one on
 * their way, a new connection one more. Slow if it is told a rate.
 */
export class LongLine implements AsyncDisposable {
  readonly host = '127.0.0.1'
  readonly port: number
  readonly #server: Server
  readonly #roundTripMs: number
  readonly #bytesPerMs: number
  readonly #laterMs: number
  readonly #sockets = new Set<Socket>()
  readonly #freeAtMs = { near: 0, far: 0 }
  #opened = 0
  /** How many trips the latest of what each side has heard took, with all that it was an answer to. */
  readonly #heard = { near: tripsToConnect, far: 0 }
  /** What passed towards either side, and after how many round trips: by what answers what, however slow the machine is. */
  readonly passed: { readonly atRoundTrips: number; readonly bytes: number; readonly to: 'near' | 'far' }[] = []

  private constructor(server: Server, port: number, roundTripMs: number, bytesPerSecond: number, laterMs: number) {
    this.#server = server
    this.port = port
    this.#roundTripMs = roundTripMs
    this.#bytesPerMs = bytesPerSecond / 1000
    this.#laterMs = laterMs
  }

  static async start(
    target: { readonly host: string; readonly port: number },
    {
      roundTripMs,
      bytesPerSecond = Number.POSITIVE_INFINITY,
      laterMs = 0,
    }: { roundTripMs: number; bytesPerSecond?: number /** Of all connections but the first. */; laterMs?: number },
  ): Promise<LongLine> {
    const server = createServer({ noDelay: true })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (typeof address !== 'object' || !address) throw new Error('no address')
    const line = new LongLine(server, address.port, roundTripMs, bytesPerSecond, laterMs)
    server.on('connection', (near) => line.#join(near, target))
    return line
  }

  get connections(): number {
    return this.#opened
  }

  /** Of one connection: its part of what is on the way, and of what waits in front of the line. */
  get #maxHeldBytes(): number {
    return Math.max(minHeldBytes, (this.#bytesPerMs * (this.#roundTripMs + maxHeldMs)) / 4)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #join(near: Socket, target: { readonly host: string; readonly port: number }): void {
    this.#opened += 1
    const far = connect({ ...target, noDelay: true })
    const laterMs = this.connections > 1 ? this.#laterMs : 0
    this.#carry(near, far, 'far', performance.now() + this.#roundTripMs + laterMs)
    this.#carry(far, near, 'near', 0)
  }

  #carry(from: Socket, to: Socket, side: 'near' | 'far', firstAtMs: number): void {
    this.#sockets.add(from)
    const held: Held[] = []
    let heldBytes = 0
    const forward = () => {
      while (held[0] && held[0].dueAtMs <= performance.now()) {
        const { chunk, trips } = held.shift() as Held
        heldBytes -= chunk.length
        this.#heard[side] = Math.max(this.#heard[side], trips)
        this.passed.push({ atRoundTrips: trips / 2, bytes: chunk.length, to: side })
        if (!to.destroyed) to.write(chunk)
      }
      if (heldBytes < this.#maxHeldBytes) from.resume()
    }
    const timer = setInterval(forward, tickMs)
    from.on('data', (chunk: Buffer) => {
      this.#freeAtMs[side] =
        Math.max(this.#freeAtMs[side], performance.now(), firstAtMs) + chunk.length / this.#bytesPerMs
      const trips = this.#heard[side === 'far' ? 'near' : 'far'] + 1
      held.push({ dueAtMs: this.#freeAtMs[side] + this.#roundTripMs / 2, chunk, trips })
      heldBytes += chunk.length
      if (heldBytes >= this.#maxHeldBytes) from.pause()
    })
    from.on('error', () => undefined)
    from.on('close', () => {
      clearInterval(timer)
      for (const { chunk } of held) if (!to.destroyed) to.write(chunk)
      to.end()
      this.#sockets.delete(from)
    })
  }
}
