import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeControl } from '../../../../src/engine/protocol/codec.ts'
import { Limiter } from '../../../../src/engine/transport/limiter.ts'
import { ManualClock } from '../../../helpers/limiter-clock.ts'

const never = new AbortController().signal

/** Takes again and again, as a lane does, until the test is over. */
function takeOn(limiter: Limiter, bytes: number, lanes = 1): { passed: number } {
  const counted = { passed: 0 }
  const lane = async () => {
    const { signal } = new AbortController()
    for (;;) {
      await (limiter.take(bytes, signal) ?? Promise.resolve())
      counted.passed += bytes
    }
  }
  for (let each = 0; each < lanes; each += 1) void lane()
  return counted
}

test('without a limit everything passes at once, in slices of any size', () => {
  const limiter = new Limiter()
  expect(limiter.take(1e12, never)).toBeUndefined()
  expect(limiter.sliceBytes).toBe(Number.POSITIVE_INFINITY)
  expect(limiter.heldMs).toBe(0)
})

test.each([1e300, Number.POSITIVE_INFINITY, Number.NaN])(
  'a limit of %s, as settings may come to it, is none, and one that comes after it holds',
  async (bytesPerSecond) => {
    const limiter = new Limiter()
    limiter.setLimit(bytesPerSecond)
    expect(limiter.take(1e6, never)).toBeUndefined()
    const { bytesPerSecond: told } = limiter
    expect(() =>
      encodeControl({
        type: 'flow',
        shares: { cpu: 0, disk: 0, limit: 0, line: 0 },
        ...(told && { limitBytesPerSecond: told }),
      }),
    ).not.toThrow()
    limiter.setLimit(1000)
    expect(limiter.take(1e6, AbortSignal.timeout(1))).toBeInstanceOf(Promise)
  },
)

test('who takes more than there is waits as long as the limit says, all together', async () => {
  const clock = new ManualClock()
  const limiter = new Limiter(undefined, clock)
  limiter.setLimit(1_000_000)
  const passedAtMs: number[] = []
  for (let each = 0; each < 2; each += 1) {
    void limiter.take(100_000, never)?.then(() => passedAtMs.push(Math.round(clock.nowMs())))
  }
  await clock.pass(99)
  expect(passedAtMs).toEqual([])
  await clock.pass(1000)
  expect(passedAtMs).toEqual([100, 200])
  expect(limiter.heldMs).toBeCloseTo(200, 3)
})

test('time without a taker is worth a short burst and no more', async () => {
  const clock = new ManualClock()
  const limiter = new Limiter(undefined, clock)
  limiter.setLimit(1_000_000)
  await clock.pass(60_000)
  expect(limiter.take(40_000, never)).toBeUndefined()
  expect(limiter.take(1, never)).toBeInstanceOf(Promise)
})

test('a machine that slept, or a clock that went back, is worth no more than that either', async () => {
  const clock = { atMs: 1000 }
  const limiter = new Limiter(undefined, { nowMs: () => clock.atMs, after: () => () => undefined })
  limiter.setLimit(1_000_000)
  clock.atMs += 8 * 3_600_000
  expect(limiter.take(40_000, never)).toBeUndefined()
  clock.atMs = 0
  expect(limiter.take(40_000, never)).toBeInstanceOf(Promise)
})

test.each([
  { before: 1_000_000, after: undefined },
  { before: 1, after: undefined },
  { before: 1, after: 10_000_000 },
  { before: 1_000_000, after: 100_000 },
])('from $before to $after bytes a second holds at once, for those who wait too', async ({ before, after }) => {
  const clock = new ManualClock()
  const limiter = new Limiter(undefined, clock)
  limiter.setLimit(before)
  let passedAtMs = Number.NaN
  void limiter.take(1_000_000, never)?.then(() => {
    passedAtMs = clock.nowMs()
  })
  await clock.pass(10)
  limiter.setLimit(after)
  const gained = Math.min(before / 100, 4096)
  await clock.pass(20_000)
  const expected = after === undefined ? 10 : 10 + ((1_000_000 - gained) / after) * 1000
  expect(passedAtMs).toBeGreaterThan(expected * 0.9 - 1)
  expect(passedAtMs).toBeLessThan(expected * 1.1 + 1)
})

test('an abort frees who waits, and what was meant for it goes to the next', async () => {
  const clock = new ManualClock()
  const limiter = new Limiter(undefined, clock)
  limiter.setLimit(1000)
  const gone = new AbortController()
  const waiting = limiter.take(1_000_000, gone.signal)
  let isNextPassed = false
  void limiter.take(1000, never)?.then(() => {
    isNextPassed = true
  })
  gone.abort()
  await waiting
  await clock.pass(1000)
  expect(isNextPassed).toBe(true)
  expect(limiter.take(1_000_000, gone.signal)).toBeUndefined()
})

test.each([
  { limit: 1000, slice: 1024 },
  { limit: 100_000, slice: 10_000 },
  { limit: 1_000_000, slice: 64 * 1024 },
  { limit: 20_000_000, slice: 200_000 },
  { limit: 1_000_000_000, slice: 1024 * 1024 },
])('at $limit bytes a second a slice has $slice bytes', ({ limit, slice }) => {
  const limiter = new Limiter()
  limiter.setLimit(limit)
  expect(limiter.sliceBytes).toBe(slice)
})

