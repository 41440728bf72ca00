import fc from 'fast-check'
import { expect, test } from 'vitest'
import { IncomingFile } from '../../../../src/engine/protocol/incoming-file.ts'
import { IncomingList } from '../../../../src/engine/protocol/incoming-list.ts'
import { blockSizeFor, maxOpenBatches } from '../../../../src/engine/protocol/limits.ts'
import type { ListEntry } from '../../../../src/engine/protocol/listing.ts'
import type { FileResults, ListBatch, WantBatch } from '../../../../src/engine/protocol/messages.ts'
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

const all: WantBatch = { type: 'wantBatch', batch: 0, wanted: 'all', rests: [] }
const result: FileResults = { type: 'fileResults', ranges: [{ firstEntry: 0, count: 1, isDone: true }] }

function opened(entries: readonly ListEntry[]): OutgoingList<string> {
  const list = new OutgoingList<string>()
  list.openBatch(listingOf(entries), (_folder, index) => entries[index]?.path ?? '', 100)
  return list
}

const bits = (...bytes: number[]) => Uint8Array.from(bytes)
const wrongAnswers: readonly ({ what: string; entry: ListEntry } & Partial<WantBatch>)[] = [
  { what: 'another batch', entry: file('a'), batch: 1 },
  { what: 'too few', entry: file('a'), wanted: bits() },
  { what: 'too many', entry: file('a'), wanted: bits(1, 0) },
  { what: 'the content of a folder', entry: folder('a'), wanted: bits(1) },
  { what: 'an offset beyond the end', entry: file('a', 10), rests: [{ index: 0, offset: 11 }] },
  { what: 'an offset within a block', entry: file('a', 4 * mebibyte), rests: [{ index: 0, offset: 5 }] },
  { what: 'a rest of nothing', entry: file('a'), wanted: bits(0), rests: [{ index: 0, offset: 0 }] },
  { what: 'a rest beyond the batch', entry: file('a'), rests: [{ index: 1, offset: 0 }] },
]
test.each(wrongAnswers)('an answer with $what is a PROTOCOL_ERROR', ({ entry, batch, wanted, rests }) => {
  const answer: WantBatch = { type: 'wantBatch', batch: batch ?? 0, wanted: wanted ?? 'all', rests: rests ?? [] }
  expect(() => opened([entry]).takeWants(answer)).toThrow('PROTOCOL_ERROR')
})

test('a resumed file is handed out once its whole prefix is described, in order', () => {
  const list = opened([file('a', 5 * mebibyte)])
  expect(list.takeWants({ ...all, rests: [{ index: 0, offset: 3 * mebibyte }] })).toEqual([])
  const part = (firstBlock: number, count: number) =>
    list.takePrefix({ type: 'prefixDigests', entry: 0, firstBlock, digests: new Uint8Array(16 * count) })
  expect(() => part(1, 1)).toThrow('prefix out of order')
  expect(part(0, 2)).toBeUndefined()
  expect(() => part(2, 2)).toThrow('prefix out of order')
  expect(part(2, 1)).toMatchObject({ entry: 0, resumeOffset: 3 * mebibyte })
  expect(() => part(0, 1)).toThrow('prefix of a file without one')
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

test('blocks may come in any order; the file is complete with the last one and its end', () => {
  const sizes = fc.integer({ min: 1, max: 12 * mebibyte })
  fc.assert(
    fc.property(sizes, fc.integer(), fc.nat({ max: 5 }), (sizeBytes, seed, resumed) => {
      const blockSize = blockSizeFor(sizeBytes)
      const count = Math.ceil(sizeBytes / blockSize)
      const held = Math.min(resumed, count)
      const incoming = new IncomingFile(0, sizeBytes, 0, new Uint8Array(held * 16))
      const order = Array.from({ length: count - held }, (_, index) => held + index).sort(
        (a, b) => ((a * 7919 + seed) % 13) - ((b * 7919 + seed) % 13),
      )
      incoming.end(new Uint8Array(16))
      for (const block of order) {
        expect(incoming.isComplete).toBe(false)
        const offset = block * blockSize
        const length = Math.min(blockSize, sizeBytes - offset)
        expect(incoming.checkBlock(offset, length)).toBe(block)
        incoming.markHere(block, new Uint8Array(16).fill(block))
        expect(() => incoming.checkBlock(offset, length)).toThrow('twice')
      }
      expect(incoming.isComplete).toBe(true)
      expect(incoming.contiguousBlocks).toBe(Math.ceil(sizeBytes / blockSize))
    }),
    { numRuns: 50 },
  )
})
