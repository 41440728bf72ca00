import { setTimeout as delay } from 'node:timers/promises'
import { errnoOf } from '../../platform/errno.ts'
import { TernError } from '../../shared/domain/errors.ts'

/** Ten seconds in all: scanners let go within moments, a program that edits the file does not. */
const delaysMs = [5, 10, 20, 50, 100, 200, 400, 800, 1400, 2000, 2500, 2500]

/** Whether another program may be holding the file. Windows says "not permitted" for that too. */
export function isLockErrno(errno: string | undefined, platform: NodeJS.Platform): boolean {
  if (errno === 'EBUSY' || errno === 'ETXTBSY') return true
  return platform === 'win32' && (errno === 'EPERM' || errno === 'EACCES')
}

/** Runs a file call until nothing holds the file any more. Fails with TARGET_LOCKED after ten seconds. */
export async function retryLocked<T>(
  call: () => T,
  path: string,
  options: { readonly platform?: NodeJS.Platform; readonly delaysMs?: readonly number[] } = {},
): Promise<T> {
  for (const delayMs of options.delaysMs ?? delaysMs) {
    try {
      return call()
    } catch (thrown) {
      if (!isLockErrno(errnoOf(thrown), options.platform ?? process.platform)) throw thrown
      await delay(delayMs)
    }
  }
  try {
    return call()
  } catch (thrown) {
    if (!isLockErrno(errnoOf(thrown), options.platform ?? process.platform)) throw thrown
    throw new TernError('TARGET_LOCKED', { path }, { cause: thrown })
  }
}
