import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { StallWatch } from '../../../../src/engine/transfer/stall-watch.ts'
import type { TernError } from '../../../../src/shared/domain/errors.ts'

// Time that a test lets pass.
vi.mock('../../../../src/platform/clock.ts', () => ({ monotonicMs: () => Date.now() }))
beforeEach(() => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] }))
afterEach(() => vi.useRealTimers())

interface State {
  isWaiting: boolean
  isBusy: boolean
  isPeerBusy?: boolean
  moved: number
}

function watch(state: State) {
  const stalls: TernError[] = []
  const watching = new StallWatch(60_000, {
    isWaiting: () => state.isWaiting,
    isBusy: () => state.isBusy,
    isPeerBusy: () => state.isPeerBusy ?? false,
    moved: () => state.moved,
    onStall: (error) => stalls.push(error),
  })
  return { stalls, watching }
}

test('a transfer that waits for bytes and gets nowhere is stalled after its time, not before', () => {
  const { stalls, watching } = watch({ isWaiting: true, isBusy: false, moved: 7 })
  vi.advanceTimersByTime(60_000)
  expect(stalls).toEqual([])
  vi.advanceTimersByTime(10_000)
  expect(stalls.map(({ code }) => code)).toEqual(['STALLED'])
  watching[Symbol.dispose]()
})

test.each([
  { why: 'nothing is wanted', state: { isWaiting: false, isBusy: false, moved: 1 } },
  { why: 'this side checks, writes or is held by a limit', state: { isWaiting: true, isBusy: true, moved: 1 } },
  { why: 'the other side says so', state: { isWaiting: true, isBusy: false, isPeerBusy: true, moved: 1 } },
])('it is not stalled when $why', ({ state }) => {
  const { stalls, watching } = watch(state)
  vi.advanceTimersByTime(600_000)
  expect(stalls).toEqual([])
  watching[Symbol.dispose]()
})

test('whatever moves begins the time anew', () => {
  const state = { isWaiting: true, isBusy: false, moved: 0 }
  const { stalls, watching } = watch(state)
  for (let minute = 0; minute < 20; minute += 1) {
    vi.advanceTimersByTime(50_000)
    state.moved += 1
  }
  expect(stalls).toEqual([])
  watching[Symbol.dispose]()
})

test('a peer that says that it is at work, and of which nothing comes, is believed for an hour', () => {
  const state = { isWaiting: true, isBusy: false, isPeerBusy: true, moved: 1 }
  const { stalls, watching } = watch(state)
  vi.advanceTimersByTime(3_590_000)
  state.moved += 1
  vi.advanceTimersByTime(3_590_000)
  expect(stalls).toEqual([])
  vi.advanceTimersByTime(20_000)
  expect(stalls.map(({ code }) => code)).toEqual(['STALLED'])
  watching[Symbol.dispose]()
})
