import { RE2JS } from 're2js'
import { TernError } from '../errors.ts'
import { matchesPieces, type StarPieces } from '../star-pieces.ts'
import { wideRangeLetters } from '../wide-ranges.ts'
import { type FilterExpression, invalidFilter } from './filter-grammar.ts'

/** Of a path below the item, in composed Unicode. */
export type Matcher = (path: string) => boolean

/** A path taken apart once for the many expressions of a filter. */
interface Subject {
  readonly name: string
  /** Of the folders and the name, without regard to case. */
  readonly foldedNames: readonly string[]
}

type SubjectMatcher = (subject: Subject) => boolean

/**
 * Instructions of all `re('…')` of one filter together. A short `re('x{1,1000}')` already makes thousands, and whoever
 * compiles a filter, the workspace among them, does nothing else meanwhile.
 */
const maxProgramSize = 10_000
/** What compiling may cost at most, by an estimate made before: to find that a program is too large, it has to be made. */
const maxEffort = 40_000
/** A class such as `\pL` is a list of hundreds of ranges. */
const unicodeClassEffort = 100
const lettersPerEffort = 60

interface Budget {
  programSize: number
  effort: number
}

/**
 * One test for several expressions; undefined when there is nothing to match.
 * @throws TernError SPEC_INVALID `{advice: 'filter', expression}`, LIMIT_EXCEEDED `{what, limit}`
 */
export function compileExpressions(expressions: readonly FilterExpression[]): Matcher | undefined {
  if (expressions.length === 0) return undefined
  const budget = { programSize: maxProgramSize, effort: maxEffort }
  const matchers = expressions.map((expression) =>
    expression.kind === 'regular' ? compileRegular(expression, budget) : compileWords(expression.pattern),
  )
  return (path) => {
    const subject = { name: path.slice(path.lastIndexOf('/') + 1), foldedNames: foldCase(path).split('/') }
    return matchers.some((matches) => matches(subject))
  }
}

function compileRegular(expression: Extract<FilterExpression, { kind: 'regular' }>, budget: Budget): SubjectMatcher {
  const pattern = expression.pattern.normalize('NFC')
  budget.effort -= effortOf(pattern)
  if (budget.effort < 0) throw tooLarge(maxEffort)
  const regular = compiled(pattern, expression.ignoresCase)
  budget.programSize -= regular.programSize()
  if (budget.programSize < 0) throw tooLarge(maxProgramSize)
  return ({ name }) => regular.matches(name)
}

function effortOf(pattern: string): number {
  let repeats = 1
  for (const [, least, most] of pattern.matchAll(/\{(\d{1,9})(?:,(\d{0,9}))?\}/g)) {
    repeats += Math.max(Number(least), Number(most ?? 0))
  }
  const classes = unicodeClassEffort * (pattern.match(/\\p/gi)?.length ?? 0)
  return pattern.length * repeats + classes + wideRangeLetters(pattern) / lettersPerEffort
}

function tooLarge(limit: number): TernError {
  return new TernError('LIMIT_EXCEEDED', { what: 'filter size', limit })
}

function compiled(pattern: string, ignoresCase: boolean): RE2JS {
  try {
    // A dot means any character: names may hold line breaks.
    return RE2JS.compile(pattern, RE2JS.DOTALL | (ignoresCase ? RE2JS.CASE_INSENSITIVE : 0))
  } catch {
    throw invalidFilter(`re('${pattern}')`)
  }
}

function compileWords(written: string): SubjectMatcher {
  const pattern = foldCase(written.normalize('NFC')).replace(/[/\\]+/g, '/')
  const path = pattern.replace(/^\//, '').replace(/\/$/, '')
  if (!pattern.startsWith('/') && !path.includes('/')) {
    const pieces = piecesOf(path)
    return ({ foldedNames }) => matchesPieces(foldedNames.at(-1) ?? '', pieces)
  }
  const elements = path.split('/').map(piecesOf)
  return ({ foldedNames: names }) =>
    names.length === elements.length && elements.every((pieces, index) => matchesPieces(names[index] as string, pieces))
}

function piecesOf(pattern: string): StarPieces {
  return pattern.split('*') as unknown as StarPieces
}

/** The two small sigmas are one letter: which of them a capital becomes depends on what follows it. */
function foldCase(text: string): string {
  return text.toLowerCase().replaceAll('ς', 'σ')
}
