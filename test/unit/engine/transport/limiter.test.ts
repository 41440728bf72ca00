import { expect, test } from 'vitest'
import { Limiter } from '../../../../src/engine/transport/limiter.ts'

const never = new AbortController().signal

test('without a limit everything passes at once, in slices of any size', () => {
  const limiter = new Limiter()
  expect(limiter.take(1e12, never)).toBeUndefined()
  expect(limiter.sliceBytes).toBe(Number.POSITIVE_INFINITY)
})

test('who takes more than there is waits as long as the limit says, all together', async () => {
  const limiter = new Limiter()
  limiter.setLimit(1_000_000)
  const startedAtMs = performance.now()
  await Promise.all([limiter.take(100_000, never), limiter.take(100_000, never)])
  const tookMs = performance.now() - startedAtMs
  expect(tookMs).toBeGreaterThan(150)
  expect(tookMs).toBeLessThan(1000)
})

test('taking the limit away frees those who wait', async () => {
  const limiter = new Limiter()
  limiter.setLimit(1)
  const waiting = limiter.take(1_000_000, never)
  limiter.setLimit(undefined)
  await waiting
})

test('an abort frees those who wait', async () => {
  const limiter = new Limiter()
  limiter.setLimit(1)
  const gone = new AbortController()
  const waiting = limiter.take(1_000_000, gone.signal)
  gone.abort()
  await waiting
})

test.each([
  { limit: 1000, slice: 1024 },
  { limit: 100_000, slice: 10_000 },
  { limit: 1_000_000_000, slice: 64 * 1024 },
])('at $limit bytes a second a slice has $slice bytes', ({ limit, slice }) => {
  const limiter = new Limiter()
  limiter.setLimit(limit)
  expect(limiter.sliceBytes).toBe(slice)
})

test('one within another lets pass what both do', async () => {
  const outer = new Limiter()
  const inner = new Limiter(outer)
  expect(inner.take(1e12, never)).toBeUndefined()
  outer.setLimit(100_000)
  expect(inner.sliceBytes).toBe(10_000)
  const waiting = inner.take(1e9, never)
  expect(waiting).toBeInstanceOf(Promise)
  outer.setLimit(undefined)
  await waiting
  inner.setLimit(50_000)
  expect(inner.sliceBytes).toBe(5000)
  expect(outer.take(1e12, never)).toBeUndefined()
  expect(inner.take(1e9, never)).toBeInstanceOf(Promise)
  inner.setLimit(undefined)
})
