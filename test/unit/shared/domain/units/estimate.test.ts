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
