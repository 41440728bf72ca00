import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { KeptAttributes, ReceiveRequest } from '../../../src/engine/index.ts'
import { createEnginePair, type EnginePair, move } from '../../helpers/engine-pair.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

const isRoot = process.geteuid?.() === 0
const large = 'x'.repeat(200_000)
const permissions: KeptAttributes = { permissions: true, owner: false, group: false }

function put(root: string, name: string, mode: number, text = name): void {
  const at = join(root, name)
  writeFileSync(at, text)
  chmodSync(at, mode)
  utimesSync(at, 1000, 1000)
}

async function send(pair: EnginePair, attributes?: KeptAttributes, receive: Partial<ReceiveRequest> = {}) {
  const kept = attributes && { attributes }
  const { received } = await move(pair, {
    send: { items: [{ itemId: '0', root: pair.source, path: '', ...kept }] },
    receive: { ...receive, items: [{ itemId: '0', root: pair.target, path: 'source', placement: 'as', ...kept }] },
  })
  expect(received.status).toBe('done')
  return received
}

const modeOf = (pair: EnginePair, name: string) => lstatSync(join(pair.target, 'source', name)).mode & 0o7777

test('permissions are the source’s, whatever the mask, and set-id and sticky bits stay behind', async () => {
  await using pair = await createEnginePair()
  mkdirSync(join(pair.source, 'closed'))
  put(pair.source, 'open', 0o666)
  put(pair.source, 'private', 0o400)
  put(pair.source, 'setuid', 0o6755)
  put(pair.source, 'large', 0o604, large)
  put(pair.source, 'closed/file', 0o640)
  chmodSync(join(pair.source, 'closed'), 0o1510)
  await send(pair, permissions)
  expect(['open', 'private', 'setuid', 'large', 'closed', 'closed/file'].map((name) => modeOf(pair, name))).toEqual([
    0o666, 0o400, 0o755, 0o604, 0o510, 0o640,
  ])
  chmodSync(join(pair.source, 'closed'), 0o700)
  put(pair.source, 'closed/later', 0o600)
  chmodSync(join(pair.source, 'closed'), 0o510)
  await send(pair, permissions)
  expect(modeOf(pair, 'closed/later')).toBe(0o600)
  expect(modeOf(pair, 'closed')).toBe(0o510)
  // So that whoever is not root can remove them.
  for (const root of [pair.source, join(pair.target, 'source')]) chmodSync(join(root, 'closed'), 0o700)
})

test('a file that is the same but for its permissions gets them without a byte sent, and that is told', async () => {
  await using pair = await createEnginePair()
  put(pair.source, 'file', 0o644)
  await send(pair, permissions)
  chmodSync(join(pair.source, 'file'), 0o640)
  const received = await send(pair, permissions, { tells: new Set(['permissions', 'same']) })
  expect(modeOf(pair, 'file')).toBe(0o640)
  expect(received.progress.bytesReceived).toBe(0)
  expect(received.items[0]?.notes).toEqual([
    { kind: 'permissions', path: 'file' },
    { kind: 'same', path: 'file' },
  ])
})

test('a mask of the request holds for what is new', async () => {
  await using pair = await createEnginePair()
  mkdirSync(join(pair.source, 'folder'))
  put(pair.source, 'folder/small', 0o777)
  put(pair.source, 'large', 0o666, large)
  await send(pair, undefined, { umask: 0o027 })
  expect(['folder', 'folder/small', 'large'].map((name) => modeOf(pair, name))).toEqual([0o750, 0o750, 0o640])
})

