import { TernError } from '../../shared/domain/errors.ts'
import type { WireReader, WireWriter } from './wire.ts'

const nanosecondsPerMs = 1_000_000
const maxNanoseconds = 999_999_999
/** Farther from 1970 than any calendar; keeps every time a safe number. */
const maxSeconds = 2 ** 43

/** Whole seconds (i64) and nanoseconds (u32) of a time in milliseconds with fractions. */
export function writeTime(out: WireWriter, mtimeMs: number): WireWriter {
  const seconds = secondsOf(mtimeMs)
  return out.i64(seconds).u32(nanosecondsOf(mtimeMs, seconds))
}

/** Comes back as the very number that the file system's call gave. Fails with PROTOCOL_ERROR. */
export function readTime(from: WireReader): number {
  const seconds = from.i64()
  const nanoseconds = from.u32()
  if (Math.abs(seconds) > maxSeconds || nanoseconds > maxNanoseconds) {
    throw new TernError('PROTOCOL_ERROR', { what: 'time' })
  }
  return seconds * 1000 + nanoseconds / nanosecondsPerMs
}

/** For records that outlive the process. */
export function nanosecondsSince1970(mtimeMs: number): bigint {
  const seconds = secondsOf(mtimeMs)
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanosecondsOf(mtimeMs, seconds))
}

function secondsOf(mtimeMs: number): number {
  const rounded = Math.floor(mtimeMs / 1000)
  const seconds = rounded * 1000 > mtimeMs ? rounded - 1 : rounded
  return Math.max(-maxSeconds, Math.min(maxSeconds, seconds))
}

function nanosecondsOf(mtimeMs: number, seconds: number): number {
  const nanoseconds = Math.round((mtimeMs - seconds * 1000) * nanosecondsPerMs)
  return Math.max(0, Math.min(maxNanoseconds, nanoseconds))
}
