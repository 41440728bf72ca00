import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  controlBound,
  decodeFromReceiver,
  decodeFromSender,
  encodeControl,
} from '../../../../src/engine/protocol/codec.ts'
import { decodeZeros, zerosFrame } from '../../../../src/engine/protocol/data-frames.ts'
import { frameHeaderBytes, maxControlFrameBytes } from '../../../../src/engine/protocol/limits.ts'
import { entryKind, Listing } from '../../../../src/engine/protocol/listing.ts'
import { type ControlMessage, frameType } from '../../../../src/engine/protocol/messages.ts'
import { TernError } from '../../../../src/shared/domain/errors.ts'
import { listingOf } from '../../../helpers/listing.ts'

const decode = (bytes: Buffer) => {
  const [type, payload] = [bytes.readUInt8(4), bytes.subarray(frameHeaderBytes)]
  return decodeFromSender(type, payload) ?? decodeFromReceiver(type, payload)
}

const owned = listingOf([{ kind: 'file', path: 'x', sizeBytes: 1, mtimeMs: 0, mode: 0o600 }])
owned.ownership = { users: [{ id: 1000, name: 'lisa' }], groups: [{ id: 100, name: '' }], userOf: [0], groupOf: [0] }

test('no two frames have one number', () => {
  expect(new Set(Object.values(frameType)).size).toBe(Object.keys(frameType).length)
})

/** The wire is a promise to older versions: these bytes may never change. */
const golden: readonly [ControlMessage, string][] = [
  [{ type: 'itemBegin', item: 1, itemId: '7', kind: 'folder', name: 'ö' }, '0000000c 10 00000001 0001 37 01 0002 c3b6'],
  [
    { type: 'itemBegin', item: 1, itemId: '7', kind: 'members', name: 'ö' },
    '0000000c 10 00000001 0001 37 02 0002 c3b6',
  ],
  [
    {
      type: 'listBatch',
      batch: 2,
      item: 1,
      firstEntry: 3,
      listing: listingOf([
        { kind: 'folder', path: 'd', sizeBytes: 0, mtimeMs: 1500.25, mode: 0o755 },
        { kind: 'file', path: 'd/ö', sizeBytes: 0x1_0000_0002, mtimeMs: -0.5, mode: 0o644 },
        { kind: 'link', path: 'd/p', sizeBytes: 0, mtimeMs: 0, mode: 0o777, linkTarget: '../x' },
      ]),
    },
    [
      '00000078 11 00000002 00000001 00000003 00 00000002 00000003',
      '00000002 00 64 00000001 00000002 00000006 64 00 c3b6 00 70',
      '01 01ed 0000000000000000 0000000000000001 1dd13590',
      '00 01a4 0000000100000002 ffffffffffffffff 3b9328e0',
      '02 01ff 0000000000000000 0000000000000000 00000000 0004 2e2e2f78',
    ].join(' '),
  ],
  [
    { type: 'listBatch', batch: 0, item: 0, firstEntry: 0, listing: owned },
    [
      '00000055 11 00000000 00000000 00000000 01 00000001 00000001',
      '00000000 00000001 00000001 78',
      '00 0180 0000000000000001 0000000000000000 00000000',
      '00000001 000003e8 0004 6c697361 00000001 00000064 0000 0000 0000',
    ].join(' '),
  ],
  [{ type: 'itemEnd', item: 1, itemId: '7' }, '00000008 12 00000001 0001 37 00'],
  [
    { type: 'itemProblem', item: 1, path: 'l', error: { code: 'SPECIAL_FILE', params: { kind: 'link' } } },
    '00000039 13 00000001 0001 6c 0030 7b22636f6465223a225350454349414c5f46494c45222c22706172616d73223a7b226b696e64223a226c696e6b227d7d',
  ],
  [{ type: 'listEnd' }, '00000000 14'],
  [
    { type: 'fileEnd', entry: 5, attempt: 1, digest: new Uint8Array(16).fill(9), blocks: 3 },
    `00000019 15 00000005 01 ${'09'.repeat(16)} 00000003`,
  ],
  [
    { type: 'blocksCompared', entry: 5, attempt: 1, blocks: 3, sameBytes: 131_072 },
    '00000011 1a 00000005 01 00000003 0000000000020000',
  ],
  [
    { type: 'fileRelist', entry: 5, attempt: 1, sizeBytes: 6, mtimeMs: 7, mode: 0o600 },
    '0000001b 17 00000005 01 0000000000000006 0000000000000000 006acfc0 0180',
  ],
  [{ type: 'wantBatch', batch: 2, wanted: 'nothing', held: [] }, '00000009 20 00000002 00 00000000'],
  [{ type: 'wantBatch', batch: 2, wanted: 'all', held: [] }, '00000009 20 00000002 01 00000000'],
  [
    {
      type: 'wantBatch',
      batch: 2,
      wanted: Uint8Array.of(5, 128),
      held: [{ index: 2, bytes: 8, blockSizeBytes: 131_072 }],
    },
    '0000001c 20 00000002 02 00000002 0580 00000001 00000002 0000000000000008 11',
  ],
  [
    { type: 'heldDigests', entry: 5, attempt: 1, firstBlock: 0, digests: new Uint8Array(16).fill(3) },
    `0000001d 21 00000005 01 00000000 00000001 ${'03'.repeat(16)}`,
  ],
  [{ type: 'wantAgain', entry: 5, attempt: 1 }, '00000005 22 00000005 01'],
  [
    { type: 'fileResults', ranges: [{ firstEntry: 5, count: 3, isDone: true }] },
    '0000000d 23 00000001 00000005 00000003 01',
  ],
  [{ type: 'lanes', count: 4 }, '00000001 18 04'],
  [{ type: 'laneLost', lane: 2, attempt: 7 }, '00000006 19 0002 00000007'],
  [
    { type: 'laneAck', lane: 1, attempt: 2, frames: 3, isClosed: true },
    '0000000f 26 0001 00000002 0000000000000003 01',
  ],
  [{ type: 'stop' }, '00000001 30 00'],
  [{ type: 'finished' }, '00000000 31'],
  [{ type: 'goodbye' }, '00000000 32'],
  [
    { type: 'flow', shares: { cpu: 1, disk: 0, limit: 0.2, line: 0.6 }, limitBytesPerSecond: 20_000_000 },
    '0000000c 81 ff 00 33 99 0000000001312d00',
  ],
  [{ type: 'flow', shares: { cpu: 0, disk: 1, limit: 0, line: 0 } }, '0000000c 81 00 ff 00 00 0000000000000000'],
]