test('one within another lets pass what both do', async () => {
  const outer = new Limiter()
  const inner = new Limiter(outer)
  expect(inner.take(1e12, never)).toBeUndefined()
  outer.setLimit(100_000)
  expect(inner.sliceBytes).toBe(10_000)
  expect(inner.bytesPerSecond).toBe(100_000)
  const waiting = inner.take(1e9, never)
  expect(waiting).toBeInstanceOf(Promise)
  outer.setLimit(undefined)
  await waiting
  inner.setLimit(50_000)
  expect(inner.sliceBytes).toBe(5000)
  expect(outer.take(1e12, never)).toBeUndefined()
  expect(inner.take(1e9, never)).toBeInstanceOf(Promise)
  inner.setLimit(undefined)
})

test.each([
  { what: 'one lane and sixteen', one: { bytes: 64_000, lanes: 1 }, other: { bytes: 64_000, lanes: 16 } },
  { what: 'small pieces and large ones', one: { bytes: 1000, lanes: 4 }, other: { bytes: 1_000_000, lanes: 2 } },
  { what: 'alike', one: { bytes: 10_000, lanes: 2 }, other: { bytes: 10_000, lanes: 2 } },
])('two transfers share a limit evenly: $what', async ({ one, other }) => {
  const clock = new ManualClock()
  const engine = new Limiter(undefined, clock)
  engine.setLimit(10_000_000)
  const first = takeOn(new Limiter(engine), one.bytes, one.lanes)
  const second = takeOn(new Limiter(engine), other.bytes, other.lanes)
  await clock.pass(5000)
  expect(first.passed + second.passed).toBeGreaterThan(49_000_000)
  expect(first.passed + second.passed).toBeLessThan(52_500_000)
  expect(first.passed / second.passed).toBeGreaterThan(0.9)
  expect(first.passed / second.passed).toBeLessThan(1.1)
})

test('what one transfer may not or does not take, the others do', async () => {
  const clock = new ManualClock()
  const engine = new Limiter(undefined, clock)
  engine.setLimit(10_000_000)
  const slow = new Limiter(engine)
  slow.setLimit(1_000_000)
  const held = takeOn(slow, 64_000)
  const free = takeOn(new Limiter(engine), 64_000)
  await clock.pass(5000)
  expect(held.passed / 5_000_000).toBeCloseTo(1, 1)
  expect(free.passed / 45_000_000).toBeCloseTo(1, 1)
})

test('who was held by its own limit does not make up for it at the cost of others once that is lifted', async () => {
  const clock = new ManualClock()
  const engine = new Limiter(undefined, clock)
  engine.setLimit(10_000_000)
  const slow = new Limiter(engine)
  slow.setLimit(1_000_000)
  const one = takeOn(slow, 64_000)
  const other = takeOn(new Limiter(engine), 64_000)
  await clock.pass(10_000)
  const before = { one: one.passed, other: other.passed }
  slow.setLimit(undefined)
  await clock.pass(2000)
  expect((one.passed - before.one) / 10_000_000).toBeCloseTo(1, 1)
  expect((other.passed - before.other) / 10_000_000).toBeCloseTo(1, 1)
})

test('the limit of a workspace holds over all of its transfers and leaves the rest to the others', async () => {
  const clock = new ManualClock()
  const engine = new Limiter(undefined, clock)
  engine.setLimit(10_000_000)
  const workspace = new Limiter(engine)
  workspace.setLimit(2_000_000)
  const within = [takeOn(new Limiter(workspace), 64_000, 4), takeOn(new Limiter(workspace), 128_000)]
  const outside = takeOn(new Limiter(engine), 64_000)
  await clock.pass(10_000)
  const [one = 0, other = 0] = within.map(({ passed }) => passed)
  expect(one + other).toBeGreaterThan(19_000_000)
  expect(one + other).toBeLessThan(21_500_000)
  expect(one / other).toBeGreaterThan(0.85)
  expect(one / other).toBeLessThan(1.2)
  expect(outside.passed / 80_000_000).toBeCloseTo(1, 1)
})

test('whatever is asked for, no more passes than the limit and a burst, and everybody gets on', async () => {
  const taker = fc.record({
    bytes: fc.integer({ min: 10_000, max: 2_000_000 }),
    lanes: fc.integer({ min: 1, max: 16 }),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(taker, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 100_000, max: 50_000_000 }),
      async (takers, limit) => {
        const clock = new ManualClock()
        const engine = new Limiter(undefined, clock)
        engine.setLimit(limit)
        const counted = takers.map(({ bytes, lanes }) => takeOn(new Limiter(engine), bytes, lanes))
        const largest = Math.max(...takers.map(({ bytes }) => bytes))
        const seconds = (3 * takers.length * largest) / limit
        await clock.pass(seconds * 1000)
        const passed = counted.reduce((sum, each) => sum + each.passed, 0)
        expect(passed).toBeLessThanOrEqual(limit * seconds + Math.max(largest, limit / 25, 4096))
        for (const { passed: own } of counted) expect(own).toBeGreaterThan(0)
      },
    ),
    { numRuns: 40 },
  )
})
