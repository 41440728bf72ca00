import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

interface Pair {
  readonly near: Socket
  readonly far: Socket
}

/** A TCP proxy on loopback that does to connections what bad networks do. */
export class FaultProxy implements AsyncDisposable {
  readonly host = '127.0.0.1'
  readonly port: number
  readonly #server: Server
  readonly #pairs: Pair[] = []
  #corruptIn = -1
  #isFrozen = false
  readonly #muted = new Set<Pair>()
  #bytesPerMs = Number.POSITIVE_INFINITY
  bytes = 0
  /** Settles with the first connection. */
  readonly reached: Promise<unknown>

  private constructor(server: Server, port: number) {
    this.#server = server
    this.port = port
    this.reached = once(server, 'connection')
  }

  static async start(target: { readonly host: string; readonly port: number }): Promise<FaultProxy> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (typeof address !== 'object' || !address) throw new Error('no address')
    const proxy = new FaultProxy(server, address.port)
    server.on('connection', (near) => proxy.#join(near, connect(target)))
    return proxy
  }

  /** Connections so far, in the order in which they came. */
  get connections(): number {
    return this.#pairs.length
  }

  /** Settles once a connection is there that was opened as the nth. */
  async opened(connection: number): Promise<void> {
    while (this.connections <= connection) await once(this.#server, 'connection')
  }

  /** Cuts one connection without a word to either side. */
  cut(connection: number): void {
    const pair = this.#pairs.at(connection)
    pair?.near.resetAndDestroy()
    pair?.far.resetAndDestroy()
  }

  /** Flips a bit in the next bytes of a connection that was opened as the nth. */
  corrupt(connection: number): void {
    this.#corruptIn = connection
  }

  /** From now on nothing passes, and nobody is told. */
  freeze(): void {
    this.#isFrozen = true
  }

  /** From now on nothing passes on one connection, and neither side is told: half of it may be gone. */
  mute(connection: number): void {
    const pair = this.#pairs.at(connection)
    if (pair) this.#muted.add(pair)
  }

  /** From now on every connection gets its bytes in small pieces, so many a second. */
  throttle(bytesPerSecond: number): void {
    this.#bytesPerMs = bytesPerSecond / 1000
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { near, far } of this.#pairs) {
      near.destroy()
      far.destroy()
    }
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #join(near: Socket, far: Socket): void {
    const pair = { near, far }
    const number = this.#pairs.push(pair) - 1
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (chunk: Buffer) => {
        if (this.#isFrozen || this.#muted.has(pair)) return
        this.bytes += chunk.length
        if (this.#corruptIn === number) {
          this.#corruptIn = -1
          chunk[chunk.length >> 1] = (chunk[chunk.length >> 1] ?? 0) ^ 1
        }
        const isFull = !to.write(chunk)
        if (this.#bytesPerMs < Number.POSITIVE_INFINITY) {
          from.pause()
          setTimeout(() => from.resume(), chunk.length / this.#bytesPerMs)
        } else if (isFull) {
          from.pause()
          to.once('drain', () => from.resume())
        }
      })
      from.on('error', () => this.#end(pair, to))
      from.on('close', () => this.#end(pair, to))
    }
  }

  /** Not even an end passes through a frozen network. */
  #end(pair: Pair, socket: Socket): void {
    if (!this.#isFrozen && !this.#muted.has(pair)) socket.destroy()
  }
}
