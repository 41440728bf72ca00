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
    ['an escaped backslash before a comma stays', "re('a\\\\,b')", [regular('a\\\\,b')]],
    ['spaces before a comma, however many', `re('a')${' '.repeat(100)},b`, [regular('a'), words('b')]],
    ['flags in either case', "re('a', 'i'),re('b','')", [regular('a', true), regular('b')]],
    ['a single name with a comma, beside an empty entry', ',a\\,b', [words('a,b')]],
    ['a comma at the end of a name', 'x,a\\,', [words('x'), words('a,')]],
    ['a bracket that begins no expression', 'score(1),xre(', [words('score(1)'), words('xre(')]],
    ['a bracket behind the name', 're (1).mov,Re(2)', [words('re (1).mov'), words('Re(2)')]],
    ['spaces in names stay, around them go', ' my file.mov , b', [words('my file.mov'), words('b')]],
  ])('%s', (_case, text, expressions) => {
    expect(parseFilter(text)).toEqual(expressions)
    expect(parseFilter(printFilter(expressions)).length).toBe(expressions.length)
  })

  test.each(["re('a", "re('a','X')", 're(a)', 'x,a\\,re(b', "re('a'),re('b", "RE('a')", "x, Re ( 'a')", 're ("a")'])(
    'refuses %s',
    (text) => {
      expect(() => parseFilter(text)).toThrow(
        expect.objectContaining({ code: 'SPEC_INVALID', params: expect.objectContaining({ advice: 'filter' }) }),
      )
    },
  )
})

describe('printFilter', () => {
  test.each<[pattern: string, name: string]>([
    [`a'"b`, `a'"b`],
    [`a\\'"`, `a'"`],
    [`['"]+`, `'"'`],
    [`\\Q.'"\\E.`, `.'"x`],
    [`\\Q'"`, `'"`],
    [`\\\\Q'"`, `\\Q'"`],
    [`(a'),b`, `a',b`],
    [`(a'),(b"),c`, `a',b",c`],
    [`(a\\'),(b"),c`, `a',b",c`],
    [`\\Q'),"),\\E.`, `'),"),x`],
  ])('keeps the meaning of an expression with quotes: %s', (pattern, name) => {
    const printed = printFilter([regular(pattern)])
    expect(parseFilter(printed)).toHaveLength(1)
    const filter = compileFilter(undefined, printed)
    expect([filter(name, false), filter(`${name}!`, false)]).toEqual([false, true])
  })
})

