import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { compareWith, folderNameOf, makeLandingFolder, spaceAt } from '../../../src/client/incoming/landing.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

it.each([
  ['Lisa', 'Lisa'],
  ['  Lisa   Berg ', 'Lisa Berg'],
  ['a/b\\c:d', 'a b c d'],
  ['東京', '東京'],
  ['..', '_'],
  ['.hidden', '_hidden'],
  ['CON', '_CON'],
  ['name.', 'name'],
  ['', '_'],
  ['a\u0000b\u0007', 'a b'],
])('%j as the name of a folder is %j', (name, folder) => {
  expect(folderNameOf(name)).toBe(folder)
})

it('tells same, other and risky files apart, without touching a folder it may not look at', async () => {
  const folder = tempFolder()
  writeFileSync(join(folder, 'same.mov'), 'abc')
  utimesSync(join(folder, 'same.mov'), 1000.9, 1000.9)
  writeFileSync(join(folder, 'other.mov'), 'abcd')
  mkdirSync(join(folder, 'x'))
  const file = (path: string, sizeBytes = 3) => ({ path, kind: 'file' as const, sizeBytes, mtimeMs: 1_000_100 })
  const entries = [file('same.mov'), file('other.mov'), file('x'), file('setup.EXE'), file('.tern-abc.part')]
  const found = await compareWith(folder, entries)
  expect(found.entries.map(({ look }) => look)).toEqual(['same', 'replaces', 'replaces', 'program', 'name-not-allowed'])
  expect(found).toMatchObject({ sameFiles: 1, sameBytes: 3, replacedFiles: 2 })
  const unseen = await compareWith(undefined, entries)
  expect(unseen.entries.map(({ look }) => look)).toEqual([
    undefined,
    undefined,
    undefined,
    'program',
    'name-not-allowed',
  ])
  expect((await compareWith(folder, [file('../escape')])).replacedFiles).toBe(0)
})

it('says by which names entries would lie there that this disk cannot hold, or that they cannot', async () => {
  const folder = tempFolder()
  const long = '映'.repeat(100)
  const entries = [`${long}.mov`, `${long}/a.mov`, 'b.mov', `${long}.exe`].map((path) => ({
    path,
    kind: 'file' as const,
    sizeBytes: 1,
    mtimeMs: 0,
  }))
  const mapped = await compareWith(folder, entries)
  expect(mapped.entries.map(({ look }) => look)).toEqual(['name-mapped', undefined, undefined, 'program'])
  expect(mapped.entries[0]?.becomes).toMatch(/~tern-[0-9a-v]{26}\.mov$/)
  expect(mapped.entries[3]?.becomes).toMatch(/~tern-[0-9a-v]{26}\.exe$/)
  const refused = await compareWith(folder, entries, 'refuse')
  const no = 'name-not-allowed'
  expect(refused.entries.map(({ look }) => look)).toEqual([no, no, undefined, no])
})

it('finds what an earlier delivery has put there under another name', async () => {
  const folder = tempFolder()
  const path = `${'映'.repeat(100)}.mov`
  const entry = { path, kind: 'file' as const, sizeBytes: 3, mtimeMs: 1_000_100 }
  const { entries } = await compareWith(folder, [entry])
  writeFileSync(join(folder, entries[0]?.becomes ?? ''), 'abc')
  utimesSync(join(folder, entries[0]?.becomes ?? ''), 1000.9, 1000.9)
  expect(await compareWith(folder, [entry])).toMatchObject({ sameFiles: 1, sameBytes: 3, replacedFiles: 0 })
})

it('marks what systems act upon by themselves, wherever it lies', async () => {
  const files = [
    'home/.ssh/authorized_keys',
    '.BashRC',
    'usb/autorun.inf',
    'x/LaunchAgents/a.plist',
    'site.url',
    'a.mov',
  ]
  const entries = files.map((path) => ({ path, kind: 'file' as const, sizeBytes: 1, mtimeMs: 0 }))
  const { entries: found } = await compareWith(undefined, entries)
  expect(found.flatMap(({ path, look }) => (look === 'program' ? [path] : []))).toEqual(files.slice(0, -1))
})

it('finds the space of a folder that is still to be made', async () => {
  const space = await spaceAt(join(tempFolder(), 'not/yet/there'))
  expect(space?.freeBytes).toBeGreaterThan(0)
})

it('takes back the folders that it made, and only while they are empty', async () => {
  const folder = tempFolder()
  const takeBack = await makeLandingFolder(join(folder, 'a/b/c'))
  writeFileSync(join(folder, 'a/kept.txt'), '')
  await takeBack()
  expect([existsSync(join(folder, 'a/b')), existsSync(join(folder, 'a'))]).toEqual([false, true])
  const nothingMade = await makeLandingFolder(folder)
  await nothingMade()
  expect(existsSync(folder)).toBe(true)
})
