import { beforeEach, expect, it } from 'vitest'
import { Memory } from '../../../src/workspace/api/memory.ts'

let version = 0
let clockMs = 0
let memory: Memory<string>

beforeEach(() => {
  clockMs = 5000
  version = 1
  memory = new Memory(
    () => version,
    (text) => text.length,
    () => clockMs,
  )
})

it('gives what was worked out for as long as nothing changed', () => {
  expect(memory.remembered('a', () => 'first')).toBe('first')
  expect(memory.remembered('a', () => 'second')).toBe('first')
  version += 1
  expect(memory.remembered('a', () => 'second')).toBe('second')
})

it('keeps nothing that was worked out while something changed', () => {
  const before = memory.version
  version += 1
  memory.set('a', 'of before', before)
  expect(memory.get('a')).toBeUndefined()
})

it('asks again after a second, because some answers tell of the time', () => {
  memory.remembered('a', () => 'first')
  clockMs += 999
  expect(memory.get('a')).toBe('first')
  clockMs += 1
  expect(memory.get('a')).toBeUndefined()
})

it('is bounded, for one answer and for all of them', () => {
  memory.remembered('long', () => 'x'.repeat(300_000))
  expect(memory.get('long')).toBeUndefined()
  for (let index = 0; index < 200; index += 1) memory.remembered(`${index}`, () => 'x'.repeat(200_000))
  const kept = Array.from({ length: 200 }, (_, index) => memory.get(`${index}`)).filter(Boolean)
  expect(kept.length).toBeGreaterThan(0)
  expect(kept.length).toBeLessThan(100)
})

it('passes on what the work throws, and remembers nothing of it', () => {
  expect(() =>
    memory.remembered('a', () => {
      throw new Error('no')
    }),
  ).toThrow('no')
  expect(memory.remembered('a', () => 'yes')).toBe('yes')
})
