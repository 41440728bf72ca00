import { expect, test } from 'vitest'
import { queryOfSearch } from '../../../../../src/shared/domain/query/search-query.ts'

test.each([
  ['status=failed', true],
  ['Transfer WHERE user=lisa@example.com', true],
  ['name contains "a b"', true],
  ['Transfer', false],
  ['rushes', false],
  ['size', false],
  ['a=b', false],
  ['status=fai', false],
  ['progress>50 and modified>2026-01-22 and user.code=lisa@example.com', true],
  ['speed>5', false],
  ['x'.repeat(100_000), false],
  ['', false],
])('%j is a query: %s', (text, isQuery) => {
  expect(queryOfSearch(text) !== undefined).toBe(isQuery)
})
