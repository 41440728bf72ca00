import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { decodeEvent, encodeEvent, isTooNew } from '../../src/engine/journal/journal-events.ts'
import { JournalState } from '../../src/engine/journal/journal-state.ts'
import { type DecodedRecords, decodeRecords, encodeRecord } from '../../src/engine/journal/record-codec.ts'
import { controlBound, decodeFromReceiver, decodeFromSender, encodeControl } from '../../src/engine/protocol/codec.ts'
import {
  dataBound,
  decodeBlock,
  decodePack,
  decodeZeros,
  PackWriter,
  writeBlockHeader,
  zerosFrame,
} from '../../src/engine/protocol/data-frames.ts'
import { FrameReader, frame } from '../../src/engine/protocol/frames.ts'
import { decodeHandshake, encodeHandshake } from '../../src/engine/protocol/handshake.ts'
import type { ControlMessage, HandshakeMessage } from '../../src/engine/protocol/messages.ts'
import { frameType } from '../../src/engine/protocol/messages.ts'
import { receiverMessages, senderMessages } from './engine-samples.ts'
import { bytesOf, oddNumbers, refusing, textOf } from './engine-wire.ts'
import { type FuzzTarget, fuzz, fuzzSeconds } from './fuzz.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const mebibyte = 1024 * 1024
const limitMs = fuzzSeconds * 1000 + 30_000

/** Whatever was read, nothing of it stays. */
async function fuzzBounded<Answer>(name: string, target: FuzzTarget<Answer>): Promise<void> {
  const heldBytes = () => {
    collect()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return heapUsed + arrayBuffers
  }
  const before = heldBytes()
  await fuzz(name, target)
  expect(heldBytes() - before).toBeLessThan(48 * mebibyte)
}

/** Type and payload, without the length. */
const unframed = (whole: Buffer) => textOf(whole.subarray(4))

function controlTarget(
  samples: readonly ControlMessage[],
  decode: (type: number, payload: Buffer) => ControlMessage | undefined,
): FuzzTarget<ControlMessage | undefined> {
  return {
    seeds: samples.map((message) => unframed(encodeControl(message))),
    tokens: [...oddNumbers, '\0\0', 'a/b', '..', '{"code":"IO_ERROR","params":{"path":"x"}}'],
    read: refusing((bytes) => decode(bytes[0] ?? 0, bytes.subarray(1))),
    check(message) {
      if (!message) return 'passed over'
      // What was read can be said again, and is then the same.
      const again = encodeControl(message)
      expect(decode(again[4] ?? 0, again.subarray(5))).toEqual(message)
      return message.type
    },
  }
}

const handshakes: FuzzTarget<HandshakeMessage> = {
  seeds: [
    encodeHandshake({
      type: 'hello',
      version: 2,
      role: 'send',
      lane: 1,
      attempt: 0,
      proof: new Uint8Array(32),
      transferId: 'abc',
      epoch: 5,
    }),
    encodeHandshake({ type: 'welcome', version: 2, proof: new Uint8Array(32) }),
    encodeHandshake({ type: 'refused', error: { code: 'FENCED', params: { epoch: 1 } } }),
    encodeHandshake({ type: 'select', laneCount: 4 }),
  ].map(unframed),
  tokens: [...oddNumbers, 'TERN', '{"code":"FENCED"}'],
  read: refusing((bytes) => decodeHandshake(bytes[0] ?? 0, bytes.subarray(1))),
  check: (message) => message.type,
}

function packOf(...contents: readonly string[]): Buffer {
  const writer = new PackWriter()
  for (const [entry, content] of contents.entries()) {
    const bytes = Buffer.from(content)
    bytes.copy(writer.buffer, writer.end)
    writer.add(entry, 0, bytes.length)
  }
  return Buffer.from(writer.finish(() => new Uint8Array(16)))
}

function blockOf(content: string): Buffer {
  const whole = Buffer.alloc(34 + content.length, content)
  writeBlockHeader(whole, { entry: 1, attempt: 0, offset: mebibyte, digest: new Uint8Array(16) }, content.length)
  return whole
}

