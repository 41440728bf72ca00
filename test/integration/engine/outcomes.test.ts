import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { TransferProgress } from '../../../src/engine/index.ts'
import { createEnginePair, move, requestsOf } from '../../helpers/engine-pair.ts'
import { readTree, setFolderTimes, writeRandomFile } from '../../helpers/tree.ts'

const mebibyte = 1024 * 1024

test('a stopped transfer keeps what is verified, and the next one goes on from there', async () => {
  await using pair = await createEnginePair()
  writeRandomFile(pair.source, { path: 'large.mov', sizeBytes: 64 * mebibyte })
  pair.sender.setLimit(60 * mebibyte)
  const first = requestsOf(pair)
  let stop: () => void = () => undefined
  const receiving = pair.receiver.start(first.receive, {
    onProgress: (progress) => progress.bytesVerified > 20 * mebibyte && stop(),
  })
  const sending = pair.sender.start(first.send)
  stop = () => sending.stop()
  const [sent, received] = await Promise.all([sending.outcome, receiving.outcome])
  expect(sent.status).toBe('ended')
  expect(sent.error).toBeUndefined()
  expect(received).toMatchObject({ status: 'ended', error: { code: 'PEER_LOST' } })
  expect(received.progress.bytesVerified).toBeGreaterThan(20 * mebibyte)

  pair.sender.setLimit(undefined)
  const again = await move(pair)
  expect(again.received.status).toBe('done')
  expect(again.received.progress.bytesReceived).toBe(64 * mebibyte - received.progress.bytesVerified)
  expect(readTree(join(pair.target, 'source'))).toEqual(readTree(pair.source))
})

test('a partial of another version of the source is not mixed in', async () => {
  await using pair = await createEnginePair()
  writeRandomFile(pair.source, { path: 'large.mov', sizeBytes: 48 * mebibyte })
  pair.sender.setLimit(60 * mebibyte)
  const first = requestsOf(pair)
  const receiving = pair.receiver.start(first.receive, {
    onProgress: (progress) => progress.bytesVerified > 16 * mebibyte && receiving.stop(),
  })
  const sending = pair.sender.start(first.send)
  await Promise.all([sending.outcome, receiving.outcome])
  writeRandomFile(pair.source, { path: 'large.mov', sizeBytes: 48 * mebibyte, mtimeMs: 1_710_000_000_000 })
  pair.sender.setLimit(undefined)

  const { received } = await move(pair)

  expect(received.status).toBe('done')
  expect(received.progress.bytesReceived).toBe(48 * mebibyte)
  expect(readTree(join(pair.target, 'source'))).toEqual(readTree(pair.source))
})

test('a block of the partial that differs from the source is sent again', async () => {
  await using pair = await createEnginePair()
  writeRandomFile(pair.source, { path: 'large.mov', sizeBytes: 48 * mebibyte })
  pair.sender.setLimit(60 * mebibyte)
  const first = requestsOf(pair)
  const receiving = pair.receiver.start(first.receive, {
    onProgress: (progress) => progress.bytesVerified > 16 * mebibyte && receiving.stop(),
  })
  await Promise.all([pair.sender.start(first.send).outcome, receiving.outcome])
  // Same size, same time, other content: only the digests can tell.
  const file = join(pair.source, 'large.mov')
  const content = readFileSync(file)
  content.writeUInt32BE(0xdeadbeef, 5 * mebibyte)
  writeFileSync(file, content)
  utimesSync(file, 1_700_000_000.123, 1_700_000_000.123)
  setFolderTimes(pair.source)
  pair.sender.setLimit(undefined)

  const { received } = await move(pair)

  expect(received.status).toBe('done')
  expect(received.progress.bytesReceived).toBeLessThan(48 * mebibyte)
  expect(readTree(join(pair.target, 'source'))).toEqual(readTree(pair.source))
})

test('links and special files are left out and said; the rest arrives', async () => {
  await using pair = await createEnginePair()
  writeRandomFile(pair.source, { path: 'real.txt', sizeBytes: 10 })
  symlinkSync('/etc/passwd', join(pair.source, 'link'))
  execFileSync('mkfifo', [join(pair.source, 'pipe')])
  const { sent, received } = await move(pair)
  expect(received.status).toBe('done')
  expect(received.items[0]?.failures).toEqual([
    { path: 'link', error: { code: 'SPECIAL_FILE', params: { path: 'link', kind: 'link' } } },
    { path: 'pipe', error: { code: 'SPECIAL_FILE', params: { path: 'pipe', kind: 'pipe' } } },
  ])
  expect(sent.items[0]?.failures).toEqual(received.items[0]?.failures)
  expect([...readTree(join(pair.target, 'source')).keys()]).toEqual(['', 'real.txt'])
})

