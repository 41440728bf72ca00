import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keepSpeedLimit } from '../../../src/client/dispatches/speed-limit.ts'

const limits: (number | undefined)[] = []
const transfer = { setLimit: (limit: number | undefined) => void limits.push(limit) }

beforeEach(() => {
  limits.length = 0
  // A Monday, by the clock of whichever machine runs this.
  vi.useFakeTimers({ now: new Date(2026, 10, 23, 17, 59, 0) })
})

afterEach(() => void vi.useRealTimers())

test('without a limit nothing is said', () => {
  using _limit = keepSpeedLimit(transfer, { transfer_speedlimit: '-1' })
  vi.advanceTimersByTime(120_000)
  expect(limits).toEqual([])
})

test('a plain limit is said once', () => {
  using _limit = keepSpeedLimit(transfer, { transfer_speedlimit: '12.5' })
  vi.advanceTimersByTime(120_000)
  expect(limits).toEqual([12_500_000])
})

test('a timetable is followed while the transfer runs, and no longer', () => {
  const settings = {
    transfer_speedlimit: '1',
    transfer_speedlimit_timetable: 'mon 08:00-18:00 5; mon 18:00-18:02 -1; mon 18:05-19:00 7',
  }
  const limit = keepSpeedLimit(transfer, settings)
  expect(limits).toEqual([5_000_000])
  vi.advanceTimersByTime(75_000)
  expect(limits).toEqual([5_000_000, undefined])
  vi.advanceTimersByTime(120_000)
  expect(limits).toEqual([5_000_000, undefined, 1_000_000])
  limit[Symbol.dispose]()
  vi.advanceTimersByTime(600_000)
  expect(limits).toHaveLength(3)
})
