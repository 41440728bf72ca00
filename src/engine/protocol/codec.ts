import { TernError } from '../../shared/domain/errors.ts'
import type { TransferPhase } from '../../shared/domain/job.ts'
import { readError, readOptionalError, writeError, writeOptionalError } from './error-codec.ts'
import { readFlow, writeFlow } from './flow-message.ts'
import { frame } from './frames.ts'
import {
  digestBytes,
  maxControlFrameBytes,
  maxFileSizeBytes,
  maxHeldDigests,
  maxLanes,
  maxPathBytes,
  maxTextBytes,
} from './limits.ts'
import {
  readFileResults,
  readListBatch,
  readWantBatch,
  writeFileResults,
  writeListBatch,
  writeWantBatch,
} from './list-codec.ts'
import type { ControlMessage, ItemKind, ReceiverMessage, SenderMessage } from './messages.ts'
import { frameType } from './messages.ts'
import { readNameSurvey, readNamesSurveyed, writeNameSurvey, writeNamesSurveyed } from './name-messages.ts'
import { WireReader, WireWriter } from './wire.ts'
import { readTime, writeTime } from './wire-time.ts'

const phases: readonly TransferPhase[] = ['connecting', 'scanning', 'comparing', 'transferring', 'verifying']
const maxFailuresInResult = 100
const maxItemsInProgress = 1000

/** A control message as a whole frame. */
export function encodeControl(message: ControlMessage): Buffer {
  const payload = encodePayload(message)
  if (payload.length > maxControlFrameBytes) throw new TernError('INTERNAL', { what: 'message too long' })
  return frame(frameType[message.type], payload)
}

function encodePayload(message: ControlMessage): Buffer {
  const out = new WireWriter()
  switch (message.type) {
    case 'itemBegin':
      out.u32(message.item).text(message.itemId).u8(itemKinds.indexOf(message.kind)).text(message.name)
      return (message.longestName === undefined ? out : out.u16(message.longestName)).finish()
    case 'listBatch':
      return writeListBatch(out, message).finish()
    case 'itemEnd':
      out.u32(message.item).text(message.itemId)
      return writeOptionalError(out, message.error).finish()
    case 'itemProblem':
      out.u32(message.item).text(message.path)
      return writeError(out, message.error).finish()
    case 'fileEnd':
      return out.u32(message.entry).u8(message.attempt).bytes(message.digest).u32(message.blocks).finish()
    case 'blocksCompared':
      return out.u32(message.entry).u8(message.attempt).u32(message.blocks).u64(message.sameBytes).finish()
    case 'fileFailed':
      out.u32(message.entry).u8(message.attempt)
      return writeError(out, message.error).finish()
    case 'fileRelist':
      writeTime(out.u32(message.entry).u8(message.attempt).u64(message.sizeBytes), message.mtimeMs)
      return out.u16(message.mode).finish()
    case 'namesSurveyed':
      return writeNamesSurveyed(out, message).finish()
    case 'nameSurvey':
      return writeNameSurvey(out, message).finish()
    case 'wantBatch':
      return writeWantBatch(out, message).finish()
    case 'heldDigests':
      out.u32(message.entry).u8(message.attempt).u32(message.firstBlock)
      return out
        .u32(message.digests.length / digestBytes)
        .bytes(message.digests)
        .finish()
    case 'wantAgain':
      return out.u32(message.entry).u8(message.attempt).finish()
    case 'fileResults':
      return writeFileResults(out, message).finish()
    case 'itemResult': {
      out.u32(message.item).u8(message.isDone ? 1 : 0)
      out.u64(message.filesDone).u64(message.filesAlreadyThere).u64(message.filesReplaced).u64(message.filesFailed)
      out.u64(message.bytesVerified)
      writeOptionalError(out, message.error)
      out.u32(message.failures.length)
      for (const failure of message.failures) writeError(out.text(failure.path), failure.error)
      return out.finish()
    }
    case 'progress': {
      out.u8(phases.indexOf(message.phase)).u64(message.filesCompared).u64(message.filesDone)
      out.u64(message.filesAlreadyThere).u64(message.bytesVerified).u64(message.bytesReceived)
      out.u32(message.items.length)
      for (const item of message.items) out.u32(item.item).u64(item.bytesVerified)
      return out.finish()
    }
    case 'laneAck':
      return out
        .u16(message.lane)
        .u32(message.attempt)
        .u64(message.frames)
        .u8(message.isClosed ? 1 : 0)
        .finish()
    case 'lanes':
      return out.u8(message.count).finish()
    case 'laneLost':
      return out.u16(message.lane).u32(message.attempt).finish()
    case 'flow':
      return writeFlow(out, message).finish()
    case 'stop':
      return writeOptionalError(out, message.error).finish()
    case 'listEnd':
    case 'finished':
    case 'goodbye':
      return out.finish()
  }
}

