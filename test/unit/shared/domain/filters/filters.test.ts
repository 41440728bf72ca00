import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TernError } from '../../../../../src/shared/domain/errors.ts'
import {
  type FilterExpression,
  parseFilter,
  printFilter,
} from '../../../../../src/shared/domain/filters/filter-grammar.ts'
import { compileFilter } from '../../../../../src/shared/domain/filters/filters.ts'
import { cpuMs } from '../../cpu-time.ts'

function words(pattern: string): FilterExpression {
  return { kind: 'words', pattern }
}

function regular(pattern: string, ignoresCase = false): FilterExpression {
  return { kind: 'regular', pattern, ignoresCase }
}

describe('parseFilter', () => {
  test.each<[string, string, FilterExpression[]]>([
    ['nothing', '', []],
    ['blanks and empty entries', ' , ,', []],
    ['one word', 'tmp', [words('tmp')]],
    [
      'settings page: plain commas',
      "*.tmp,.*,re('Icon\r'),Thumbs.db",
      [words('*.tmp'), words('.*'), regular('Icon\r'), words('Thumbs.db')],
    ],
    ['job specification: escaped commas', "*tmp\\,re('[0-9]')", [words('*tmp'), regular('[0-9]')]],
    ['job specification: only words', 'tmp\\,cache', [words('tmp'), words('cache')]],
    ['both: next to a star it separates', 'a,*.tmp\\,*.bak', [words('a'), words('*.tmp'), words('*.bak')]],
    ['both: between words it is a comma of the name', 'x,a\\,b', [words('x'), words('a,b')]],
    ['commas inside re are its own', "re('a{1,2}'),b", [regular('a{1,2}'), words('b')]],
    ['escaped commas inside re as well', "re('a\\,b')", [regular('a,b')]],
    ['re without regard to case', "re('tmp','I')", [regular('tmp', true)]],
    ['double quotes', 're("a\'b")', [regular("a'b")]],
    ['brackets inside re', "re('(a|b)'),c", [regular('(a|b)'), words('c')]],
    ['spaces in names stay, around them go', ' my file.mov , b', [words('my file.mov'), words('b')]],
  ])('%s', (_case, text, expressions) => {
    expect(parseFilter(text)).toEqual(expressions)
    expect(parseFilter(printFilter(expressions)).length).toBe(expressions.length)
  })

  test.each(["re('a", "re('a','X')", 're(a)'])('refuses %s', (text) => {
    expect(() => parseFilter(text)).toThrow(
      expect.objectContaining({ code: 'SPEC_INVALID', params: expect.objectContaining({ advice: 'filter' }) }),
    )
  })
})

describe('compileFilter, one expression', () => {
  test.each<[expression: string, matching: string[], others: string[]]>([
    ['tmp', ['tmp', 'TMP', 'a/b/Tmp'], ['tmpx', 'xtmp', 'tmp/a']],
    ['*tmp', ['tmp', 'a.tmp', 'a/b.TMP'], ['tmpx', 'a.tmp/b']],
    ['tmp*', ['tmp', 'tmp.a', 'x/TMPfile'], ['xtmp']],
    ['*tmp*', ['tmp', 'atmpb'], ['tm', 'p']],
    ['a*z', ['az', 'abcz', 'AZ'], ['abc', 'zaz.']],
    ["re('[0-9]')", ['5', 'a/7'], ['55', 'a5', 'five']],
    ["re('[0-9]+')", ['55'], ['a55']],
    ["re('TMP')", ['TMP'], ['tmp']],
    ["re('TMP','I')", ['TMP', 'tmp'], ['tmpx']],
    ['sub/*.bak', ['sub/a.bak', 'Sub/A.BAK'], ['a.bak', 'x/sub/a.bak', 'sub/x/a.bak']],
    ['/tmp', ['tmp'], ['a/tmp']],
    ['a.b', ['a.b'], ['axb']],
    ['caf\u00e9', ['cafe\u0301', 'CAF\u00c9'], ['cafe']],
  ])('%s', (expression, matching, others) => {
    const filter = compileFilter(undefined, expression)
    expect(matching.filter((path) => filter(path, false))).toEqual([])
    expect(others.filter((path) => !filter(path, false))).toEqual([])
  })
})

