import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { SqliteDatabase } from '../../../../src/platform/sqlite.ts'
import { parseQuery } from '../../../../src/shared/domain/query/parse-query.ts'
import { compilePredicate, type QueryRecord } from '../../../../src/shared/domain/query/predicate.ts'
import { printQuery } from '../../../../src/shared/domain/query/print-query.ts'
import type { Comparison, ComparisonOperator, Query } from '../../../../src/shared/domain/query/query.ts'
import { compileSql } from '../../../../src/shared/domain/query/sql.ts'
import { jobMapping, jobRecord } from '../../../../src/workspace/queries/job-query.ts'
import { ReferenceNames } from '../../../../src/workspace/queries/reference-names.ts'
import { walkJobs } from '../../../../src/workspace/queries/walk-jobs.ts'
import type { JobRow } from '../../../../src/workspace/store/jobs.ts'
import { openDatabase } from '../../../../src/workspace/store/open-database.ts'
import { expressions } from '../../shared/domain/query/arbitrary-query.ts'
import { addJob, fillWorkspace, workspaceId } from './sample-workspace.ts'

let folder: string
let database: SqliteDatabase
let rows: JobRow[]
let records: Map<string, QueryRecord>
let ids: string[]

/** Letters whose case, composition, width in UTF-8 or meaning in SQL is a trap. */
const letters = fc.constantFrom(
  ...['a', 'A', 'b', 'å', 'Å', 'A\u030a', 'É', 'e\u0301', 'Σ', 'σ', 'ς', 'İ', 'ı', 'ß', 'K', '\u212a', '%', '_', '\\'],
  ...[' ', '*', '[', ']', '\0', '"', "'", '\uFFFF', '\u{10FFFF}', '😀', '\uD83D', '.', '/', '(', ')'],
)
/** SQLite ends what it gives back at a zero byte, so that names hold none. */
const names = fc
  .array(
    letters.filter((letter) => letter !== '\0'),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''))
const statuses = ['init', 'waiting', 'running', 'paused', 'failed', 'aborted', 'done'] as const
const dayMs = 86_400_000
const base = Date.UTC(2026, 0, 22, 8, 35, 59)
const times = fc.constantFrom(base, base - 1, base + 999, base + 1000, base + dayMs, base - (base % dayMs), 0)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tern-query-'))
  database = openDatabase(join(folder, 'workspace.db'))
  const { lisa, john, mia, edit7 } = fillWorkspace(database)
  const people = fc.constantFrom(lisa.id, john.id, mia.id)
  const end = fc.oneof(
    fc.record({ site: fc.constantFrom('hq', 'stockholm', 'seagull') }),
    fc.record({ user: people }),
    fc.constant({ user: lisa.id, client: edit7 }),
    fc.constant({}),
  )
  const job = fc.record({
    name: names,
    userId: people,
    status: fc.constantFrom(...statuses),
    source: end,
    destination: end,
    createdAtMs: times,
    finishedAtMs: fc.option(times),
    priority: fc.integer({ min: 1, max: 5 }),
    queue: fc.constantFrom('medium', 'high', 'Nätter'),
    note: fc.option(names),
    metadata: fc.option(fc.constant('{"shot":"a001"}')),
    sizeBytes: fc.constantFrom(0, 1, 10, 2 ** 40),
    bytesVerified: fc.constantFrom(0, 1, 5),
  })
  database.transaction(() => {
    for (const each of fc.sample(job, { numRuns: 300, seed: 7 })) addJob(database, each)
  })
  rows = database.all<JobRow>('SELECT * FROM jobs')
  const known = new ReferenceNames(database)
  records = new Map(rows.map((row) => [row.id, jobRecord(database, known, row)]))
  ids = [lisa.id, john.id, edit7, workspaceId, rows[0]?.id ?? '', rows[1]?.id ?? '']
})

afterAll(() => {
  database.close()
  rmSync(folder, { recursive: true, force: true })
})

