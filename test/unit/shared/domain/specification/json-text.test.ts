import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TernError } from '../../../../../src/shared/domain/errors.ts'
import { checkSpecification } from '../../../../../src/shared/domain/specification/job-specification.ts'
import { findKeyTwice } from '../../../../../src/shared/domain/specification/json-key-twice.ts'
import { lineAndColumn, positionsOf } from '../../../../../src/shared/domain/specification/json-positions.ts'
import { findJsonProblem } from '../../../../../src/shared/domain/specification/json-problem.ts'
import { readJsonText } from '../../../../../src/shared/domain/specification/json-text.ts'
import { at } from '../../../../../src/shared/domain/specification/specification-values.ts'
import { cpuMs } from '../../cpu-time.ts'
import { jobExamples } from './document-examples.ts'

function problemOf(text: string): Record<string, unknown> {
  try {
    readJsonText(text)
  } catch (error) {
    return { ...TernError.from(error).params }
  }
  return {}
}

const raw = String.raw

describe('what is wrong with a text, where, and what would be right', () => {
  test.each<[text: string, advice: string, line: number, column: number, more?: Record<string, string>]>([
    ['', 'json-empty', 1, 1],
    [' \n ', 'json-empty', 2, 2],
    // backslashes
    [raw`{"source":"C:\Users\a"}`, 'json-backslashes', 1, 14],
    [raw`{"source":"F:\BIGGIE"}`, 'json-backslashes', 1, 14],
    [raw`{"source":"\u12x4"}`, 'json-backslashes', 1, 12],
    [raw`{"source":"C:\\new\"}`, 'json-backslashes', 1, 19],
    [`{\n "source":"C:\\\\new\\",\n "a":1}`, 'json-backslashes', 2, 19],
    ['{"source":"a\\', 'json-backslashes', 1, 13],
    // commas
    ['{"a":1,}', 'json-trailing-comma', 1, 7],
    ['[1,\n2,\n]', 'json-trailing-comma', 2, 2],
    ['[,1]', 'json', 1, 2, { found: ',' }],
    ['[1,,2]', 'json', 1, 4, { found: ',' }],
    ['{,"a":1}', 'json', 1, 2, { found: ',' }],
    ['{"a":}', 'json', 1, 6, { found: '}' }],
    ['{"a":1 "b":2}', 'json-missing-comma', 1, 7],
    ['["a"\n"b"]', 'json-missing-comma', 1, 5],
    ['[{}{}]', 'json-missing-comma', 1, 4],
    ['[1 2]', 'json-missing-comma', 1, 3],
    ['{"a" 1}', 'json-missing-colon', 1, 5],
    ['{"a"}', 'json-missing-colon', 1, 5],
    // quotes
    ['["mia@"example.com]', 'json-quote-inside', 1, 7],
    ['{"a":"he said "hi""}', 'json-quote-inside', 1, 15],
    ['["a" b]', 'json-quote-inside', 1, 4],
    ['{"a":"b""c":1}', 'json-quote-inside', 1, 8],
    ['{"a":"b,\n"c":1}', 'json-quote-open', 1, 6],
    ['{"a":"b', 'json-quote-open', 1, 6],
    ["{'a':1}", 'json-single-quotes', 1, 2],
    ["['a']", 'json-single-quotes', 1, 2],
    ['[`a`]', 'json-single-quotes', 1, 2],
    ['{“a”:1}', 'json-typographic-quotes', 1, 2, { found: '“' }],
    ['[„a“]', 'json-typographic-quotes', 1, 2, { found: '„' }],
    ['{a:1}', 'json-key-quotes', 1, 2, { key: 'a' }],
    ['{"a":1,b:2}', 'json-key-quotes', 1, 8, { key: 'b' }],
    ['{5:1}', 'json-key-quotes', 1, 2, { key: '5' }],
    ['{[]:1}', 'json', 1, 2, { found: '[' }],
    // others
    ['{"a":1} // done', 'json-comment', 1, 9],
    ['{/* a */"a":1}', 'json-comment', 1, 2],
    ['# a\n{}', 'json-comment', 1, 1],
    ['["a\tb"]', 'json-control', 1, 4, { found: 'U+0009' }],
    ['{\u00a0"a": 1}', 'json-control', 1, 2, { found: 'U+00A0' }],
    ['{"a":\u200b 1}', 'json-control', 1, 6, { found: 'U+200B' }],
    ['[1]\n\ufeff', 'json-control', 2, 1, { found: 'U+FEFF' }],
    ['{"a":[1', 'json-brackets-open', 1, 8, { missing: ']}' }],
    ['{"a":', 'json-brackets-open', 1, 6, { missing: '}' }],
    ['{"a":[1}', 'json-bracket', 1, 8, { found: '}', expected: ']' }],
    ['{"a":1]', 'json-bracket', 1, 7, { found: ']', expected: '}' }],
    ['[}', 'json-bracket', 1, 2, { found: '}', expected: ']' }],
    [']', 'json', 1, 1, { found: ']' }],
    ['{}{}', 'json-after-end', 1, 3],
    ['{}\n]', 'json-after-end', 2, 1],
    ['[NaN]', 'json-word', 1, 2, { found: 'NaN' }],
    ['{"a":True}', 'json-word', 1, 6, { found: 'True' }],
    ['{"a":share=p/a}', 'json-word', 1, 6, { found: 'share' }],
    ['[01]', 'json-number', 1, 2, { found: '01' }],
    ['[+1]', 'json-number', 1, 2, { found: '+1' }],
    ['[.5]', 'json-number', 1, 2, { found: '.5' }],
    ['[1.]', 'json-number', 1, 2, { found: '1.' }],
    ['[-Infinity]', 'json-word', 1, 2, { found: '-Infinity' }],
    ['[*]', 'json', 1, 2, { found: '*' }],
    [`${'['.repeat(1001)}`, 'json-too-deep', 1, 1001],
    // a key that stands twice
    ['{"a":1,"a":2}', 'json-key-twice', 1, 8, { key: 'a', jsonPath: '$.a' }],
    ['{"tasks":{"0":"a",\n"0":"b"}}', 'json-key-twice', 2, 1, { key: '0', jsonPath: '$.tasks["0"]' }],
    [raw`[{"a":1,"\u0061":2}]`, 'json-key-twice', 1, 9, { key: 'a', jsonPath: '$[0].a' }],
    ['{"__proto__":1,"__proto__":2}', 'json-key-twice', 1, 16, { jsonPath: '$.__proto__' }],
  ])('%j: %s', (text, advice, line, column, more = {}) => {
    expect(problemOf(text)).toMatchObject({ jsonPath: '$', advice, line, column, ...more })
  })

  test('a byte order mark and any blank around are fine', () => {
    expect(readJsonText('\uFEFF {"a":1}\r\n').value).toEqual({ a: 1 })
    expect(problemOf('\uFEFF{"a":1,}')).toMatchObject({ line: 1, column: 7 })
  })

  test.each([
    ['a\nb\nc', 4, { line: 3, column: 1 }],
    ['a\r\nb', 3, { line: 2, column: 1 }],
    ['a\rb', 2, { line: 2, column: 1 }],
    ['ab', 2, { line: 1, column: 3 }],
  ])('%j at %i', (text, offset, position) => {
    expect(lineAndColumn(text, offset)).toEqual(position)
  })
})

