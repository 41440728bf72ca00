import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Durability, reportsWriteErrors } from '../../../../src/engine/storage/durability.ts'
import { isLockErrno, retryLocked } from '../../../../src/engine/storage/retry-locked.ts'
import { tempFolder } from '../../../helpers/temp-folder.ts'

describe('Durability', () => {
  it.each([0, 1, 63, 64, 300])('syncs %d files', async (count) => {
    const root = tempFolder()
    const paths = Array.from({ length: count }, (_, i) => join(root, String(i)))
    for (const path of paths) writeFileSync(path, 'x')
    const durability = new Durability(root)
    await durability.sync(count, () => paths)
    await durability.syncEach(paths)
  })

  it('tells when a file cannot be synced', async () => {
    const root = tempFolder()
    const durability = new Durability(root)
    await expect(durability.syncEach([join(root, 'gone')])).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it.skipIf(!existsSync('/dev/shm'))('has nothing to do where files lie in memory only', async () => {
    const durability = new Durability('/dev/shm')
    expect(durability.isNeeded).toBe(false)
    const never = (): never => {
      throw new Error('no file was to be looked at')
    }
    expect(await durability.sync(1000, never)).toBe(true)
  })

  it.each([
    ['linux', '5.8.0-1-amd64', true],
    ['linux', '6.18.44', true],
    ['linux', '5.7.19', false],
    ['linux', '4.19.0', false],
    ['darwin', '23.1.0', false],
    ['win32', '10.0.22631', false],
  ] as const)('a flush of the whole file system reports failed writes on %s %s: %s', (platform, release, expected) => {
    expect(reportsWriteErrors(platform, release)).toBe(expected)
  })
})

describe('a target that another program holds', () => {
  const failing = (errno: string, times: number) => {
    let calls = 0
    return () => {
      calls += 1
      if (calls <= times) throw Object.assign(new Error(errno), { code: errno })
      return calls
    }
  }

  it.each([
    ['EPERM', 'win32', true],
    ['EACCES', 'win32', true],
    ['EBUSY', 'win32', true],
    ['EPERM', 'linux', false],
    ['EACCES', 'darwin', false],
    ['EBUSY', 'linux', true],
    ['ETXTBSY', 'linux', true],
    ['ENOSPC', 'win32', false],
    [undefined, 'win32', false],
  ] as const)('%s on %s: %s', (errno, platform, expected) => {
    expect(isLockErrno(errno, platform)).toBe(expected)
  })

  it('is tried again until it is let go', async () => {
    expect(await retryLocked(failing('EPERM', 3), 'x', { platform: 'win32', delaysMs: [0, 0, 0] })).toBe(4)
  })

  it('is TARGET_LOCKED when it is held for good, and other errors pass at once', async () => {
    const options = { platform: 'win32', delaysMs: [0, 0] } as const
    await expect(retryLocked(failing('EBUSY', 9), 'x', options)).rejects.toMatchObject({ code: 'TARGET_LOCKED' })
    await expect(retryLocked(failing('ENOSPC', 1), 'x', options)).rejects.toMatchObject({ code: 'ENOSPC' })
    await expect(retryLocked(failing('EPERM', 1), 'x', { ...options, platform: 'linux' })).rejects.toMatchObject({
      code: 'EPERM',
    })
  })
})
