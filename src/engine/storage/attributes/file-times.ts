import { futimesSync, utimesSync } from 'node:fs'
import { errnoOf } from '../../../platform/errno.ts'

const maxTimeMs = 8_640_000_000_000_000

/**
 * A time for `utimes` that reads back as the same millisecond. As a fraction of seconds a millisecond is often not
 * exact and the system rounds down, so half a microsecond is added; Node takes negative numbers for "now", but not
 * negative dates. A peer's nonsense becomes the nearest time there is.
 */
export function systemTime(mtimeMs: number): number | Date {
  const boundedMs = Number.isFinite(mtimeMs) ? Math.max(-maxTimeMs, Math.min(maxTimeMs, mtimeMs)) : 0
  return boundedMs < 0 ? new Date(boundedMs) : (boundedMs + 0.0005) / 1000
}

export function setFileTime(fd: number, mtimeMs: number): void {
  const time = systemTime(mtimeMs)
  futimesSync(fd, time, time)
}

/** Whoever may write into a folder of another user may not set its time: then that stays as it is. */
export function setFolderTime(path: string, mtimeMs: number): void {
  const time = systemTime(mtimeMs)
  try {
    utimesSync(path, time, time)
  } catch (thrown) {
    if (errnoOf(thrown) !== 'EPERM') throw thrown
  }
}
