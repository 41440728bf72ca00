import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HeldBlocks } from '../../../../src/engine/protocol/held-blocks.ts'
import { IncomingFile } from '../../../../src/engine/protocol/incoming-file.ts'
import { IncomingList } from '../../../../src/engine/protocol/incoming-list.ts'
import { fineBlockSizeFor, maxBlocksDescribedAhead, maxOpenBatches } from '../../../../src/engine/protocol/limits.ts'
import type { ListEntry } from '../../../../src/engine/protocol/listing.ts'
import type { FileResults, HeldFile, ListBatch, WantBatch } from '../../../../src/engine/protocol/messages.ts'
import { OutgoingList } from '../../../../src/engine/protocol/outgoing-list.ts'
import { isAfterInTree } from '../../../../src/engine/protocol/tree-order.ts'
import { listingOf } from '../../../helpers/listing.ts'

const mebibyte = 1024 * 1024
const file = (path: string, sizeBytes = 10): ListEntry => ({ kind: 'file', path, sizeBytes, mtimeMs: 0, mode: 0o644 })
const folder = (path: string): ListEntry => ({ kind: 'folder', path, sizeBytes: 0, mtimeMs: 0, mode: 0o755 })

test('tree order is that of a walk with names sorted by their bytes', () => {
  const names = fc.string({
    unit: fc.constantFrom('a', 'b', '.', ' ', 'é', '\uffee', '🎬'),
    minLength: 1,
    maxLength: 4,
  })
  const paths = fc.array(names, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
  const byBytes = (left: string, right: string) => {
    const [a, b] = [left.split('/'), right.split('/')]
    for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
      const order = Buffer.compare(Buffer.from(a[at] ?? ''), Buffer.from(b[at] ?? ''))
      if (order !== 0) return order
    }
    return a.length - b.length
  }
  fc.assert(
    fc.property(paths, paths, (left, right) => {
      expect(isAfterInTree(left, right)).toBe(byBytes(left, right) > 0)
    }),
    { numRuns: 2000 },
  )
})

const oneEntry = (batch: number): ListBatch => ({
  type: 'listBatch',
  batch,
  item: 0,
  firstEntry: batch,
  listing: listingOf([batch === 0 ? folder('') : file(String(batch).padStart(4, '0'))]),
})

test('a sender that runs ahead of the window is refused', () => {
  const list = new IncomingList()
  list.beginItem({ type: 'itemBegin', item: 0, itemId: '0', kind: 'folder', name: 'x' })
  const send = (batch: number) => list.takeBatch(oneEntry(batch), 100)
  for (let batch = 0; batch < maxOpenBatches; batch += 1) send(batch)
  expect(() => send(maxOpenBatches)).toThrow('over the window')
})

test('an item of members holds files of one folder and nothing else', () => {
  const taking = (...entries: ListEntry[]) => {
    const list = new IncomingList()
    list.beginItem({ type: 'itemBegin', item: 0, itemId: '0', kind: 'members', name: 'a.%d' })
    list.takeBatch({ type: 'listBatch', batch: 0, item: 0, firstEntry: 0, listing: listingOf(entries) }, 100)
  }
  expect(() => taking(folder(''), file('a.1'), file('a.2'))).not.toThrow()
  expect(() => taking(file('a.1'))).toThrow('first entry')
  expect(() => taking(file(''))).toThrow('first entry')
  expect(() => taking(folder(''), folder('a.1'))).toThrow('no member')
  expect(() => taking(folder(''), file('a.1/b'))).toThrow('PROTOCOL_ERROR')
})

test('answered entries make room again', () => {
  const list = new IncomingList()
  list.beginItem({ type: 'itemBegin', item: 0, itemId: '0', kind: 'folder', name: 'x' })
  for (let batch = 0; batch < 3 * maxOpenBatches; batch += 1) {
    list.takeBatch(oneEntry(batch), 100)
    list.batchAnswered(1)
  }
  list.endItem({ type: 'itemEnd', item: 0, itemId: '0' })
  list.end()
  expect(list.isEnded).toBe(true)
})

const all: WantBatch = { type: 'wantBatch', batch: 0, wanted: 'all', held: [] }
const result: FileResults = { type: 'fileResults', ranges: [{ firstEntry: 0, count: 1, isDone: true }] }