test('a thousand expressions are read, no more', () => {
  expect(parseFilter('a,'.repeat(1000))).toHaveLength(1000)
  expect(() => parseFilter('a,'.repeat(1001))).toThrow(
    expect.objectContaining({ code: 'LIMIT_EXCEEDED', params: { what: 'filter expressions', limit: 1000 } }),
  )
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
    ['tmp/', ['tmp', 'a/tmp'], ['tmp/a']],
    ['sub\\*.bak', ['sub/a.bak'], ['a.bak']],
    ['a//b', ['a/b'], ['a/x/b']],
    ['*/b*/c', ['a/b/c', 'a/bx/C'], ['b/c', 'a/b/x', 'a/x/b/c', 'a/b/c/d']],
    ['a*b*c', ['abc', 'axbxc', 'abbcc'], ['ac', 'acb', 'ab']],
    ['aba*ab', ['abaab', 'abaxab'], ['abab', 'aba']],
    ['**', ['a', 'x/b'], []],
    ["re('a.b')", ['a\nb', 'x/a.b'], ['a/b']],
    ["re('cafe\u0301')", ['caf\u00e9', 'cafe\u0301'], ['cafe']],
    ['\u0391\u03a3*', ['\u0391\u03a3', '\u03b1\u03c2', '\u0391\u03a3\u0391'], ['\u0391']],
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
  const element = fc.string({ unit: fc.constantFrom('a', 'b', 'B', '*', '.'), minLength: 1, maxLength: 4 })
  const wordsPart = fc
    .tuple(fc.constantFrom('', '', '/'), fc.array(element, { minLength: 1, maxLength: 3 }))
    .map(([root, elements]) => words(root + elements.join('/')))
  const regularPart = fc
    .tuple(
      fc.array(fc.constantFrom('a', 'B', '.', 'a*', 'b+', '[ab]', '(a|b)?', 'a{1,2}', '.*'), { maxLength: 3 }),
      fc.boolean(),
    )
    .map(([parts, ignoresCase]) => regular(parts.join(''), ignoresCase))
  const filterParts = fc.array(fc.oneof(wordsPart, wordsPart, regularPart), { maxLength: 4 })
  const plain = fc.string({ unit: fc.constantFrom('a', 'b', 'A', 'B', '.'), minLength: 1, maxLength: 3 })
  const paths = fc.array(
    fc.array(plain, { minLength: 1, maxLength: 3 }).map((elements) => elements.join('/')),
    { minLength: 1, maxLength: 12 },
  )
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

  test('whole filters agree with a naive matcher, in either convention', () => {
    fc.assert(
      fc.property(filterParts, filterParts, paths, fc.boolean(), (include, exclude, entries, isEscaped) => {
        const write = (parts: readonly FilterExpression[]) => parts.map(writtenAs).join(isEscaped ? '\\,' : ',')
        const filter = compileFilter(write(include), write(exclude))
        for (const path of entries) {
          for (const isFolder of [false, true]) {
            expect([path, isFolder, filter(path, isFolder)]).toEqual([
              path,
              isFolder,
              takesPart(path, isFolder, include, exclude),
            ])
          }
        }
      }),
      { numRuns: 1500 },
    )
  })

  const pieces = fc.constantFrom(
    ..."re(' ') re(\" \") ',' \\, \\\\ ','I \",\"I \\Q \\E \\' * a b B ' \" [ ] ( ) . / \\".split(' '),
    ' ',
    ',',
  )
  const texts = fc.array(pieces, { maxLength: 14 }).map((parts) => parts.join(''))
  const oddNames = fc.array(fc.constantFrom('a', 'b', 'B', '.', "'", '"', ',', '/', '[', '(', ')', ' '), {
    maxLength: 5,
  })

  test('what is printed means the same and prints the same, whatever it came from', () => {
    fc.assert(
      fc.property(texts, fc.array(oddNames, { minLength: 8, maxLength: 8 }), (text, names) => {
        const expressions = parsedOrRefused(text)
        if (expressions === undefined) return
        const printed = printFilter(expressions)
        const again = parseFilter(printed)
        expect(again).toHaveLength(expressions.length)
        expect(printFilter(again)).toBe(printed)
        const filter = compiledOrRefused(text)
        if (filter === undefined) return
        const printedFilter = compileFilter(undefined, printed)
        const own = expressions.map(({ pattern }) => pattern)
        for (const name of [...names.map((parts) => parts.join('')), ...own]) {
          expect([name, printedFilter(name, false)]).toEqual([name, filter(name, false)])
        }
      }),
      { numRuns: 3000 },
    )
  })

  test('two filters merged by printing leave out what either does', () => {
    fc.assert(
      fc.property(texts, texts, fc.array(oddNames, { minLength: 8, maxLength: 8 }), (left, right, names) => {
        const [one, other] = [compiledOrRefused(left), compiledOrRefused(right)]
        if (!one || !other) return
        const merged = compileFilter(undefined, printFilter([...parseFilter(left), ...parseFilter(right)]))
        for (const parts of names) {
          const name = parts.join('')
          expect([name, merged(name, false)]).toEqual([name, one(name, false) && other(name, false)])
        }
      }),
      { numRuns: 2000 },
    )
  })
})

/** Each of these takes a backtracking engine time that doubles with every character, or grows with their square or cube. */
const explosive = [
  "re('(a+)+b')",
  "re('(a*)*b')",
  "re('(a|a)*b')",
  "re('(a|aa)+b')",
  "re('(.*)*x')",
  "re('(.*a){20}x')",
  "re('(a?){50}a{50}b')",
  "re('(a+a+)+b')",
  "re('([a-z]+)*[0-9]')",
  "re('(\\w*\\s?)*end')",
  "re('(([a-z])+.)+[A-Z]([a-z])+')",
  "re('a*a*a*a*a*b','I')",
  '*a*a*a*a*a*a*b',
]

