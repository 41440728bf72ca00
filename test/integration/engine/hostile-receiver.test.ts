import { expect, test } from 'vitest'
import { encodeControl } from '../../../src/engine/protocol/codec.ts'
import { frame } from '../../../src/engine/protocol/frames.ts'
import type { ReceiverMessage } from '../../../src/engine/protocol/messages.ts'
import { createEnginePair, requestsOf } from '../../helpers/engine-pair.ts'
import { meetAsRawPeer } from '../../helpers/raw-peer.ts'
import { writeRandomFile } from '../../helpers/tree.ts'

const mebibyte = 1024 * 1024
const held = (mebibytes: number) => ({ index: 1, bytes: mebibytes * mebibyte, blockSizeBytes: mebibyte })
const heldDigests = (count: number): ReceiverMessage => ({
  ...{ type: 'heldDigests', entry: 1, attempt: 0, firstBlock: 0 },
  digests: new Uint8Array(16 * count),
})

interface Attack {
  readonly name: string
  readonly says: readonly ReceiverMessage[]
  readonly raw?: Buffer
  readonly onData?: Buffer
}

/** The source is a folder (entry 0) with one file of three megabytes (entry 1). */
const attacks: readonly Attack[] = [
  { name: 'answers too many', says: [{ type: 'wantBatch', batch: 0, wanted: new Uint8Array(2), held: [] }] },
  { name: 'an answer to a batch that was not sent', says: [{ type: 'wantBatch', batch: 9, wanted: 'all', held: [] }] },
  { name: 'content of a folder', says: [{ type: 'wantBatch', batch: 0, wanted: Uint8Array.of(3), held: [] }] },
  { name: 'more held than there is', says: [{ type: 'wantBatch', batch: 0, wanted: 'all', held: [held(4)] }] },
  {
    name: 'something held of what it does not want',
    says: [{ type: 'wantBatch', batch: 0, wanted: 'nothing', held: [held(1)] }],
  },
  {
    name: 'more held than it announced',
    says: [{ type: 'wantBatch', batch: 0, wanted: 'all', held: [held(1)] }, heldDigests(2)],
  },
  {
    name: 'the end of what it holds twice',
    says: [{ type: 'wantBatch', batch: 0, wanted: 'all', held: [held(1)] }, heldDigests(0), heldDigests(0)],
  },
  { name: 'held blocks nobody announced', says: [heldDigests(1)] },
  {
    name: 'a result of a file it did not want',
    says: [{ type: 'fileResults', ranges: [{ firstEntry: 1, count: 1, isDone: true }] }],
  },
  {
    name: 'results of more files than there are',
    says: [
      { type: 'wantBatch', batch: 0, wanted: 'all', held: [] },
      { type: 'fileResults', ranges: [{ firstEntry: 1, count: 2, isDone: true }] },
    ],
  },
  { name: 'another try that was not offered', says: [{ type: 'wantAgain', entry: 1, attempt: 1 }] },
  { name: 'finished before anything', says: [{ type: 'finished' }] },
  {
    name: 'more frames taken than sent',
    says: [{ type: 'laneAck', lane: 1, attempt: 0, frames: 99, isClosed: false }],
  },
  { name: 'a message of the sender', says: [], raw: frame(0x10, Buffer.alloc(16)) },
  { name: 'content on a data lane', says: [], onData: frame(0x40, Buffer.alloc(64)) },
]

test.each(attacks)('$name ends the transfer with PROTOCOL_ERROR', async ({ says, raw, onData }) => {
  await using pair = await createEnginePair()
  writeRandomFile(pair.source, { path: 'f', sizeBytes: 3 * mebibyte })
  const { send, receive } = requestsOf(pair)
  // The raw peer dials, so the roles of the ways are exchanged: the engine that listens is the one that sends.
  const sending = pair.receiver.start({ ...send, peerKeyHash: pair.senderKeyHash, routes: [], acceptsIncoming: true })
  const dialled = { ...receive, peerKeyHash: pair.receiverKeyHash, routes: [pair.route], acceptsIncoming: false }
  const { session, firstLane } = await meetAsRawPeer(pair.senderIdentity, dialled)
  session.control.expect(() => mebibyte)
  for (let found = await session.control.read(); found?.type !== 0x14; found = await session.control.read());
  const lane = await firstLane
  for (const message of says) await session.control.send(encodeControl(message))
  if (raw) await session.control.send(raw)
  if (onData) await lane.sendContent(onData)
  expect(await sending.outcome).toMatchObject({ status: 'ended', error: { code: 'PROTOCOL_ERROR' } })
  await session.close()
})
