import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { TernError } from '../../../src/shared/domain/errors.ts'
import { compileFilter } from '../../../src/shared/domain/filters/filters.ts'
import { parsePlace, printPlace } from '../../../src/shared/domain/notation/notation.ts'
import { parseQuery } from '../../../src/shared/domain/query/parse-query.ts'
import { expandSequence, parseSequence } from '../../../src/shared/domain/sequences/sequences.ts'
import { checkSpecification } from '../../../src/shared/domain/specification/job-specification.ts'
import { jobAttributes, taskAttributes } from '../../../src/shared/domain/specification/specification-attributes.ts'
import { parseWireDate, printWireDate } from '../../../src/shared/domain/units/wire-date.ts'
import { errorSentence } from '../../../src/shared/words/index.ts'
import { runTern } from '../../helpers/tern.ts'

/** docs/job-language.md shows nothing that is not so: every fenced block is run, by the kind of it. */
const page = readFileSync(join(import.meta.dirname, '../../../docs/job-language.md'), 'utf8')
const blocks = [...page.matchAll(/^```(\S+)(?: (.*))?\n([\s\S]*?)^```$/gm)].map(
  ([, kind = '', info = '', text = '']) => ({ kind, info, text }),
)

const blocksOf = (kind: string) => blocks.filter((block) => block.kind === kind)

/** The lines of all blocks of a kind: what is written, and what it is said to be. */
const linesOf = (kind: string): [written: string, said: string][] =>
  blocksOf(kind).flatMap(({ text }) =>
    text
      .trimEnd()
      .split('\n')
      .map((line): [string, string] => {
        const at = line.lastIndexOf(' => ')
        return at === -1 ? [line, ''] : [line.slice(0, at), line.slice(at + 4)]
      }),
  )

const thrownBy = (action: () => unknown): TernError => {
  try {
    action()
  } catch (error) {
    if (error instanceof TernError) return error
  }
  throw new Error('It was not refused.')
}

test('there is an example of everything, and no block of a kind that nothing runs', () => {
  expect([...new Set(blocks.map(({ kind }) => kind))].sort()).toEqual([
    'console',
    'date',
    'filter',
    'json',
    'place',
    'place-refused',
    'query',
    'query-refused',
    'sequence',
  ])
})

test.each([...Object.keys(jobAttributes), ...Object.keys(taskAttributes)])('the attribute %s is told', (attribute) => {
  expect(page).toContain(`\`${attribute}\``)
})

describe('commands', () => {
  const asked = blocksOf('console').map(({ text }) => [
    text.slice(0, text.indexOf('\n')),
    text.slice(text.indexOf('\n') + 1),
  ])
  test.each(asked)('%s', async (call = '', answer = '') => {
    const words = call.match(/'[^']*'|\S+/g) ?? []
    expect(words.slice(0, 6).join(' ')).toBe(`$ npm run -s tern --`)
    const { stdout } = await runTern(words.slice(6).map((word) => word.replace(/^'|'$/g, '')))
    expect(JSON.parse(stdout)).toEqual(JSON.parse(answer))
  })
})

test.each(linesOf('place'))('the place %s is %s', (written, canonical) => {
  expect(printPlace(parsePlace(written))).toBe(canonical)
})

test.each(linesOf('place-refused'))('%s is no place', (written, advice) => {
  const { code, params } = thrownBy(() => parsePlace(written))
  expect(errorSentence({ code, params }, { nowMs: 0 }).sentence).toBe(advice)
})

test.each(blocksOf('json'))('the specification $text', ({ info, text }) => {
  const check = checkSpecification(text)
  const keys = 'errors' in check ? check.errors.map(({ advice }) => advice) : []
  expect(keys).toEqual(info === '' ? [] : [info.replace('refused=', '')])
})

test.each(linesOf('sequence'))('the sequence %s', (written, members) => {
  const sequence = parseSequence(written)
  expect(sequence === undefined ? 'one file' : [...expandSequence(sequence)].join(' ')).toBe(members)
})

test.each(linesOf('filter'))('the filter %s', (filter, names) => {
  const isKept = compileFilter(undefined, filter)
  const [matching = '', others = ''] = names.split(' | ')
  const left = (list: string) => list.split(' ').filter((name) => !isKept(name, false))
  expect(left(matching)).toEqual(matching.split(' '))
  expect(left(others)).toEqual([])
})

test.each(linesOf('query'))('the query %s', (query) => {
  expect(parseQuery(query)).toHaveProperty('entity')
})

test.each(linesOf('query-refused'))('%s is no query', (query, key) => {
  expect(thrownBy(() => parseQuery(query)).params.advice).toBe(key)
})

test.each(linesOf('date'))('the date %s', (written, interval) => {
  const { startMs, endMs } = parseWireDate(written) ?? {}
  expect(`${printWireDate(startMs)} ${printWireDate(endMs)}`).toBe(interval)
})
