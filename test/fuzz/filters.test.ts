import { expect, test } from 'vitest'
import { type FilterExpression, parseFilter, printFilter } from '../../src/shared/domain/filters/filter-grammar.ts'
import { compileFilter, type Filter } from '../../src/shared/domain/filters/filters.ts'
import { type FuzzTarget, fuzz, fuzzSeconds } from './fuzz.ts'

const seeds = [
  '*.tmp',
  "*tmp\\,re('[0-9]')",
  "*.tmp,.*,re('Icon\r'),Thumbs.db",
  "re('(a+)+b','I')",
  're("a{1,20}")',
  'path/to/*.bak,a\\,b',
  "re('(x|y)*z'),word,start*end",
  "re('\\p{L}+')",
]
const tokens = [
  '*',
  ',',
  '\\,',
  "re('",
  "')",
  "','I')",
  're("',
  '")',
  '(',
  ')',
  '[',
  ']',
  '{1,1000}',
  '+',
  '?',
  '|',
  '^',
  '$',
  '/',
  '.',
  '\\p{L}',
  '\\',
]
const names: readonly [string, boolean][] = [
  ['a', false],
  ['a.tmp', false],
  ['path/to/x.bak', false],
  ['path', true],
  ['Ünï/5', false],
  ['a,b', false],
  ['a'.repeat(3000), false],
]

const parsed: FuzzTarget<readonly FilterExpression[]> = {
  seeds,
  tokens,
  read: parseFilter,
  check(expressions) {
    const printed = printFilter(expressions)
    expect(printFilter(parseFilter(printed))).toBe(printed)
    return expressions.map(({ kind }) => kind).join()
  },
}

const compiled: FuzzTarget<{ filter: Filter; kept: readonly boolean[] }> = {
  seeds,
  tokens,
  read(text) {
    const filter = compileFilter(undefined, text)
    return { filter, kept: names.map(([path, isFolder]) => filter(path, isFolder)) }
  },
  check({ kept }, text) {
    const again = compileFilter(undefined, printFilter(parseFilter(text)))
    expect(names.map(([path, isFolder]) => again(path, isFolder))).toEqual(kept)
    return kept.join()
  },
}

test('filters, read', () => fuzz('filters, read', parsed), fuzzSeconds * 1000 + 20_000)
test('filters, matching', () => fuzz('filters, matching', compiled), fuzzSeconds * 1000 + 20_000)
