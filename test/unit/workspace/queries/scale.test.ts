import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SqliteDatabase } from '../../../../src/platform/sqlite.ts'
import { foldText } from '../../../../src/shared/domain/query/fold-text.ts'
import { parseQuery } from '../../../../src/shared/domain/query/parse-query.ts'
import { type JobQueryResult, walkJobs } from '../../../../src/workspace/queries/walk-jobs.ts'
import { openDatabase } from '../../../../src/workspace/store/open-database.ts'
import { insertUser } from '../../../../src/workspace/store/people.ts'
import { cpuMs } from '../../shared/cpu-time.ts'
import { fillWorkspace, type SampleWorkspace } from './sample-workspace.ts'

const jobCount = 100_000

let folder: string
let database: SqliteDatabase
let people: SampleWorkspace
const madeAtMs = Date.UTC(2026, 0, 1)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tern-query-scale-'))
  database = openDatabase(join(folder, 'workspace.db'))
  people = fillWorkspace(database)
  database.transaction(() => {
    for (let index = 0; index < jobCount; index += 1) {
      const isRare = index % 20_000 === 77
      const status = isRare ? 'failed' : index % 2 === 0 ? 'waiting' : 'done'
      const name = isRare ? 'Åsa x and y.png' : `shot_${index}.exr`
      database.run(
        `INSERT INTO jobs (id, name, name_folded, status, is_live, sort_at, source_site, source_key, destination_site,
           destination_user, destination_key, user_id, queue, priority, queued_at, created_at, modified_at, finished_at,
           size_bytes)
         VALUES (?, ?, ?, ?, ?, ?, 'hq', 'site:hq', ?, ?, '', ?, 'medium', 500, 1, ?, 1, ?, ?)`,
        [
          index.toString(16).padStart(24, '0'),
          name,
          foldText(name),
          status,
          status === 'done' ? 0 : 1,
          madeAtMs + index * 1000,
          isRare ? 'stockholm' : null,
          isRare ? null : people.john.id,
          isRare ? people.lisa.id : people.john.id,
          madeAtMs + index * 1000,
          status === 'done' ? madeAtMs + index * 1000 : null,
          index,
        ],
      )
    }
  })
}, 120_000)

afterAll(() => {
  database.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Asked {
  readonly names: readonly string[]
  readonly calls: number
  readonly longestMs: number
  readonly plans: readonly string[]
}

/** All pages of a query, with the longest call and how SQLite means to answer. */
function ask(
  text: string,
  { isLive = 1, person = '', most = 50, calls: mostCalls = Number.POSITIVE_INFINITY } = {},
): Asked {
  const plans = new Set<string>()
  const spied = new Proxy(database, {
    get(target, name: keyof SqliteDatabase) {
      const method = target[name] as (...input: unknown[]) => unknown
      return (...input: unknown[]) => {
        const plan = database.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${input[0]}`, input[1] as never[])
        for (const { detail } of plan) plans.add(detail)
        return method.apply(target, input)
      }
    },
  })
  const query = parseQuery(text, { entity: 'Transfer' })
  const names: string[] = []
  let after: readonly [number, string] | undefined = [Number.MAX_SAFE_INTEGER, 'g']
  let longestMs = 0
  let calls = 0
  walkJobs(spied, { query, person, isLive, after, limit: most })
  while (after !== undefined && names.length < most && calls < mostCalls) {
    let result: JobQueryResult = { rows: [], next: undefined }
    const from = after
    const spentMs = cpuMs(() => {
      result = walkJobs(database, { query, person, isLive, after: from, limit: most })
    })
    longestMs = Math.max(longestMs, spentMs)
    names.push(...result.rows.map((row) => row.name))
    after = result.next
    calls += 1
  }
  return { names, calls, longestMs, plans: [...plans] }
}

const scans = (plans: readonly string[]) => plans.filter((plan) => /^SCAN (jobs|job_person|mine)\b/.test(plan))

const rareNames = Array(5).fill('Åsa x and y.png')

describe('at 100,000 jobs', () => {
  const rare = rareNames

  it.each<[string, RegExp]>([
    ['name="åsa X and y.png"', /jobs_by_name \(is_live=\? AND name_folded=\?/],
    ['name="ÅSA x*"', /jobs_by_name \(is_live=\? AND name_folded>\? AND name_folded<\?/],
    ['user=lisa@example.com', /jobs_by_maker/],
    ['destination=stockholm', /jobs_to_site/],
    ['status=failed', /jobs_by_status/],
    ['status=failed and user=lisa@example.com and source=hq', /jobs_by_status|jobs_by_maker/],
    ['status=failed and name matches "^åsa.*png$"', /jobs_by_status/],
  ])('%s is found by its index in one call', (text, index) => {
    const { names, calls, longestMs, plans } = ask(text)
    expect(names).toEqual(rare)
    expect(calls).toBe(1)
    expect(plans.join('\n')).toMatch(index)
    expect(scans(plans)).toEqual([])
    expect(longestMs).toBeLessThan(50)
  })

  it.each([
    'id=000000000000000000000004d',
    'id=00000000000000000000004d',
    'source=seagull and status=failed',
    'source=hq',
    'status=waiting',
    'created>2026-01-01T10:00:00',
    'user=john@example.com and status=waiting',
  ])('%s gives its first page at once', (text) => {
    const { calls, longestMs, plans } = ask(text, { most: 50 })
    expect(calls).toBe(1)
    expect(scans(plans)).toEqual([])
    expect(longestMs).toBeLessThan(50)
  })

  it.each(['name="*x and y*"', 'name contains "X AND Y"', 'name matches "x and y"', 'size<0 or name="* y.png"'])(
    '%s, which no index knows, is looked for piece by piece and holds nobody up',
    (text) => {
      const { names, longestMs, plans } = ask(text)
      expect(names).toEqual(rare)
      expect(scans(plans)).toEqual([])
      expect(longestMs).toBeLessThan(200)
    },
  )

  it('asks only for what one person takes part in, in the finished list as well', () => {
    expect(ask('status=failed', { person: people.lisa.id }).names).toEqual(rare)
    expect(ask('status=failed', { person: people.mia.id }).names).toEqual([])
    expect(ask('status=done', { person: people.lisa.id, isLive: 0 }).names).toEqual([])
    expect(ask('status=done', { isLive: 0 }).names).toHaveLength(50)
  })
})

describe('among thousands of people', () => {
  beforeAll(() => {
    database.transaction(() => {
      for (let index = 0; index < 9000; index += 1) {
        insertUser(database, {
          email: `person${index}@example.com`,
          name: `${index}`,
          role: 'standard',
          status: 'enabled',
          password_hash: null,
          created_at: 1,
        })
      }
    })
  }, 60_000)

  it.each([
    ['a large regular expression', 'user matches "(.?){320}zz"'],
    ['hundreds of wildcards', Array.from({ length: 400 }, (_, index) => `source="*z${index}*"`).join(' and ')],
    ['a thousand wildcards', `creator in (${Array.from({ length: 1000 }, (_, index) => `*z${index}*`).join()})`],
  ])('%s for a person holds nobody up', (_name, query) => {
    const { names, longestMs } = ask(query, { calls: 3 })
    expect(names).toEqual([])
    expect(longestMs).toBeLessThan(400)
  })

  it('finds by a part of a name as before', () => {
    expect(ask('user="*isa@*"', { most: 5 }).names).toEqual(rareNames)
  })
})
