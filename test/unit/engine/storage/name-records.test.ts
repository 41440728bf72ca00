import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { listFolderNames, splitUnpaired } from '../../../../src/engine/storage/names/folder-names.ts'
import { mapName, recordKeyFor } from '../../../../src/engine/storage/names/name-mapping.ts'
import { NameRecords } from '../../../../src/engine/storage/names/name-records.ts'
import { usualTraits } from '../../../../src/engine/storage/target-traits.ts'
import { tempFolder } from '../../../helpers/temp-folder.ts'

const long = `${'映'.repeat(90)}.exr`
const cut = mapName(long, usualTraits('posix'))?.name ?? ''
const mapped = mapName('a:b', usualTraits('windows'))?.name ?? ''

it('keeps the originals of names that were cut, also for the next process', () => {
  const folder = join(tempFolder(), 'names')
  const records = new NameRecords(folder)
  expect(records.originalOf(cut)).toBeUndefined()
  records.put(long)
  records.put(long)
  expect(readdirSync(folder)).toEqual([recordKeyFor(long)])
  expect(new NameRecords(folder).originalOf(cut)).toBe(long)
  expect(records.originalOf(mapped)).toBe('a:b')
  expect(records.originalOf('plain')).toBeUndefined()
})

it('takes no record for true that is not what it was', () => {
  const folder = tempFolder()
  const records = new NameRecords(folder)
  records.put(long)
  writeFileSync(join(folder, recordKeyFor(long)), 'something else')
  expect(records.originalOf(cut)).toBeUndefined()
  expect(records.get('../../etc/passwd')).toBeUndefined()
})

it.each([{ spillBytes: 1 }, {}])('lists names by what they were, unless that is there as well (%j)', (options) => {
  const at = tempFolder()
  const twice = mapName('there', usualTraits('macos'))?.name ?? ''
  for (const name of [mapped, 'there', twice, 'a!', 'z']) writeFileSync(join(at, name), '')
  const records = new NameRecords(join(at, 'none'))
  using names = listFolderNames(at, { ...options, restore: (name) => records.originalOf(name) })
  const sorted: string[] = []
  for (let next = names.sorted.next(); !next.done; next = names.sorted.next()) sorted.push(next.value)
  expect(sorted).toEqual(['a!', 'a:b', 'there', twice, 'z'])
  expect([...names.onDisk]).toEqual([['a:b', mapped]])
})

it('tells names with half a character apart, which only Windows has', () => {
  expect(splitUnpaired(['a', 'b\ud800', '🎬', '\udc00🎬'])).toEqual({
    valid: ['a', '🎬'],
    invalid: ['b\ufffd', '\ufffd🎬'],
  })
})