describe('the examples of the documents that are no JSON as they are printed', () => {
  const told: Record<string, [advice: string, line: number, column: number]> = {
    'Source and destination party': ['json-trailing-comma', 3, 74],
    'Large jobs with a lot of files, after': ['json-trailing-comma', 3, 77],
    'Send two files to multiple users': ['json-quote-inside', 4, 45],
    'Download from user share': ['json-backslashes', 3, 24],
    'Skip existing files': ['json-backslashes', 2, 19],
    'Exclude files': ['json-backslashes', 2, 19],
    Priorities: ['json-quote-inside', 2, 66],
    'File sequences': ['json-trailing-comma', 3, 34],
  }
  const malformed = jobExamples.filter(({ corrected }) => corrected !== undefined)

  test('there are eight', () => {
    expect(malformed.map(({ section }) => section).sort()).toEqual(Object.keys(told).sort())
  })

  test.each(malformed)('$section: line, column and advice', ({ section, printed }) => {
    const check = checkSpecification(printed)
    const errors = 'errors' in check ? check.errors.map(({ advice, line, column }) => [advice, line, column]) : []
    expect(errors).toEqual([told[section]])
  })
})

describe('agrees with the parser of JavaScript', () => {
  const jsonText = fc.oneof(
    fc.json({ maxDepth: 5 }),
    fc.jsonValue({ maxDepth: 5 }).map((value) => JSON.stringify(value, null, 2)),
    fc.constantFrom(...jobExamples.map(({ printed }) => printed)),
  )
  const noise = fc.constantFrom(
    '"',
    "'",
    '\\',
    ',',
    ':',
    '{',
    '}',
    '[',
    ']',
    '\n',
    ' ',
    '0',
    '-',
    'e',
    'true',
    '“',
    '//',
    '\u0001',
    '\\u00',
    'é',
  )
  const spoiled = fc.tuple(jsonText, fc.nat(), fc.nat(3), noise).map(([text, where, cut, insert]) => {
    const start = where % (text.length + 1)
    return text.slice(0, start) + insert + text.slice(start + cut)
  })

  test('finds a problem exactly where there is one', () => {
    fc.assert(
      fc.property(fc.oneof(jsonText, spoiled), (text) => {
        let isJson = true
        try {
          JSON.parse(text)
        } catch {
          isJson = false
        }
        const problem = findJsonProblem(text)
        if (isJson) expect(problem).toBeUndefined()
        else {
          expect(problem).toBeDefined()
          expect(problem?.offset).toBeLessThanOrEqual(text.length)
        }
      }),
      { numRuns: 5000 },
    )
  })

  test('what is read is what the parser reads, unless a key stands twice', () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        if (findJsonProblem(text) === undefined && findKeyTwice(text) === undefined) {
          expect(readJsonText(text).value).toEqual(JSON.parse(text))
        }
      }),
    )
  })

  test('positions point at the values of their paths', () => {
    const paths: [string, string][] = []
    const walk = (value: unknown, path: string) => {
      paths.push([path, JSON.stringify(value)])
      if (Array.isArray(value)) for (const [index, entry] of value.entries()) walk(entry, `${path}[${index}]`)
      else if (typeof value === 'object' && value !== null) {
        for (const [key, entry] of Object.entries(value)) walk(entry, at(path, key))
      }
    }
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(undefined, 1, 2), (value, indent) => {
        paths.length = 0
        walk(value, '$')
        const text = JSON.stringify(value, null, indent)
        const lines = text.split('\n')
        const positions = positionsOf(
          text,
          paths.map(([path]) => path),
        )
        for (const [index, { line, column }] of positions.entries()) {
          const rest = [lines[line - 1]?.slice(column - 1), ...lines.slice(line)].join('\n')
          const wanted = JSON.stringify(JSON.parse(paths[index]?.[1] ?? ''), null, indent)
          expect(rest.replace(/\n */g, '').startsWith(wanted.replace(/\n */g, ''))).toBe(true)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('what is missing is told where it should be', () => {
    const text = '{\n  "tasks": [\n    "share=p/a",\n    {"priority": 0}\n  ]\n}'
    const check = checkSpecification(text)
    expect('errors' in check && check.errors.map(({ path, line, column }) => [path, line, column])).toEqual([
      ['$.tasks[1].source', 4, 5],
      ['$.tasks[1].priority', 4, 18],
    ])
  })
})

describe('a megabyte of hostile text takes under 100 ms', () => {
  test.each<[string, string]>([
    ['backslashes', `{"a":"${'\\\\'.repeat(500_000)}`],
    ['escaped quotes', `{"a":"${'\\"'.repeat(500_000)}`],
    ['open lists', '['.repeat(1_000_000)],
    ['open objects', '{"a":'.repeat(200_000)],
    ['commas', `[1${','.repeat(1_000_000)}]`],
    ['blanks', `[1,${' '.repeat(1_000_000)}]`],
    ['one number', `[${'1'.repeat(1_000_000)}x]`],
    ['one word', 'a'.repeat(1_000_000)],
    ['quotes', '"'.repeat(1_000_000)],
    ['lines', `{"a":1,${'\n'.repeat(1_000_000)}}`],
    ['one key many times', `{${'"a":1,'.repeat(160_000)}"a":1}`],
    ['many keys and one twice', `{${Array.from({ length: 50_000 }, (_, index) => `"k${index}":1`).join()},"k1":1}`],
    ['many small objects', `[${'{"a":1},'.repeat(120_000)}{"a":1,"a":2}]`],
  ])('%s', (_what, text) => {
    const timesMs = [1, 2, 3].map(() => cpuMs(() => expect(problemOf(text)).toHaveProperty('advice')))
    expect(Math.min(...timesMs)).toBeLessThan(100)
  })
})
