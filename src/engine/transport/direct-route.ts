import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { TernError } from '../../shared/domain/errors.ts'
import type { Route } from '../api.ts'

/** Dials a host and port. `delayMs` lets better routes win. */
export function directRoute(target: {
  readonly host: string
  readonly port: number
  readonly delayMs?: number
}): Route {
  const { host, port, delayMs } = target
  const label = `${host.includes(':') ? `[${host}]` : host}:${port}`
  return {
    kind: 'direct',
    label,
    tlsRole: 'client',
    ...(delayMs !== undefined && { delayMs }),
    open: (signal) => openSocket(host, port, label, signal),
  }
}

function openSocket(host: string, port: number, label: string, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true, keepAlive: true })
    const onAbort = () => socket.destroy()
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
    let cause: unknown
    const onError = (error: Error) => {
      cause = error
    }
    socket.on('error', onError)
    const onClose = () => {
      signal.removeEventListener('abort', onAbort)
      reject(new TernError('PEER_UNREACHABLE', { address: label }, { cause }))
    }
    socket.once('close', onClose)
    socket.once('connect', () => {
      signal.removeEventListener('abort', onAbort)
      socket.off('close', onClose)
      resolve(socket)
    })
  })
}
