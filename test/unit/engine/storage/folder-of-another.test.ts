import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { setFolderTime } from '../../../../src/engine/storage/attributes/file-times.ts'
import { tempFolder } from '../../../helpers/temp-folder.ts'

const said = vi.hoisted(() => ({ errno: 'EPERM' }))

/** What the system says to whoever may write into a folder and does not own it. */
vi.mock('node:fs', async (original) => ({
  ...(await original<typeof import('node:fs')>()),
  utimesSync: () => {
    throw Object.assign(new Error(said.errno), { code: said.errno })
  },
}))

test('the time of another user’s folder stays as it is, which is nobody’s failure', () => {
  const folder = tempFolder()
  said.errno = 'EPERM'
  expect(() => setFolderTime(join(folder, '.'), 1000)).not.toThrow()
  said.errno = 'EROFS'
  expect(() => setFolderTime(join(folder, '.'), 1000)).toThrow('EROFS')
})
