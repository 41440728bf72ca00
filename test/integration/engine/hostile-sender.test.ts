import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { encodeControl } from '../../../src/engine/protocol/codec.ts'
import {
  blockContentOffset,
  PackWriter,
  writeBlockHeader,
  zerosFrame,
} from '../../../src/engine/protocol/data-frames.ts'
import { frame } from '../../../src/engine/protocol/frames.ts'
import { maxFileSizeBytes } from '../../../src/engine/protocol/limits.ts'
import type { ListEntry } from '../../../src/engine/protocol/listing.ts'
import type { SenderMessage } from '../../../src/engine/protocol/messages.ts'
import { Digester } from '../../../src/engine/transfer/digester.ts'
import { createEnginePair, requestsOf } from '../../helpers/engine-pair.ts'
import { listingOf } from '../../helpers/listing.ts'
import { meetAsRawPeer } from '../../helpers/raw-peer.ts'
import { readTree } from '../../helpers/tree.ts'

const mebibyte = 1024 * 1024
const file = (path: string, sizeBytes = 0): ListEntry => ({ kind: 'file', path, sizeBytes, mtimeMs: 0, mode: 0o644 })
const folder = (path: string): ListEntry => ({ kind: 'folder', path, sizeBytes: 0, mtimeMs: 0, mode: 0o755 })
const begin: SenderMessage = { type: 'itemBegin', item: 0, itemId: '0', kind: 'folder', name: 'source' }
const batch = (entries: readonly ListEntry[], over: object = {}): SenderMessage => ({
  ...{ type: 'listBatch', batch: 0, item: 0, firstEntry: 0, listing: listingOf(entries) },
  ...over,
})
const end: SenderMessage[] = [{ type: 'itemEnd', item: 0, itemId: '0' }, { type: 'listEnd' }]

/** A frame of a data lane; blocks have digests under the session's key. */
type Content = Buffer | ((digester: Digester) => Buffer)

function block(
  entry: number,
  offset: number,
  bytes: Buffer,
  options: { attempt?: number; digest?: Buffer } = {},
): Content {
  return (digester) => {
    const whole = Buffer.alloc(blockContentOffset + bytes.length)
    bytes.copy(whole, blockContentOffset)
    const { attempt = 0, digest = digester.of(bytes) } = options
    writeBlockHeader(whole, { entry, attempt, offset, digest }, bytes.length)
    return whole
  }
}

const zeros = (entry: number, firstBlock: number, count: number): Content =>
  zerosFrame({ entry, attempt: 0, firstBlock, count })

function frameOf(content: Content, { digestKey }: { readonly digestKey: Uint8Array }): Buffer {
  return typeof content === 'function' ? content(new Digester(digestKey)) : content
}

function pack(files: readonly { entry: number; bytes: Buffer }[], digest?: Buffer): Content {
  return (digester) => {
    const writer = new PackWriter()
    for (const { entry, bytes } of files) {
      bytes.copy(writer.buffer, writer.end)
      writer.add(entry, 0, bytes.length)
    }
    return writer.finish((content) => digest ?? digester.of(content))
  }
}

interface Attack {
  readonly name: string
  readonly control?: readonly SenderMessage[]
  /** Raw bytes on the control lane. */
  readonly raw?: Buffer
  readonly data?: readonly Content[]
  readonly controlAfter?: readonly SenderMessage[]
}

/** A listed file of two megabytes and one of five bytes: entries 1 and 2. */
const listed = [begin, batch([folder(''), file('large', 2 * mebibyte), file('small', 5)])]
const half = Buffer.alloc(mebibyte, 7)
const nameWithSlash = listingOf([folder('')])
nameWithSlash.add('', '../evil', 0, 0, 0, 0o644)

