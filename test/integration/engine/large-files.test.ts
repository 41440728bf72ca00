import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import type { ReceiveItem } from '../../../src/engine/index.ts'
import { maxFileSizeBytes } from '../../../src/engine/protocol/limits.ts'
import { PartialFile } from '../../../src/engine/storage/partial-file.ts'
import { TernError } from '../../../src/shared/domain/errors.ts'
import { createEnginePair, type EnginePair, move } from '../../helpers/engine-pair.ts'

const kibibyte = 1024
const mebibyte = 1024 * kibibyte
const fine = 128 * kibibyte

afterEach(() => vi.restoreAllMocks())

/** A file of the source and the version of it that lies at the target, older by its time. */
function put(pair: EnginePair, now: Uint8Array, old?: Uint8Array): { source: string; target: string } {
  const [source, target] = [join(pair.source, 'film'), join(pair.target, 'source', 'film')]
  writeFileSync(source, now)
  mkdirSync(join(pair.target, 'source'), { recursive: true })
  if (old) {
    writeFileSync(target, old)
    utimesSync(target, 1000, 1000)
  }
  return { source, target }
}

const item = (pair: EnginePair, rules: Partial<ReceiveItem>) => ({
  receive: { items: [{ itemId: '0', root: pair.target, path: 'source', placement: 'as' as const, ...rules }] },
})

function changedAt(bytes: Buffer, ...offsets: readonly number[]): Buffer {
  const changed = Buffer.from(bytes)
  for (const offset of offsets) changed[offset] = (changed[offset] ?? 0) ^ 1
  return changed
}

const film = randomBytes(6 * mebibyte + 5)

test.each([
  { what: 'the same but for its time', old: film, sentBytes: 0 },
  { what: 'different in two blocks', old: changedAt(film, 0, 3 * mebibyte), sentBytes: 2 * fine },
  { what: 'different in its last, short block', old: changedAt(film, film.length - 1), sentBytes: 5 },
  { what: 'shorter', old: film.subarray(0, 2 * mebibyte), sentBytes: 4 * mebibyte + 5 },
  { what: 'shorter by part of a block', old: film.subarray(0, 2 * mebibyte + 1), sentBytes: 4 * mebibyte + 5 },
  { what: 'longer', old: Buffer.concat([film, Buffer.alloc(mebibyte, 1)]), sentBytes: 5 },
  { what: 'another film', old: randomBytes(film.length), sentBytes: film.length },
  { what: 'too small to be of use', old: film.subarray(0, mebibyte - 1), sentBytes: film.length },
  { what: 'a hole of its size', old: Buffer.alloc(film.length), sentBytes: film.length },
])('of an older version that is $what only other blocks are sent', async ({ old, sentBytes }) => {
  await using pair = await createEnginePair()
  const { source, target } = put(pair, film, old)
  const { received, sent } = await move(pair)
  expect(received).toMatchObject({ status: 'done', items: [{ result: { filesDone: 1, filesReplaced: 1 } }] })
  expect(sent.status).toBe('done')
  expect(received.progress).toMatchObject({ bytesReceived: sentBytes, bytesVerified: film.length })
  expect(readFileSync(target).equals(film)).toBe(true)
  expect(Math.floor(statSync(target).mtimeMs)).toBe(Math.floor(statSync(source).mtimeMs))
  expect(readdirSync(join(pair.target, 'source'))).toEqual(['film'])
})

test('an older version stays as it is until the new one is whole', async () => {
  await using pair = await createEnginePair()
  const old = changedAt(film, 7)
  const { target } = put(pair, film, old)
  vi.spyOn(PartialFile.prototype, 'commit').mockRejectedValueOnce(new Error('no'))
  expect((await move(pair)).received.status).not.toBe('done')
  expect(readFileSync(target).equals(old)).toBe(true)
  expect((await move(pair)).received.progress.bytesReceived).toBe(0)
  expect(readFileSync(target).equals(film)).toBe(true)
})

