import { mkdirSync, readdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type ExtraRemoval, removeExtras } from '../../../../src/engine/storage/extra-removal.ts'
import { openFolderTree } from '../../../../src/engine/storage/folders/open-folder-tree.ts'
import { tempFolder } from '../../../helpers/temp-folder.ts'

function make(root: string, ...paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(join(root, path, '..'), { recursive: true })
    if (path.endsWith('/')) mkdirSync(join(root, path), { recursive: true })
    else writeFileSync(join(root, path), path)
  }
}

async function remove(root: string, paths: readonly string[], options: Partial<ExtraRemoval> = {}) {
  using folders = openFolderTree(root, { side: 'target' })
  const gone: string[] = []
  const count = await removeExtras(paths, {
    folders,
    basePath: 'item',
    isKept: () => false,
    removes: true,
    signal: new AbortController().signal,
    onEntry: (path) => gone.push(path),
    ...options,
  })
  expect(count).toBe(gone.length)
  return gone
}

function treeOf(root: string): string[] {
  return (readdirSync(root, { recursive: true }) as string[]).sort()
}

test('files and trees go from the leaves up; what is beside them and their folder’s time stay', async () => {
  const root = tempFolder()
  make(root, 'item/kept', 'item/old', 'item/tree/a/b', 'item/tree/c', 'item/in/extra', 'outside')
  utimesSync(join(root, 'item'), 1000, 1000)
  expect(await remove(root, ['old', 'tree', 'in/extra', 'gone already'])).toEqual([
    'old',
    'tree/a/b',
    'tree/a',
    'tree/c',
    'tree',
    'in/extra',
  ])
  expect(treeOf(root)).toEqual(['item', 'item/in', 'item/kept', 'outside'])
  expect(statSync(join(root, 'item')).mtimeMs).toBe(1_000_000)
})

test('a link goes and what it leads to stays', async () => {
  const root = tempFolder()
  make(root, 'item/tree/file', 'outside/precious')
  symlinkSync('../outside', join(root, 'item', 'link'))
  symlinkSync('../../outside', join(root, 'item', 'tree', 'link'))
  expect(await remove(root, ['link', 'tree'])).toEqual(['link', 'tree/file', 'tree/link', 'tree'])
  expect(treeOf(root)).toEqual(['item', 'outside', 'outside/precious'])
})

test('nothing is reached through a link that a folder was swapped for', async () => {
  const root = tempFolder()
  make(root, 'item/', 'outside/precious')
  symlinkSync('../outside', join(root, 'item', 'folder'))
  await expect(remove(root, ['folder/precious'])).rejects.toMatchObject({ code: 'LINK_IN_PATH' })
  expect(treeOf(root)).toContain('outside/precious')
})

test('what the filter says no to stays with the folders that hold it, and so does what others bring', async () => {
  const root = tempFolder()
  make(root, 'item/tree/a.tmp', 'item/tree/b', 'item/cache/x', 'item/theirs/file', 'item/empty/')
  const gone = await remove(root, ['cache', 'empty', 'theirs', 'tree'], {
    includes: (path) => !path.endsWith('.tmp') && path !== 'cache',
    isKept: (path) => path === 'item/theirs',
  })
  expect(gone).toEqual(['empty', 'tree/b'])
  expect(treeOf(join(root, 'item'))).toEqual(['cache', 'cache/x', 'theirs', 'theirs/file', 'tree', 'tree/a.tmp'])
})

test('this program’s own files stay, and so does the folder that holds them', async () => {
  const root = tempFolder()
  const own = `item/tree/.tern-${'0'.repeat(24)}.part`
  make(root, own, 'item/tree/file')
  expect(await remove(root, ['tree'])).toEqual(['tree/file'])
  expect(treeOf(root)).toContain(own)
})

test('a look removes nothing and counts the same', async () => {
  const root = tempFolder()
  make(root, 'item/old', 'item/tree/a/b', 'item/tree/c.tmp')
  const options = { includes: (path: string) => !path.endsWith('.tmp') }
  const looked = await remove(root, ['old', 'tree'], { ...options, removes: false })
  expect(treeOf(join(root, 'item'))).toEqual(['old', 'tree', 'tree/a', 'tree/a/b', 'tree/c.tmp'])
  expect(await remove(root, ['old', 'tree'], options)).toEqual(looked)
})
