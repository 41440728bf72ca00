import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { BodyBudget } from '../../../src/workspace/api/read-body.ts'
import { readEnvelope, unpackedData } from '../../../src/workspace/wire/envelope.ts'

const megabyte = 1024 * 1024

function packed(sizeBytes: number) {
  const text = Buffer.alloc(sizeBytes, 0x20)
  text.write('{}')
  return readEnvelope({ uri: 'transfer/create', gz_data: gzipSync(text).toString('base64') })
}

it('packed data count for what may lie unpacked at once, however small they came', async () => {
  const budget = new BodyBudget(megabyte, 0)
  expect(packed(4 * megabyte).packedData?.length).toBeLessThan(8 * 1024)
  await expect(unpackedData(packed(4 * megabyte), 64 * megabyte, budget)).rejects.toMatchObject({
    code: 'TOO_MANY_REQUESTS',
  })
  expect(await unpackedData(packed(megabyte), 64 * megabyte, budget)).toEqual({})
  const both = [unpackedData(packed(megabyte), 64 * megabyte, budget), unpackedData(packed(megabyte), 8, budget)]
  expect((await Promise.allSettled(both)).map(({ status }) => status)).toContain('rejected')
  expect(await unpackedData(packed(megabyte), 64 * megabyte, budget), 'and it is given back').toEqual({})
})