test.runIf(isRoot)('owner and group go by what the setting names', async () => {
  await using pair = await createEnginePair()
  for (const name of ['small', 'large']) {
    put(pair.source, name, 0o644, name === 'large' ? large : name)
    chownSync(join(pair.source, name), 12_345, 23_456)
  }
  mkdirSync(join(pair.source, 'folder'))
  chownSync(join(pair.source, 'folder'), 12_345, 23_456)
  await send(pair, { permissions: false, owner: true, group: false })
  const ownersOf = (name: string) => {
    const { uid, gid } = lstatSync(join(pair.target, 'source', name))
    return [uid, gid]
  }
  const names = ['small', 'large', 'folder']
  expect(names.map(ownersOf)).toEqual(names.map(() => [12_345, 0]))
  await send(pair, { permissions: false, owner: true, group: true })
  expect(names.map(ownersOf)).toEqual(names.map(() => [12_345, 23_456]))
})

test.each([
  ['before 1970', -86_400_001],
  ['the last second before 1970', -1],
  ['far in the future', 32_503_680_000_000],
])('times %s arrive, and are the same the next time', async (_what, timeMs) => {
  await using pair = await createEnginePair()
  for (const [name, text] of [
    ['small', 'small'],
    ['large', large],
  ] as const) {
    put(pair.source, name, 0o644, text)
    utimesSync(join(pair.source, name), new Date(timeMs), new Date(timeMs))
  }
  await send(pair)
  const timeOf = (root: string, name: string) => Math.floor(lstatSync(join(root, name)).mtimeMs)
  for (const name of ['small', 'large']) {
    expect(timeOf(join(pair.target, 'source'), name)).toBe(timeOf(pair.source, name))
  }
  const again = await send(pair)
  expect(again.items[0]?.result).toMatchObject({ filesAlreadyThere: 2 })
})

test.runIf(existsSync('/dev/shm'))(
  'a time beyond what the disk can hold is the nearest it can, and the same the next time',
  async () => {
    await using pair = await createEnginePair()
    const source = tempFolder('/dev/shm')
    const distantMs = 253_402_300_799_000
    writeFileSync(join(source, 'file'), 'file')
    utimesSync(join(source, 'file'), new Date(distantMs), new Date(distantMs))
    const items = [{ itemId: '0', root: source, path: '' }]
    const [first, second] = [await move(pair, { send: { items } }), await move(pair, { send: { items } })]
    expect(first.received.items[0]?.result).toMatchObject({ filesDone: 1, filesAlreadyThere: 0 })
    expect(second.received.items[0]?.result).toMatchObject({ filesDone: 1, filesAlreadyThere: 1 })
    expect(readdirSync(pair.target)).toEqual(['source'])
  },
)

test('a mask of the request leaves what is replaced as its owner set it', async () => {
  await using pair = await createEnginePair()
  for (const [name, text] of Object.entries({ small: 'newer', large })) {
    mkdirSync(join(pair.target, 'source'), { recursive: true })
    put(join(pair.target, 'source'), name, 0o664, 'old')
    put(pair.source, name, 0o600, text)
  }
  await send(pair, undefined, { umask: 0o077 })
  expect(['small', 'large'].map((name) => modeOf(pair, name))).toEqual([0o664, 0o664])
})

test.each([
  ['small', 'text'],
  ['large', 'x'.repeat(3_000_000)],
])('a %s file whose content is the same gets its permissions where the content is compared', async (name, text) => {
  await using pair = await createEnginePair()
  put(pair.source, name, 0o644, text)
  await send(pair, permissions)
  chmodSync(join(pair.source, name), 0o640)
  const { received } = await move(pair, {
    send: { items: [{ itemId: '0', root: pair.source, path: '', attributes: permissions }] },
    receive: {
      tells: new Set(['permissions', 'same', 'left', 'replaced']),
      items: [
        {
          ...{ itemId: '0', root: pair.target, path: 'source', placement: 'as' as const },
          ...{ attributes: permissions, comparesContent: true },
        },
      ],
    },
  })
  expect(modeOf(pair, name)).toBe(0o640)
  expect(received.progress.bytesReceived).toBe(0)
  expect(received.items[0]?.notes).toEqual([
    { kind: 'permissions', path: name },
    { kind: 'same', path: name },
  ])
})
