import { RE2JS } from 're2js'
import { TernError } from '../errors.ts'
import { type FilterExpression, invalidFilter, parseFilter } from './filter-grammar.ts'

/** Whether an entry takes part. `relativePath` is `/`-separated, below the transferred item, its name last. */
export type Filter = (relativePath: string, isFolder: boolean) => boolean

/** Left out of every transfer: what systems scatter into folders and nobody means to send. */
export const alwaysExcludedNames: readonly string[] = ['.DS_Store', 'Thumbs.db', 'Icon\r']

type Matcher = (name: string, relativePath: string) => boolean

/**
 * Instructions of all `re('…')` of one filter together. A short `re('x{1,1000}')` already makes thousands, and whoever
 * compiles a filter, the workspace among them, does nothing else meanwhile.
 */
const maxProgramSize = 10_000

/**
 * Compiles `transfer_include` and `transfer_exclude`.
 *
 * - A name matches whole; an expression with a slash matches the whole path below the item.
 * - Include chooses files; folders are entered regardless, and a folder that matches brings what is in it.
 * - A file that include names by itself wins over exclude. An excluded folder is not entered.
 * - Words ignore case and compare by composed Unicode, since macOS hands out decomposed names.
 *
 * Every match takes time linear in the name's length (RE2), whatever somebody writes into `re('…')`.
 * @throws TernError SPEC_INVALID `{advice: 'filter', expression}`, LIMIT_EXCEEDED
 */
export function compileFilter(include?: string, exclude?: string): Filter {
  const included = compileAll(include)
  const excluded = compileAll(exclude)
  return (relativePath, isFolder) => {
    const path = relativePath.normalize('NFC')
    const name = path.slice(path.lastIndexOf('/') + 1)
    if (alwaysExcludedNames.includes(name)) return false
    if (!isFolder && included?.(name, path)) return true
    if (excluded?.(name, path)) return false
    return isFolder || included === undefined || isInsideMatch(included, path)
  }
}

/** Undefined when there is nothing to match. */
function compileAll(text: string | undefined): Matcher | undefined {
  const expressions = parseFilter(text ?? '')
  if (expressions.length === 0) return undefined
  const budget = { left: maxProgramSize }
  const matchers = expressions.map((expression) => compile(expression, budget))
  return (name, path) => matchers.some((matches) => matches(name, path))
}

function compile(expression: FilterExpression, budget: { left: number }): Matcher {
  if (expression.kind === 'regular') {
    const regular = compileRegular(expression.pattern, expression.ignoresCase)
    budget.left -= regular.programSize()
    if (budget.left < 0) throw new TernError('LIMIT_EXCEEDED', { what: 'filter size', limit: maxProgramSize })
    return (name) => regular.matches(name)
  }
  const pattern = expression.pattern.normalize('NFC').replaceAll('\\', '/').replace(/^\//, '').toLowerCase()
  const matches = compileWords(pattern)
  return pattern.includes('/') || expression.pattern.startsWith('/')
    ? (_name, path) => matches(path.toLowerCase())
    : (name) => matches(name.toLowerCase())
}

function compileWords(pattern: string): (text: string) => boolean {
  if (!pattern.includes('*')) return (text) => text === pattern
  const source = pattern.split('*').map(RE2JS.quote).join('[^/]*')
  const regular = compileRegular(source, false)
  return (text) => regular.matches(text)
}

function compileRegular(pattern: string, ignoresCase: boolean): RE2JS {
  try {
    // A dot means any character: names may hold line breaks.
    return RE2JS.compile(pattern, RE2JS.DOTALL | (ignoresCase ? RE2JS.CASE_INSENSITIVE : 0))
  } catch {
    throw invalidFilter(`re('${pattern}')`)
  }
}

function isInsideMatch(included: Matcher, path: string): boolean {
  for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
    const folder = path.slice(0, slash)
    if (included(folder.slice(folder.lastIndexOf('/') + 1), folder)) return true
  }
  return false
}
