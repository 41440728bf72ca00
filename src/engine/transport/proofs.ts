import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { TernError } from '../../shared/domain/errors.ts'
import type { TransferRole } from '../protocol/messages.ts'
import { WireWriter } from '../protocol/wire.ts'

const ticketBytes = 32
const secretBytes = 32
const digestKeyBytes = 16

/** The ticket's 32 bytes. Fails with TICKET_INVALID. */
export function ticketKeyOf(ticket: string): Buffer {
  const key = Buffer.from(ticket, 'base64url')
  if (key.length !== ticketBytes) throw new TernError('TICKET_INVALID')
  return key
}

export interface ProofSubject {
  readonly transferId: string
  readonly epoch: number
  /** Who proves. */
  readonly role: TransferRole
  readonly lane: number
  readonly attempt: number
}

/**
 * Proof of a lane: an HMAC over all that it claims and the TLS exporter, so that it is worth nothing on any other
 * connection. Key: the ticket for the control lane, the session's secret for the others.
 */
export function laneProof(key: Uint8Array, subject: ProofSubject, exporter: Uint8Array): Buffer {
  const claim = new WireWriter().text('tern/1 lane').text(subject.transferId).u64(subject.epoch)
  claim
    .u8(subject.role === 'send' ? 0 : 1)
    .u16(subject.lane)
    .u32(subject.attempt)
    .bytes(exporter)
  return createHmac('sha256', key).update(claim.finish()).digest()
}

export function isSameProof(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right)
}

/** The session's secret: whoever knows the ticket alone, such as the workspace, cannot make it. */
export function sessionSecret(ticketKey: Uint8Array, transferId: string, epoch: number, exporter: Uint8Array): Buffer {
  const info = new WireWriter().text('tern/1 session').text(transferId).u64(epoch).finish()
  return Buffer.from(hkdfSync('sha256', ticketKey, exporter, info, secretBytes))
}

/** What both sides of a session make digests with: whoever wrote the files' content could not know it. */
export function digestKeyOf(secret: Uint8Array): Buffer {
  const info = new WireWriter().text('tern/2 digests').finish()
  return Buffer.from(hkdfSync('sha256', secret, new Uint8Array(0), info, digestKeyBytes))
}