/** Largest payload of a control frame that this role may receive; undefined: not allowed. */
export function controlBound(from: 'sender' | 'receiver'): (type: number) => number | undefined {
  const types = from === 'sender' ? fromSender : fromReceiver
  return (type) => (types.has(type) ? maxControlFrameBytes : undefined)
}

const fromSender = new Set<number>([
  frameType.itemBegin,
  frameType.listBatch,
  frameType.itemEnd,
  frameType.itemProblem,
  frameType.listEnd,
  frameType.fileEnd,
  frameType.fileFailed,
  frameType.fileRelist,
  frameType.lanes,
  frameType.laneLost,
  frameType.blocksCompared,
  frameType.namesSurveyed,
  frameType.stop,
  frameType.goodbye,
  frameType.flow,
])

const fromReceiver = new Set<number>([
  frameType.wantBatch,
  frameType.heldDigests,
  frameType.wantAgain,
  frameType.fileResults,
  frameType.itemResult,
  frameType.progress,
  frameType.laneAck,
  frameType.nameSurvey,
  frameType.stop,
  frameType.finished,
  frameType.flow,
])

/** A message of the sender; undefined for a type that may be ignored. Fails with PROTOCOL_ERROR. */
export function decodeFromSender(type: number, payload: Uint8Array): SenderMessage | undefined {
  const from = new WireReader(payload)
  switch (type) {
    case frameType.itemBegin: {
      const item = from.u32()
      const itemId = from.text(maxTextBytes)
      const kind = readItemKind(from)
      const name = from.text(maxTextBytes)
      const longestName = from.remaining >= 2 ? from.u16() : undefined
      return { type: 'itemBegin', item, itemId, kind, name, ...(longestName !== undefined && { longestName }) }
    }
    case frameType.listBatch:
      return readListBatch(from)
    case frameType.itemEnd: {
      const item = from.u32()
      const itemId = from.text(maxTextBytes)
      const error = readOptionalError(from)
      return { type: 'itemEnd', item, itemId, ...(error && { error }) }
    }
    case frameType.itemProblem: {
      const item = from.u32()
      const path = from.text(maxPathBytes)
      return { type: 'itemProblem', item, path, error: readError(from) }
    }
    case frameType.listEnd:
      return { type: 'listEnd' }
    case frameType.fileEnd: {
      const entry = from.u32()
      const attempt = from.u8()
      const digest = Uint8Array.from(from.view(digestBytes))
      return { type: 'fileEnd', entry, attempt, digest, blocks: from.u32() }
    }
    case frameType.blocksCompared: {
      const entry = from.u32()
      const attempt = from.u8()
      const blocks = from.u32()
      return { type: 'blocksCompared', entry, attempt, blocks, sameBytes: from.u64() }
    }
    case frameType.fileFailed: {
      const entry = from.u32()
      const attempt = from.u8()
      return { type: 'fileFailed', entry, attempt, error: readError(from) }
    }
    case frameType.namesSurveyed:
      return readNamesSurveyed(from)
    case frameType.fileRelist: {
      const entry = from.u32()
      const attempt = from.u8()
      const sizeBytes = readSize(from)
      const mtimeMs = readTime(from)
      return { type: 'fileRelist', entry, attempt, sizeBytes, mtimeMs, mode: from.u16() & 0o777 }
    }
    case frameType.lanes: {
      const count = from.u8()
      if (count < 1 || count > maxLanes) throw new TernError('PROTOCOL_ERROR', { what: 'lane count' })
      return { type: 'lanes', count }
    }
    case frameType.laneLost: {
      const lane = from.u16()
      if (lane < 1 || lane > maxLanes) throw new TernError('PROTOCOL_ERROR', { what: 'lane' })
      return { type: 'laneLost', lane, attempt: from.u32() }
    }
    case frameType.stop:
      return readStop(from)
    case frameType.flow:
      return readFlow(from)
    case frameType.goodbye:
      return { type: 'goodbye' }
    default:
      return undefined
  }
}

