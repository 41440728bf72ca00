import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JobId } from '../../../src/shared/domain/ids.ts'
import { type Capacities, decide, type PairHead } from '../../../src/workspace/scheduler/decide.ts'

const free: Capacities = {
  isOnline: () => true,
  runningOfPair: () => 0,
  runningAt: () => 0,
  maxPerPair: 1,
  maxPerEnd: 16,
}

function head(jobId: string, change: Partial<PairHead> = {}): PairHead {
  return {
    jobId: jobId as JobId,
    sourceKey: 'client:a',
    destinationKey: 'site:hq',
    priority: 500,
    queuedAtMs: 1,
    ...change,
  }
}

const started = (heads: PairHead[], capacities: Partial<Capacities> = {}) =>
  decide(heads, { ...free, ...capacities }).map((each) => each.jobId)

describe('decide', () => {
  it.each([
    ['one job of a pair', [head('1'), head('2')], {}, ['1']],
    ['priority first', [head('1'), head('2', { priority: 900 })], {}, ['2']],
    ['then age', [head('1', { queuedAtMs: 5 }), head('2', { queuedAtMs: 4 })], {}, ['2']],
    ['other pairs beside it', [head('1'), head('2', { sourceKey: 'client:b' })], {}, ['1', '2']],
    ['nothing while the pair is busy', [head('1')], { runningOfPair: () => 1 }, []],
    ['nothing while an end is offline', [head('1')], { isOnline: (key: string) => key !== 'site:hq' }, []],
    ['nothing while an end is full', [head('1')], { runningAt: () => 16 }, []],
    ['nothing from a place to itself', [head('1', { sourceKey: 'site:hq' })], {}, []],
    ['more of a pair when that is allowed', [head('1'), head('2'), head('3')], { maxPerPair: 2 }, ['1', '2']],
    [
      'as many of a pair as the job at hand allows',
      [head('1', { maxPerPair: 1 }), head('2', { maxPerPair: 3 }), head('3', { maxPerPair: 2 })],
      {},
      ['1', '2'],
    ],
  ])('starts %s', (_name, heads, capacities, wanted) => {
    expect(started(heads, capacities)).toEqual(wanted)
  })

  it('never goes over a limit, and leaves nothing that could start, whatever comes', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd')
    const heads = fc.array(
      fc.record({
        jobId: fc.uuid().map((text) => text as unknown as JobId),
        sourceKey: key,
        destinationKey: key,
        priority: fc.integer({ min: 1, max: 1000 }),
        queuedAtMs: fc.integer({ min: 0, max: 9 }),
      }),
    )
    fc.assert(
      fc.property(
        heads,
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 4 }),
        (all, maxPerPair, maxPerEnd) => {
          const chosen = decide(all, { ...free, maxPerPair, maxPerEnd })
          const pairs = (list: readonly PairHead[], one: PairHead) =>
            list.filter((each) => each.sourceKey === one.sourceKey && each.destinationKey === one.destinationKey).length
          const at = (end: string) =>
            chosen.filter((each) => each.sourceKey === end || each.destinationKey === end).length
          for (const each of chosen) {
            expect(pairs(chosen, each)).toBeLessThanOrEqual(maxPerPair)
            expect(Math.max(at(each.sourceKey), at(each.destinationKey))).toBeLessThanOrEqual(maxPerEnd)
          }
          for (const left of all.filter((each) => !chosen.includes(each) && each.sourceKey !== each.destinationKey)) {
            const isPairFull = pairs(chosen, left) >= maxPerPair
            const isEndFull = at(left.sourceKey) >= maxPerEnd || at(left.destinationKey) >= maxPerEnd
            expect(isPairFull || isEndFull).toBe(true)
          }
        },
      ),
    )
  })
})
