import { mkdirSync, readdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import type { ReceiveItem, SyncRule, TransferOutcome } from '../../../src/engine/index.ts'
import { createEnginePair, type EnginePair, type MoveOptions, move } from '../../helpers/engine-pair.ts'

function make(root: string, ...paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    if (path.endsWith('/')) mkdirSync(join(root, path), { recursive: true })
    else writeFileSync(join(root, path), path)
  }
}

function treeOf(root: string): string[] {
  return (readdirSync(root, { recursive: true }) as string[]).sort()
}

async function sync(
  pair: EnginePair,
  options: { sync?: Partial<SyncRule>; item?: Partial<ReceiveItem>; move?: MoveOptions } = {},
): Promise<TransferOutcome> {
  const rule = { isGuarded: true, ...options.sync }
  const item = { itemId: '0', root: pair.target, path: 'source', placement: 'as' as const, sync: rule, ...options.item }
  const { received } = await move(pair, { ...options.move, receive: { ...options.move?.receive, items: [item] } })
  return received
}

test('the destination becomes what the source is, and nothing beside the item is touched', async () => {
  await using pair = await createEnginePair()
  make(pair.source, 'a', 'in/b', 'in/deep/c', 'empty/')
  make(join(pair.target, 'source'), 'a', 'old', 'in/old', 'in/deep/old/x', 'zone/y/', 'empty/old')
  make(pair.target, 'beside', 'source2/x')
  utimesSync(join(pair.source, 'in'), 5000, 5000)
  const received = await sync(pair)
  expect(received.status).toBe('done')
  expect(received.items[0]?.removed).toBe(7)
  expect(treeOf(join(pair.target, 'source'))).toEqual(treeOf(pair.source))
  expect(treeOf(pair.target)).toEqual(expect.arrayContaining(['beside', 'source2/x']))
  expect((await sync(pair)).items[0]?.removed).toBe(0)
})

test('a folder’s time is the source’s although something was removed from it', async () => {
  await using pair = await createEnginePair()
  make(pair.source, 'in/b')
  make(join(pair.target, 'source'), 'in/old')
  utimesSync(join(pair.source, 'in'), 5000, 5000)
  await sync(pair)
  expect(statSync(join(pair.target, 'source', 'in')).mtimeMs).toBe(5_000_000)
})

test('without the rule everything stays', async () => {
  await using pair = await createEnginePair()
  make(pair.source, 'a')
  make(join(pair.target, 'source'), 'old')
  await move(pair)
  expect(treeOf(join(pair.target, 'source'))).toEqual(['a', 'old'])
})

test('what the filter excludes stays, and so do the folders that hold it', async () => {
  await using pair = await createEnginePair()
  const includes = (path: string) => !path.endsWith('.tmp') && path !== 'cache'
  make(pair.source, 'a', 'b.tmp', 'cache/new')
  make(join(pair.target, 'source'), 'old', 'old.tmp', 'gone/x', 'gone/x.tmp', 'cache/kept')
  const items = [{ itemId: '0', root: pair.source, path: '', includes }]
  const received = await sync(pair, { sync: { includes }, move: { send: { items } } })
  expect(received.status).toBe('done')
  expect(treeOf(join(pair.target, 'source'))).toEqual(['a', 'cache', 'cache/kept', 'gone', 'gone/x.tmp', 'old.tmp'])
})

test('links at the destination go and are not followed; what the source has as a link stays', async () => {
  await using pair = await createEnginePair()
  make(pair.source, 'a')
  symlinkSync('a', join(pair.source, 'both'))
  make(pair.target, 'outside/precious')
  make(join(pair.target, 'source'), 'both', 'in/x')
  symlinkSync('../outside', join(pair.target, 'source', 'link'))
  symlinkSync('../../outside', join(pair.target, 'source', 'in', 'link'))
  await sync(pair)
  expect(treeOf(join(pair.target, 'source'))).toEqual(['a', 'both'])
  expect(treeOf(join(pair.target, 'outside'))).toEqual(['precious'])
})

test('this program’s own files stay', async () => {
  await using pair = await createEnginePair()
  const own = `.tern-${'0'.repeat(24)}.part`
  make(pair.source, 'a')
  make(join(pair.target, 'source'), own, 'old')
  await sync(pair)
  expect(treeOf(join(pair.target, 'source'))).toEqual([own, 'a'])
})

