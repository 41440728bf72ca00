import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SpeedLimit, settingsOfLimit } from '../../../src/client/dispatches/speed-limit.ts'

const limits: (number | undefined)[] = []
const tell = (limit: number | undefined) => void limits.push(limit)

beforeEach(() => {
  limits.length = 0
  // A Monday, by the clock of whichever machine runs this.
  vi.useFakeTimers({ now: new Date(2026, 10, 23, 17, 59, 0) })
})

afterEach(() => void vi.useRealTimers())

test('without a limit nothing is said', () => {
  using _limit = new SpeedLimit(tell, { transfer_speedlimit: '-1' })
  vi.advanceTimersByTime(120_000)
  expect(limits).toEqual([])
})

test('a plain limit is said once', () => {
  using _limit = new SpeedLimit(tell, { transfer_speedlimit: '12.5' })
  vi.advanceTimersByTime(120_000)
  expect(limits).toEqual([12_500_000])
})

const timetable = {
  transfer_speedlimit: '1',
  transfer_speedlimit_timetable: 'mon 08:00-18:00 5; mon 18:00-18:02 -1; mon 18:05-19:00 7',
}

test('a timetable holds within a second of the minute it says, as long as it is kept', () => {
  const limit = new SpeedLimit(tell, timetable)
  expect(limits).toEqual([5_000_000])
  vi.advanceTimersByTime(59_000)
  expect(limits).toEqual([5_000_000])
  vi.advanceTimersByTime(2000)
  expect(limits).toEqual([5_000_000, undefined])
  vi.advanceTimersByTime(120_000)
  expect(limits).toEqual([5_000_000, undefined, 1_000_000])
  limit[Symbol.dispose]()
  vi.advanceTimersByTime(600_000)
  expect(limits).toHaveLength(3)
})

test('a clock that is set, back or ahead, and a machine that slept are followed within a second', () => {
  using _limit = new SpeedLimit(tell, timetable)
  vi.setSystemTime(new Date(2026, 10, 23, 18, 30, 0))
  vi.advanceTimersByTime(1000)
  vi.setSystemTime(new Date(2026, 10, 23, 9, 0, 0))
  vi.advanceTimersByTime(1000)
  vi.setSystemTime(new Date(2026, 10, 24, 9, 0, 0))
  vi.advanceTimersByTime(1000)
  expect(limits).toEqual([5_000_000, 7_000_000, 5_000_000, 1_000_000])
})

test('other settings hold at once', () => {
  using limit = new SpeedLimit(tell)
  limit.change({ transfer_speedlimit: '3' })
  limit.change({ transfer_speedlimit: '3' })
  limit.change({})
  expect(limits).toEqual([3_000_000, undefined])
})

test.each([
  { limit: {}, said: [] },
  { limit: { bytesPerSecond: 1234 }, said: [1234] },
  { limit: { bytesPerSecond: 20_000_000, timetable: 'mon 17:00-18:00 2.5' }, said: [2_500_000, 20_000_000] },
  { limit: { timetable: 'mon 18:00-18:30 4' }, said: [4_000_000] },
])('a limit of this machine, $limit, speaks as settings do', ({ limit, said }) => {
  using _limit = new SpeedLimit(tell, settingsOfLimit(limit))
  vi.advanceTimersByTime(120_000)
  expect(limits).toEqual(said)
})
