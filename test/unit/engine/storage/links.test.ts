import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openFolderTree } from '../../../../src/engine/storage/folders/open-folder-tree.ts'
import { inspectLink, placeLink } from '../../../../src/engine/storage/links.ts'
import { tempFolder } from '../../../helpers/temp-folder.ts'

const link = { path: 'in/link', target: 'new', mtimeMs: 1_000_000 }

test.each([
  ['nothing', () => undefined, false, 'placed'],
  ['the same link', (at: string) => symlinkSync('new', at), false, 'same'],
  ['another link', (at: string) => symlinkSync('old', at), false, 'replaced'],
  ['another link that is to stay', (at: string) => symlinkSync('old', at), true, 'left'],
] as const)('where %s is', (_what, make, leavesExisting, expected) => {
  const root = tempFolder()
  const at = join(root, link.path)
  mkdirSync(join(root, 'in'))
  make(at)
  using tree = openFolderTree(root, { side: 'target' })
  expect(inspectLink(tree, link, leavesExisting)).toBe(expected)
  expect(placeLink(tree, link, leavesExisting)).toBe(expected)
  expect(readlinkSync(at)).toBe(expected === 'left' ? 'old' : 'new')
  if (expected === 'placed' || expected === 'replaced') expect(lstatSync(at).mtimeMs).toBe(1_000_000)
  expect(readdirSync(join(root, 'in'))).toEqual(['link'])
})

test('a file and a folder stay, and so does what a link leads to', () => {
  const root = tempFolder()
  for (const folder of ['in', 'in/folder', 'out']) mkdirSync(join(root, folder))
  writeFileSync(join(root, 'in', 'link'), 'precious')
  writeFileSync(join(root, 'out', 'file'), 'precious')
  using tree = openFolderTree(root, { side: 'target' })
  const place = (path: string) => placeLink(tree, { ...link, path }, false)
  expect(() => place('in/link')).toThrow(expect.objectContaining({ code: 'FILE_EXISTS' }))
  expect(() => place('in/folder')).toThrow(expect.objectContaining({ code: 'FILE_EXISTS' }))
  symlinkSync('out', join(root, 'way'))
  expect(() => place('way/file')).toThrow(expect.objectContaining({ code: 'LINK_IN_PATH' }))
  symlinkSync('../out/file', join(root, 'in', 'old'))
  expect(place('in/old')).toBe('replaced')
  expect(readFileSync(join(root, 'in', 'link'), 'utf8')).toBe('precious')
  expect(readFileSync(join(root, 'out', 'file'), 'utf8')).toBe('precious')
})