test('what other items of the same run bring stays', async () => {
  await using pair = await createEnginePair()
  make(pair.source, 'folder/a', 'file')
  make(join(pair.target, 'dest'), 'old', 'extra/older')
  const rule = { isGuarded: false }
  const { received } = await move(pair, {
    send: { items: ['file', 'folder'].map((path) => ({ itemId: path, root: pair.source, path })) },
    receive: {
      items: [
        { itemId: 'file', root: pair.target, path: 'dest/extra/file', placement: 'as' },
        { itemId: 'folder', root: pair.target, path: 'dest', placement: 'as', sync: rule },
      ],
    },
  })
  expect(received.status).toBe('done')
  expect(treeOf(join(pair.target, 'dest'))).toEqual(['a', 'extra', 'extra/file', 'extra/older'])
})

test('nothing is removed when something of the source could not be read', async () => {
  await using pair = await createEnginePair()
  make(pair.source, 'a', 'bad')
  make(join(pair.target, 'source'), 'old', 'bad/in the way')
  const received = await sync(pair)
  expect(received.status).toBe('failed')
  expect(treeOf(join(pair.target, 'source'))).toContain('old')
})

test('a single file and members of a folder remove nothing', async () => {
  await using pair = await createEnginePair()
  make(pair.source, 'f.1', 'f.2')
  make(pair.target, 'source/old', 'old')
  const members = { name: 'f.%d', has: (name: string) => name.startsWith('f.') }
  await sync(pair, { move: { send: { items: [{ itemId: '0', root: pair.source, path: '', members }] } } })
  await sync(pair, { move: { send: { items: [{ itemId: '0', root: pair.source, path: 'f.1' }] } } })
  expect(treeOf(pair.target)).toEqual(expect.arrayContaining(['old', 'source/old']))
})

test.each([
  ['an empty source', [], ['old'], 'source-empty', 1],
  ['more than half and more than ten', ['a'], Array.from({ length: 11 }, (_, n) => `old ${n}`), 'more-than-half', 11],
])('the guard stops before anything is removed: %s', async (_what, names, olds, reason, count) => {
  await using pair = await createEnginePair()
  make(pair.source, ...names)
  make(join(pair.target, 'source'), ...names, ...olds)
  const received = await sync(pair)
  expect(received.status).toBe('failed')
  expect(received.items[0]?.error).toMatchObject({ code: 'SYNC_GUARD', params: { reason, count } })
  expect(treeOf(join(pair.target, 'source'))).toEqual([...names, ...olds].sort())
  const allowed = await sync(pair, { sync: { isGuarded: false } })
  expect(allowed).toMatchObject({ status: 'done', items: [{ removed: count }] })
  expect(treeOf(join(pair.target, 'source'))).toEqual([...names])
})

test('a source that is gone removes nothing', async () => {
  await using pair = await createEnginePair()
  make(join(pair.target, 'source'), 'old')
  const items = [{ itemId: '0', root: pair.source, path: 'not there' }]
  const received = await sync(pair, { sync: { isGuarded: false }, move: { send: { items } } })
  expect(received.status).toBe('failed')
  expect(treeOf(join(pair.target, 'source'))).toEqual(['old'])
})

test('a dry run tells what would happen and writes not a byte', async () => {
  await using pair = await createEnginePair()
  make(pair.source, 'same', 'changed', 'new/one', 'new/two')
  make(join(pair.target, 'source'), 'same', 'changed', 'old/x')
  for (const root of [pair.source, join(pair.target, 'source')]) utimesSync(join(root, 'same'), 1000, 1000)
  utimesSync(join(pair.target, 'source', 'changed'), 1000, 1000)
  const before = treeOf(pair.target)
  const tells = new Set(['placed', 'replaced', 'removed', 'same'] as const)
  const received = await sync(pair, { move: { receive: { isDryRun: true, tells } } })
  expect(received.status).toBe('done')
  expect(received.items[0]?.plan).toEqual({ create: 2, replace: 1, remove: 2, same: 1, bytes: 21 })
  expect(received.items[0]?.notes).toEqual([
    { kind: 'replaced', path: 'changed' },
    { kind: 'placed', path: 'new/one' },
    { kind: 'placed', path: 'new/two' },
    { kind: 'same', path: 'same' },
    { kind: 'removed', path: 'old/x' },
    { kind: 'removed', path: 'old' },
  ])
  expect(treeOf(pair.target)).toEqual(before)
})
