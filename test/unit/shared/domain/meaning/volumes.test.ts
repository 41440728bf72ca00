import { describe, expect, test } from 'vitest'
import type { ShareId } from '../../../../../src/shared/domain/ids.ts'
import type { DirectoryShare } from '../../../../../src/shared/domain/meaning/directory.ts'
import { meanTask } from '../../../../../src/shared/domain/meaning/mean-task.ts'
import { checkShareFolder, indexVolumes, matchVolumes } from '../../../../../src/shared/domain/meaning/volumes.ts'
import { parsePlace } from '../../../../../src/shared/domain/notation/notation.ts'
import { cpuMs } from '../../cpu-time.ts'
import { id, tableDirectory } from './table-directory.ts'

describe('the folder of a share on a system', () => {
  test.each([
    ['windows', 'p:\\projects\\', 'P:/projects'],
    ['windows', '\\\\nas\\media', '//nas/media'],
    ['windows', '\\\\?\\P:\\projects', 'P:/projects'],
    ['mac', '/Volumes/projects/', '/Volumes/projects'],
    ['linux', '/mnt//projects', '/mnt/projects'],
  ] as const)('%s: %s', (system, folder, kept) => {
    expect(checkShareFolder(system, folder)).toBe(kept)
  })

  test.each([
    ['windows', '/Volumes/projects'],
    ['mac', 'P:\\projects'],
    ['linux', 'mnt/projects'],
    ['linux', 'share=projects'],
    ['mac', 'hq:/Volumes/projects'],
    ['windows', ''],
  ] as const)('%s refuses %s', (system, folder) => {
    const params = { path: folder, problem: 'absolute-needed' }
    expect(() => checkShareFolder(system, folder)).toThrow(expect.objectContaining({ code: 'PATH_INVALID', params }))
  })
})

describe('many', () => {
  const many: DirectoryShare[] = Array.from({ length: 20_000 }, (_, number) => ({
    id: id(number) as ShareId,
    code: `share${number}`,
    kind: 'volume',
    siteCode: 'hq',
    folders: { server: `/srv/${number % 100}/share${number}`, mac: `/Volumes/share${number}` },
  }))

  test('tasks among many shares are decided in well under a second', () => {
    const index = indexVolumes(many)
    const directory = {
      ...tableDirectory(),
      volumesOf: () => index,
      rightsTo: () => ({ mayRead: true, mayWrite: true, maySeeName: true }),
    }
    const destination = parsePlace('mia@example.com')
    const timeMs = cpuMs(() => {
      for (let number = 0; number < 100_000; number += 1) {
        const source = parsePlace(`/Volumes/share${number % 20_000}/sh${number}/a.exr`)
        meanTask(directory, { source, destination })
      }
    })
    expect(timeMs).toBeLessThan(1500)
  })

  test('the deepest of paths among the deepest of folders', () => {
    const deep = '/a'.repeat(2000)
    const share: DirectoryShare = { ...(many[0] as DirectoryShare), folders: { server: `${deep}/end` } }
    const index = indexVolumes([share])
    const { path } = parsePlace(deep)
    if (path.kind !== 'absolute') throw new Error('not absolute')
    const timeMs = cpuMs(() => expect(matchVolumes(index, path, () => true)).toEqual([]))
    expect(timeMs).toBeLessThan(100)
  })
})