function opened(entries: readonly ListEntry[]): OutgoingList<string> {
  const list = new OutgoingList<string>()
  list.openBatch(listingOf(entries), (_folder, index) => entries[index]?.path ?? '', 100)
  return list
}

const bits = (...bytes: number[]) => Uint8Array.from(bytes)
const half: HeldFile = { index: 0, bytes: 5, blockSizeBytes: 131_072 }
const wrongAnswers: readonly ({ what: string; entry: ListEntry } & Partial<WantBatch>)[] = [
  { what: 'another batch', entry: file('a'), batch: 1 },
  { what: 'too few', entry: file('a'), wanted: bits() },
  { what: 'too many', entry: file('a'), wanted: bits(1, 0) },
  { what: 'the content of a folder', entry: folder('a'), wanted: bits(1) },
  { what: 'more held than there is', entry: file('a', 10), held: [{ ...half, bytes: 11 }] },
  { what: 'nothing held', entry: file('a', 10), held: [{ ...half, bytes: 0 }] },
  { what: 'too many blocks', entry: file('a', 8 * 1024 ** 4), held: [half] },
  { what: 'held bytes of what is not wanted', entry: file('a', 10), wanted: bits(0), held: [half] },
  { what: 'held bytes beyond the batch', entry: file('a', 10), held: [{ ...half, index: 1 }] },
]
test.each(wrongAnswers)('an answer with $what is a PROTOCOL_ERROR', ({ entry, batch, wanted, held }) => {
  const answer: WantBatch = { type: 'wantBatch', batch: batch ?? 0, wanted: wanted ?? 'all', held: held ?? [] }
  expect(() => opened([entry]).takeWants(answer)).toThrow('PROTOCOL_ERROR')
})

test('what is held of a file comes in order, up to what was announced, for the attempt that it is meant for', () => {
  const list = opened([file('a', 5 * mebibyte)])
  const [wanted] = list.takeWants({ ...all, held: [{ index: 0, bytes: 3 * mebibyte, blockSizeBytes: mebibyte }] })
  expect(wanted).toMatchObject({ entry: 0, blockSizeBytes: mebibyte, held: { count: 3 } })
  const part = (firstBlock: number, count: number, attempt = 0) =>
    list.takeHeld({
      type: 'heldDigests',
      entry: 0,
      attempt,
      firstBlock,
      digests: new Uint8Array(16 * count).fill(firstBlock),
    })
  expect(() => part(3, 1)).toThrow('more held blocks than announced')
  part(0, 2)
  expect(() => part(2, 2)).toThrow('more held blocks than announced')
  expect(() => part(2, 1, 1)).toThrow('held blocks of a file without any')
  part(2, 1)
  expect([0, 1, 2, 3].map(() => wanted?.held?.next()?.digest[0])).toEqual([0, 0, 2, undefined])
  expect(wanted?.held?.areCompared).toBe(true)
  expect(() => part(3, 0)).toThrow('held blocks out of order')
  list.relist(0, 'a', 20)
  part(3, 1)
  list.takeResults(result)
  expect(() => part(3, 1)).toThrow('held blocks of a file that is not wanted')
})

test('held blocks may end before what was announced, and are not described further ahead than the window', () => {
  const few = new HeldBlocks(0, 10)
  few.take(0, new Uint8Array(16))
  few.take(1, new Uint8Array(0))
  expect(few.takeNotHeld()).toEqual({ next: 1, end: 10 })
  expect(few.areCompared).toBe(false)
  expect(few.next()?.digest).toHaveLength(16)
  expect(few.areCompared).toBe(true)
  const many = new HeldBlocks(0, maxBlocksDescribedAhead + 1)
  many.take(0, new Uint8Array(maxBlocksDescribedAhead * 16))
  expect(() => many.take(maxBlocksDescribedAhead, new Uint8Array(16))).toThrow('held blocks over the window')
  many.next()
  many.take(maxBlocksDescribedAhead, new Uint8Array(16))
})

