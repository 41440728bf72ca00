import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodePack, PackWriter } from '../../../../src/engine/protocol/data-frames.ts'
import {
  frameHeaderBytes,
  maxFilesInPack,
  maxPackFrameBytes,
  smallFileBytes,
} from '../../../../src/engine/protocol/limits.ts'
import { TernError } from '../../../../src/shared/domain/errors.ts'

const digest = () => Buffer.from('00112233445566778899aabbccddeeff', 'hex')

interface File {
  readonly entry: number
  readonly attempt: number
  readonly bytes: Buffer
}

function pack(files: readonly File[]): Buffer {
  const writer = new PackWriter()
  for (const { entry, attempt, bytes } of files) {
    bytes.copy(writer.buffer, writer.end)
    writer.add(entry, attempt, bytes.length)
  }
  return Buffer.from(writer.finish(digest))
}

const payloadOf = (frame: Buffer) => frame.subarray(frameHeaderBytes)

describe('packs', () => {
  it('have these bytes: all contents, whose they are, how many, one digest', () => {
    const frame = pack([
      { entry: 1, attempt: 0, bytes: Buffer.from('ab') },
      { entry: 0x01020304, attempt: 1, bytes: Buffer.alloc(0) },
      { entry: 3, attempt: 0, bytes: Buffer.from('c') },
    ])
    expect(frame.toString('hex')).toBe(
      `00000030${'41'}${'616263'}${'00000001_00_00000002'}${'01020304_01_00000000'}${'00000003_00_00000001'}${'0003'}${digest().toString('hex')}`.replaceAll(
        '_',
        '',
      ),
    )
  })

  it('read as they were written, whatever is in them', () => {
    const file = fc.record({
      entry: fc.nat(),
      attempt: fc.nat(255),
      bytes: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    })
    fc.assert(
      fc.property(fc.array(file, { maxLength: 20 }), (files) => {
        const payload = payloadOf(pack(files))
        const read = decodePack(payload)
        const contents = read.files.map(({ entry, attempt, start, length }) => {
          return { entry, attempt, bytes: payload.subarray(start, start + length) }
        })
        expect(contents).toEqual(files)
        expect(read.digest).toEqual(digest())
        expect(read.covered).toEqual(payload.subarray(0, -16))
      }),
    )
  })

  it('take no more than fits', () => {
    const writer = new PackWriter()
    let count = 0
    for (; writer.hasRoomFor(smallFileBytes); count += 1) writer.add(count, 0, smallFileBytes)
    expect(payloadOf(writer.finish(digest)).length).toBeLessThanOrEqual(maxPackFrameBytes)
    expect(count).toBe(Math.floor(maxPackFrameBytes / smallFileBytes) - 1)
    const empty = new PackWriter()
    for (count = 0; empty.hasRoomFor(0); count += 1) empty.add(count, 0, 0)
    expect(count).toBe(maxFilesInPack)
    expect(decodePack(payloadOf(empty.finish(digest))).files).toHaveLength(maxFilesInPack)
  })

  const good = () => payloadOf(pack([{ entry: 1, attempt: 0, bytes: Buffer.from('abc') }]))
  const withCount = (count: number) => {
    const payload = Buffer.from(good())
    payload.writeUInt16BE(count, payload.length - 18)
    return payload
  }
  const withLength = (bytes: number) => {
    const payload = Buffer.from(good())
    payload.writeUInt32BE(bytes, 8)
    return payload
  }
  it.each([
    ['nothing', () => Buffer.alloc(0)],
    ['less than its end', () => Buffer.alloc(17)],
    ['more files than bytes', () => withCount(2)],
    ['more files than allowed', () => withCount(maxFilesInPack + 1)],
    ['a file longer than the contents', () => withLength(4)],
    ['a file longer than small', () => withLength(smallFileBytes + 1)],
    ['content of no file', () => withLength(2)],
    ['what is cut off in front', () => good().subarray(1)],
  ])('refuse %s', (_, payload) => {
    expect(() => decodePack(payload())).toThrow(expect.objectContaining({ code: 'PROTOCOL_ERROR' }))
  })

  it('answer any bytes with files or with PROTOCOL_ERROR', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decodePack(Buffer.from(bytes))
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(TernError)
        }
      }),
    )
  })
})
