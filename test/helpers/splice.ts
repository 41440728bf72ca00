import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import type { Route } from '../../src/engine/index.ts'

/** A middle that knows nothing: joins each stream of one side with the next one of the other. */
export class Splice implements AsyncDisposable {
  readonly #server: Server
  readonly #port: number
  readonly #sockets = new Set<Socket>()
  readonly #waiting: Record<string, Socket[]> = { a: [], b: [] }
  joined = 0

  private constructor(server: Server, port: number) {
    this.#server = server
    this.#port = port
  }

  static async start(): Promise<Splice> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (typeof address !== 'object' || !address) throw new Error('no address')
    const splice = new Splice(server, address.port)
    server.on('connection', (socket) => splice.#take(socket))
    return splice
  }

  route(side: 'a' | 'b'): Route {
    return {
      kind: 'relay',
      label: 'splice',
      tlsRole: side === 'a' ? 'client' : 'server',
      open: async (signal) => {
        const socket = connect({ host: '127.0.0.1', port: this.#port, signal })
        await once(socket, 'connect')
        socket.write(side)
        return socket
      },
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #take(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('readable', () => {
      const side = String(socket.read(1))
      const other = this.#waiting[side === 'a' ? 'b' : 'a']?.shift()
      if (!other) {
        this.#waiting[side]?.push(socket)
        return
      }
      this.joined += 1
      socket.pipe(other).pipe(socket)
      socket.on('close', () => other.destroy())
      other.on('close', () => socket.destroy())
    })
  }
}
