import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import type { LinkRule, TransferOutcome } from '../../../src/engine/index.ts'
import { createEnginePair, type EnginePair, move } from '../../helpers/engine-pair.ts'

const outside = '../outside'

/** `path -> target` for links, the path alone for files. */
function make(root: string, ...entries: readonly string[]): void {
  for (const entry of entries) {
    const [path = '', target] = entry.split(' -> ')
    mkdirSync(dirname(join(root, path)), { recursive: true })
    if (target === undefined) writeFileSync(join(root, path), path)
    else symlinkSync(target, join(root, path))
  }
}

function treeOf(root: string, path = ''): string[] {
  return readdirSync(join(root, path), { withFileTypes: true })
    .flatMap((entry) => {
      const at = path === '' ? entry.name : `${path}/${entry.name}`
      if (entry.isDirectory()) return treeOf(root, at)
      return entry.isSymbolicLink() ? [`${at} -> ${readlinkSync(join(root, at))}`] : [at]
    })
    .sort()
}

async function send(pair: EnginePair, links: LinkRule, atReceiver: LinkRule = links): Promise<TransferOutcome> {
  const { received } = await move(pair, {
    send: { items: [{ itemId: '0', root: pair.source, path: 'item', links }] },
    receive: { items: [{ itemId: '0', root: pair.target, path: 'item', placement: 'as', links: atReceiver }] },
  })
  return received
}

const source = [
  'item/file',
  'item/in/deep',
  'item/to-file -> file',
  'item/to-folder -> in',
  'item/in/up -> ../file',
  'item/broken -> nowhere',
  'item/out -> ../outside/secret',
  'item/absolute -> /etc/hostname',
  'item/sly -> in/../../outside/secret',
  'outside/secret',
]

function toldOf(outcome: TransferOutcome): string[] {
  return (outcome.items[0]?.failures ?? []).map(({ path, error }) => `${path} ${error.code}`).sort()
}

test('left out, and told, unless asked for', async () => {
  await using pair = await createEnginePair()
  make(pair.source, ...source)
  const received = await send(pair, 'skip')
  expect(received.status).toBe('done')
  expect(treeOf(join(pair.target, 'item'))).toEqual(['file', 'in/deep'])
  expect(toldOf(received)).toHaveLength(7)
})

test('kept where they stay inside; what leads out is told', async () => {
  await using pair = await createEnginePair()
  make(pair.source, ...source)
  const received = await send(pair, 'keep')
  expect(received.status).toBe('done')
  expect(treeOf(join(pair.target, 'item'))).toEqual([
    'broken -> nowhere',
    'file',
    'in/deep',
    'in/up -> ../file',
    'to-file -> file',
    'to-folder -> in',
  ])
  expect(toldOf(received)).toEqual(['absolute SPECIAL_FILE', 'out SPECIAL_FILE', 'sly SPECIAL_FILE'])
  const again = await send(pair, 'keep')
  expect(again.items[0]?.result).toMatchObject({ filesDone: 6, filesAlreadyThere: 6 })
})

test('all kept, wherever they lead', async () => {
  await using pair = await createEnginePair()
  make(pair.source, ...source)
  const received = await send(pair, 'keep-all')
  expect(toldOf(received)).toEqual([])
  expect(treeOf(join(pair.target, 'item'))).toContain('absolute -> /etc/hostname')
})

test('what they lead to is sent, where it lies in the same root', async () => {
  await using pair = await createEnginePair()
  make(pair.source, ...source, 'item/circle -> .', 'item/in/above -> ..')
  symlinkSync(pair.target, join(pair.source, 'item', 'elsewhere'))
  const received = await send(pair, 'copy')
  expect(received.status).toBe('done')
  expect(treeOf(join(pair.target, 'item'))).toEqual([
    'file',
    'in/deep',
    'in/up',
    'out',
    'sly',
    'to-file',
    'to-folder/deep',
    'to-folder/up',
  ])
  expect(readFileSync(join(pair.target, 'item', 'out'), 'utf8')).toBe('outside/secret')
  expect(lstatSync(join(pair.target, 'item', 'to-folder')).isDirectory()).toBe(true)
  expect(toldOf(received)).toEqual([
    'absolute SPECIAL_FILE',
    'broken SPECIAL_FILE',
    'circle SPECIAL_FILE',
    'elsewhere SPECIAL_FILE',
    'in/above SPECIAL_FILE',
    'to-folder/above SPECIAL_FILE',
  ])
})

test('an item that is a link itself is what it leads to, when links are copied', async () => {
  await using pair = await createEnginePair()
  make(pair.source, 'folder/a', 'item -> folder')
  expect((await send(pair, 'skip')).items[0]?.error).toMatchObject({ code: 'LINK_IN_PATH' })
  expect((await send(pair, 'copy')).status).toBe('done')
  expect(treeOf(join(pair.target, 'item'))).toEqual(['a'])
})

test('a receiver that was not told to takes no link, and none that leads out whatever its sender says', async () => {
  await using pair = await createEnginePair()
  make(pair.source, 'item/file', 'item/in -> file', 'item/out -> ../outside')
  expect(toldOf(await send(pair, 'keep-all', 'skip'))).toEqual(['in SPECIAL_FILE', 'out SPECIAL_FILE'])
  expect(treeOf(join(pair.target, 'item'))).toEqual(['file'])
  expect(toldOf(await send(pair, 'keep-all', 'keep'))).toEqual(['out SPECIAL_FILE'])
  expect(treeOf(join(pair.target, 'item'))).toEqual(['file', 'in -> file'])
})

test('a link takes the place of a link alone, and no file is written through one', async () => {
  await using pair = await createEnginePair()
  make(pair.source, 'item/a -> x', 'item/b -> x', 'item/c', 'item/d -> x')
  make(pair.target, 'item/a -> old', 'item/b', `item/c -> ${outside}/c`, 'item/d/inside', 'outside/c')
  const received = await send(pair, 'keep')
  expect(received.status).toBe('failed')
  expect(treeOf(pair.target)).toEqual(['item/a -> x', 'item/b', 'item/c -> ../outside/c', 'item/d/inside', 'outside/c'])
  expect(readFileSync(join(pair.target, 'outside', 'c'), 'utf8')).toBe('outside/c')
  expect(toldOf(received)).toEqual(['b FILE_EXISTS', 'c LINK_IN_PATH', 'd FILE_EXISTS'])
})