test.each(golden)('$type keeps its bytes and comes back as it was', (message, hex) => {
  const bytes = encodeControl(message)
  expect(bytes.toString('hex')).toBe(hex.replaceAll(' ', ''))
  expect(decode(bytes)).toEqual(message)
})

const count = fc.nat({ max: Number.MAX_SAFE_INTEGER })
const u32 = fc.integer({ min: 0, max: 0xffffffff })
const error = fc.record({
  code: fc.constantFrom('IO_ERROR', 'SOURCE_CHANGED'),
  params: fc.constant({ path: 'p', n: 1, is: true }),
})
const segment = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).map((text) => text.replace(/[\0/]/g, '_'))
/** As file systems tell times: whole seconds and nanoseconds, as one number. */
const time = fc
  .tuple(fc.integer({ min: -(2 ** 40), max: 2 ** 40 }), fc.nat({ max: 999_999_999 }))
  .map(([seconds, nanoseconds]) => seconds * 1000 + nanoseconds / 1_000_000)
const principal = fc.record({ id: u32, name: fc.string({ maxLength: 20 }) })
const listing = fc
  .record({
    entries: fc.array(
      fc.record({
        folder: fc.array(segment, { maxLength: 3 }).map((segments) => segments.join('/')),
        name: segment,
        kind: fc.constantFrom(...Object.values(entryKind)),
        sizeBytes: fc.nat({ max: 2 ** 43 }),
        mtimeMs: time,
        mode: fc.nat({ max: 0o777 }),
        target: fc.string({ unit: 'grapheme', maxLength: 30 }),
      }),
      { minLength: 1, maxLength: 40 },
    ),
    owners: fc.option(fc.array(principal, { minLength: 1, maxLength: 3 })),
  })
  .map(({ entries, owners }) => {
    const listing = new Listing()
    for (const { folder, name, kind, sizeBytes, mtimeMs, mode, target } of entries) {
      if (kind === entryKind.link) listing.linkTargets.set(listing.length, target)
      listing.add(folder, name, kind, sizeBytes, mtimeMs, mode)
    }
    const places = entries.map((_, index) => index % (owners?.length ?? 1))
    if (owners) listing.ownership = { users: owners, groups: owners, userOf: places, groupOf: places }
    return listing
  })