test('a file that stands where a folder should go stays, and the item says so', async () => {
  await using pair = await createEnginePair()
  writeRandomFile(pair.source, { path: 'a.txt', sizeBytes: 10 })
  writeFileSync(join(pair.target, 'taken'), 'a file in the way')
  const { received } = await move(pair, {
    send: { items: [{ itemId: 'a', root: pair.source, path: 'a.txt' }] },
    receive: { items: [{ itemId: 'a', root: pair.target, path: 'taken', placement: 'into' as const }] },
  })
  const error = { code: 'FOLDER_OVER_FILE', params: { path: 'taken' } }
  expect(received.items).toMatchObject([{ status: 'failed', error }])
  expect(readFileSync(join(pair.target, 'taken'), 'utf8')).toBe('a file in the way')
})

test('one item that fails does not stop the others; both sides name the same cause', async () => {
  await using pair = await createEnginePair()
  writeRandomFile(pair.source, { path: 'a.txt', sizeBytes: 10 })
  writeRandomFile(pair.source, { path: 'b/c.txt', sizeBytes: 10 })
  mkdirSync(join(pair.target, 'x'))
  writeFileSync(join(pair.target, 'x', 'b'), 'a file in the way')
  const itemIds = ['missing', 'a', 'b']
  const { sent, received } = await move(pair, {
    send: {
      items: itemIds.map((itemId, index) => ({
        itemId,
        root: pair.source,
        path: ['gone.txt', 'a.txt', 'b'][index] ?? '',
      })),
    },
    receive: {
      items: itemIds.map((itemId) => ({ itemId, root: pair.target, path: 'x', placement: 'into' as const })),
    },
  })
  expect(received.status).toBe('failed')
  const byId = new Map(received.items.map((item) => [item.itemId, item]))
  expect(byId.get('missing')).toMatchObject({ status: 'failed', error: { code: 'SOURCE_NOT_FOUND' } })
  expect(byId.get('a')).toMatchObject({ status: 'done', pathAbsFinal: join(pair.target, 'x/a.txt'), kind: 'file' })
  expect(byId.get('b')).toMatchObject({ status: 'failed', error: { code: 'FOLDER_OVER_FILE' }, kind: 'folder' })
  expect(new Map(sent.items.map((item) => [item.itemId, item.error?.code]))).toEqual(
    new Map(received.items.map((item) => [item.itemId, item.error?.code])),
  )
})

test.each([
  { rule: 'replace', content: 'new', extra: [], result: { filesDone: 1, filesReplaced: 1 } },
  { rule: 'skip', content: 'old', extra: [], result: { filesDone: 1, filesAlreadyThere: 1 } },
  { rule: 'rename', content: 'old', extra: ['f (2).txt'], result: { filesDone: 1, filesReplaced: 0 } },
] as const)('a clash under the rule $rule', async ({ rule, content, extra, result }) => {
  await using pair = await createEnginePair()
  writeFileSync(join(pair.source, 'f.txt'), 'new')
  mkdirSync(join(pair.target, 'source'))
  writeFileSync(join(pair.target, 'source/f.txt'), 'old')
  utimesSync(join(pair.target, 'source/f.txt'), 1, 1)
  for (let round = 0; round < 2; round += 1) {
    const { received } = await move(pair, { receive: { onConflict: rule } })
    expect(received.status).toBe('done')
    if (round === 0) expect(received.items[0]?.result).toMatchObject(result)
    else expect(received.progress.bytesReceived).toBe(0)
    expect(readFileSync(join(pair.target, 'source/f.txt'), 'utf8')).toBe(content)
    expect([...readTree(join(pair.target, 'source')).keys()].sort()).toEqual(['', 'f.txt', ...extra].sort())
  }
})

test('a file that meets a folder under `as` lands beneath it', async () => {
  await using pair = await createEnginePair()
  writeRandomFile(pair.source, { path: 'f.txt', sizeBytes: 5 })
  mkdirSync(join(pair.target, 'place'))
  const { received } = await move(pair, {
    send: { items: [{ itemId: '0', root: pair.source, path: 'f.txt' }] },
    receive: { items: [{ itemId: '0', root: pair.target, path: 'place', placement: 'as' }] },
  })
  expect(received.items[0]?.pathAbsFinal).toBe(join(pair.target, 'place/f.txt'))
})