function comparisons(): fc.Arbitrary<Comparison> {
  const wild = fc.array(fc.oneof(letters, fc.constantFrom('*', '[*]')), { maxLength: 5 }).map((parts) => parts.join(''))
  const known = fc.constantFrom(...rows.slice(0, 30).map((row) => row.name))
  const named = fc.constantFrom(
    ...[
      'lisa@example.com',
      'LISA@EXAMPLE.COM',
      'user:john@example.com',
      'hq',
      'HQ',
      'site:hq',
      'seagull',
      'workspace:seagull',
    ],
    ...['stockholm', '*@example.com', '*', '', 'nobody', 'medium', 'nätter', 'l*', '*a*'],
    ...ids.flatMap((id) => [id, `user:${id}`, `client:${id}`, `workspace:${id}`]),
  )
  const pattern = fc.constantFrom('^a', 'b$', 'å', '.', '[aB]', 'lisa', '^$', 'Σ', '\\d')
  const make = (
    attributes: readonly string[],
    operators: readonly ComparisonOperator[],
    value: fc.Arbitrary<string>,
    most = 1,
  ): fc.Arbitrary<Comparison> =>
    fc.record({
      kind: fc.constant('comparison' as const),
      attribute: fc.constantFrom(...attributes),
      operator: fc.constantFrom(...operators),
      values: fc.array(value, { minLength: 1, maxLength: most }),
    })
  const texts = [
    'name',
    'code',
    'id',
    'description',
    'metadata',
    'uri',
    'user_hr',
    'source_hr',
    'user.code',
    'source.id',
  ]
  const references = ['user', 'creator', 'source', 'destination', 'parent', 'queue', 'modifier']
  const anyText = fc.oneof(wild, known, fc.constantFrom('', '*', '**'), fc.constantFrom(...ids))
  const number = fc.constantFrom('0', '1', '3', '10', '50', '100', '-1', '1.5', '1099511627776')
  const date = fc.constantFrom(
    ...['2026-01-22', '2026-01-22T08:35:59', '2026-01-22t08:35', '2026-01-22T08:35:59.0', '2026-01-22T09:35:59+01:00'],
    ...['1970-01-01', '2026-01-23', '2026-01-22T08:35:58Z'],
  )
  const word = fc.constantFrom(...statuses, 'FAILED', '*', 'a*', '*ed', 'p*d', '')
  const order = ['<', '<=', '>', '>='] as const
  const lists = ['in', 'not in'] as const
  const same = ['=', '!='] as const
  return fc.oneof(
    make(texts, [...same, 'contains', 'not contains'], anyText),
    make(texts, lists, anyText, 3),
    make([...texts, ...references, 'status'], ['matches', 'not matches'], pattern),
    make(references, [...same, 'contains', 'not contains'], named),
    make(references, lists, named, 3),
    make(['status'], [...same, 'contains', 'not contains'], word),
    make(['status'], lists, word, 3),
    make(['size', 'priority', 'progress', 'type', 'speed'], [...order, ...same], number),
    make(['size', 'priority', 'speed'], lists, fc.oneof(number, fc.constant('')), 3),
    make(['created', 'modified', 'finished'], [...order, ...same], date),
    make(['created', 'finished'], [...lists], fc.oneof(date, fc.constant('')), 3),
    make(['finished', 'speed'], same, fc.constant('')),
  )
}

/** What the text says, so that nothing is asked that nobody can write. */
function asked(where: Query['where'] & {}): Query {
  return parseQuery(printQuery({ entity: 'Transfer', where }))
}

it('SQL and predicate agree: the same rows, or more in SQL where it says so', () => {
  let exact = 0
  fc.assert(
    fc.property(fc.oneof({ weight: 2, arbitrary: comparisons() }, expressions(comparisons())), (where) => {
      const query = asked(where)
      const { where: sql, parameters, isExact } = compileSql(query, jobMapping(database))
      const found = database
        .all<{ id: string }>(`SELECT jobs.id FROM jobs WHERE ${sql}`, parameters)
        .map((row) => row.id)
      const predicate = compilePredicate(query)
      const wanted = rows.filter((row) => predicate(records.get(row.id) ?? {})).map((row) => row.id)
      if (isExact) {
        exact += 1
        expect(found.sort()).toEqual(wanted.sort())
      } else {
        const all = new Set(found)
        expect(wanted.filter((id) => !all.has(id))).toEqual([])
      }
    }),
    { numRuns: 3000 },
  )
  expect(exact).toBeGreaterThan(1000)
}, 60_000)

it('walks give each answer once, in the order of the list, whatever way they take and however often they stop', () => {
  fc.assert(
    fc.property(
      fc.oneof(comparisons(), expressions(comparisons())),
      fc.constantFrom(3, 50),
      fc.constantFrom(-1, 1000),
      fc.constantFrom(0, 1),
      fc.boolean(),
      (where, limit, budgetMs, isLive, isOwn) => {
        const query = asked(where)
        const predicate = compilePredicate(query)
        const person = isOwn ? (ids[0] ?? '') : ''
        const mine = rows.filter(
          (row) => person === '' || [row.user_id, row.source_user, row.destination_user].some((id) => id === person),
        )
        const wanted = mine
          .filter((row) => row.is_live === isLive && predicate(records.get(row.id) ?? {}))
          .sort((one, other) => other.sort_at - one.sort_at || (one.id < other.id ? 1 : -1))
        const found: string[] = []
        let after: readonly [number, string] | undefined = [Number.MAX_SAFE_INTEGER, 'g']
        while (after !== undefined) {
          const result: ReturnType<typeof walkJobs> = walkJobs(
            database,
            { query, person, isLive, after, limit },
            budgetMs,
          )
          expect(result.rows.length).toBeLessThanOrEqual(limit)
          found.push(...result.rows.map((row) => row.id))
          after = result.next
        }
        expect(found).toEqual(wanted.map((row) => row.id))
      },
    ),
    { numRuns: 40 },
  )
}, 60_000)

it('a name of two sites finds the jobs of both', () => {
  const query = parseQuery('Transfer WHERE source=seagull')
  const after = [Number.MAX_SAFE_INTEGER, 'g'] as const
  const found = walkJobs(database, { query, person: '', isLive: 1, after, limit: 1000 }).rows
  const wanted = rows.filter(({ is_live, source_site: site }) => is_live === 1 && (site === 'hq' || site === 'seagull'))
  expect(found.map(({ id }) => id).sort()).toEqual(wanted.map(({ id }) => id).sort())
  expect(new Set(found.map((row) => row.source_site)).size).toBe(2)
})

it('never puts text of a query into SQL', () => {
  fc.assert(
    fc.property(comparisons(), (where) => {
      const query = asked(where)
      const { where: sql, parameters } = compileSql(query, jobMapping(database))
      expect(sql).not.toMatch(/[^a-z_.()=?<>,*/0-9A-Z\s'\\]|example|seagull/)
      expect(sql.split('?').length - 1).toBe(parameters.length)
    }),
  )
})
