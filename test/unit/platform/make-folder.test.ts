import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeFolder } from '../../../src/platform/make-folder.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

describe('makeFolder', () => {
  it('makes a folder with the parents that it misses, as private as it was asked, and takes one that is there', async () => {
    const folder = join(tempFolder(), 'a/b/c')
    await makeFolder(folder, { mode: 0o700 })
    await makeFolder(folder, { mode: 0o700 })
    expect(statSync(folder).isDirectory()).toBe(true)
    if (process.platform !== 'win32') expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  it.each([['in/the/way'], ['in']])('says of %s that a file is in the way', async (below) => {
    const folder = tempFolder()
    writeFileSync(join(folder, 'in'), 'text')
    await expect(makeFolder(join(folder, below))).rejects.toMatchObject({ code: 'FOLDER_OVER_FILE' })
  })

  it.runIf(process.platform === 'linux')('answers at once where the system lets nobody make folders', async () => {
    const path = '/proc/nope/below'
    await expect(makeFolder(path)).rejects.toMatchObject({ code: 'TARGET_NOT_WRITABLE', params: { path } })
  })
})