test('whatever lies there, an older version and the rest of an earlier run: the file is that of the source', async () => {
  const part = fc.record({
    at: fc.nat({ max: 20 }),
    blocks: fc.integer({ min: 1, max: 6 }),
    byte: fc.constantFrom(0, 0, 7),
  })
  const version = fc.record({
    blocks: fc.integer({ min: 8, max: 20 }),
    tail: fc.nat({ max: 3 }),
    parts: fc.array(part, { maxLength: 4 }),
  })
  const base = Buffer.concat(Array.from({ length: 24 }, (_, index) => randomBytes(fine).fill(index % 5 ? index : 0, 9)))
  const contentOf = ({
    blocks,
    tail,
    parts,
  }: {
    blocks: number
    tail: number
    parts: readonly { at: number; blocks: number; byte: number }[]
  }) => {
    const bytes = Buffer.from(base.subarray(0, blocks * fine + tail))
    for (const { at, blocks: count, byte } of parts)
      bytes.fill(byte, Math.min(bytes.length, at * fine), Math.min(bytes.length, (at + count) * fine))
    return bytes
  }
  await using pair = await createEnginePair()
  const { write } = PartialFile.prototype
  let time = 2000
  await fc.assert(
    fc.asyncProperty(version, fc.option(version), fc.option(fc.nat({ max: 20 })), async (next, old, stopAfter) => {
      const now = contentOf(next)
      const { source, target } = put(pair, now, old ? contentOf(old) : undefined)
      utimesSync(source, time, time)
      time += 10
      if (stopAfter !== null) {
        let left = stopAfter
        vi.spyOn(PartialFile.prototype, 'write').mockImplementation(function (this: PartialFile, ...args) {
          if (left-- === 0) throw new Error('cut')
          write.apply(this, args)
        })
        await move(pair)
        vi.restoreAllMocks()
      }
      const { received } = await move(pair)
      expect(received.status).toBe('done')
      expect(readFileSync(target).equals(now)).toBe(true)
    }),
    { numRuns: 25 },
  )
})

test('holes are named, not sent, and stay holes', async () => {
  await using pair = await createEnginePair()
  const { source, target } = put(pair, Buffer.alloc(0))
  truncateSync(source, 100 * mebibyte + 9)
  const fd = openSync(source, 'r+')
  writeSync(fd, randomBytes(5), 0, 5, 50 * mebibyte)
  closeSync(fd)
  const { received } = await move(pair)
  expect(received.progress).toMatchObject({ bytesReceived: 2 * mebibyte, bytesVerified: 100 * mebibyte + 9 })
  expect(statSync(target).blocks * 512).toBeLessThan(8 * mebibyte)
  expect(readFileSync(target).equals(readFileSync(source))).toBe(true)
})

test('zeros replace what an older version has in their place', async () => {
  await using pair = await createEnginePair()
  const now = Buffer.from(film).fill(0, mebibyte, 3 * mebibyte)
  const { target } = put(pair, now, film)
  const { received } = await move(pair)
  expect(received.progress).toMatchObject({ bytesReceived: 0, bytesVerified: film.length })
  expect(readFileSync(target).equals(now)).toBe(true)
})

test('a file that is larger than the free space without what stays reserved ends the transfer before a byte of it', async () => {
  await using pair = await createEnginePair()
  const { target } = put(pair, film)
  const reservedBytes = 2 ** 52
  const full = await move(pair, { receive: { reservedBytes } })
  const params = { path: 'source/film', neededBytes: expect.any(Number) as number, freeBytes: 0 }
  expect(full.received).toMatchObject({ status: 'ended', error: { code: 'DISK_FULL', params } })
  expect(full.sent).toMatchObject({ status: 'ended', error: { code: 'DISK_FULL' } })
  expect((await move(pair)).received.status).toBe('done')
  expect(readFileSync(target).equals(film)).toBe(true)
  expect(readdirSync(join(pair.target, 'source'))).toEqual(['film'])
})

test('where resuming is off nothing that lies there is told or used', async () => {
  await using pair = await createEnginePair()
  put(pair, film, changedAt(film, 7))
  const { received } = await move(pair, item(pair, { resumesFromBytes: Number.POSITIVE_INFINITY }))
  expect(received.progress.bytesReceived).toBe(film.length)
})

test('what the disk gives back otherwise than it was written fails the file, which is sent anew', async () => {
  await using pair = await createEnginePair()
  const { target } = put(pair, film)
  const rules = item(pair, { verify: 'readback' })
  vi.spyOn(PartialFile.prototype, 'read').mockImplementationOnce((buffer) => buffer.byteLength)
  const failed = await move(pair, rules)
  expect(failed.received.items[0]?.failures?.[0]).toMatchObject({
    path: 'film',
    error: { code: 'INTEGRITY', params: { what: 'readback' } },
  })
  expect(readdirSync(join(pair.target, 'source'))).toEqual([])
  expect((await move(pair, rules)).received).toMatchObject({ status: 'done', progress: { bytesReceived: film.length } })
  expect(readFileSync(target).equals(film)).toBe(true)
})