const attacks: readonly Attack[] = [
  { name: 'a frame of four gigabytes', raw: Buffer.from([0xff, 0xff, 0xff, 0xff, 0x11]) },
  { name: 'a frame of an unknown type', raw: frame(0x7f, Buffer.alloc(4)) },
  { name: 'a frame of the other role', raw: frame(0x20, Buffer.alloc(8)) },
  { name: 'a batch cut short', raw: frame(0x11, Buffer.from([0, 0, 0, 0])) },
  {
    name: 'a batch that counts more than it holds',
    raw: frame(0x11, Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 2, 0])),
  },
  { name: 'a batch before its item', control: [batch([folder('')])] },
  { name: 'an item within an item', control: [begin, { ...begin, item: 1, itemId: '1' } as SenderMessage] },
  { name: 'an item out of order', control: [{ ...begin, item: 5 } as SenderMessage] },
  { name: 'a batch out of order', control: [begin, batch([folder('')], { batch: 1 })] },
  { name: 'entries numbered wrong', control: [begin, batch([folder('')], { firstEntry: 7 })] },
  { name: 'a first entry that is not the item', control: [begin, batch([file('x')])] },
  { name: 'a path that comes twice', control: [begin, batch([folder(''), file('x'), file('x')])] },
  { name: 'paths out of order', control: [begin, batch([folder(''), file('b'), file('a')])] },
  { name: 'a folder that was not listed', control: [begin, batch([folder(''), file('a/b')])] },
  { name: 'a folder below a file', control: [begin, batch([folder(''), file('a'), file('a/b')])] },
  {
    name: 'a folder that was left already',
    control: [begin, batch([folder(''), folder('a'), file('b'), file('a/c')])],
  },
  { name: 'a folder without a name', control: [begin, batch([folder(''), folder('a'), file('a//b')])] },
  { name: 'a name with a slash', control: [begin, batch([], { listing: nameWithSlash })] },
  { name: 'a name with NUL', control: [begin, batch([folder(''), file('nul\0')])] },
  {
    name: 'a list after its end',
    control: [begin, batch([folder('')]), ...end, { ...begin, item: 1, itemId: '1' } as SenderMessage],
  },
  { name: 'goodbye before anything', control: [{ type: 'goodbye' }] },
  {
    name: 'the end of a file nobody asked for',
    control: [{ type: 'fileEnd', entry: 3, attempt: 0, digest: Buffer.alloc(16), blocks: 0 }],
  },
  { name: 'content nobody asked for', data: [block(9, 0, half)] },
  { name: 'content of a folder', control: listed, data: [block(0, 0, half)] },
  { name: 'a block at an odd offset', control: listed, data: [block(1, 5, half)] },
  { name: 'a block beyond the end', control: listed, data: [block(1, 2 * mebibyte, half)] },
  { name: 'a block that is too long', control: listed, data: [block(1, mebibyte, Buffer.alloc(mebibyte + 1))] },
  { name: 'a block that is too short', control: listed, data: [block(1, 0, Buffer.alloc(10))] },
  { name: 'a block twice', control: listed, data: [block(1, 0, half), block(1, 0, half)] },
  { name: 'a block and then as zeros', control: listed, data: [block(1, 0, half), zeros(1, 0, 2)] },
  { name: 'zeros beyond the end', control: listed, data: [zeros(1, 1, 2)] },
  { name: 'zeros without end', control: listed, data: [zeros(1, 0, 0xffff_ffff)] },
  { name: 'zeros of a packed file', control: listed, data: [zeros(2, 0, 1)] },
  {
    name: 'an end before all blocks are there',
    control: listed,
    data: [block(1, 0, half)],
    controlAfter: [{ type: 'fileEnd', entry: 1, attempt: 0, digest: Buffer.alloc(16), blocks: 1 }],
  },
  {
    name: 'more compared than is held',
    control: [...listed, { type: 'blocksCompared', entry: 1, attempt: 0, blocks: 1, sameBytes: 5 }],
  },
  { name: 'a block of a later attempt', control: listed, data: [block(1, 0, half, { attempt: 1 })] },
  { name: 'a packed file as a block', control: listed, data: [block(2, 0, Buffer.alloc(5))] },
  {
    name: 'a packed file that is longer than listed',
    control: listed,
    data: [pack([{ entry: 2, bytes: Buffer.alloc(6) }])],
  },
  {
    name: 'a packed file twice',
    control: listed,
    data: [
      pack([
        { entry: 2, bytes: Buffer.alloc(5) },
        { entry: 2, bytes: Buffer.alloc(5) },
      ]),
    ],
  },
  { name: 'a control message on a data lane', data: [encodeControl({ type: 'listEnd' })] },
  {
    name: 'a third attempt',
    control: [...listed, { type: 'fileRelist', entry: 1, attempt: 2, sizeBytes: 1, mtimeMs: 0, mode: 0 }],
  },
]

test.each(attacks)('$name ends the transfer with PROTOCOL_ERROR', async (attack) => {
  await using pair = await createEnginePair()
  const { send, receive } = requestsOf(pair)
  const receiving = pair.receiver.start(receive)
  const { session, firstLane } = await meetAsRawPeer(pair.senderIdentity, send)
  session.control.expect(() => mebibyte)
  const listen = (async () => {
    for (let found = await session.control.read(); found; found = await session.control.read()) {
      // A listed batch must be answered before content of it can be sent.
      if (found.type === 0x20 && attack.data) break
    }
  })().catch(() => undefined)
  for (const message of attack.control ?? []) await session.control.send(encodeControl(message))
  if (attack.raw) await session.control.send(attack.raw)
  if (attack.data) {
    const lane = await firstLane
    if (attack.control) await listen
    for (const content of attack.data) await lane.sendContent(frameOf(content, session)).catch(() => undefined)
  }
  for (const message of attack.controlAfter ?? [])
    await session.control.send(encodeControl(message)).catch(() => undefined)
  expect(await receiving.outcome).toMatchObject({ status: 'ended', error: { code: 'PROTOCOL_ERROR' } })
  session.destroy(new Error('over') as never)
  expect(readdirSync(pair.folder).sort()).toEqual(['a', 'b', 'source', 'target'])
})

