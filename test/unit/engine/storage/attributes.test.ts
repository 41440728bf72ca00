import { chmodSync, lstatSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  applyAt,
  differingAttributes,
  ownRights,
  wantedAttributes,
} from '../../../../src/engine/storage/attributes/attributes.ts'
import { PrincipalNames, systemUsers } from '../../../../src/engine/storage/attributes/principals.ts'
import { anyTime, isSameTime } from '../../../../src/engine/storage/attributes/time-traits.ts'
import { tempFolder } from '../../../helpers/temp-folder.ts'

const nobody = { isRoot: false, groups: [7] }
const root = { isRoot: true, groups: [] }
const has = { mode: 0o100644, uid: 5, gid: 6 }

test.each([
  ['the same', { mode: 0o644, uid: 5, gid: 6 }, root, {}],
  ['permissions', { mode: 0o755 }, nobody, { mode: 0o755 }],
  ['set-id and sticky bits are never taken', { mode: 0o7644 }, root, {}],
  ['an owner is given by root alone', { uid: 9 }, nobody, {}],
  ['by root', { uid: 9, gid: 9 }, root, { uid: 9, gid: 9 }],
  ['a group that this process belongs to', { gid: 7 }, nobody, { gid: 7 }],
  ['another group', { gid: 8 }, nobody, {}],
])('%s', (_what, wanted, rights, expected) => {
  expect(differingAttributes(has, wanted, rights)).toEqual(expected)
})

test('set-id bits of what is there go with the first change of its permissions', () => {
  expect(differingAttributes({ ...has, mode: 0o104644 }, { mode: 0o644 }, nobody)).toEqual({ mode: 0o644 })
})

test('what is kept is what the setting names', () => {
  const entry = { mode: 0o7750, uid: 1, gid: 2 }
  expect(wantedAttributes({ permissions: true, owner: false, group: true }, entry)).toEqual({ mode: 0o750, gid: 2 })
})

test('permissions are changed at a path, also of a file that cannot be read, and never through a link', () => {
  const folder = tempFolder()
  const [file, link] = [join(folder, 'file'), join(folder, 'link')]
  writeFileSync(file, '')
  chmodSync(file, 0)
  expect(applyAt(file, { mode: 0o640 }, ownRights())).toEqual(['permissions'])
  expect(lstatSync(file).mode & 0o7777).toBe(0o640)
  expect(applyAt(file, { mode: 0o640 }, ownRights())).toEqual([])
  symlinkSync('file', link)
  expect(applyAt(link, { mode: 0o600 }, ownRights())).toEqual([])
  expect(lstatSync(file).mode & 0o7777).toBe(0o640)
})

test('people are found by name first, then by number', () => {
  const names = new PrincipalNames('root:x:0:0:\nlisa:x:1001:\n# no line\nbroken\njohn::12x:\nlisa2:x:1001:\n')
  expect(names.nameOf(1001)).toBe('lisa')
  expect(names.nameOf(12)).toBe('')
  expect(names.idHere({ id: 500, name: 'lisa' })).toBe(1001)
  expect(names.idHere({ id: 500, name: 'mia' })).toBe(500)
  expect(names.idHere({ id: 500, name: '' })).toBe(500)
})

test.runIf(process.platform === 'linux')('this system’s own accounts have names', () => {
  expect(systemUsers().nameOf(0)).toBe('root')
})

test.each([
  ['the same second', 1999, 1000, anyTime, true],
  ['the next one', 2000, 1999, anyTime, false],
  ['before 1970', -1, -1000, anyTime, true],
  ['before 1970, another second', -1001, -1000, anyTime, false],
  ['FAT has even seconds', 3999, 2000, { ...anyTime, stepMs: 2000 as const }, true],
  ['FAT, two seconds apart', 4000, 2000, { ...anyTime, stepMs: 2000 as const }, false],
  [
    'older than FAT can hold',
    -5000,
    315_532_800_000,
    { stepMs: 2000 as const, minMs: 315_532_800_000, maxMs: 1e15 },
    true,
  ],
  ['later than the file system can hold', 9e15, 1e12, { ...anyTime, maxMs: 1e12 }, true],
])('times: %s', (_what, listed, existing, traits, expected) => {
  expect(isSameTime(listed, existing, traits)).toBe(expected)
})
