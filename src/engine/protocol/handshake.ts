import { TernError } from '../../shared/domain/errors.ts'
import { readError, writeError } from './error-codec.ts'
import { frame } from './frames.ts'
import { maxHandshakeFrameBytes, maxLanes } from './limits.ts'
import type { HandshakeMessage } from './messages.ts'
import { frameType } from './messages.ts'
import { WireReader, WireWriter } from './wire.ts'

const magic = 0x5445_524e // "TERN"
const proofBytes = 32
const maxTransferIdBytes = 256

const types = new Set<number>([frameType.hello, frameType.welcome, frameType.refused, frameType.select, frameType.ping])

export function handshakeBound(type: number): number | undefined {
  return types.has(type) ? maxHandshakeFrameBytes : undefined
}

export function encodeHandshake(message: HandshakeMessage): Buffer {
  const out = new WireWriter()
  switch (message.type) {
    case 'hello':
      out
        .u32(magic)
        .u16(message.version)
        .u8(message.role === 'send' ? 0 : 1)
        .u16(message.lane)
        .u32(message.attempt)
      out.bytes(message.proof).text(message.transferId).u64(message.epoch)
      break
    case 'welcome':
      out.u16(message.version).bytes(message.proof)
      break
    case 'refused':
      writeError(out, message.error)
      break
    case 'select':
      out.u8(message.laneCount)
      break
  }
  return frame(frameType[message.type], out.finish())
}

/** Fails with PROTOCOL_ERROR. Whether the version fits is for the caller to say. */
export function decodeHandshake(type: number, payload: Uint8Array): HandshakeMessage {
  const from = new WireReader(payload)
  switch (type) {
    case frameType.hello: {
      if (from.u32() !== magic) throw new TernError('PROTOCOL_ERROR', { what: 'not a peer of this protocol' })
      const version = from.u16()
      const role = from.u8()
      const lane = from.u16()
      const attempt = from.u32()
      const proof = Uint8Array.from(from.view(proofBytes))
      const transferId = from.text(maxTransferIdBytes)
      const epoch = from.u64()
      if (role > 1 || lane > maxLanes) throw new TernError('PROTOCOL_ERROR', { what: 'malformed hello' })
      return { type: 'hello', version, role: role === 0 ? 'send' : 'receive', lane, attempt, proof, transferId, epoch }
    }
    case frameType.welcome: {
      const version = from.u16()
      return { type: 'welcome', version, proof: Uint8Array.from(from.view(proofBytes)) }
    }
    case frameType.refused:
      return { type: 'refused', error: readError(from) }
    case frameType.select: {
      const laneCount = from.u8()
      if (laneCount < 1 || laneCount > maxLanes) throw new TernError('PROTOCOL_ERROR', { what: 'lane count' })
      return { type: 'select', laneCount }
    }
    default:
      throw new TernError('PROTOCOL_ERROR', { what: 'unexpected frame', type })
  }
}
