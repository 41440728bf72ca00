import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { pipeline, Transform } from 'node:stream'
import { Limiter } from '../../src/engine/transport/limiter.ts'

/** A line on loopback that lets so many bytes a second pass, both ways and all connections together. */
export class SlowLink implements AsyncDisposable {
  readonly host = '127.0.0.1'
  readonly port: number
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server, port: number) {
    this.#server = server
    this.port = port
  }

  static async start(
    target: { readonly host: string; readonly port: number },
    bytesPerSecond: number,
  ): Promise<SlowLink> {
    const server = createServer({ allowHalfOpen: true })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (typeof address !== 'object' || !address) throw new Error('no address')
    const link = new SlowLink(server, address.port)
    const limiter = new Limiter()
    limiter.setLimit(bytesPerSecond)
    server.on('connection', (near) => link.#join(near, connect({ ...target, allowHalfOpen: true }), limiter))
    return link
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #join(near: Socket, far: Socket, limiter: Limiter): void {
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from)
      const gone = new AbortController()
      const slow = new Transform({
        transform: (chunk: Buffer, _encoding, pass) => {
          const mayPass = limiter.take(chunk.length, gone.signal) ?? Promise.resolve()
          void mayPass.then(() => pass(null, chunk))
        },
      })
      pipeline(from, slow, to, () => gone.abort())
    }
  }
}
