import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { decodeFromReceiver, decodeFromSender, encodeControl } from '../../../../src/engine/protocol/codec.ts'
import { IncomingList } from '../../../../src/engine/protocol/incoming-list.ts'
import { frameHeaderBytes, maxEntriesInBatch } from '../../../../src/engine/protocol/limits.ts'
import { entryKind, Listing } from '../../../../src/engine/protocol/listing.ts'
import type { FileResults, ListBatch, WantBatch } from '../../../../src/engine/protocol/messages.ts'
import { OutgoingList } from '../../../../src/engine/protocol/outgoing-list.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const filesInFolder = 100
const asMessage = <Message>(bytes: Buffer): Message => {
  const [type, payload] = [bytes.readUInt8(4), bytes.subarray(frameHeaderBytes)]
  return (decodeFromSender(type, payload) ?? decodeFromReceiver(type, payload)) as Message
}

/** A list of so many files, of which every second one is wanted, through both machines; how much the heap holds at its end. */
function heapAfter(files: number): number {
  const outgoing = new OutgoingList<number>()
  const incoming = new IncomingList()
  incoming.beginItem({ type: 'itemBegin', item: 0, itemId: '0', kind: 'folder', name: 'x' })
  let listed = 0
  let listing = new Listing()
  listing.add('', '', entryKind.folder, 0, 0, 0o755)
  const send = () => {
    expect(outgoing.hasRoom).toBe(true)
    const { batch, firstEntry } = outgoing.next
    const frame = encodeControl({ type: 'listBatch', item: 0, batch, firstEntry, listing })
    outgoing.openBatch(listing, (_folder, index) => index, frame.length)
    const taken = asMessage<ListBatch>(frame)
    incoming.takeBatch(taken, frame.length)
    const bits = new Uint8Array(Math.ceil(taken.listing.length / 8))
    const wanted: number[] = []
    for (const [index, kind] of taken.listing.kinds.entries()) {
      if (kind !== entryKind.file || index % 2 === 0) continue
      bits[index >> 3] = (bits[index >> 3] as number) | (1 << (index & 7))
      wanted.push(firstEntry + index)
    }
    incoming.batchAnswered(taken.listing.length - wanted.length)
    const answer = encodeControl({ type: 'wantBatch', batch, wanted: bits, held: [] })
    expect(outgoing.takeWants(asMessage<WantBatch>(answer))).toHaveLength(wanted.length)
    const ranges = wanted.map((entry) => ({ firstEntry: entry, count: 1, isDone: true }))
    for (const { firstEntry: entry } of ranges) incoming.entriesSettled(entry, 1)
    outgoing.takeResults(asMessage<FileResults>(encodeControl({ type: 'fileResults', ranges })))
    listing = new Listing()
  }
  while (listed < files) {
    const folder = `folder-${String(listed / filesInFolder).padStart(8, '0')}`
    listing.add('', folder, entryKind.folder, 0, 0, 0o755)
    for (let file = 0; file < filesInFolder; file += 1, listed += 1) {
      listing.add(folder, `file-${1000 + file}`, entryKind.file, listed, listed, 0o644)
    }
    if (listing.length + filesInFolder >= maxEntriesInBatch) send()
  }
  if (listing.length > 0) send()
  collect()
  return process.memoryUsage().heapUsed
}

test('what both sides remember of a list does not grow with it', () => {
  heapAfter(20_000)
  // What the compiler and the test's own process keep comes once; what a list keeps would come each time.
  const growths = Array.from({ length: 3 }, () => {
    const small = heapAfter(20_000)
    return heapAfter(200_000) - small
  })
  // One byte for each entry more would show.
  expect(Math.min(...growths)).toBeLessThan(180_000)
})
