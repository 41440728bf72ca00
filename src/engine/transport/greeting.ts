import type { TLSSocket } from 'node:tls'
import { TernError } from '../../shared/domain/errors.ts'
import { decodeHandshake, encodeHandshake, handshakeBound } from '../protocol/handshake.ts'
import { protocolVersion } from '../protocol/limits.ts'
import type { HandshakeMessage, Hello, TransferRole } from '../protocol/messages.ts'
import { isSameProof, laneProof, type ProofSubject } from './proofs.ts'
import { exporterOf, peerKeyHashOf, type SecureStream } from './tls.ts'
import { TlsLane } from './tls-lane.ts'

export interface GreetingSubject {
  readonly transferId: string
  readonly epoch: number
  readonly ownRole: TransferRole
  readonly lane: number
  readonly attempt: number
}

/** The next handshake message. Fails with PEER_LOST when the peer ends or the signal aborts first. */
export async function readHandshake(lane: TlsLane, signal: AbortSignal): Promise<HandshakeMessage> {
  lane.expect(handshakeBound)
  const onAbort = () => lane.destroy(new TernError('PEER_LOST', { what: 'handshake' }))
  signal.addEventListener('abort', onAbort)
  if (signal.aborted) onAbort()
  try {
    const frame = await lane.read()
    if (!frame) throw new TernError('PEER_LOST', { what: 'handshake' })
    return decodeHandshake(frame.type, frame.payload)
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/**
 * The TLS client's part: judges the peer's key before the first write, proves itself, and has the peer prove itself.
 * Fails with PEER_KEY_MISMATCH, TICKET_INVALID, VERSION_MISMATCH, PEER_LOST or the peer's own refusal.
 */
export async function greet(
  stream: SecureStream,
  subject: GreetingSubject,
  key: Uint8Array,
  peerKeyHash: string,
  stallAfterMs: number,
  signal: AbortSignal,
): Promise<TlsLane> {
  const { socket } = stream
  const lane = new TlsLane(stream, { stallAfterMs })
  try {
    assertPinned(socket, peerKeyHash)
    const exporter = exporterOf(socket)
    const { transferId, epoch, ownRole: role, lane: number, attempt } = subject
    const proof = laneProof(key, { transferId, epoch, role, lane: number, attempt }, exporter)
    const hello: Hello = {
      type: 'hello',
      version: protocolVersion,
      transferId,
      epoch,
      role,
      lane: number,
      attempt,
      proof,
    }
    await lane.send(encodeHandshake(hello))
    const answer = await readHandshake(lane, signal)
    if (answer.type === 'refused') throw TernError.fromEnvelope(answer.error)
    if (answer.type !== 'welcome') throw new TernError('PROTOCOL_ERROR', { what: 'no welcome' })
    const peer: ProofSubject = { transferId, epoch, role: otherRole(role), lane: number, attempt }
    if (!isSameProof(answer.proof, laneProof(key, peer, exporter))) throw new TernError('TICKET_INVALID')
    return lane
  } catch (thrown) {
    lane.destroy()
    throw thrown
  }
}

/** The TLS server's answer to a hello that was found good. */
export async function welcome(lane: TlsLane, hello: Hello, key: Uint8Array): Promise<void> {
  const { transferId, epoch, lane: number, attempt } = hello
  const subject: ProofSubject = { transferId, epoch, role: otherRole(hello.role), lane: number, attempt }
  const proof = laneProof(key, subject, exporterOf(lane.socket))
  await lane.send(encodeHandshake({ type: 'welcome', version: protocolVersion, proof }))
}

/** Whether the hello was made by someone who knows the key, on this very connection. */
export function isProven(lane: TlsLane, hello: Hello, key: Uint8Array): boolean {
  return isSameProof(hello.proof, laneProof(key, hello, exporterOf(lane.socket)))
}

export async function refuse(lane: TlsLane, error: TernError): Promise<void> {
  await lane.send(encodeHandshake({ type: 'refused', error: error.toEnvelope() })).catch(() => undefined)
  await lane.close()
}

/** Nothing may have been written yet. */
export function assertPinned(socket: TLSSocket, peerKeyHash: string): void {
  const actual = peerKeyHashOf(socket)
  if (actual === peerKeyHash) return
  socket.destroy()
  throw new TernError('PEER_KEY_MISMATCH', { expected: peerKeyHash, actual: actual ?? '' })
}

export function otherRole(role: TransferRole): TransferRole {
  return role === 'send' ? 'receive' : 'send'
}
