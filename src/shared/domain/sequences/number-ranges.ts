import { TernError } from '../errors.ts'

/** `first`, `first + step`, … `last`; `last` is one of them. A single number has step 1. */
export interface NumberRange {
  readonly first: number
  readonly last: number
  readonly step: number
}

/** Frame numbers have at most this many digits, so that each is exact. */
export const maxDigits = 15
/** What a name on the wire has room for, beside the name itself. */
const maxTextLength = 3072
/** Parts with steps that lie over one another are worked out number by number, and no further than this. */
const maxMixed = 20_000

const part = /^(\d+)(?:-(\d+)(?:x(\d+))?)?$/

/** What is wrong with the text of a range; each has its advice for people. */
export type RangeProblem = 'sequence-range' | 'sequence-reversed' | 'sequence-negative' | 'sequence-step'

/**
 * What stands between the brackets: `100-167`, `1-10,20,30-40x2`. Ascending and disjoint, whatever the order and overlap
 * of the parts, so that a number is never named twice. A huge range costs nothing.
 * @throws TernError LIMIT_EXCEEDED `{what, limit}`; a {@link RangeProblem} is returned
 */
export function readRanges(text: string): readonly NumberRange[] | RangeProblem {
  assertLength(text)
  const ranges: NumberRange[] = []
  for (const written of text.split(',')) {
    const range = readPart(written.trim())
    if (typeof range === 'string') return range
    ranges.push(range)
  }
  const result = normalised(ranges)
  assertLength(printRanges(result))
  return result
}

function assertLength(text: string): void {
  if (text.length > maxTextLength) {
    throw new TernError('LIMIT_EXCEEDED', { what: 'characters of a range', limit: maxTextLength })
  }
}

/** Reads back as the same ranges. */
export function printRanges(ranges: readonly NumberRange[]): string {
  return ranges.map(printRange).join(',')
}

/** Takes logarithmic time. */
export function isInRanges(ranges: readonly NumberRange[], value: number): boolean {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ranges[middle] as NumberRange).last < value) low = middle + 1
    else high = middle
  }
  const range = ranges[low]
  return range !== undefined && value >= range.first && (value - range.first) % range.step === 0
}

export function countOf(ranges: readonly NumberRange[]): number {
  return ranges.reduce((sum, { first, last, step }) => sum + (last - first) / step + 1, 0)
}

/** Ascending, lazily. */
export function* numbersOf(ranges: readonly NumberRange[]): Generator<number> {
  for (const { first, last, step } of ranges) {
    for (let value = first; value <= last; value += step) yield value
  }
}

function readPart(written: string): NumberRange | RangeProblem {
  const match = part.exec(written)
  if (!match) return /^-\s*\d|-\s*-/.test(written) ? 'sequence-negative' : 'sequence-range'
  const first = numberOf(match[1] as string)
  const last = match[2] === undefined ? first : numberOf(match[2])
  const step = match[3] === undefined ? 1 : numberOf(match[3])
  if (last < first) return 'sequence-reversed'
  if (step === 0) return 'sequence-step'
  return rangeOf(first, last, step)
}

function numberOf(digits: string): number {
  const plain = digits.replace(/^0+(?=\d)/, '')
  if (plain.length > maxDigits) throw new TernError('LIMIT_EXCEEDED', { what: 'digits of a number', limit: maxDigits })
  return Number(plain)
}

function rangeOf(first: number, end: number, step: number): NumberRange {
  const last = end - ((end - first) % step)
  return { first, last, step: last === first ? 1 : step }
}

function normalised(ranges: readonly NumberRange[]): NumberRange[] {
  const sorted = [...ranges].sort((left, right) => left.first - right.first)
  const result: NumberRange[] = []
  let mixed = 0
  for (let at = 0; at < sorted.length; ) {
    const overlapping = [sorted[at] as NumberRange]
    let last = (sorted[at] as NumberRange).last
    at += 1
    for (let next = sorted[at]; next && next.first <= last; next = sorted[at]) {
      overlapping.push(next)
      last = Math.max(last, next.last)
      at += 1
    }
    if (overlapping.every(({ step }) => step === 1)) {
      addRange(result, { first: (overlapping[0] as NumberRange).first, last, step: 1 })
      continue
    }
    if (overlapping.length > 1) mixed += countOf(overlapping)
    if (mixed > maxMixed) throw new TernError('LIMIT_EXCEEDED', { what: 'numbers of mixed steps', limit: maxMixed })
    for (const range of overlapping.length === 1 ? overlapping : separated(overlapping)) addRange(result, range)
  }
  return result
}

/** Neighbours without a gap become one. */
function addRange(ranges: NumberRange[], range: NumberRange): void {
  const before = ranges.at(-1)
  if (before?.step === 1 && range.step === 1 && before.last + 1 === range.first) {
    ranges[ranges.length - 1] = { first: before.first, last: range.last, step: 1 }
  } else {
    ranges.push(range)
  }
}

/** The same numbers in ranges that lie behind one another. */
function separated(ranges: readonly NumberRange[]): NumberRange[] {
  const numbers = [...new Set(numbersOf(ranges))].sort((left, right) => left - right)
  const result: NumberRange[] = []
  for (let at = 0; at < numbers.length; ) {
    const first = numbers[at] as number
    const step = (numbers[at + 1] ?? first) - first
    let end = at
    while (numbers[end + 1] === (numbers[end] as number) + step) end += 1
    // Two numbers with a gap are no progression yet: the second may begin a longer one.
    if (step > 1 && end - at < 2) end = at
    result.push(rangeOf(first, numbers[end] as number, Math.max(step, 1)))
    at = end + 1
  }
  return result
}

function printRange({ first, last, step }: NumberRange): string {
  if (first === last) return `${first}`
  return step === 1 ? `${first}-${last}` : `${first}-${last}x${step}`
}
