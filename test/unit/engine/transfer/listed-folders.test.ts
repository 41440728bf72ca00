import { expect, test } from 'vitest'
import { ListedFolders } from '../../../../src/engine/transfer/receiving/listed-folders.ts'

function recorded() {
  const set: string[] = []
  return { set, folders: new ListedFolders((path, mtimeMs) => set.push(`${path}=${mtimeMs}`)) }
}

test('a folder gets its time once the list has left it and its files are there', () => {
  const { set, folders } = recorded()
  folders.begin('item', 1, true)
  folders.begin('item/a', 2, true)
  folders.expect('item/a')
  folders.expect('item/a')
  folders.begin('item/b', 3, true)
  folders.fileSettled('item/a')
  expect(set).toEqual([])
  folders.fileSettled('item/a')
  expect(set).toEqual(['item/a=2'])
  folders.end()
  expect(set).toEqual(['item/a=2', 'item/b=3', 'item=1'])
})

test('files that settle while the list is still in their folder do not set its time too early', () => {
  const { set, folders } = recorded()
  folders.begin('a', 1, true)
  folders.expect('a')
  folders.fileSettled('a')
  folders.expect('a')
  folders.end()
  expect(set).toEqual([])
  folders.fileSettled('a')
  expect(set).toEqual(['a=1'])
})

test('a folder waits for those within: files that are placed with their folder change the one above', () => {
  const { set, folders } = recorded()
  folders.begin('a', 1, true)
  folders.begin('a/b', 2, true)
  folders.begin('a/b/c', 3, true)
  folders.expect('a/b/c')
  folders.begin('d', 4, true)
  folders.end()
  expect(set).toEqual(['d=4'])
  folders.fileSettled('a/b/c')
  expect(set).toEqual(['d=4', 'a/b/c=3', 'a/b=2', 'a=1'])
})

test('a folder that has its time and in which nothing changes is left alone', () => {
  const { set, folders } = recorded()
  folders.begin('a', 1, false)
  folders.begin('a/b', 2, false)
  folders.changed('a/b')
  folders.begin('a/c', 3, false)
  folders.end()
  expect(set).toEqual(['a/b=2'])
})

test('the root itself and files of folders that were not listed do no harm', () => {
  const { set, folders } = recorded()
  folders.begin('', 1, true)
  folders.expect('elsewhere')
  folders.fileSettled('elsewhere')
  folders.expect('')
  folders.fileSettled('')
  folders.end()
  expect(set).toEqual(['=1'])
})
