import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addSample, type Estimate, emptyEstimate } from '../../../../../src/shared/domain/units/estimate.ts'

const totalBytes = 10_000_000_000
const stepMs = 100

/** Estimates of a transfer that reaches `bytesAt(ms)` bytes, sampled ten times a second. */
function run(bytesAt: (ms: number) => number, durationMs: number): (Estimate & { atMs: number })[] {
  const estimates: (Estimate & { atMs: number })[] = []
  let state = emptyEstimate
  for (let atMs = 0; atMs <= durationMs; atMs += stepMs) {
    const step = addSample(state, { atMs, bytes: bytesAt(atMs) }, totalBytes)
    state = step.state
    estimates.push({ ...step.estimate, atMs })
  }
  return estimates
}

describe('a steady transfer', () => {
  const estimates = run((ms) => ms * 100_000, 30_000)

  test('has no time left until it is steady', () => {
    const first = estimates.find((estimate) => estimate.secondsLeft !== undefined)
    expect(first?.atMs).toBeGreaterThanOrEqual(3000)
    expect(first?.atMs).toBeLessThan(4000)
  })

  test('has the right speed and time left', () => {
    const last = estimates.at(-1)
    expect(last?.bytesPerSecond).toBeCloseTo(100_000_000, -3)
    expect(last?.secondsLeft).toBeCloseTo(70, 1)
  })
})

test('verified bytes in bursts do not make it jump', () => {
  const estimates = run((ms) => Math.floor(ms / 1000) * 100_000_000, 60_000)
  const late = estimates.filter((estimate) => estimate.atMs > 10_000)
  const speeds = late.map((estimate) => estimate.bytesPerSecond)
  expect(Math.max(...speeds) / Math.min(...speeds)).toBeLessThan(1.5)
  for (const [index, estimate] of late.entries()) {
    const before = late[index - 1]
    if (before?.secondsLeft === undefined || estimate.secondsLeft === undefined) continue
    expect(Math.abs(estimate.secondsLeft - before.secondsLeft)).toBeLessThan(before.secondsLeft * 0.1 + 1)
  }
})

test('a lasting change of speed is taken in within half a minute', () => {
  const estimates = run((ms) => (ms < 20_000 ? ms * 100_000 : 2_000_000_000 + (ms - 20_000) * 20_000), 60_000)
  const last = estimates.at(-1)
  const truth = (totalBytes - 2_800_000_000) / 20_000_000
  expect(last?.bytesPerSecond).toBeCloseTo(20_000_000, -6)
  expect(last?.secondsLeft).toBeGreaterThan(truth * 0.6)
  expect(last?.secondsLeft).toBeLessThan(truth * 1.4)
})

test('a transfer that stands still falls to nothing', () => {
  const estimates = run((ms) => Math.min(ms, 10_000) * 100_000, 40_000)
  expect(estimates.at(-1)?.bytesPerSecond).toBeLessThan(1000)
})

test('a retry that starts lower starts anew', () => {
  const first = addSample(emptyEstimate, { atMs: 0, bytes: 5_000 }, totalBytes)
  const second = addSample(first.state, { atMs: 1000, bytes: 9_000 }, totalBytes)
  expect(second.estimate.bytesPerSecond).toBeGreaterThan(0)
  expect(addSample(second.state, { atMs: 1100, bytes: 1_000 }, totalBytes).estimate).toEqual({ bytesPerSecond: 0 })
})

test('two samples at one moment are one', () => {
  const { state } = addSample(emptyEstimate, { atMs: 0, bytes: 0 }, totalBytes)
  expect(addSample(state, { atMs: 0, bytes: 10 }, totalBytes).state).toBe(state)
})

test('nothing is left when everything is there', () => {
  expect(run((ms) => Math.min(totalBytes, ms * 1_000_000), 20_000).at(-1)?.secondsLeft).toBeUndefined()
})

test('figures are finite and never negative, whatever comes', () => {
  const samples = fc.array(fc.tuple(fc.nat(100_000), fc.nat(2_000_000)), { maxLength: 60 })
  fc.assert(
    fc.property(samples, (list) => {
      let state = emptyEstimate
      for (const [atMs, bytes] of list) {
        const step = addSample(state, { atMs, bytes }, 1_000_000)
        state = step.state
        for (const figure of [step.estimate.bytesPerSecond, step.estimate.secondsLeft ?? 0]) {
          expect(Number.isFinite(figure)).toBe(true)
          expect(figure).toBeGreaterThanOrEqual(0)
        }
        expect(state.samples.length).toBeLessThan(100)
      }
    }),
  )
})

test('scanning before the first byte does not hold the speed down', () => {
  const estimates = run((ms) => Math.max(0, ms - 2000) * 60_000, 3000)
  expect(estimates.at(-1)?.bytesPerSecond).toBeCloseTo(60_000_000, -6)
})

