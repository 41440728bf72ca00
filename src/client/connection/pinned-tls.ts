import { connect, type TLSSocket } from 'node:tls'
import { keyHashOfCertificate } from '../../platform/certificate.ts'
import { TernError } from '../../shared/domain/errors.ts'

/** A server that is known by its key, not by a name or an authority. */
export interface PinnedAddress {
  /** `host:port`, an IPv6 host in brackets. */
  readonly address: string
  /** SHA-256 of the public key (SPKI, DER), lower-case hexadecimal. */
  readonly keyHash: string
}

const connectTimeoutMs = 10_000

/**
 * Opens TLS 1.3 and hands the socket over only once the server's key is the pinned one, so that nothing is ever written
 * to anybody else. Fails with WORKSPACE_UNREACHABLE or KEY_MISMATCH, both with `{address}`.
 */
export function connectPinned(server: PinnedAddress, signal?: AbortSignal): Promise<TLSSocket> {
  const { address } = server
  const { host, port } = splitAddress(address)
  return new Promise((resolve, reject) => {
    // The key is compared below; names and authorities say nothing about a self-signed key.
    const socket = connect({
      host,
      port,
      minVersion: 'TLSv1.3',
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
    })
    const fail = (error: unknown) => {
      signal?.removeEventListener('abort', onAbort)
      socket.destroy()
      reject(error)
    }
    const unreachable = (cause?: unknown) => fail(new TernError('WORKSPACE_UNREACHABLE', { address }, { cause }))
    const onAbort = () => fail(signal?.reason)
    socket.setTimeout(connectTimeoutMs, unreachable)
    socket.once('error', unreachable)
    socket.once('close', unreachable)
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerX509Certificate()
      if (certificate === undefined || keyHashOfCertificate(certificate.raw) !== server.keyHash) {
        return fail(new TernError('KEY_MISMATCH', { address }))
      }
      signal?.removeEventListener('abort', onAbort)
      socket.setTimeout(0)
      socket.off('error', unreachable)
      socket.off('close', unreachable)
      socket.setNoDelay(true)
      socket.setKeepAlive(true, 30_000)
      resolve(socket)
    })
    if (signal?.aborted) onAbort()
    else signal?.addEventListener('abort', onAbort, { once: true })
  })
}

/** Fails with BAD_REQUEST when this is not `host:port`. */
export function splitAddress(address: string): { host: string; port: number } {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:/@[\]]+)):(\d{1,5})$/.exec(address)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  if (host === undefined || port < 1 || port > 65_535) throw new TernError('BAD_REQUEST', { field: 'address' })
  return { host, port }
}
