import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WebSocketServer } from 'ws'
import { relayPath, streamPath } from '../../shared/contract/stream.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { Relay } from '../relay/relay.ts'
import { dispatchById, roleIn } from '../store/dispatches.ts'
import type { StreamServer } from '../stream/stream-server.ts'
import type { ServerParts } from './context.ts'
import { callerOfRequest } from './http-api.ts'
import { httpStatusOf } from './http-status.ts'

/** The two ways in that leave HTTP: the stream and the relay. Both want a session before anything else. */
export function acceptUpgrade(
  parts: ServerParts,
  rooms: { readonly webSockets: WebSocketServer; readonly streams: StreamServer; readonly relay: Relay },
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  // A peer may vanish at any moment; what belongs to the socket ends by its close event.
  socket.on('error', () => socket.destroy())
  try {
    const url = new URL(request.url ?? '/', 'https://workspace')
    const caller = callerOfRequest(parts, request)
    if (caller === undefined) throw new TernError('NOT_SIGNED_IN')
    if (url.pathname === streamPath) {
      rooms.webSockets.handleUpgrade(request, socket, head, (webSocket) => rooms.streams.open(webSocket, caller))
      return
    }
    if (url.pathname !== relayPath || request.headers.upgrade?.toLowerCase() !== 'tern-relay') {
      throw new TernError('NOT_FOUND', { path: url.pathname.slice(0, 200) })
    }
    const dispatchId = url.searchParams.get('dispatch') ?? ''
    const lane = url.searchParams.get('lane') ?? ''
    if (!/^[A-Za-z0-9_.-]{1,64}$/.test(lane)) throw new TernError('BAD_REQUEST', { problem: 'lane' })
    const row = parts.store.read((database) => dispatchById(database, dispatchId))
    const role = row && row.is_running === 1 ? roleIn(row, caller.client?.id) : undefined
    if (role === undefined) throw new TernError('FENCED')
    rooms.relay.join(dispatchId, lane, role, socket, head, (error) => refuseUpgrade(socket, error))
  } catch (thrown) {
    refuseUpgrade(socket, TernError.from(thrown))
  }
}

function refuseUpgrade(socket: Duplex, error: TernError): void {
  const body = JSON.stringify({ error: error.toEnvelope() })
  socket.end(
    `HTTP/1.1 ${httpStatusOf(error.code)} Refused\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  )
}
