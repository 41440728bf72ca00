import { constants, createHash, type X509Certificate } from 'node:crypto'
import { Socket, type SocketConstructorOpts, type TcpSocketConnectOpts } from 'node:net'
import type { Duplex } from 'node:stream'
import { type ConnectionOptions, connect, createSecureContext, type SecureContext, TLSSocket } from 'node:tls'
import { TernError } from '../../shared/domain/errors.ts'
import type { CipherRule, HostIdentity } from '../api.ts'

const alpn = ['tern/1']
const exporterLabel = 'EXPORTER-tern-lane'
const exporterBytes = 32
const readBufferBytes = 64 * 1024
/** Of a name with several addresses each gets this long; Node's own quarter of a second is less than some round trips. */
const familyAttemptMs = 1000

/**
 * TLS 1.3 only, both ways, without session tickets; certificates are shown by both sides and judged by their key. With
 * a cipher it is the only one that is offered, where the TLS library takes such a choice.
 */
export function secureContextOf(identity: HostIdentity, cipher?: CipherRule): SecureContext {
  return createSecureContext({
    key: identity.privateKeyPem,
    cert: identity.certificatePem,
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    secureOptions: constants.SSL_OP_NO_TICKET,
    ...offeredCiphers(cipher),
  })
}

const cipherNames = { aes128: 'TLS_AES_128_GCM_SHA256', aes256: 'TLS_AES_256_GCM_SHA384' } as const

/** OpenSSL would take AES-256 first, which costs more and gains nothing here. Electron's TLS library takes no order. */
function offeredCiphers(cipher: CipherRule | undefined): { ciphers?: string } {
  if (!/^[3-9]\./.test(process.versions.openssl ?? '')) return {}
  const { aes128, aes256 } = cipherNames
  return { ciphers: cipher ? cipherNames[cipher] : `${aes128}:TLS_CHACHA20_POLY1305_SHA256:${aes256}` }
}

/** What a connection is encrypted with, and whether that is what was asked for. */
export function cipherOf(socket: TLSSocket, wanted: CipherRule | undefined): { name: string; isAsAsked: boolean } {
  const name = socket.getCipher().standardName
  return { name, isAsAsked: wanted === undefined || name === cipherNames[wanted] }
}

/** A TLS connection whose handshake is done, and what comes in on it. */
export interface SecureStream {
  readonly socket: TLSSocket
  /** The bytes of a call are valid during it alone. */
  readonly lendsBytes: boolean
  /** From now on what comes in goes there; once. */
  onBytes(take: (bytes: Buffer) => void): void
}

/**
 * TLS over any byte stream, as client or server. Settles when the handshake is done; nothing of ours has been written
 * by then and the peer's key is not judged yet (`peerKeyHashOf`). Fails with PEER_LOST; an abort destroys the stream.
 */
export async function secure(
  stream: Duplex,
  role: 'client' | 'server',
  context: SecureContext,
  signal: AbortSignal,
): Promise<SecureStream> {
  if (stream instanceof Socket) stream.setNoDelay(true)
  const socket =
    role === 'client'
      ? connect({ ...clientOptions(context), socket: stream })
      : // A plain Duplex is allowed here as well; the types know sockets only.
        new TLSSocket(stream as Socket, { ...sharedOptions(context), isServer: true, requestCert: true })
  stream.on('error', () => socket.destroy())
  try {
    await handshakeOf(socket, role === 'client' ? 'secureConnect' : 'secure', signal)
  } catch (thrown) {
    stream.destroy()
    throw thrown
  }
  return { socket, lendsBytes: false, onBytes: (take) => socket.on('data', take) }
}

/**
 * Dials, and speaks TLS as the client. What comes in is read into one buffer again and again, which Node allows only
 * where it makes the TCP connection itself: a seventh less CPU than by `data` events, both sides together (ADR 17).
 * @throws TernError PEER_UNREACHABLE, PEER_LOST
 */
export async function dial(
  address: { readonly host: string; readonly port: number },
  context: SecureContext,
  signal: AbortSignal,
  onConnect: () => void,
): Promise<SecureStream> {
  const { host, port } = address
  let take: ((bytes: Buffer) => void) | undefined
  const buffer = Buffer.allocUnsafe(readBufferBytes)
  const callback = (bytes: number) => {
    // Nobody may speak before our hello.
    if (take) take(buffer.subarray(0, bytes))
    else socket.destroy()
    return true
  }
  // What makes the TCP connection is handed on by Node, though the types do not say so.
  const options: ConnectionOptions & TcpSocketConnectOpts & SocketConstructorOpts = {
    ...clientOptions(context),
    host,
    port,
    autoSelectFamilyAttemptTimeout: familyAttemptMs,
    onread: { buffer, callback },
  }
  const socket = connect(options)
  socket.setNoDelay(true)
  socket.setKeepAlive(true)
  let isConnected = false
  socket.once('connect', () => {
    isConnected = true
    onConnect()
  })
  try {
    await handshakeOf(socket, 'secureConnect', signal)
  } catch (thrown) {
    if (isConnected) throw thrown
    throw new TernError('PEER_UNREACHABLE', { address: addressLabel(address) }, { cause: thrown })
  }
  return {
    socket,
    lendsBytes: true,
    onBytes: (taker) => {
      take = taker
    },
  }
}

/** `192.0.2.7:9443`, `[2001:db8::7]:9443`. */
export function addressLabel({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

function sharedOptions(context: SecureContext) {
  return { secureContext: context, rejectUnauthorized: false, ALPNProtocols: alpn }
}

function clientOptions(context: SecureContext) {
  return { ...sharedOptions(context), minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' } as const
}

function handshakeOf(socket: TLSSocket, done: 'secureConnect' | 'secure', signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let lastError: unknown
    const settle = (failure?: TernError) => {
      signal.removeEventListener('abort', onAbort)
      socket.off('close', onClose)
      if (!failure) return resolve()
      socket.destroy()
      reject(failure)
    }
    const onAbort = () => settle(new TernError('PEER_LOST', { what: 'handshake' }))
    const onClose = () => settle(new TernError('PEER_LOST', { what: 'handshake' }, { cause: lastError }))
    // Stays for the socket's life: an error without a listener would end the process; `close` always follows.
    socket.on('error', (error) => {
      lastError = error
    })
    // A server-side socket made by hand tells a broken record by this event alone and would live on, deaf.
    socket.on('_tlsError', (error: Error) => {
      lastError = error
      socket.destroy()
    })
    socket.on('close', onClose)
    socket.once(done, () => settle())
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