describe('include and exclude together', () => {
  const entries: [string, boolean][] = [
    ['a.mov', false],
    ['a.tmp', false],
    ['keep.tmp', false],
    ['shots', true],
    ['shots/b.mov', false],
    ['shots/b.tmp', false],
    ['cache', true],
    ['.DS_Store', false],
    ['shots/Thumbs.db', false],
    ['Icon\r', false],
  ]
  test.each<[string, string, string[]]>([
    ['', '', ['a.mov', 'a.tmp', 'keep.tmp', 'shots', 'shots/b.mov', 'shots/b.tmp', 'cache']],
    ['', '*.tmp,cache', ['a.mov', 'shots', 'shots/b.mov']],
    ['*.mov', '', ['a.mov', 'shots', 'shots/b.mov', 'cache']],
    ['*.mov,keep.tmp', '*.tmp', ['a.mov', 'keep.tmp', 'shots', 'shots/b.mov', 'cache']],
    ['shots', '*.tmp', ['shots', 'shots/b.mov', 'cache']],
    ['*', '*', ['a.mov', 'a.tmp', 'keep.tmp', 'shots/b.mov', 'shots/b.tmp']],
  ])('include %j, exclude %j', (include, exclude, expected) => {
    const filter = compileFilter(include, exclude)
    expect(entries.filter(([path, isFolder]) => filter(path, isFolder)).map(([path]) => path)).toEqual(expected)
  })
})

describe('properties', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'B', 'c', '.', '1'), minLength: 1, maxLength: 8 })
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', 'C', '*', '.'), minLength: 1, maxLength: 6 })

  test('words agree with a naive matcher', () => {
    fc.assert(
      fc.property(pattern, name, (words, text) => {
        expect(!compileFilter(undefined, words)(text, false)).toBe(naive(words.toLowerCase(), text.toLowerCase()))
      }),
      { numRuns: 2000 },
    )
  })

  test('any text compiles or is refused, and what is printed reads back', () => {
    const text = fc.string({ unit: fc.constantFrom("re('", "')", ',', '\\,', '*', 'a', '[', "','I", '(', ' ', '/') })
    fc.assert(
      fc.property(text, (filter) => {
        try {
          const printed = printFilter(parseFilter(filter))
          compileFilter(filter)
          expect(printFilter(parseFilter(printed))).toBe(printed)
        } catch (error) {
          expect(error).toBeInstanceOf(TernError)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('time', () => {
  test.each(["re('(a+)+b')", "re('(a|a)*b')", "re('(.*)*x')", '*a*a*a*a*a*a*b'])('%s on a long name', (expression) => {
    const filter = compileFilter(undefined, expression)
    const text = 'a'.repeat(5000)
    expect(cpuMs(() => expect(filter(text, false)).toBe(true))).toBeLessThan(500)
  })

  test.each([',', 'a,', '\\,', "re('", "re('a'),", '*', '(', ' '])('a megabyte of %j', (part) => {
    const text = part.repeat(1_000_000 / part.length)
    expect(cpuMs(() => expect(() => parseFilter(text)).toThrow(TernError))).toBeLessThan(100)
  })

  test.each(["re('x{1,1000}')", "re('(a{1,30}){1,30}')", "re('\\\\pL{1,900}')"])('999 times %s', (expression) => {
    const text = Array.from({ length: 999 }, () => expression).join(',')
    const timeMs = cpuMs(() => expect(() => compileFilter(text)).toThrow(/LIMIT_EXCEEDED/))
    expect(timeMs).toBeLessThan(1000)
  })

  test.each([',', 'a,', '\\,', "re('", "re('a'),", '*', '(', ' '])('the longest filter allowed, of %j', (part) => {
    const text = part.repeat(Math.floor(65_536 / part.length))
    const timeMs = cpuMs(() => {
      try {
        parseFilter(text)
      } catch (error) {
        expect(error).toBeInstanceOf(TernError)
      }
    })
    expect(timeMs).toBeLessThan(100)
  })
})

function naive(pattern: string, text: string): boolean {
  if (pattern === '') return text === ''
  if (pattern[0] === '*') return naive(pattern.slice(1), text) || (text !== '' && naive(pattern, text.slice(1)))
  return text !== '' && pattern[0] === text[0] && naive(pattern.slice(1), text.slice(1))
}
