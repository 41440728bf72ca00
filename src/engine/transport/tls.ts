import { constants, createHash, type X509Certificate } from 'node:crypto'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect, createSecureContext, type SecureContext, TLSSocket } from 'node:tls'
import { TernError } from '../../shared/domain/errors.ts'
import type { HostIdentity } from '../api.ts'

const alpn = ['tern/1']
const exporterLabel = 'EXPORTER-tern-lane'
const exporterBytes = 32

/** TLS 1.3 only, both ways, without session tickets; certificates are shown by both sides and judged by their key. */
export function secureContextOf(identity: HostIdentity): SecureContext {
  return createSecureContext({
    key: identity.privateKeyPem,
    cert: identity.certificatePem,
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    secureOptions: constants.SSL_OP_NO_TICKET,
    ...preferredCiphers(),
  })
}

/** OpenSSL would take AES-256 first, which costs more and gains nothing here. Electron's TLS library takes no order. */
function preferredCiphers(): { ciphers?: string } {
  return /^[3-9]\./.test(process.versions.openssl ?? '')
    ? { ciphers: 'TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384' }
    : {}
}

/**
 * TLS over any byte stream, as client or server. Settles when the handshake is done; nothing of ours has been written
 * by then and the peer's key is not judged yet (`peerKeyHashOf`). Fails with PEER_LOST; an abort destroys the stream.
 */
export function secure(
  stream: Duplex,
  role: 'client' | 'server',
  context: SecureContext,
  signal: AbortSignal,
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const shared = { secureContext: context, rejectUnauthorized: false, ALPNProtocols: alpn }
    if (stream instanceof Socket) stream.setNoDelay(true)
    const socket =
      role === 'client'
        ? connect({ ...shared, socket: stream, minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' })
        : // A plain Duplex is allowed here as well; the types know sockets only.
          new TLSSocket(stream as Socket, { ...shared, isServer: true, requestCert: true })
    const settle = (failure?: TernError) => {
      signal.removeEventListener('abort', onAbort)
      socket.off('close', onClose)
      if (!failure) return resolve(socket)
      socket.destroy()
      stream.destroy()
      reject(failure)
    }
    const onAbort = () => settle(new TernError('PEER_LOST', { what: 'handshake' }))
    const onClose = () => settle(new TernError('PEER_LOST', { what: 'handshake' }, { cause: lastError }))
    let lastError: unknown
    // Stays for the socket's life: an error without a listener would end the process; `close` always follows.
    socket.on('error', (error) => {
      lastError = error
    })
    // A server-side socket made by hand tells a broken record by this event alone and would live on, deaf.
    socket.on('_tlsError', (error: Error) => {
      lastError = error
      socket.destroy()
    })
    stream.on('error', () => socket.destroy())
    socket.on('close', onClose)
    socket.once(role === 'client' ? 'secureConnect' : 'secure', () => settle())
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort)
  })
}

/** SHA-256 of the peer's public key (SPKI, DER), lower-case hexadecimal; undefined when it showed none. */
export function peerKeyHashOf(socket: TLSSocket): string | undefined {
  const certificate = peerCertificateOf(socket)
  if (!certificate) return undefined
  return createHash('sha256')
    .update(certificate.publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
}

function peerCertificateOf(socket: TLSSocket): X509Certificate | undefined {
  try {
    return socket.getPeerX509Certificate()
  } catch {
    return undefined
  }
}

/** Bytes that only the two ends of this very connection know. */
export function exporterOf(socket: TLSSocket): Buffer {
  return socket.exportKeyingMaterial(exporterBytes, exporterLabel, Buffer.alloc(0))
}
