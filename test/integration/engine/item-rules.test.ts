import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, statfsSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createEnginePair, move, requestsOf } from '../../helpers/engine-pair.ts'
import { readTree } from '../../helpers/tree.ts'

test('each item has its own rule for a clash, in one transfer, for small files and for large ones', async () => {
  await using pair = await createEnginePair()
  const rules = ['replace', 'skip', 'rename'] as const
  const large = 'x'.repeat(3_000_000)
  for (const rule of rules) {
    mkdirSync(join(pair.source, rule))
    mkdirSync(join(pair.target, rule))
    for (const [name, text] of [
      ['small', ''],
      ['large', large],
    ] as const) {
      writeFileSync(join(pair.source, rule, name), `new ${text}`)
      writeFileSync(join(pair.target, rule, name), 'old')
      utimesSync(join(pair.target, rule, name), 1, 1)
    }
  }
  const { received } = await move(pair, {
    send: { items: rules.map((rule) => ({ itemId: rule, root: pair.source, path: rule })) },
    receive: {
      items: rules.map((rule) => ({ itemId: rule, root: pair.target, path: rule, placement: 'as', onConflict: rule })),
    },
  })
  expect(received.status).toBe('done')
  const contents = (rule: string) =>
    ['small', 'large'].map((name) => readFileSync(join(pair.target, rule, name), 'utf8').slice(0, 3))
  expect(contents('replace')).toEqual(['new', 'new'])
  expect(contents('skip')).toEqual(['old', 'old'])
  expect(contents('rename')).toEqual(['old', 'old'])
  const names = [...readTree(join(pair.target, 'rename')).keys()].sort()
  expect(names).toEqual(['', 'large', 'large (2)', 'small', 'small (2)'])
})

test.each([
  { compareBy: undefined, sent: ['another size', 'another time'] },
  { compareBy: 'size+modified', sent: ['another size', 'another time'] },
  { compareBy: 'size', sent: ['another size'] },
  { compareBy: 'modified', sent: ['another time'] },
] as const)('compared by $compareBy', async ({ compareBy, sent }) => {
  await using pair = await createEnginePair()
  mkdirSync(join(pair.target, 'source'))
  const put = (folder: string, name: string, text: string, seconds: number) => {
    writeFileSync(join(folder, name), text)
    utimesSync(join(folder, name), seconds, seconds)
  }
  for (const name of ['same', 'another size', 'another time']) put(pair.source, name, 'new', 1_000_000)
  put(join(pair.target, 'source'), 'same', 'old', 1_000_000)
  put(join(pair.target, 'source'), 'another size', 'older', 1_000_000)
  put(join(pair.target, 'source'), 'another time', 'old', 2_000_000)
  const item = { itemId: '0', root: pair.target, path: 'source', placement: 'as' } as const
  const { received } = await move(pair, { receive: { items: [{ ...item, ...(compareBy && { compareBy }) }] } })
  expect(received.status).toBe('done')
  const isNew = (name: string) => readFileSync(join(pair.target, 'source', name), 'utf8') === 'new'
  expect(['same', 'another size', 'another time'].filter(isNew)).toEqual(sent)
})

test('compared by content: a file of the same size and time is replaced where its bytes differ, by those alone', async () => {
  await using pair = await createEnginePair()
  mkdirSync(join(pair.target, 'source'))
  const put = (folder: string, name: string, bytes: Buffer) => {
    writeFileSync(join(folder, name), bytes)
    utimesSync(join(folder, name), 1_000_000, 1_000_000)
  }
  const large = Buffer.alloc(8_000_000, 'x')
  const changed = Buffer.from(large)
  changed.write('y', 5_000_000)
  put(pair.source, 'small', Buffer.from('new'))
  put(pair.source, 'large', changed)
  put(join(pair.target, 'source'), 'small', Buffer.from('old'))
  put(join(pair.target, 'source'), 'large', large)
  const item = { itemId: '0', root: pair.target, path: 'source', placement: 'as', comparesContent: true } as const
  const { received } = await move(pair, { receive: { items: [item] } })
  expect(received.status).toBe('done')
  expect(readFileSync(join(pair.target, 'source', 'small'), 'utf8')).toBe('new')
  expect(readFileSync(join(pair.target, 'source', 'large')).equals(changed)).toBe(true)
  expect(received.progress.bytesReceived).toBeLessThan(2_000_000)
})

test('what is read back from the disk arrives as well, small and large', async () => {
  await using pair = await createEnginePair()
  writeFileSync(join(pair.source, 'small'), 'small')
  writeFileSync(join(pair.source, 'large'), Buffer.alloc(3_000_000, 'x'))
  const item = { itemId: '0', root: pair.target, path: 'source', placement: 'as', verify: 'readback' } as const
  const { received } = await move(pair, { receive: { items: [item] } })
  expect(received.status).toBe('done')
  expect([...readTree(join(pair.target, 'source')).values()].map(({ sizeBytes }) => sizeBytes)).toEqual([
    0, 3_000_000, 5,
  ])
})

test.each([
  ['every file', undefined, true],
  ['files of the limit and above', 20_000_000, true],
  ['none below the limit', 30_000_001, false],
  ['none', Number.POSITIVE_INFINITY, false],
])('%s goes on where it broke off', async (_what, resumesFromBytes, isResumed) => {
  await using pair = await createEnginePair()
  const content = randomBytes(30_000_000)
  writeFileSync(join(pair.source, 'file'), content)
  const rule = { itemId: '0', root: pair.target, path: 'file', placement: 'as' } as const
  const items = [{ ...rule, ...(resumesFromBytes !== undefined && { resumesFromBytes }) }]
  const options = { send: { items: [{ itemId: '0', root: pair.source, path: 'file' }] }, receive: { items } }
  const { send, receive } = requestsOf(pair, options)
  const receiving = pair.receiver.start(receive, {
    onProgress: ({ bytesReceived }) => {
      if (bytesReceived > 10_000_000) receiving.stop()
    },
  })
  const sending = pair.sender.start(send)
  // Slow enough to be stopped in the middle.
  receiving.setLimit(40_000_000)
  expect((await receiving.outcome).status).toBe('ended')
  await sending.outcome
  const { received } = await move(pair, options)
  expect(received).toMatchObject({ status: 'done' })
  expect(received.progress.bytesReceived === content.length).toBe(!isResumed)
  expect(readFileSync(join(pair.target, 'file')).equals(content)).toBe(true)
})

test.each(['small', 'large'])('what has to stay free stays free: %s files', async (size) => {
  await using pair = await createEnginePair()
  writeFileSync(join(pair.source, 'file'), Buffer.alloc(size === 'large' ? 3_000_000 : 3000, 'x'))
  const { bsize, bavail } = statfsSync(pair.target)
  const { received } = await move(pair, { receive: { reservedBytes: bsize * bavail + 1_000_000_000 } })
  expect(received).toMatchObject({ status: 'ended', error: { code: 'DISK_FULL' } })
  expect((await move(pair, { receive: { reservedBytes: 1000 } })).received).toMatchObject({ status: 'done' })
})