test('where the content counts, files of the same size and time are told block by block, and only what differs is sent', async () => {
  await using pair = await createEnginePair()
  const { source, target } = put(pair, film, changedAt(film, 7))
  const others = ['same', 'other', 'empty'] as const
  for (const name of others) {
    const content = Buffer.from(name === 'empty' ? '' : 'some words')
    writeFileSync(join(pair.source, name), content)
    writeFileSync(join(pair.target, 'source', name), name === 'other' ? changedAt(content, 0) : content)
  }
  for (const folder of [pair.source, join(pair.target, 'source')]) {
    for (const name of ['film', ...others]) utimesSync(join(folder, name), 1000, 1000)
  }
  const inode = statSync(join(pair.target, 'source', 'same')).ino
  expect((await move(pair)).received.items[0]?.result).toMatchObject({ filesDone: 4, filesAlreadyThere: 4 })
  const { received } = await move(pair, item(pair, { comparesContent: true }))
  expect(received.status).toBe('done')
  expect(received.progress.bytesReceived).toBe(fine + 10)
  expect(readFileSync(target).equals(readFileSync(source))).toBe(true)
  expect(readFileSync(join(pair.target, 'source', 'other'), 'utf8')).toBe('some words')
  expect(statSync(join(pair.target, 'source', 'same')).ino).toBe(inode)
  expect(received.items[0]?.result).toMatchObject({ filesDone: 4, filesReplaced: 2, filesAlreadyThere: 2 })
  expect(readdirSync(join(pair.target, 'source')).sort()).toEqual(['empty', 'film', 'other', 'same'])
})

test('a file beyond all bounds, such as one that is nearly all hole, fails alone', async () => {
  await using pair = await createEnginePair()
  put(pair, Buffer.alloc(5, 1))
  writeFileSync(join(pair.source, 'huge'), '')
  truncateSync(join(pair.source, 'huge'), maxFileSizeBytes + 1)
  const { received } = await move(pair)
  expect(received).toMatchObject({
    status: 'failed',
    items: [
      { result: { filesDone: 1, filesFailed: 1 }, failures: [{ path: 'huge', error: { code: 'LIMIT_EXCEEDED' } }] },
    ],
  })
  expect(readdirSync(join(pair.target, 'source'))).toEqual(['film'])
})

test('a file of which one block could not be written is never placed, whatever comes of the others', async () => {
  await using pair = await createEnginePair()
  const { source, target } = put(pair, film)
  const write = PartialFile.prototype.writeBeside
  const [refused, last] = [5 * mebibyte, 6 * mebibyte]
  let failed = (): void => undefined
  const hasFailed = new Promise<void>((resolve) => {
    failed = resolve
  })
  vi.spyOn(PartialFile.prototype, 'writeBeside').mockImplementation(async function (this: PartialFile, bytes, at) {
    if (at === refused) {
      setImmediate(failed)
      throw new TernError('DISK_FULL', { path: this.path })
    }
    // The last one is still on its way to the disk when the other is refused.
    if (at === last) await hasFailed
    return write.call(this, bytes, at)
  })
  const { received } = await move(pair)
  expect([received.status, received.error?.code]).toEqual(['ended', 'DISK_FULL'])
  expect(existsSync(target)).toBe(false)
  vi.restoreAllMocks()
  expect((await move(pair)).received.status).toBe('done')
  expect(readFileSync(target).equals(readFileSync(source))).toBe(true)
})

test('a large file that becomes a small one on its way leaves nothing in the journal', async () => {
  await using pair = await createEnginePair()
  const { source, target } = put(pair, randomBytes(40 * mebibyte))
  pair.sender.setLimit(20 * mebibyte)
  let isCut = false
  const { received } = await move(pair, {
    receiveEvents: {
      onProgress: ({ bytesReceived }) => {
        if (isCut || bytesReceived < 4 * mebibyte) return
        isCut = true
        truncateSync(source, 1000)
        pair.sender.setLimit(undefined)
      },
    },
  })
  expect([isCut, received.status]).toEqual([true, 'done'])
  expect(readFileSync(target).equals(readFileSync(source))).toBe(true)
  expect(
    readdirSync(pair.folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.journal')),
  ).toEqual([])
})