const dataFrames: FuzzTarget<number> = {
  seeds: [
    packOf('a', '', 'ccc'),
    packOf(),
    blockOf('content'),
    zerosFrame({ entry: 1, attempt: 0, firstBlock: 2, count: 3 }),
  ].map(unframed),
  tokens: oddNumbers,
  read: refusing((bytes) => {
    const payload = bytes.subarray(1)
    if (bytes[0] === frameType.block) return decodeBlock(payload).bytes.length
    if (bytes[0] === frameType.zeros) return decodeZeros(payload).count
    const { files, covered } = decodePack(payload)
    expect(files.reduce((sum, file) => sum + file.length, 0)).toBeLessThanOrEqual(covered.length)
    return files.length
  }),
  check: (number) => `${Math.min(number, 20)}`,
}

/** What a lane makes of these bytes, however they are cut: no more than it was sent, and never past a broken frame. */
const streams: FuzzTarget<{ readonly frames: number; readonly bytes: number; readonly isWhole: boolean }> = {
  seeds: [
    senderMessages.map(encodeControl),
    receiverMessages.map(encodeControl),
    [packOf('a'), blockOf('b'), frame(0x80, Buffer.alloc(0)), frame(0x99, Buffer.alloc(9))],
  ].map((frames) => textOf(Buffer.concat(frames))),
  tokens: [...oddNumbers, ...['\x80', '\x11', '\x41'].map((type) => `\0\0\0\0${type}`)],
  read: refusing((all) => {
    const reader = new FrameReader((type) => controlBound('sender')(type) ?? dataBound(type))
    let frames = 0
    let bytes = 0
    for (let at = 0, step = 1; at < all.length; step = (step * 7 + 3) % 1461) {
      const chunk = all.subarray(at, at + 1 + step)
      for (let from = 0; from < chunk.length; ) {
        const { used, frame: whole } = reader.take(chunk, from)
        from += used
        if (!whole) continue
        frames += 1
        bytes += 5 + whole.payload.length
      }
      at += chunk.length
    }
    return { frames, bytes, isWhole: reader.isBetweenFrames }
  }),
  check({ frames, bytes, isWhole }, text) {
    if (isWhole) expect(bytes).toBe(text.length)
    else expect(bytes).toBeLessThan(text.length)
    return `${Math.min(frames, 50)} ${isWhole}`
  },
}

const place = { root: '/data', path: 'a/b' }
const events = [
  { kind: 'opened', version: 2, resumeKey: 'k' },
  { kind: 'placement', itemId: '1', target: place },
  { kind: 'made-folder', itemId: '1', target: place },
  { kind: 'partial', id: 0, itemId: '1', target: place, partialName: '.tern-1.part' },
  { kind: 'partial-gone', id: 0 },
  { kind: 'staging', root: '/data', name: '.tern-staging-1' },
  { kind: 'staging-gone', root: '/data', name: '.tern-staging-1' },
] as const
const journal = (chosen: readonly number[]) =>
  textOf(
    Buffer.concat(chosen.map((index, sequence) => encodeRecord(sequence, encodeEvent(events[index] ?? events[0])))),
  )

const journals: FuzzTarget<DecodedRecords> = {
  seeds: ['', journal([0]), journal([0, 1, 2, 3, 5, 4, 6]), journal([0, 3, 3, 4, 4])],
  tokens: [...oddNumbers, 'TJR1', 'TJR1\x10\0\0\0\0\0\0\0', journal([0, 1]), '{"kind":"partial"'],
  read: (text) => decodeRecords(bytesOf(text)),
  check({ payloads, goodBytes, isDamaged }, text) {
    const state = new JournalState()
    let applied = 0
    for (const payload of payloads) {
      if (isTooNew(payload)) continue
      const event = decodeEvent(payload)
      if (event && state.apply(event)) applied += 1
    }
    // What it holds can be written again and read as the same.
    const bytes = [...state.events('k')].map((event, sequence) => encodeRecord(sequence, encodeEvent(event)))
    expect(decodeRecords(Buffer.concat(bytes))).toMatchObject({ isDamaged: false })
    expect(goodBytes).toBeLessThanOrEqual(text.length)
    return `${payloads.length} ${applied} ${isDamaged}`
  },
}

test(
  'what a sender says',
  () => fuzzBounded('messages of a sender', controlTarget(senderMessages, decodeFromSender)),
  limitMs,
)
test(
  'what a receiver says',
  () => fuzzBounded('messages of a receiver', controlTarget(receiverMessages, decodeFromReceiver)),
  limitMs,
)
test('handshakes', () => fuzzBounded('handshakes', handshakes), limitMs)
test('content', () => fuzzBounded('data frames', dataFrames), limitMs)
test('streams of frames', () => fuzzBounded('streams of frames', streams), limitMs)
test('journals', () => fuzzBounded('journals', journals), limitMs)
