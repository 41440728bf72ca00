import { expect } from 'vitest'
import { TernError } from '../../src/shared/domain/errors.ts'
import { mutate } from './mutate.ts'
import { type Random, randomFrom } from './random.ts'
import { Watchdog } from './watchdog.ts'

export interface FuzzTarget<Answer = unknown> {
  /** Texts that mean something, to start from. */
  readonly seeds: readonly string[]
  /** Pieces of the grammar. */
  readonly tokens: readonly string[]
  /** How a new input comes of those that are known; absent: as texts do. */
  readonly vary?: (random: Random, corpus: readonly string[], tokens: readonly string[]) => string
  /** The parser. A TernError is an answer like any other; anything else that it throws is a defect. */
  read(text: string): Answer
  /**
   * Checks what must hold of an answer and describes it in a few words: a text that leads to something new is kept and
   * varied further.
   */
  check(answer: Answer, text: string): string
}

export const fuzzSeconds = Number(process.env.TERN_FUZZ_SECONDS ?? '2')
const limitMs = 100
const hangMs = 10_000
const mostKept = 5_000

/** Runs a target on made-up texts for `fuzzSeconds`: whatever comes is read or refused within 100 ms of the processor. */
export async function fuzz<Answer>(name: string, target: FuzzTarget<Answer>): Promise<void> {
  const seed = Number(process.env.TERN_FUZZ_SEED ?? `${Date.now() % 1_000_000_000}`)
  const random = randomFrom(seed)
  const corpus = [...target.seeds]
  const known = new Set<string>()
  await using watchdog = new Watchdog(name, hangMs)
  const attempt = (text: string) => watchdog.watch(text, () => attemptOn(target, text))
  const { vary = mutate } = target
  const endsAtMs = performance.now() + fuzzSeconds * 1000
  let count = 0
  for (; performance.now() < endsAtMs; count += 1) {
    const text = count < target.seeds.length ? (target.seeds[count] ?? '') : vary(random, corpus, target.tokens)
    const { outcome, failure, ms } = attempt(text)
    const shown = `${name}, seed ${seed}, text ${count} of ${text.length} characters: ${JSON.stringify(text.slice(0, 500))}`
    if (failure !== undefined) throw new Error(shown, { cause: failure })
    // Once can be the machine, or code that was not compiled yet; each time is the parser.
    if (ms > limitMs) {
      const leastMs = Math.min(...[1, 2, 3, 4].map(() => attempt(text).ms))
      expect(leastMs, `${shown} takes ${leastMs.toFixed(0)} ms`).toBeLessThan(limitMs)
    }
    if (!known.has(outcome) && corpus.length < mostKept && text.length <= 2_000) {
      known.add(outcome)
      corpus.push(text)
    }
  }
  process.stdout.write(`fuzz ${name}: ${count} texts, ${known.size} kinds of outcome, seed ${seed}\n`)
  expect(known.size).toBeGreaterThan(1)
}

interface Attempt {
  readonly outcome: string
  readonly failure?: unknown
  readonly ms: number
}

function attemptOn<Answer>(target: FuzzTarget<Answer>, text: string): Attempt {
  const before = process.cpuUsage()
  const elapsedMs = () => process.cpuUsage(before).user / 1000
  let ms: number | undefined
  try {
    const answer = target.read(text)
    ms = elapsedMs()
    return { outcome: target.check(answer, text), ms }
  } catch (thrown) {
    const isRefusal = ms === undefined && thrown instanceof TernError && thrown.code !== 'INTERNAL'
    ms ??= elapsedMs()
    if (!isRefusal) return { outcome: '', failure: thrown, ms }
    const { advice, problem, what } = thrown.params
    return { outcome: [thrown.code, advice, problem, what].join(' '), ms }
  }
}