const messages = fc.oneof(
  fc.record({
    type: fc.constant('listBatch'),
    batch: u32,
    item: u32,
    firstEntry: u32,
    listing,
  }),
  fc.record({ type: fc.constant('fileFailed'), entry: u32, attempt: fc.nat({ max: 255 }), error }),
  fc.record({
    type: fc.constant('itemResult'),
    item: u32,
    isDone: fc.boolean(),
    filesDone: count,
    filesAlreadyThere: count,
    filesReplaced: count,
    filesFailed: count,
    bytesVerified: count,
    error,
    failures: fc.array(fc.record({ path: fc.string(), error }), { maxLength: 5 }),
  }),
  fc.record({
    type: fc.constant('progress'),
    phase: fc.constantFrom('connecting', 'scanning', 'comparing', 'transferring', 'verifying'),
    filesCompared: count,
    filesDone: count,
    filesAlreadyThere: count,
    bytesVerified: count,
    bytesReceived: count,
    items: fc.array(fc.record({ item: u32, bytesVerified: count }), { maxLength: 5 }),
  }),
) as fc.Arbitrary<ControlMessage>

test('any message comes back as it was, also with fields that a later version appends', () => {
  fc.assert(
    fc.property(messages, fc.uint8Array({ maxLength: 9 }), (message, later) => {
      const bytes = encodeControl(message)
      expect(decode(bytes)).toEqual(message)
      expect(decode(Buffer.concat([bytes, later]))).toEqual(message)
    }),
  )
})

test('whatever bytes come, reading them ends with a message or PROTOCOL_ERROR', () => {
  const types = Object.values(frameType)
  const hostile = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    // Real messages, cut or with one byte changed, reach deeper than noise.
    fc.tuple(messages, fc.nat(), fc.nat({ max: 255 })).map(([message, at, value]) => {
      const payload = Buffer.from(encodeControl(message).subarray(frameHeaderBytes))
      if (payload.length === 0) return payload
      payload[at % payload.length] = value
      return payload.subarray(0, at % 3 === 0 ? at % payload.length : payload.length)
    }),
  )
  fc.assert(
    fc.property(fc.constantFrom(...types), hostile, (type, payload) => {
      for (const read of [decodeFromSender, decodeFromReceiver]) {
        try {
          read(type, payload)
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(TernError)
          expect((thrown as TernError).code).toBe('PROTOCOL_ERROR')
        }
      }
    }),
    { numRuns: 2000 },
  )
})

test('a role hears only what the other one may say', () => {
  expect(controlBound('sender')(frameType.listBatch)).toBe(maxControlFrameBytes)
  expect(controlBound('sender')(frameType.wantBatch)).toBeUndefined()
  expect(controlBound('receiver')(frameType.listBatch)).toBeUndefined()
  expect(controlBound('receiver')(frameType.block)).toBeUndefined()
})

test('a frame of zeros keeps its bytes and comes back as it was', () => {
  const zeros = { entry: 5, attempt: 1, firstBlock: 2, count: 3 }
  const bytes = zerosFrame(zeros)
  expect(bytes.toString('hex')).toBe('0000000d4200000005010000000200000003')
  expect(decodeZeros(bytes.subarray(5))).toEqual(zeros)
  for (const count of [0, 1025]) {
    expect(() => decodeZeros(zerosFrame({ ...zeros, count }).subarray(5))).toThrow('PROTOCOL_ERROR')
  }
})

const megabyte = 1024 * 1024 - 64
/** A batch's head: numbers, flags, how many runs and entries it claims, and how many bytes of texts follow. */
const claim = (runs: number, entries: number, bytes: number) => {
  const head = Buffer.alloc(25)
  for (const [at, value] of [
    [13, runs],
    [17, entries],
    [21, bytes],
  ] as const)
    head.writeUInt32BE(value, at)
  return head
}

test.each([
  ['texts that are all separators', Buffer.concat([claim(1, 1024, megabyte), Buffer.alloc(megabyte)])],
  ['one text for all', Buffer.concat([claim(1, 1024, megabyte), Buffer.alloc(megabyte, 'a')])],
  ['more runs than anything', Buffer.concat([claim(0xffffffff, 1024, megabyte), Buffer.alloc(megabyte, 'a')])],
  ['more entries than anything', Buffer.concat([claim(1, 0xffffffff, megabyte), Buffer.alloc(megabyte, 'a')])],
  ['texts longer than the frame', Buffer.concat([claim(1, 1, 0xffffffff), Buffer.alloc(megabyte, 'a')])],
  ['bytes that are no text', Buffer.concat([claim(1, 1, megabyte), Buffer.alloc(megabyte, 0xff)])],
  ['a folder longer than any path', Buffer.concat([claim(1, 1, megabyte), Buffer.alloc(megabyte, '/')])],
])('a megabyte of nonsense (%s) is refused at once', (_what, payload) => {
  const startedMs = performance.now()
  expect(() => decodeFromSender(frameType.listBatch, payload)).toThrow('PROTOCOL_ERROR')
  expect(performance.now() - startedMs).toBeLessThan(100)
})
