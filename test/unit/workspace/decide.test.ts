import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Contender,
  compareRanks,
  decide,
  type InterruptPolicy,
  type Limits,
  type Run,
} from '../../../src/workspace/scheduler/decide.ts'

const one: Limits = { maxPerPair: 1, maxPerEnd: 16 }

function waiting(jobId: string, change: Partial<Contender> = {}): Contender {
  return {
    jobId,
    part: 0,
    sender: 'a',
    receiver: 'hq',
    queuePriority: 500,
    priority: 500,
    queuedAtMs: 1,
    mayInterrupt: true,
    ...change,
  }
}

function run(jobId: string, change: Partial<Run> = {}): Run {
  const { mayInterrupt: _, maxPerPair: __, ...line } = waiting(jobId)
  return { ...line, dispatchId: `run of ${jobId}`, policy: 'order', ...change }
}

const decided = (contenders: readonly Contender[], running: readonly Run[] = [], limits: Partial<Limits> = {}) => {
  const { start, interrupt } = decide(contenders, running, { ...one, ...limits })
  return { start: start.map(({ jobId }) => jobId), interrupt: interrupt.map(({ jobId }) => jobId) }
}
const busyWith = (count: number, change: Partial<Run> = {}) =>
  Array.from({ length: count }, (_, index) => run(`r${index}`, { sender: `x${index}`, ...change }))

describe('decide', () => {
  it.each<[string, Contender[], Run[], Partial<Limits>, string[]]>([
    ['one job between two ends', [waiting('1'), waiting('2')], [], {}, ['1']],
    ['the higher queue first', [waiting('1', { priority: 999 }), waiting('2', { queuePriority: 501 })], [], {}, ['2']],
    ['then the higher priority', [waiting('1'), waiting('2', { priority: 900 })], [], {}, ['2']],
    ['then who is longer in line', [waiting('1', { queuedAtMs: 5 }), waiting('2', { queuedAtMs: 4 })], [], {}, ['2']],
    ['then the earlier part', [waiting('1', { part: 1 }), waiting('1')], [], {}, ['1']],
    ['other ends beside it', [waiting('1'), waiting('2', { sender: 'b' })], [], {}, ['1', '2']],
    [
      'the other direction beside it',
      [waiting('1'), waiting('2', { sender: 'hq', receiver: 'a' })],
      [],
      {},
      ['1', '2'],
    ],
    ['nothing behind what runs', [waiting('2', { queuedAtMs: 2 })], [run('1')], {}, []],
    ['nothing while an end is full', [waiting('9', { queuedAtMs: 2 })], busyWith(16), {}, []],
    ['nothing from a place to itself', [waiting('1', { sender: 'hq' })], [], {}, []],
    ['more where that is allowed', [waiting('1'), waiting('2'), waiting('3')], [], { maxPerPair: 2 }, ['1', '2']],
    [
      'as many as the job at hand allows',
      [waiting('1', { maxPerPair: 1 }), waiting('2', { maxPerPair: 3 }), waiting('3', { maxPerPair: 2 })],
      [],
      {},
      ['1', '2'],
    ],
  ])('starts %s', (_name, contenders, running, limits, wanted) => {
    expect(decided(contenders, running, limits)).toEqual({ start: wanted, interrupt: [] })
  })

  const later = { queuedAtMs: 9 }
  it.each<[string, Partial<Contender>, Partial<Run>, boolean]>([
    ['a later one, by order', {}, later, true],
    ['never an earlier one', later, {}, false],
    ['a lower queue, by order', { queuePriority: 999, ...later }, {}, true],
    ['a lower queue, by priority', { queuePriority: 999, ...later }, { policy: 'priority' }, true],
    ['a lower job, by priority', { priority: 501, ...later }, { policy: 'priority' }, true],
    ['a later one, by priority', {}, { policy: 'priority', ...later }, false],
    ['nobody in a queue that never lets them', { queuePriority: 999 }, { policy: 'never', ...later }, false],
    ['nobody, when it has just broken off itself', { mayInterrupt: false }, later, false],
    ['nobody between other ends', {}, { sender: 'b', ...later }, false],
  ])('interrupts %s', (_name, change, running, isInterrupted) => {
    const { interrupt } = decided([waiting('1', change)], [run('2', running)])
    expect(interrupt).toEqual(isInterrupted ? ['2'] : [])
  })

  it('interrupts the lowest where an end is full, and nothing when that would not be enough', () => {
    const full = busyWith(2, later).map((each, index) => ({ ...each, priority: 100 + index }))
    expect(decided([waiting('1')], full, { maxPerEnd: 2 })).toEqual({ start: ['1'], interrupt: ['r0'] })
    const other = run('kept', { sender: 'a', receiver: 'b', policy: 'never' })
    expect(decided([waiting('1')], [...full, other], { maxPerEnd: 1 })).toEqual({ start: [], interrupt: [] })
  })
})

const end = fc.constantFrom('a', 'b', 'c', 'd')
const rank = {
  sender: end,
  receiver: end,
  queuePriority: fc.constantFrom(1, 500, 999),
  priority: fc.integer({ min: 1, max: 3 }),
  queuedAtMs: fc.integer({ min: 0, max: 3 }),
}
const worlds = fc.record({
  contenders: fc.array(fc.record({ ...rank, mayInterrupt: fc.boolean(), maxPerPair: fc.integer({ min: 1, max: 3 }) }), {
    maxLength: 12,
  }),
  running: fc.array(fc.record({ ...rank, policy: fc.constantFrom<InterruptPolicy>('order', 'priority', 'never') }), {
    maxLength: 8,
  }),
  limits: fc.record({ maxPerPair: fc.integer({ min: 1, max: 2 }), maxPerEnd: fc.integer({ min: 1, max: 4 }) }),
})

