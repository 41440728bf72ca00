import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LaneTuner } from '../../../../src/engine/transfer/sending/lane-tuner.ts'

const mebibyte = 1024 * 1024

/** How many lanes there are after so many samples of a line that gives each lane so much, and all together no more. */
function settle(
  tuner: LaneTuner,
  line: { laneRate: number; lineRate: number; isLineBound?: boolean; isProcessorBound?: boolean },
  samples: number,
) {
  let lanes = 2
  const seen: number[] = []
  for (let sample = 0; sample < samples; sample += 1) {
    const bytesPerSecond = Math.min(lanes * line.laneRate, line.lineRate)
    const { isLineBound = true, isProcessorBound = false } = line
    lanes = tuner.next({ bytesPerSecond, isLineBound, isProcessorBound })
    seen.push(lanes)
  }
  return { lanes, seen }
}

test.each([
  { line: 'a long one, each lane far below it', laneRate: 10, lineRate: 1000, lanes: 16 },
  { line: 'a long one that four lanes fill', laneRate: 30, lineRate: 110, lanes: 4 },
  { line: 'a short one that one lane fills', laneRate: 100, lineRate: 100, lanes: 2 },
])('$line: $lanes lanes', ({ laneRate, lineRate, lanes }) => {
  expect(settle(new LaneTuner(16), { laneRate, lineRate }, 25).lanes).toBe(lanes)
})

test('nothing is tried while a disk or a limit is what holds the transfer up', () => {
  const { seen } = settle(new LaneTuner(16), { laneRate: 10, lineRate: 1000, isLineBound: false }, 100)
  expect(new Set(seen)).toEqual(new Set([2]))
})

test('where a processor is what holds it up one lane does, unless fewer are slower', () => {
  const short = { laneRate: 100, lineRate: 100, isLineBound: false, isProcessorBound: true }
  expect(settle(new LaneTuner(16), short, 10).lanes).toBe(1)
  expect(settle(new LaneTuner(16), { ...short, laneRate: 50 }, 10).lanes).toBe(2)
})

test('what did not help is tried again, but ever more seldom', () => {
  const { seen } = settle(new LaneTuner(16), { laneRate: 100, lineRate: 100 }, 1000)
  const trials = seen.filter((lanes, sample) => lanes > (seen[sample - 1] ?? 2)).length
  expect(trials).toBeGreaterThan(3)
  expect(trials).toBeLessThan(8)
})

test('never more than the request allows, never none', () => {
  const sample = fc.record({
    bytesPerSecond: fc.nat(1000 * mebibyte),
    isLineBound: fc.boolean(),
    isProcessorBound: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 16 }), fc.array(sample, { maxLength: 200 }), (most, samples) => {
      const tuner = new LaneTuner(most)
      for (const one of samples) {
        const lanes = tuner.next(one)
        expect(lanes).toBeGreaterThanOrEqual(1)
        expect(lanes).toBeLessThanOrEqual(most)
      }
    }),
  )
})
