import { once } from 'node:events'
import { readdirSync, statfsSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { queryObjects, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { crc32 } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { decodeRecords } from '../../../src/engine/journal/record-codec.ts'
import { frame } from '../../../src/engine/protocol/frames.ts'
import { encodeHandshake } from '../../../src/engine/protocol/handshake.ts'
import { HeldBlocks } from '../../../src/engine/protocol/held-blocks.ts'
import { IncomingList } from '../../../src/engine/protocol/incoming-list.ts'
import { maxFileSizeBytes, maxPathDepth } from '../../../src/engine/protocol/limits.ts'
import { entryKind, Listing } from '../../../src/engine/protocol/listing.ts'
import type { SenderMessage } from '../../../src/engine/protocol/messages.ts'
import { ExtraNames } from '../../../src/engine/storage/extra-names.ts'
import { OutgoingLane } from '../../../src/engine/transfer/sending/outgoing-lane.ts'
import { FrameQueue } from '../../../src/engine/transport/frame-queue.ts'
import { Reception } from '../../../src/engine/transport/reception.ts'
import { secure, secureContextOf } from '../../../src/engine/transport/tls.ts'
import { TlsLane } from '../../../src/engine/transport/tls-lane.ts'
import { createHostIdentity } from '../../../src/platform/certificate.ts'
import { silentLogger } from '../../../src/platform/logger.ts'
import { createEnginePair, move } from '../../helpers/engine-pair.ts'
import {
  batch,
  begin,
  end,
  file,
  folder,
  type HostilePeer,
  playReceiver,
  playSender,
} from '../../helpers/hostile-peer.ts'
import { writeRandomFile } from '../../helpers/tree.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const mebibyte = 1024 * 1024
const protocolError = { status: 'ended', error: { code: 'PROTOCOL_ERROR' } }

/** What stays on the heap and beside it once `work` has ended; what it returns is held meanwhile. */
function heldBy(work: () => unknown): number {
  collect()
  const before = process.memoryUsage()
  const held = work()
  collect()
  const after = process.memoryUsage()
  expect(held).toBeDefined()
  return after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers
}

function oneEntry(name: string, kind: number = entryKind.file): Listing {
  const listing = new Listing()
  listing.add('', name, kind, 0, 0, 0o644)
  return listing
}

describe('class 10: bombs of memory and disk', () => {
  test('a list of many batches of one entry, of which the first never comes to an end, is not remembered', () => {
    const count = 200_000
    const held = heldBy(() => {
      const list = new IncomingList()
      list.beginItem({ type: 'itemBegin', item: 0, itemId: '0', kind: 'folder', name: 'x' })
      list.takeBatch(
        { type: 'listBatch', batch: 0, item: 0, firstEntry: 0, listing: oneEntry('', entryKind.folder) },
        50,
      )
      list.batchAnswered(1)
      for (let entry = 1; entry < count; entry += 1) {
        const listing = oneEntry(`f${1_000_000 + entry}`)
        list.takeBatch({ type: 'listBatch', batch: entry, item: 0, firstEntry: entry, listing }, 50)
        // Of the first file content is wanted, which never comes.
        list.batchAnswered(entry === 1 ? 0 : 1)
      }
      return list
    })
    // Less than a byte for each.
    expect(held).toBeLessThan(count)
  })

  test('the ids of items that nobody expects are not remembered without end', () => {
    const list = new IncomingList()
    const send = () => {
      for (let item = 0; item < 100_000; item += 1) {
        const itemId = `${item}`.padEnd(4096, 'x')
        list.endItem({ type: 'itemEnd', item, itemId, error: { code: 'SOURCE_UNREADABLE' } })
      }
    }
    expect(
      heldBy(() => [list, expect(send).toThrow(expect.objectContaining({ code: 'PROTOCOL_ERROR' }))]),
    ).toBeLessThan(40 * mebibyte)
  })

  test('what a source says that it cannot send does not fill the memory of who removes what is extra', () => {
    const path = (index: number) => `${`folder-${String(index).padStart(8, '0')}/`.padEnd(1000, 'y')}/${index}`
    const there = ['a', 'kept', 'z']
    const list = (at: string) =>
      at === ''
        ? { sorted: there[Symbol.iterator](), invalid: [], onDisk: new Map(), [Symbol.dispose]: () => undefined }
        : undefined
    using extra = new ExtraNames({ list })
    const held = heldBy(() => {
      for (let index = 0; index < 50_000; index += 1) extra.keep(path(50_000 - index))
      extra.keep('kept')
      extra.keep('a\0z')
      return extra
    })
    expect(held).toBeLessThan(16 * mebibyte)
    expect([...extra.found()]).toEqual(['a', 'z'])
    expect([...extra.found()]).toEqual(['a', 'z'])
  })

  test('single bytes that wait for a busy reader count with what surrounds them', () => {
    const queue = new FrameQueue({ lendsBytes: true, onBroken: () => undefined })
    const held = heldBy(() => {
      const byte = Buffer.from([0])
      while (queue.queuedBytes < mebibyte) queue.take(byte)
      return queue
    })
    expect(held).toBeLessThan(2 * mebibyte)
  })

  test('no more is described of a file than the window holds, however small the pieces', () => {
    const held = new HeldBlocks(1, 1_000_000)
    const describeOn = () => {
      for (let block = 0; ; block += 1) held.take(block, new Uint8Array(16))
    }
    expect(heldBy(() => [held, expect(describeOn).toThrow('PROTOCOL_ERROR')])).toBeLessThan(4 * mebibyte)
  })

  test('folders in folders without end are refused at their bound, and what was asked for before stays within it', async () => {
    await using pair = await createEnginePair()
    const deep = (depth: number) => Array.from({ length: depth }, () => 'd').join('/')
    const folders = Array.from({ length: maxPathDepth + 1 }, (_, index) => folder(deep(index + 1)))
    const outcome = await playSender(pair, (peer) => peer.say(begin, batch([folder(''), ...folders]), ...end))
    expect(outcome).toMatchObject({ ...protocolError, error: { params: { what: 'too deep' } } })
  })

  test('a file larger than any disk is refused by its number, one larger than this disk before a byte of it', async () => {
    await using pair = await createEnginePair()
    const { bavail, bsize } = statfsSync(pair.target)
    const sizeBytes = Math.min(maxFileSizeBytes, Math.max(512 * mebibyte, bavail * bsize * 2))
    const sparse = await playSender(pair, async (peer: HostilePeer) => {
      await peer.say(begin, batch([folder(''), file('sparse', sizeBytes)]), ...end)
      await peer.hear('wantBatch')
      await peer.content(peer.zeros(1, 0, 1))
    })
    expect(sparse).toMatchObject({ status: 'ended', error: { code: 'DISK_FULL' } })
    expect(readdirSync(join(pair.target, 'source')).filter((name) => !name.startsWith('.tern-'))).toEqual([])
    const exabytes = file('x', 2 ** 53 - 2)
    expect(await playSender(pair, (peer) => peer.say(begin, batch([folder(''), exabytes])))).toMatchObject(
      protocolError,
    )
  })

  test('a hundred thousand frames of nothing change nothing, and recurse into nothing', async () => {
    await using pair = await createEnginePair()
    const nothing = Buffer.concat(
      Array.from({ length: 1000 }, (_, index) => frame(0x90 + (index % 0x60), Buffer.alloc(0))),
    )
    const content = Buffer.from('hello')
    const outcome = await playSender(
      pair,
      async (peer) => {
        for (let count = 0; count < 50; count += 1) await peer.raw(nothing)
        await peer.say(begin, batch([folder(''), file('f', content.length)]), ...end)
        await peer.hear('wantBatch')
        for (let count = 0; count < 50; count += 1)
          await peer.content(Buffer.concat([frame(0x90, Buffer.alloc(0)), nothing.subarray(0, 5)]))
        await peer.content(peer.pack([{ entry: 1, bytes: content }]))
      },
      { finishes: true },
    )
    expect(outcome).toMatchObject({ status: 'done', items: [{ result: { filesDone: 1 } }] })
  })
})

/** How many of them something still holds. */
const livingOf = (what: Parameters<typeof queryObjects>[0]) => Number(queryObjects(what))

describe('class 10: what has ended is forgotten', () => {
  const strangers = 20

  test('who asks for a transfer that is not known here', async () => {
    const identity = await createHostIdentity('x')
    const secureContext = secureContextOf(identity)
    const reception = new Reception({ secureContext, stallAfterMs: 60_000, logger: silentLogger, handshakeMs: 500 })
    const at = await reception.listen({ host: '127.0.0.1', port: 0 })
    const before = livingOf(TlsLane)
    const knock = async (number: number) => {
      const { socket } = await secure(connect(at), 'client', secureContext, new AbortController().signal)
      const claim = { transferId: `unknown ${number}`, epoch: 1, role: 'send', lane: 0, attempt: 0 } as const
      socket.resume().write(encodeHandshake({ type: 'hello', version: 2, ...claim, proof: new Uint8Array(32) }))
      await once(socket, 'close')
    }
    await Promise.all(Array.from({ length: strangers }, (_, number) => knock(number)))
    await reception.close()
    expect(livingOf(TlsLane) - before).toBeLessThan(strangers / 4)
  })

  test('transfers of a sender, with their lanes', async () => {
    await using pair = await createEnginePair()
    writeRandomFile(pair.source, { path: 'f', sizeBytes: 5 })
    const before = livingOf(OutgoingLane)
    for (let transfer = 0; transfer < strangers; transfer += 1) await move(pair)
    expect(livingOf(OutgoingLane) - before).toBeLessThan(strangers / 4)
  })
})

describe('class 11: work that grows faster than what is sent', () => {
  test('a journal full of beginnings of records is read in its own time', () => {
    const bytes = Buffer.alloc(mebibyte)
    for (let at = 0; at + 16 <= bytes.length; at += 16) {
      bytes.write('TJR1', at)
      bytes.writeUInt32LE(bytes.length - at - 16, at + 4)
    }
    expect(crc32(bytes.subarray(16))).not.toBe(0)
    const before = process.cpuUsage()
    expect(decodeRecords(bytes)).toMatchObject({ payloads: [], goodBytes: 0, isDamaged: true })
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(100)
  })

  test.each([0, 17, 255])('%i lanes are not opened because a sender wants them', async (count) => {
    await using pair = await createEnginePair()
    const lanes: SenderMessage = { type: 'lanes', count }
    expect(await playSender(pair, (peer) => peer.say(lanes))).toMatchObject(protocolError)
  })

  test('an answer that wants a million digests compared has to bring them, and in order', async () => {
    await using pair = await createEnginePair()
    writeRandomFile(pair.source, { path: 'f', sizeBytes: 3 * mebibyte })
    const outcome = await playReceiver(pair, async (peer) => {
      await peer.hear('listEnd')
      const held = { index: 1, bytes: 3 * mebibyte, blockSizeBytes: 64 * 1024 }
      await peer.say({ type: 'wantBatch', batch: 0, wanted: Uint8Array.of(2), held: [held] })
      for (const firstBlock of [40, 45]) {
        await peer.say({ type: 'heldDigests', entry: 1, attempt: 0, firstBlock, digests: new Uint8Array(16) })
      }
    })
    expect(outcome).toMatchObject(protocolError)
  })
})
