import { wideRangeLetters } from '../wide-ranges.ts'

/** Of a range, those that take as long as one step of a name. */
const lettersPerStep = 600
/** A class of letters (`\pL`) is a table of hundreds of ranges. */
const tableWeight = 8

/**
 * How large a regular expression becomes once its counted repeats are written out, told before anything is compiled. Both
 * compiling and matching take that many steps, the latter for each character of the text.
 */
export function patternWeight(pattern: string): number {
  const outer: { sum: number }[] = []
  let sum = 0
  let last = 0
  let at = 0
  const add = (weight: number) => {
    sum += weight
    last = weight
  }
  while (at < pattern.length) {
    const character = pattern[at]
    if (character === '\\') {
      const isTable = /[pP]/.test(pattern[at + 1] ?? '')
      add(isTable ? tableWeight : 1)
      at += isTable && pattern[at + 2] !== '{' ? 3 : 2
    } else if (character === '[') {
      const end = endOfClass(pattern, at)
      add(1 + tableWeight * pattern.slice(at, end).split(/\\[pP]/).length - tableWeight)
      at = end
    } else if (character === '(') {
      outer.push({ sum })
      sum = 0
      last = 0
      at += 1
    } else if (character === ')') {
      const inner = sum + 1
      sum = outer.pop()?.sum ?? 0
      add(inner)
      at += 1
    } else {
      const repeat = repeatAt(pattern, at)
      if (repeat === undefined) {
        add(1)
        at += 1
      } else {
        sum += last * (repeat.count - 1)
        last *= repeat.count
        at = repeat.end
      }
    }
  }
  for (const { sum: before } of outer) sum += before
  return sum + Math.floor(wideRangeLetters(pattern) / lettersPerStep)
}

function endOfClass(pattern: string, start: number): number {
  let at = start + 1
  if (pattern[at] === '^') at += 1
  // A bracket that comes first is one of the characters.
  if (pattern[at] === ']') at += 1
  while (at < pattern.length && pattern[at] !== ']') at += pattern[at] === '\\' ? 2 : 1
  return Math.min(pattern.length, at + 1)
}

function repeatAt(pattern: string, at: number): { readonly count: number; readonly end: number } | undefined {
  const repeat = /\{(\d{1,9})(?:,(\d{0,9}))?\}/y
  repeat.lastIndex = at
  const match = repeat.exec(pattern)
  if (match === null) return undefined
  return { count: Math.max(1, Number(match[1]), Number(match[2] ?? 0)), end: repeat.lastIndex }
}