describe('time left does not jump', () => {
  /** Gaps in ms and bytes a millisecond of a run. */
  const step = fc.record({
    gapMs: fc.integer({ min: 1, max: 4000 }),
    speed: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1_000_000 })),
  })

  test('from one sample to the next it leaves the countdown by a bounded share, whatever the speed does', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 80 }), (steps) => {
        let state = emptyEstimate
        let [atMs, bytes] = [0, 1]
        let before: { atMs: number; seconds: number } | undefined
        for (const { gapMs, speed } of steps) {
          atMs += gapMs
          bytes += gapMs * speed
          const next = addSample(state, { atMs, bytes }, totalBytes * 1000)
          state = next.state
          const seconds = next.estimate.secondsLeft
          if (before !== undefined && seconds !== undefined) {
            const elapsed = (atMs - before.atMs) / 1000
            const countdown = Math.max(0, before.seconds - elapsed)
            const bound = countdown * (Math.exp(elapsed / 2) - 1) + elapsed
            expect(Math.abs(seconds - countdown)).toBeLessThanOrEqual(bound * (1 + 1e-9) + 1e-6)
          }
          before = seconds === undefined ? undefined : { atMs, seconds }
        }
      }),
    )
  })

  test('a steady run counts down by the clock, however often it is looked at', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_000, max: 1_000_000 }),
        fc.array(fc.integer({ min: 20, max: 2000 }), { minLength: 20, maxLength: 100 }),
        (speed, gaps) => {
          const wholeBytes = speed * 1_000_000
          let state = emptyEstimate
          let atMs = 0
          for (const gapMs of gaps) {
            atMs += gapMs
            const next = addSample(state, { atMs, bytes: speed * atMs }, wholeBytes)
            state = next.state
            const { secondsLeft } = next.estimate
            if (secondsLeft !== undefined) expect(secondsLeft).toBeCloseTo((wholeBytes / speed - atMs) / 1000, 3)
          }
        },
      ),
    )
  })

  test('bursts of up to two seconds end within a third of the truth after ten seconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 2000 }), (burstMs) => {
        const late = run((ms) => Math.floor(ms / burstMs) * burstMs * 100_000, 40_000).filter(
          ({ atMs }) => atMs > 10_000,
        )
        for (const { atMs, secondsLeft = 0 } of late) {
          const truth = 100 - atMs / 1000
          expect(secondsLeft).toBeGreaterThan(truth * 0.67)
          expect(secondsLeft).toBeLessThan(truth * 1.33)
        }
      }),
      { numRuns: 30 },
    )
  })

  test('ten seconds without a byte take it away, and it comes back from the new speed alone', () => {
    const estimates = run((ms) => (ms < 20_000 ? ms * 100_000 : 2e9 + Math.max(0, ms - 60_000) * 50_000), 70_000)
    const at = (atMs: number) => estimates.find((estimate) => estimate.atMs === atMs)
    expect(at(20_000)?.secondsLeft).toBeCloseTo(80, 0)
    expect(at(29_000)?.secondsLeft).toBeLessThan(130)
    expect(at(31_000)?.secondsLeft).toBeUndefined()
    expect(at(59_000)).toMatchObject({ bytesPerSecond: 0 })
    expect(at(62_000)?.secondsLeft).toBeUndefined()
    expect(at(64_000)?.secondsLeft).toBeCloseTo((8e9 - 4_000 * 50_000) / 5e7, 0)
  })

  test('a machine that slept goes on as if it had not', () => {
    const sleptMs = 3_600_000
    let state = emptyEstimate
    const seen: (number | undefined)[] = []
    for (let awakeMs = 0; awakeMs <= 30_000; awakeMs += stepMs) {
      const atMs = awakeMs < 20_000 ? awakeMs : awakeMs + sleptMs
      const next = addSample(state, { atMs, bytes: awakeMs * 100_000 }, totalBytes)
      state = next.state
      if (awakeMs >= 20_000) seen.push(next.estimate.secondsLeft)
    }
    expect(seen.filter((seconds) => seconds === undefined).length).toBeLessThanOrEqual(3_000 / stepMs)
    for (const [index, seconds] of seen.entries()) {
      if (seconds !== undefined) expect(seconds).toBeCloseTo(80 - (index * stepMs) / 1000, 0)
    }
  })

  test('a retry that starts lower has no time left until it is steady again', () => {
    const estimates = run((ms) => (ms < 20_000 ? ms : ms - 15_000) * 100_000, 40_000)
    const at = (atMs: number) => estimates.find((estimate) => estimate.atMs === atMs)?.secondsLeft
    expect([at(19_900), at(20_000), at(22_900)].map((seconds) => seconds?.toFixed())).toEqual([
      '80',
      undefined,
      undefined,
    ])
    expect(at(24_000)).toBeCloseTo(91, 0)
  })
})