test('held blocks may be told from where an earlier run had come, to the end and then from the start', () => {
  const held = new HeldBlocks(0, 6)
  held.take(4, new Uint8Array(32))
  expect(held.next()?.block).toBe(4)
  expect(held.next()?.block).toBe(5)
  expect(held.areCompared).toBe(false)
  expect(() => held.take(4, new Uint8Array(16))).toThrow('held blocks out of order')
  expect(() => held.take(0, new Uint8Array(5 * 16))).toThrow('more held blocks than announced')
  held.take(0, new Uint8Array(16))
  held.take(1, new Uint8Array(0))
  expect(held.next()?.block).toBe(0)
  expect(held.areCompared).toBe(true)
  expect(held.takeNotHeld()).toEqual({ next: 1, end: 4 })
  expect(held.takeNotHeld()).toBeUndefined()
  expect(() => held.take(1, new Uint8Array(16))).toThrow('held blocks out of order')
  expect(() => new HeldBlocks(0, 6).take(6, new Uint8Array(16))).toThrow('more held blocks than announced')
})

test('results and answers about what is not open are refused', () => {
  const list = opened([file('a')])
  expect(() => list.takeResults(result)).toThrow('PROTOCOL_ERROR')
  list.takeWants(all)
  expect(() => list.takeWantAgain({ type: 'wantAgain', entry: 0, attempt: 0 })).toThrow('PROTOCOL_ERROR')
  list.takeResults(result)
  expect(() => list.takeResults(result)).toThrow('PROTOCOL_ERROR')
})

test('a file that changes is listed again once', () => {
  const list = opened([file('a')])
  list.takeWants(all)
  expect(list.relist(0, 'a', 20)).toMatchObject({ attempt: 1, sizeBytes: 20 })
  expect(list.isWanted(0, 0)).toBe(false)
  expect(list.relist(0, 'a', 30)).toBeUndefined()
})

test('blocks may come in any order; the file is complete with the last one that was sent and the end', () => {
  const sizes = fc.integer({ min: 1, max: 12 * mebibyte })
  fc.assert(
    fc.property(sizes, fc.integer(), fc.nat({ max: 5 }), fc.nat({ max: 2 }), (sizeBytes, seed, max, differing) => {
      const count = Math.ceil(sizeBytes / mebibyte)
      const held = Math.min(max, count)
      const incoming = new IncomingFile(0, sizeBytes, 0, mebibyte)
      for (let block = 0; block < held; block += 1) incoming.markHeld(block, new Uint8Array(16).fill(99))
      const from = Math.max(0, held - differing)
      const order = Array.from({ length: count - from }, (_, index) => from + index).sort(
        (a, b) => ((a * 7919 + seed) % 13) - ((b * 7919 + seed) % 13),
      )
      incoming.end(new Uint8Array(16), order.length)
      for (const block of order) {
        expect(incoming.isComplete).toBe(false)
        const offset = block * mebibyte
        expect(incoming.checkBlock(offset, incoming.lengthOf(block))).toBe(block)
        incoming.markHere(block, new Uint8Array(16).fill(block))
        expect(() => incoming.checkBlock(offset, incoming.lengthOf(block))).toThrow('twice')
      }
      expect(incoming.isComplete).toBe(true)
      for (let block = 0; block < count; block += 1) expect(incoming.digestOf(block)[0]).toBe(block < from ? 99 : block)
    }),
    { numRuns: 50 },
  )
})

test.each([
  { what: 'one block fewer than said to be sent', sent: 1, said: 0 },
  { what: 'a block that is neither held nor sent', sent: 1, said: 1 },
])('a file that ends with $what is a PROTOCOL_ERROR', ({ sent, said }) => {
  const incoming = new IncomingFile(0, 2 * mebibyte, 0, mebibyte)
  for (let block = 0; block < sent; block += 1) incoming.markHere(block, new Uint8Array(16))
  incoming.end(new Uint8Array(16), said)
  expect(() => incoming.isComplete).toThrow('blocks missing')
})

test.each([
  { sizeBytes: mebibyte, fine: 128 * 1024 },
  { sizeBytes: 32 * 1024 * mebibyte, fine: 128 * 1024 },
  { sizeBytes: 32 * 1024 * mebibyte + 1, fine: 256 * 1024 },
  { sizeBytes: 8 * 1024 * 1024 * mebibyte, fine: 8 * mebibyte },
])('$sizeBytes bytes that are compared with an older version are cut into blocks of $fine', ({ sizeBytes, fine }) => {
  expect(fineBlockSizeFor(sizeBytes)).toBe(fine)
})