/** A world that the scheduler could have brought about: what runs keeps the limits. */
function worldOf({ contenders, running, limits }: typeof worlds extends fc.Arbitrary<infer World> ? World : never) {
  const runs: Run[] = []
  for (const [index, each] of running.entries()) {
    const next = { ...each, jobId: `r${index}`, part: 0, dispatchId: `${index}` }
    if (next.sender !== next.receiver && keepsLimits([...runs, next], limits)) runs.push(next)
  }
  return { waiting: contenders.map((each, index) => ({ ...each, jobId: `w${index}`, part: 0 })), runs, limits }
}

type Line = Pick<Run, 'sender' | 'receiver'>
const onLine = (lines: readonly Line[], { sender, receiver }: Line) =>
  lines.filter((line) => line.sender === sender && line.receiver === receiver).length
const at = (lines: readonly Line[], key: string) =>
  lines.filter((line) => line.sender === key || line.receiver === key).length
const keepsLimits = (lines: readonly Line[], { maxPerPair, maxPerEnd }: Limits) =>
  lines.every(
    (line) =>
      onLine(lines, line) <= maxPerPair && at(lines, line.sender) <= maxPerEnd && at(lines, line.receiver) <= maxPerEnd,
  )

describe('whatever waits and runs', () => {
  const check = (
    holds: (world: ReturnType<typeof worldOf>, after: ReturnType<typeof decide<Contender, Run>>) => void,
  ) =>
    fc.assert(
      fc.property(worlds, (made) => {
        const world = worldOf(made)
        holds(world, decide(world.waiting, world.runs, world.limits))
      }),
      { numRuns: 1000 },
    )

  it('no line and no end carries more than it may', () => {
    check(({ runs, limits }, { start, interrupt }) => {
      const going = [...runs.filter((each) => !interrupt.includes(each)), ...start]
      for (const each of start) {
        expect(at(going, each.sender)).toBeLessThanOrEqual(limits.maxPerEnd)
        expect(at(going, each.receiver)).toBeLessThanOrEqual(limits.maxPerEnd)
        const most = Math.max(
          ...start.filter((other) => onLine([other], each) > 0).map((other) => other.maxPerPair ?? 1),
        )
        expect(onLine(going, each)).toBeLessThanOrEqual(Math.max(most, limits.maxPerPair))
      }
    })
  })

  it('what could start with room to spare has started', () => {
    check(({ waiting: all, runs, limits }, { start, interrupt }) => {
      const going = [...runs.filter((each) => !interrupt.includes(each)), ...start]
      for (const left of all.filter((each) => !start.includes(each) && each.sender !== each.receiver)) {
        const isLineFull = onLine(going, left) >= (left.maxPerPair ?? limits.maxPerPair)
        const isEndFull = at(going, left.sender) >= limits.maxPerEnd || at(going, left.receiver) >= limits.maxPerEnd
        expect(isLineFull || isEndFull).toBe(true)
      }
    })
  })

  it('only what goes behind is interrupted, where its queue lets that happen, and for somebody who then starts', () => {
    check((_, { start, interrupt }) => {
      for (const victim of interrupt) {
        expect(victim.policy).not.toBe('never')
        const ends = [victim.sender, victim.receiver]
        const causes = start.filter(
          (each) =>
            each.mayInterrupt &&
            compareRanks(each, victim) < 0 &&
            (ends.includes(each.sender) || ends.includes(each.receiver)),
        )
        expect(causes.length).toBeGreaterThan(0)
      }
      if (start.length === 0) expect(interrupt).toEqual([])
    })
  })

  it('interruptions come to rest, also when everybody may interrupt everybody', () => {
    fc.assert(
      fc.property(worlds, (made) => {
        const world = worldOf(made)
        let runs: readonly Run[] = world.runs
        let line: readonly Contender[] = world.waiting
        // Each interruption puts a higher one where a lower one was: no more rounds than there are places in the order.
        for (let round = 0; ; round += 1) {
          const { start, interrupt } = decide(line, runs, world.limits)
          if (start.length === 0) break
          expect(round).toBeLessThan(100)
          const back = interrupt.map((each) => ({ ...each, mayInterrupt: true }))
          line = [...line.filter((each) => !start.includes(each)), ...back]
          const begun = start.map((each) => ({ ...each, dispatchId: each.jobId, policy: 'order' as const }))
          runs = [...runs.filter((each) => !interrupt.includes(each)), ...begun]
        }
      }),
      { numRuns: 500 },
    )
  })

  it('the order in which they are asked about is no matter', () => {
    fc.assert(
      fc.property(
        worlds.chain((made) =>
          fc.tuple(
            fc.constant(made),
            fc.shuffledSubarray(
              made.contenders.map((_, at) => at),
              { minLength: made.contenders.length },
            ),
          ),
        ),
        ([made, order]) => {
          const world = worldOf(made)
          const shuffled = order.map((index) => world.waiting[index] as Contender)
          expect(decide(shuffled, [...world.runs].reverse(), world.limits)).toEqual(
            decide(world.waiting, world.runs, world.limits),
          )
        },
      ),
    )
  })

  it('nobody starves where nothing is interrupted: each runs after those before it', () => {
    fc.assert(
      fc.property(worlds, (made) => {
        const { waiting: all, limits } = worldOf({ ...made, running: [] })
        let line = all.filter(({ sender, receiver }) => sender !== receiver)
        for (let round = all.length; line.length > 0; round -= 1) {
          expect(round).toBeGreaterThan(0)
          const { start } = decide(line, [], limits)
          expect(start).toContain([...line].sort(compareRanks)[0])
          line = line.filter((each) => !start.includes(each))
        }
      }),
    )
  })
})
