import { TernError } from '../errors.ts'

/**
 * One expression of `transfer_include` or `transfer_exclude`. Words match without regard to case; a `*` stands for any
 * characters inside one name.
 */
export type FilterExpression =
  | { readonly kind: 'words'; readonly pattern: string }
  | { readonly kind: 'regular'; readonly pattern: string; readonly ignoresCase: boolean }

const maxTextLength = 65_536
const maxExpressions = 1000
/** Empty entries count as parts, so that a text of commas ends early as well. */
const maxParts = 4 * maxExpressions
const separator = /\s*(\\?,)/y
/** `re('…')` or `re('…','I')`, either quote, from where the search stands. */
const regular = /re\(\s*(['"])([\s\S]*?)\1\s*(?:,\s*(['"])([A-Za-z]*)\3\s*)?\)(?=\s*(?:\\?,|$))/y

/** What is meant as one, and would else quietly be the name of a file: `re(…`, `RE('…`, `re ('…`. */
const attempt = /re\(|[rR][eE]\s{0,9}\(\s{0,9}['"]/y

/**
 * Splits a filter into its expressions. Two conventions are in use: plain commas separate (the settings page), or `\,`
 * does (the job specification). Inside `re('…')` neither separates. Where a text uses plain commas, `\,` between two
 * plain words is a comma of the name; next to a star or an `re('…')` it still separates.
 * @throws TernError SPEC_INVALID `{advice: 'filter', expression}`, LIMIT_EXCEEDED
 */
export function parseFilter(text: string): FilterExpression[] {
  if (text.length > maxTextLength) throw new TernError('LIMIT_EXCEEDED', { what: 'characters', limit: maxTextLength })
  const parts = split(text)
  const usesPlainCommas = parts.some((part) => part.endedBy === ',')
  const expressions: FilterExpression[] = []
  let joined = ''
  for (const [index, part] of parts.entries()) {
    if (part.expression !== undefined) {
      expressions.push(part.expression)
      continue
    }
    joined += part.text
    const next = parts[index + 1]
    if (part.endedBy === '\\,' && usesPlainCommas && next !== undefined && isLiteralComma(joined, next)) {
      joined += ','
      continue
    }
    const pattern = joined.trim()
    joined = ''
    if (pattern !== '') expressions.push({ kind: 'words', pattern })
  }
  if (expressions.length > maxExpressions) {
    throw new TernError('LIMIT_EXCEEDED', { what: 'filter expressions', limit: maxExpressions })
  }
  return expressions
}

/**
 * Expressions as one text that means the same, whichever convention they came from: plain commas separate, `\,` is a
 * comma of a name. Filters are merged by printing the expressions of both.
 */
export function printFilter(expressions: readonly FilterExpression[]): string {
  const text = expressions.map(printExpression).join(',')
  // A single name with a comma: only beside a plain comma is `\,` one of the name.
  const isAlone = expressions.length === 1 && expressions[0]?.kind === 'words'
  return isAlone && text.includes(',') ? `,${text}` : text
}

export function invalidFilter(expression: string): TernError {
  return new TernError('SPEC_INVALID', { advice: 'filter', expression: expression.slice(0, 200), jsonPath: 'filter' })
}

interface Part {
  readonly text: string
  readonly expression?: FilterExpression
  readonly endedBy: ',' | '\\,' | 'end'
}

function split(text: string): Part[] {
  const parts: Part[] = []
  let start = 0
  while (start <= text.length) {
    const indent = text.slice(start).search(/\S/)
    const first = indent === -1 ? text.length : start + indent
    regular.lastIndex = first
    const match = regular.exec(text)
    // At once: each one looks for its end as far as the text goes, so that thousands of them would take their time.
    attempt.lastIndex = first
    if (!match && attempt.test(text)) throw invalidFilter(text.slice(first, endOfWords(text, first)).trim())
    const end = match ? regular.lastIndex : endOfWords(text, start)
    const endedBy = separatorAt(text, end)
    const part = match ? { text: match[0], expression: readRegular(match) } : { text: text.slice(start, end) }
    parts.push({ ...part, endedBy })
    if (endedBy === 'end') break
    if (parts.length > maxParts)
      throw new TernError('LIMIT_EXCEEDED', { what: 'filter expressions', limit: maxExpressions })
    start = text.indexOf(',', end) + 1
  }
  return parts
}

function endOfWords(text: string, start: number): number {
  const comma = text.indexOf(',', start)
  if (comma === -1) return text.length
  return comma > start && text[comma - 1] === '\\' ? comma - 1 : comma
}

function separatorAt(text: string, end: number): Part['endedBy'] {
  separator.lastIndex = end
  const found = separator.exec(text)?.[1]
  return found === undefined ? 'end' : (found as ',' | '\\,')
}

function readRegular(match: RegExpExecArray): FilterExpression {
  const flags = match[4] ?? ''
  if (!/^[iI]?$/.test(flags)) throw invalidFilter(match[0])
  // `\,` is how a comma had to be written inside a filter; to the expression it is a plain one. `\\` stays a pair.
  const pattern = (match[2] ?? '').replace(/\\([\s\S])/g, (pair, next) => (next === ',' ? ',' : pair))
  return { kind: 'regular', pattern, ignoresCase: flags !== '' }
}

function isLiteralComma(left: string, right: Part): boolean {
  return right.expression === undefined && !left.endsWith('*') && !/^\s*\*/.test(right.text)
}

function printExpression(expression: FilterExpression): string {
  // A backslash of a path is a slash, and in front of a comma it would read as something else.
  if (expression.kind === 'words') return expression.pattern.replaceAll('\\', '/').replaceAll(',', '\\,')
  const flags = expression.ignoresCase ? ",'I'" : ''
  const { pattern } = expression
  if (!pattern.includes("'")) return `re('${pattern}'${flags})`
  if (!pattern.includes('"')) return `re("${pattern}"${flags})`
  return `re('${withoutApostrophes(pattern)}'${flags})`
}

/** Apostrophes by their code: the filter's own quotes know no escape. Between `\Q` and `\E` a code would be no code. */
function withoutApostrophes(pattern: string): string {
  return pattern.replace(/\\Q[\s\S]*?(?:\\E|$)|\\[\s\S]|'/g, (found) => {
    if (found.startsWith('\\Q')) return found.replaceAll("'", '\\E\\x27\\Q')
    return found.endsWith("'") ? '\\x27' : found
  })
}