test('a source that changes while it is read is sent once more, never mixed', async () => {
  await using pair = await createEnginePair()
  const file = join(pair.source, 'large.mov')
  writeRandomFile(pair.source, { path: 'large.mov', sizeBytes: 40 * mebibyte })
  pair.sender.setLimit(40 * mebibyte)
  let isChanged = false
  const { received } = await move(pair, {
    receiveEvents: {
      onProgress: ({ bytesReceived }: TransferProgress) => {
        if (isChanged || bytesReceived < 4 * mebibyte) return
        isChanged = true
        writeRandomFile(pair.source, { path: 'large.mov', sizeBytes: 24 * mebibyte, mtimeMs: 1_720_000_000_000 })
        pair.sender.setLimit(undefined)
      },
    },
  })
  expect(isChanged).toBe(true)
  expect(received.status).toBe('done')
  expect(readFileSync(join(pair.target, 'source/large.mov')).equals(readFileSync(file))).toBe(true)
  expect(received.progress).toMatchObject({ bytesTotal: 24 * mebibyte, bytesVerified: 24 * mebibyte })
})

test('a source that vanishes fails that file alone', async () => {
  await using pair = await createEnginePair()
  writeRandomFile(pair.source, { path: 'a.mov', sizeBytes: 30 * mebibyte })
  writeRandomFile(pair.source, { path: 'b.mov', sizeBytes: 1 * mebibyte })
  pair.sender.setLimit(30 * mebibyte)
  const { sent, received } = await move(pair, {
    receiveEvents: {
      onProgress: ({ bytesReceived }) => {
        if (bytesReceived < 2 * mebibyte) return
        rmSync(join(pair.source, 'b.mov'), { force: true })
        pair.sender.setLimit(undefined)
      },
    },
  })
  expect(received.status).toBe('failed')
  expect(received.items[0]).toMatchObject({
    result: { filesDone: 1, filesFailed: 1 },
    failures: [{ path: 'b.mov', error: { code: 'SOURCE_NOT_FOUND' } }],
  })
  expect(sent.items[0]?.failures).toEqual(received.items[0]?.failures)
  expect([...readTree(join(pair.target, 'source')).keys()]).toEqual(['', 'a.mov'])
})

test('a limit holds in flight, and so does taking it away', async () => {
  await using pair = await createEnginePair()
  writeRandomFile(pair.source, { path: 'f.bin', sizeBytes: 6 * mebibyte })
  pair.receiver.setLimit(2 * mebibyte)
  const startedAtMs = performance.now()
  let isFree = false
  const { received } = await move(pair, {
    receiveEvents: {
      onProgress: ({ bytesReceived }) => {
        if (isFree || bytesReceived < 2 * mebibyte) return
        isFree = true
        expect(performance.now() - startedAtMs).toBeGreaterThan(600)
        pair.receiver.setLimit(undefined)
      },
    },
  })
  expect(received.status).toBe('done')
  expect(isFree).toBe(true)
  expect(performance.now() - startedAtMs).toBeLessThan(2700)
})

test('two transfers to one path at once: one owner, the other hears TARGET_BUSY', async () => {
  await using pair = await createEnginePair()
  writeRandomFile(pair.source, { path: 'f.bin', sizeBytes: 8 * mebibyte })
  pair.sender.setLimit(16 * mebibyte)
  const both = await Promise.all([
    move(pair, { receive: { resumeKey: 'one' } }),
    move(pair, { receive: { resumeKey: 'two' } }),
  ])
  expect(both.map(({ received }) => received.status).sort()).toEqual(['done', 'failed'])
  const failed = both.find(({ received }) => received.status === 'failed')
  expect(failed?.received.items[0]?.error?.code).toBe('TARGET_BUSY')
})

test('forget removes partials and journal of a stopped job', async () => {
  await using pair = await createEnginePair()
  writeRandomFile(pair.source, { path: 'large.mov', sizeBytes: 48 * mebibyte })
  pair.sender.setLimit(60 * mebibyte)
  const { send, receive } = requestsOf(pair)
  const receiving = pair.receiver.start(receive, {
    onProgress: (progress) => progress.bytesVerified > 10 * mebibyte && receiving.stop(),
  })
  await Promise.all([pair.sender.start(send).outcome, receiving.outcome])
  expect(readTree(pair.target).size).toBe(3)
  await pair.receiver.forget('workspace/job')
  expect([...readTree(pair.target).keys()]).toEqual(['', 'source'])
})