/** A message of the receiver; undefined for a type that may be ignored. Fails with PROTOCOL_ERROR. */
export function decodeFromReceiver(type: number, payload: Uint8Array): ReceiverMessage | undefined {
  const from = new WireReader(payload)
  switch (type) {
    case frameType.wantBatch:
      return readWantBatch(from)
    case frameType.heldDigests: {
      const entry = from.u32()
      const attempt = from.u8()
      const firstBlock = from.u32()
      const count = from.count(maxHeldDigests, digestBytes)
      const digests = Uint8Array.from(from.view(count * digestBytes))
      return { type: 'heldDigests', entry, attempt, firstBlock, digests }
    }
    case frameType.wantAgain: {
      const entry = from.u32()
      return { type: 'wantAgain', entry, attempt: from.u8() }
    }
    case frameType.fileResults:
      return readFileResults(from)
    case frameType.itemResult:
      return readItemResult(from)
    case frameType.progress: {
      const phase = phases[from.u8()]
      if (!phase) throw new TernError('PROTOCOL_ERROR', { what: 'unknown phase' })
      const filesCompared = from.u64()
      const filesDone = from.u64()
      const filesAlreadyThere = from.u64()
      const bytesVerified = from.u64()
      const bytesReceived = from.u64()
      const count = from.count(maxItemsInProgress, 12)
      const items: { item: number; bytesVerified: number }[] = []
      for (let index = 0; index < count; index++) items.push({ item: from.u32(), bytesVerified: from.u64() })
      const totals = { filesCompared, filesDone, filesAlreadyThere, bytesVerified, bytesReceived }
      return { type: 'progress', phase, ...totals, items }
    }
    case frameType.nameSurvey:
      return readNameSurvey(from)
    case frameType.laneAck: {
      const lane = from.u16()
      const attempt = from.u32()
      const frames = from.u64()
      return { type: 'laneAck', lane, attempt, frames, isClosed: from.u8() === 1 }
    }
    case frameType.stop:
      return readStop(from)
    case frameType.flow:
      return readFlow(from)
    case frameType.finished:
      return { type: 'finished' }
    default:
      return undefined
  }
}

function readItemResult(from: WireReader): ReceiverMessage {
  const item = from.u32()
  const isDone = from.u8() === 1
  const filesDone = from.u64()
  const filesAlreadyThere = from.u64()
  const filesReplaced = from.u64()
  const filesFailed = from.u64()
  const bytesVerified = from.u64()
  const error = readOptionalError(from)
  const count = from.count(maxFailuresInResult, 4)
  const failures: { path: string; error: ReturnType<typeof readError> }[] = []
  for (let index = 0; index < count; index++) failures.push({ path: from.text(maxPathBytes), error: readError(from) })
  const counts = { filesDone, filesAlreadyThere, filesReplaced, filesFailed, bytesVerified }
  return { type: 'itemResult', item, isDone, ...counts, ...(error && { error }), failures }
}

function readStop(from: WireReader): { type: 'stop'; error?: ReturnType<typeof readError> } {
  const error = readOptionalError(from)
  return { type: 'stop', ...(error && { error }) }
}

const itemKinds: readonly ItemKind[] = ['file', 'folder', 'members']

function readItemKind(from: WireReader): ItemKind {
  const kind = itemKinds[from.u8()]
  if (kind === undefined) throw new TernError('PROTOCOL_ERROR', { what: 'unknown kind' })
  return kind
}

function readSize(from: WireReader): number {
  const sizeBytes = from.u64()
  if (sizeBytes > maxFileSizeBytes) throw new TernError('PROTOCOL_ERROR', { what: 'file too large' })
  return sizeBytes
}
