import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { networkOf } from './rate-limit.ts'

/** Long headers are kept for as long as they come, so that nobody opens as many connections as they like. */
export function boundConnections(server: Server, most: number): void {
  const open = new Map<string, number>()
  server.on('connection', (socket: Socket) => {
    const network = networkOf(socket.remoteAddress ?? '')
    const count = (open.get(network) ?? 0) + 1
    if (count > most) {
      socket.destroy()
      return
    }
    open.set(network, count)
    socket.once('close', () => {
      const left = (open.get(network) ?? 1) - 1
      if (left === 0) open.delete(network)
      else open.set(network, left)
    })
  })
}

const lookEveryMs = 250

/**
 * Bounds what headers that have not ended yet take together: whoever sends them need not be known to anybody. When it is
 * too much, those that have been at it for the longest are cut, which no caller of good will is.
 *
 * @param freeBytes Of each connection, which is never cut for less
 */
export function boundUnfinishedHeaders(server: Server, mostBytes: number, freeBytes: number): void {
  /** How much each connection had read when its last request ended; who waits for the longest comes first. */
  const readBefore = new Map<Socket, number>()
  const begin = (socket: Socket) => {
    readBefore.delete(socket)
    if (!socket.destroyed) readBefore.set(socket, socket.bytesRead)
  }
  server.on('secureConnection', (socket: Socket) => {
    readBefore.set(socket, 0)
    socket.once('close', () => readBefore.delete(socket))
  })
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    readBefore.delete(socket)
    response.once('close', () => begin(socket))
  })
  server.on('upgrade', ({ socket }: IncomingMessage) => {
    readBefore.delete(socket)
  })
  const look = setInterval(() => {
    const held = [...readBefore].map(([socket, before]) => ({ socket, sizeBytes: socket.bytesRead - before }))
    let sumBytes = held.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    for (const { socket, sizeBytes } of held) {
      if (sumBytes <= mostBytes) return
      if (sizeBytes <= freeBytes) continue
      sumBytes -= sizeBytes
      socket.destroy()
    }
  }, lookEveryMs).unref()
  server.on('close', () => clearInterval(look))
}