describe('time', () => {
  test.each(explosive)('%s grows with the length of the name, and no faster', (expression) => {
    const filter = compileFilter(undefined, expression)
    const measure = (length: number) => {
      const text = 'a'.repeat(length)
      const once = () => expect(filter(text, false)).toBe(true)
      once()
      return Math.min(...[0, 1, 2].map(() => cpuMs(() => [...Array(10)].forEach(once))))
    }
    const [n, n2, n4] = [measure(8000), measure(16_000), measure(32_000)] as const
    // Twice the length is twice the time; with room for a busy machine, but not for a square (16 times).
    expect(n4).toBeLessThan(10 * n + 20)
    expect(n2).toBeLessThan(5 * n + 20)
    expect(n4).toBeLessThan(500)
  })

  test.each(explosive)('%s and a name of a megabyte', (expression) => {
    const filter = compileFilter(expression, expression)
    const name = 'a'.repeat(1_000_000)
    const refused = expect.objectContaining({ code: 'LIMIT_EXCEEDED' })
    expect(cpuMs(() => expect(() => filter(name, false)).toThrow(refused))).toBeLessThan(100)
  })

  test('a path of a thousand folders is refused, not walked', () => {
    const filter = compileFilter('b')
    expect(filter(`${'a/'.repeat(511)}a`, false)).toBe(false)
    expect(() => filter('a/'.repeat(1000), false)).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }))
  })

  test.each(['*', 'a*', '/', '/*', 'a', 'a\\'])('words as long as is allowed, of %j, compile and match', (part) => {
    const expression = part.repeat(65_536 / part.length)
    const timeMs = cpuMs(() => {
      const filter = compileFilter(expression, expression)
      for (const text of ['a'.repeat(32_000), `${'a/'.repeat(511)}a`]) filter(text, false)
    })
    expect(timeMs).toBeLessThan(100)
  })

  test('a thousand paths are compared with a deep one in one go', () => {
    const expression = Array.from({ length: 1000 }, (_, index) => `a/b*c${index}*d`).join(',')
    const filter = compileFilter(expression, expression)
    const path = `${`${'a'.repeat(62)}/`.repeat(511)}a`
    expect(cpuMs(() => expect(filter(path, false)).toBe(false))).toBeLessThan(500)
  })

  test('a class of foreign letters is fine', () => {
    const filter = compileFilter("re('[一-龥ぁ-ヶ]+\\.[a-zà-ÿ]+','I')")
    expect(filter('日本.MOV', false)).toBe(true)
    expect(filter('abc.mov', false)).toBe(false)
  })

  test.each([
    ["re('\\pL')", 1],
    ['x{1000}', 9000],
    ['(a{99}){9}', 9000],
    ['\\pL', 20_000],
    ['[^a-z]', 10_000],
    ['(?:a', 15_000],
    ['[一-龥]', 500],
    ['[\\x{100}-\\x{1e900}]', 500],
    ['(?i)[!--\\x{1e900}]', 500],
    ['(', 60_000],
  ])('expressions like %s, %i times in one, are compiled or refused soon', (part, count) => {
    const text = count === 1 ? Array.from({ length: 999 }, () => part).join(',') : `re('${part.repeat(count)}','I')`
    const refused = expect.objectContaining({ code: expect.stringMatching(/LIMIT_EXCEEDED|SPEC_INVALID/) })
    expect(cpuMs(() => expect(() => compileFilter(text)).toThrow(refused))).toBeLessThan(400)
  })

  test.each([',', 'a,', '\\,', "re('", "re('a'),", '*', '(', ' '])('a megabyte of %j', (part) => {
    const text = part.repeat(1_000_000 / part.length)
    expect(cpuMs(() => expect(() => parseFilter(text)).toThrow(TernError))).toBeLessThan(100)
  })

  test.each(["re('x{1,1000}')", "re('(a{1,30}){1,30}')", "re('\\\\pL{1,900}')"])('999 times %s', (expression) => {
    const text = Array.from({ length: 999 }, () => expression).join(',')
    const timeMs = cpuMs(() => expect(() => compileFilter(text)).toThrow(/LIMIT_EXCEEDED/))
    expect(timeMs).toBeLessThan(400)
  })

  test.each([
    ...[',', 'a,', '\\,', "re('", "re('a'),", '*', '(', ' '],
    ...["re('a,", "re('a',", "a,re('x' y,", "re('' '"],
  ])('the longest filter allowed, of %j', (part) => {
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

/** The filter's own rules, said plainly and without any regard to time. */
function takesPart(
  path: string,
  isFolder: boolean,
  include: readonly FilterExpression[],
  exclude: readonly FilterExpression[],
): boolean {
  const isNamed = (by: readonly FilterExpression[], at: string) => by.some((expression) => names(expression, at))
  if (isFolder) return !isNamed(exclude, path)
  if (isNamed(include, path)) return true
  if (isNamed(exclude, path)) return false
  const elements = path.split('/')
  const folders = elements.slice(1).map((_name, index) => elements.slice(0, index + 1).join('/'))
  return include.length === 0 || folders.some((folder) => isNamed(include, folder))
}

function names(expression: FilterExpression, path: string): boolean {
  const name = path.split('/').at(-1) ?? ''
  if (expression.kind === 'regular') {
    return new RegExp(`^(?:${expression.pattern})$`, expression.ignoresCase ? 'is' : 's').test(name)
  }
  const { pattern } = expression
  if (!pattern.includes('/')) return naive(pattern.toLowerCase(), name.toLowerCase())
  const [wanted, given] = [pattern.replace(/^\//, '').split('/'), path.split('/')]
  if (wanted.length !== given.length) return false
  return wanted.every((element, index) => naive(element.toLowerCase(), (given[index] ?? '').toLowerCase()))
}

function writtenAs(expression: FilterExpression): string {
  if (expression.kind === 'words') return expression.pattern
  return `re('${expression.pattern}'${expression.ignoresCase ? ",'I'" : ''})`
}

function parsedOrRefused(text: string): FilterExpression[] | undefined {
  try {
    return parseFilter(text)
  } catch (error) {
    expect(error).toBeInstanceOf(TernError)
    return undefined
  }
}

function compiledOrRefused(text: string) {
  try {
    return compileFilter(undefined, text)
  } catch (error) {
    expect(error).toBeInstanceOf(TernError)
    return undefined
  }
}
