import { expect, test } from 'vitest'
import { parseQuery } from '../../src/shared/domain/query/parse-query.ts'
import { compilePredicate } from '../../src/shared/domain/query/predicate.ts'
import { printQuery } from '../../src/shared/domain/query/print-query.ts'
import type { Query } from '../../src/shared/domain/query/query.ts'
import { queryExamples } from '../unit/shared/domain/documents/query-examples.ts'
import { type FuzzTarget, fuzz, fuzzSeconds } from './fuzz.ts'

const records = [
  {},
  {
    name: 'Åsa.mov',
    status: 'running',
    size: 5,
    created: 1_768_000_000_000,
    user: { type: 'user', id: 'a', code: 'b' },
  },
]

const queries: FuzzTarget<Query> = {
  seeds: [
    ...queryExamples.map(({ printed }) => printed),
    'transfer where ((user=lisa@example.com and destination=hq) or status<>failed) and code="* backup"',
    'client WHERE type in 0,2 and roles contains storage',
    'Transfer WHERE created>2026-01-01t00:00:00 and size not in (1,2)',
    'Transfer WHERE name matches "back.*\\.zip" or name not contains \'x\'',
    'acl WHERE entity=user:6676f3e9c7ef4e27da254e57 AND target=share:6676f3e9c7ef4e27da254e57',
    'task WHERE job.id=6676f3e9c7ef4e27da254e57',
  ],
  tokens: [
    ...[
      ' where ',
      ' and ',
      ' or ',
      ' not ',
      ' in ',
      ' contains ',
      ' matches ',
      '=',
      '!=',
      '<>',
      '<',
      '>=',
      '(',
      ')',
      ',',
    ],
    ...[
      '"',
      "'",
      '""',
      '*',
      'name',
      'status',
      'user',
      'created',
      'size',
      'job.id',
      '2026-01-01',
      '5',
      'true',
      '(a|b)*',
    ],
  ],
  read: (text) => parseQuery(text),
  check(query) {
    const printed = printQuery(query)
    expect(parseQuery(printed)).toEqual(query)
    const matches = compilePredicate(query)
    return `${query.entity} ${query.where?.kind} ${records.map(matches).join()}`
  },
}

test('queries', () => fuzz('queries', queries), fuzzSeconds * 1000 + 20_000)
