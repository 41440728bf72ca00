import { describe, expect, test } from 'vitest'
import { checkSpecification } from '../../../../../src/shared/domain/specification/job-specification.ts'
import { countBrackets } from '../../../../../src/shared/domain/specification/json-keys.ts'
import { cpuMs } from '../../cpu-time.ts'

function firstMistake(spec: unknown) {
  const check = checkSpecification(spec)
  return 'errors' in check ? check.errors[0] : undefined
}

const megabyte = 1_000_000

describe('depth', () => {
  test.each([
    ['lists', '['.repeat(megabyte / 2) + ']'.repeat(megabyte / 2)],
    ['objects', `${'{"a":'.repeat(megabyte / 6)}1${'}'.repeat(megabyte / 6)}`],
    ['a key twice, far down', `${'['.repeat(megabyte / 2)}{"a":1,"a":2}${']'.repeat(megabyte / 2)}`],
    ['lists without an end', '['.repeat(megabyte)],
  ])('%s are refused before they are parsed', (_name, text) => {
    firstMistake(text)
    const spentMs = cpuMs(() => expect(firstMistake(text)).toMatchObject({ advice: 'json-too-deep' }))
    expect(spentMs).toBeLessThan(100)
  })

  test.each<[string, number, boolean]>([
    ['[[]]', 2, false],
    ['[[]]', 1, true],
    ['{"a":[{}]}', 2, true],
    ['[{},{},[],[]]', 2, false],
    ['"[[[["', 0, false],
    ['["[\\"[[", []]', 2, false],
    ['"[', 0, false],
    [']]][', 1, false],
  ])('%s is deeper than %i: %s', (text, depth, isDeeper) => {
    expect(countBrackets(text, { count: 100, depth }).depth > depth).toBe(isDeeper)
  })

  test.each<[string, number]>([
    ['[[],{}]', 3],
    ['["[",{"{":"]"}]', 2],
    ['', 0],
  ])('%s has %i lists and objects', (text, count) => {
    expect(countBrackets(text, { count: 100, depth: 100 }).count).toBe(count)
  })

  test('millions of empty lists are refused before they are parsed', () => {
    const text = `[${'[],'.repeat(4_100_000)}[]]`
    const spentMs = cpuMs(() => expect(firstMistake(text)).toMatchObject({ code: 'LIMIT_EXCEEDED' }))
    expect(spentMs).toBeLessThan(1500)
  })
})

describe('what is told stays short', () => {
  test.each([
    ['a key of the job', `{"${'a'.repeat(megabyte)}":1}`],
    ['a setting', `{"source":"a","settings":{"${'a'.repeat(megabyte)}":1}}`],
    ['a task', `{"tasks":{"${'a'.repeat(megabyte)}":1}}`],
    ['a key twice', `{"metadata":${'{"abc":'.repeat(900)}{"b":1,"b":2}${'}'.repeat(900)}}`],
  ])('of %s as long as a book', (_name, text) => {
    expect(JSON.stringify(firstMistake(text)).length).toBeLessThan(2000)
  })
})

describe('words that never end', () => {
  test.each(['ᄀ', 'é', 'ς', 'a', '1', '-'])('of %j are no JSON, and nothing worse', (letter) => {
    const text = letter.repeat(8 * megabyte)
    for (const spec of [text, `{${text}`, `[${text}`])
      expect(firstMistake(spec)).toMatchObject({ code: 'SPEC_INVALID' })
  })
})

describe('large jobs of costly tasks', () => {
  test('filters that take turns are compiled once each', () => {
    const filters = Array.from({ length: 90 }, (_, index) => `re('${index}(a{1,500}|b)\\pL{0,30}')`)
    const tasks = Array.from({ length: 20_000 }, (_, index) => ({
      source: `share=projects/${index}`,
      settings: { transfer_include: filters[index % filters.length] },
    }))
    expect(cpuMs(() => expect(firstMistake({ tasks })).toBeUndefined())).toBeLessThan(3000)
  })

  test('sequences whose steps lie over one another are not all worked out', () => {
    const tasks = Array.from({ length: 20_000 }, (_, index) => `share=projects/${index}.%04d[0-15000x2,1-4000x2]`)
    expect(cpuMs(() => expect(firstMistake({ tasks })).toBeUndefined())).toBeLessThan(3000)
  })
})