test('a file that cannot be placed keeps what is verified of it, and is placed by the next run', async () => {
  await using pair = await createEnginePair()
  writeRandomFile(pair.source, { path: 'large.mov', sizeBytes: 48 * mebibyte })
  setFolderTimes(pair.source)
  const inTheWay = join(pair.target, 'source', 'large.mov')
  const first = requestsOf(pair)
  pair.sender.setLimit(100 * mebibyte)
  const receiving = pair.receiver.start(first.receive, {
    onProgress: (progress) => {
      if (progress.bytesVerified > 8 * mebibyte) mkdirSync(inTheWay, { recursive: true })
    },
  })
  const [, received] = await Promise.all([pair.sender.start(first.send).outcome, receiving.outcome])
  expect(received.items[0]).toMatchObject({ status: 'failed', error: { code: 'FOLDER_OVER_FILE' } })
  expect(partialsIn(join(pair.target, 'source'))).toHaveLength(1)

  rmSync(inTheWay, { recursive: true })
  pair.sender.setLimit(undefined)
  const again = await move(pair)

  expect(again.received.status).toBe('done')
  expect(again.received.progress.bytesReceived).toBeLessThanOrEqual(32 * mebibyte)
  expect(partialsIn(join(pair.target, 'source'))).toEqual([])
  expect(readTree(join(pair.target, 'source'))).toEqual(readTree(pair.source))
})

test('the partial of a file that its source has taken back goes with the run that ends without it', async () => {
  await using pair = await createEnginePair()
  writeRandomFile(pair.source, { path: 'kept.txt', sizeBytes: 10 })
  writeRandomFile(pair.source, { path: 'large.mov', sizeBytes: 48 * mebibyte })
  pair.sender.setLimit(60 * mebibyte)
  const first = requestsOf(pair)
  const receiving = pair.receiver.start(first.receive, {
    onProgress: (progress) => progress.bytesVerified > 16 * mebibyte && receiving.stop(),
  })
  await Promise.all([pair.sender.start(first.send).outcome, receiving.outcome])
  expect(partialsIn(join(pair.target, 'source'))).toHaveLength(1)
  rmSync(join(pair.source, 'large.mov'))
  setFolderTimes(pair.source)
  pair.sender.setLimit(undefined)

  const { received } = await move(pair)

  expect(received.status).toBe('done')
  expect(partialsIn(join(pair.target, 'source'))).toEqual([])
  expect(readTree(join(pair.target, 'source'))).toEqual(readTree(pair.source))
})

function partialsIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.part'))
}

test.each([
  ['beneath a folder', { path: 'plates/', placement: 'into' }, 'plates'],
  ['in a folder of that name, which is made', { path: 'new/plates', placement: 'as' }, 'new/plates'],
  [
    'beside each other, where the place is called as the selection',
    { path: 'mirror/f.%d[1-2]', placement: 'as' },
    'mirror',
  ],
  ['in the root itself', { path: 'f.%d[1-2]', placement: 'as' }, ''],
] as const)('members of a folder land %s', async (_where, place, folder) => {
  await using pair = await createEnginePair()
  for (const path of ['in/f.1', 'in/f.2', 'in/f.3']) writeRandomFile(pair.source, { path, sizeBytes: 300_000 })
  setFolderTimes(pair.source)
  const members = { name: 'f.%d[1-2]', has: (name: string) => name === 'f.1' || name === 'f.2' }
  const options = {
    send: { items: [{ itemId: '0', root: pair.source, path: 'in', members }] },
    receive: { items: [{ itemId: '0', root: pair.target, ...place, path: place.path.replace(/\/$/, '') }] },
  }
  const { received } = await move(pair, options)
  expect(received.items).toMatchObject([{ status: 'done', kind: 'folder', pathAbsFinal: join(pair.target, folder) }])
  const landed = join(pair.target, folder)
  expect(readdirSync(landed).sort()).toEqual(['f.1', 'f.2'])
  for (const name of readdirSync(landed)) {
    expect(readFileSync(join(landed, name))).toEqual(readFileSync(join(pair.source, 'in', name)))
  }
  // Of the folder they come from, nothing is told: its time stays there.
  expect(statSync(landed).mtimeMs).not.toBe(statSync(join(pair.source, 'in')).mtimeMs)
  const again = await move(pair, options)
  expect(again.received.progress).toMatchObject({ filesAlreadyThere: 2, bytesReceived: 0 })
})

test('a failure is told with its reason however many links were left out before it', async () => {
  await using pair = await createEnginePair()
  for (let link = 0; link < 150; link += 1) symlinkSync('elsewhere', join(pair.source, `link${link}`))
  writeFileSync(join(pair.source, 'z'), 'z')
  // Listed, and gone when it is to be read.
  const includes = (path: string) => {
    if (path === 'z') rmSync(join(pair.source, 'z'))
    return true
  }
  const { sent, received } = await move(pair, {
    send: { items: [{ itemId: '0', root: pair.source, path: '', includes }] },
  })
  for (const { items } of [sent, received]) {
    expect(items[0]).toMatchObject({ status: 'failed', error: { code: 'SOURCE_NOT_FOUND' } })
    expect(items[0]?.failures?.filter(({ path }) => path === 'z')).toHaveLength(1)
    expect(items[0]?.failures).toHaveLength(100)
  }
})
