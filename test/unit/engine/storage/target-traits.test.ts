import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { TargetFolder } from '../../../../src/engine/storage/index.ts'
import { rulesOfFileSystem, takesAnyName, usualTraits } from '../../../../src/engine/storage/target-traits.ts'
import { tempFolder } from '../../../helpers/temp-folder.ts'

describe('the rules of a file system', () => {
  it.each([
    ['ext4', 0xef53, 'posix', 'posix'],
    ['tmpfs', 0x01021994, 'posix', 'posix'],
    ['FAT', 0x4d44, 'posix', 'windows'],
    ['exFAT', 0x2011bab0, 'posix', 'windows'],
    ['NTFS', 0x5346544e, 'posix', 'windows'],
    ['a Windows share', 0xfe534d42, 'posix', 'windows'],
    ['anything on Windows', 0, 'windows', 'windows'],
    ['anything on macOS', 0, 'macos', 'macos'],
  ] as const)('of %s (%i on %s) are those of %s', (_, type, host, rules) => {
    expect(rulesOfFileSystem(type, host)).toBe(rules)
  })

  it.each([
    ['posix', { foldsCase: false, foldsUnicode: false, unit: 'bytes', longestName: 255 }, true],
    ['macos', { foldsCase: true, foldsUnicode: true, unit: 'bytes', longestName: 255, longestPath: 1023 }, false],
    ['windows', { foldsCase: true, foldsUnicode: false, unit: 'utf16', longestName: 255 }, false],
  ] as const)('%s: %j', (rules, traits, isPlain) => {
    expect(usualTraits(rules)).toMatchObject({ rules, ...traits })
    expect(takesAnyName(usualTraits(rules))).toBe(isPlain)
  })

  it('is asked for where names are shorter than usual', () => {
    expect(takesAnyName({ ...usualTraits('posix'), longestName: 143 })).toBe(false)
  })
})

describe('a folder of this machine', () => {
  it('is asked without a trace: what lies there says whether names fold', async () => {
    const root = tempFolder()
    mkdirSync(join(root, 'in'))
    writeFileSync(join(root, 'in', 'There'), 'x')
    utimesSync(join(root, 'in'), 1000, 1000)
    await using target = new TargetFolder(root)
    expect(takesAnyName(target.traits('in'))).toBe(process.platform === 'linux')
    expect(statSync(join(root, 'in')).mtimeMs).toBe(1_000_000)
    expect(target.traits('in/not/yet')).toEqual(target.traits('in'))
  })

  it('that is empty is tried with one file, which is gone again', async () => {
    const root = tempFolder()
    await using target = new TargetFolder(root)
    expect(takesAnyName(target.traits())).toBe(process.platform === 'linux')
    expect(readdirSync(root)).toEqual([])
  })
})