test.each([
  { path: '../evil', above: ['..'], code: 'PATH_ESCAPES_ROOT' },
  { path: 'a/../../evil', above: ['a', 'a/..', 'a/../..'], code: 'PATH_ESCAPES_ROOT' },
  { path: './b', above: ['.'], code: 'PATH_INVALID' },
  { path: '.tern-00.part', above: [], code: 'NAME_NOT_ALLOWED' },
])('the path $path fails that file with $code and nothing is written for it', async ({ path, above, code }) => {
  await using pair = await createEnginePair()
  const { send, receive } = requestsOf(pair)
  const receiving = pair.receiver.start(receive)
  const { session } = await meetAsRawPeer(pair.senderIdentity, send)
  for (const message of [begin, batch([folder(''), ...above.map(folder), file(path)]), ...end])
    await session.control.send(encodeControl(message))
  session.control.expect(() => mebibyte)
  for (let found = await session.control.read(); found?.type !== 0x31; found = await session.control.read());
  await session.control.send(encodeControl({ type: 'goodbye' }))
  const outcome = await receiving.outcome
  expect(outcome.status).toBe('failed')
  expect(outcome.items[0]?.failures?.[0]?.error.code).toBe(code)
  expect([...readTree(pair.target).keys()].filter((at) => at !== 'source/a')).toEqual(['', 'source'])
  expect(existsSync(join(pair.folder, 'evil'))).toBe(false)
  await session.close()
})

test.each([
  { what: 'block', data: [block(1, 0, half, { digest: Buffer.alloc(16) })], failed: 'large' },
  {
    what: 'packed file',
    data: [pack([{ entry: 2, bytes: Buffer.alloc(5) }], Buffer.alloc(16))],
    failed: 'small',
  },
])('a $what that does not have its digest fails that file with INTEGRITY', async ({ data, failed }) => {
  await using pair = await createEnginePair()
  const { send, receive } = requestsOf(pair)
  const receiving = pair.receiver.start(receive)
  const { session, firstLane } = await meetAsRawPeer(pair.senderIdentity, send)
  session.control.expect(() => mebibyte)
  for (const message of [...listed, ...end]) await session.control.send(encodeControl(message))
  for (let found = await session.control.read(); found?.type !== 0x20; found = await session.control.read());
  for (const content of data) await (await firstLane).sendContent(frameOf(content, session))
  // The other one arrives well.
  if (failed === 'large')
    await (await firstLane).sendContent(frameOf(pack([{ entry: 2, bytes: Buffer.alloc(5) }]), session))
  else {
    for (const offset of [0, mebibyte]) await (await firstLane).sendContent(frameOf(block(1, offset, half), session))
    const digester = new Digester(session.digestKey)
    const digest = digester.ofFile(2 * mebibyte, Buffer.concat([digester.of(half), digester.of(half)]))
    await session.control.send(encodeControl({ type: 'fileEnd', entry: 1, attempt: 0, digest, blocks: 2 }))
  }
  for (let found = await session.control.read(); found?.type !== 0x31; found = await session.control.read());
  await session.control.send(encodeControl({ type: 'goodbye' }))
  const outcome = await receiving.outcome
  expect(outcome.items[0]).toMatchObject({
    status: 'failed',
    result: { filesDone: 1, filesFailed: 1 },
    failures: [{ path: failed, error: { code: 'INTEGRITY' } }],
  })
  expect([...readTree(join(pair.target, 'source')).keys()]).toEqual(['', failed === 'large' ? 'small' : 'large'])
  await session.close()
})

test('the ends of files that never begin open nothing', async () => {
  await using pair = await createEnginePair()
  const { send, receive } = requestsOf(pair)
  const receiving = pair.receiver.start(receive)
  const { session } = await meetAsRawPeer(pair.senderIdentity, send)
  session.control.expect(() => mebibyte)
  const count = 200
  const huge = Array.from({ length: count }, (_, index) => file(`${1000 + index}`, maxFileSizeBytes))
  const ends = huge.map(
    (_, index): SenderMessage => ({
      ...{ type: 'fileEnd', entry: index + 1, attempt: 0 },
      ...{ digest: Buffer.alloc(16), blocks: 0 },
    }),
  )
  const twice = ends.slice(-1)
  for (const message of [begin, batch([folder(''), ...huge]), ...ends, ...twice])
    await session.control.send(encodeControl(message)).catch(() => undefined)
  const error = { code: 'PROTOCOL_ERROR', params: { what: 'file ended twice', entry: count } }
  expect(await receiving.outcome).toMatchObject({ status: 'ended', error })
  session.destroy(new Error('over') as never)
  expect(readdirSync(join(pair.target, 'source'))).toEqual([])
})
