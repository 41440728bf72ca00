import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newEntityId } from '../../../src/platform/random-id.ts'
import type { SqliteDatabase } from '../../../src/platform/sqlite.ts'
import type { Role } from '../../../src/shared/domain/entities.ts'
import type { ClientId, JobId } from '../../../src/shared/domain/ids.ts'
import type { Caller } from '../../../src/workspace/access/caller.ts'
import { listJobs } from '../../../src/workspace/jobs/list.ts'
import { defaultSchedulerOptions } from '../../../src/workspace/scheduler/scheduler.ts'
import { startDispatches } from '../../../src/workspace/scheduler/start-dispatches.ts'
import { Effects } from '../../../src/workspace/store/effects.ts'
import { openDatabase } from '../../../src/workspace/store/open-database.ts'
import { insertUser, type UserRow, upsertClient } from '../../../src/workspace/store/people.ts'
import { Presence } from '../../../src/workspace/stream/presence.ts'

const jobCount = 20_000

let folder: string
let database: SqliteDatabase
let admin: UserRow
let mia: UserRow

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tern-scale-'))
  database = openDatabase(join(folder, 'workspace.db'))
  database.transaction(() => {
    const person = (name: string, role: Role) =>
      insertUser(database, {
        email: `${name}@example.com`,
        name,
        role,
        status: 'enabled',
        password_hash: null,
        created_at: 1,
      })
    admin = person('john', 'admin')
    mia = person('mia', 'standard')
    database.run("INSERT INTO sites (code, name, created_at) VALUES ('hq', 'hq', 1)")
    const machines = Array.from({ length: 20 }, (_, index) =>
      upsertClient(
        database,
        { name: `m${index}`, kind: 'app', keyHash: `${index}`.padStart(64, '0') },
        { userId: admin.id },
        1,
      ),
    )
    for (let index = 0; index < jobCount; index += 1) {
      const isLive = index % 10 !== 0
      database.run(
        `INSERT INTO jobs (id, name, name_folded, status, is_live, sort_at, source_client, source_user, source_key, destination_site, destination_key,
           user_id, queue, priority, is_measured, queued_at, created_at, modified_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'hq', 'site:hq', ?, 'medium', 500, 1, ?, ?, ?)`,
        [
          newEntityId<JobId>(),
          `Job number ${index}`,
          `job number ${index}`,
          isLive ? 'waiting' : 'done',
          isLive ? 1 : 0,
          index,
          machines[index % 20]?.id as ClientId,
          admin.id,
          `client:${machines[index % 20]?.id}`,
          index % 100 === 1 ? mia.id : admin.id,
          index,
          index,
          index,
        ],
      )
    }
    database.run(
      `INSERT INTO job_parts (job_id, part, source_share, destination_share, source_key, destination_key, queue, priority, queued_at, is_ready)
       SELECT id, 0, '', '', source_key, destination_key, queue, priority, queued_at, is_live FROM jobs`,
    )
  })
}, 120_000)

afterAll(() => {
  database.close()
  rmSync(folder, { recursive: true, force: true })
})

const caller = (user: UserRow): Caller => ({ user, client: undefined, tokenHash: '' })

/** Every statement that runs, with how SQLite means to answer it. */
function plansOf(work: (spied: SqliteDatabase) => void): string[] {
  const plans: string[] = []
  const explain = (sql: string, parameters: readonly never[] = []) => {
    if (/^\s*(SELECT|UPDATE|DELETE)/.test(sql)) {
      plans.push(...database.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, parameters).map((row) => row.detail))
    }
  }
  work(
    new Proxy(database, {
      get(target, name: keyof SqliteDatabase) {
        const method = target[name] as (...input: unknown[]) => unknown
        return (...input: unknown[]) => {
          if (name === 'get' || name === 'all' || name === 'run') explain(...(input as [string, never[]]))
          return method.apply(target, input)
        }
      },
    }),
  )
  return plans
}

const scans = (plans: string[]) =>
  plans.filter((plan) => /^SCAN (jobs|tasks|job_person|clients|sessions)\b/.test(plan) && !/USING/.test(plan))
const sorts = (plans: string[]) => plans.filter((plan) => /TEMP B-TREE/.test(plan))

describe('lists of many jobs', () => {
  it('are windows of an index: nothing is scanned and nothing is sorted', () => {
    for (const person of [admin, mia]) {
      const plans = plansOf((spied) => {
        const first = listJobs(spied, caller(person), { state: 'live', limit: 50 })
        listJobs(spied, caller(person), { state: 'live', limit: 50, cursor: first.nextCursor })
        listJobs(spied, caller(person), { state: 'finished', limit: 50 })
      })
      expect(plans.length).toBeGreaterThan(5)
      expect(scans(plans)).toEqual([])
      // A person's window of at most 51 rows may be sorted once more after the join.
      if (person === admin) expect(sorts(plans)).toEqual([])
    }
  })

  it('lead through everything once, with totals that are kept', () => {
    const seen = new Set<string>()
    let cursor: string | undefined
    let total = 0
    do {
      const window = listJobs(database, caller(admin), { state: 'live', limit: 1000, cursor })
      for (const row of window.rows) seen.add(row.id)
      cursor = window.nextCursor
      total = window.total
    } while (cursor !== undefined)
    expect(seen.size).toBe(jobCount * 0.9)
    expect(total).toBe(jobCount * 0.9)
    expect(listJobs(database, caller(admin), { state: 'finished', limit: 1 }).total).toBe(jobCount * 0.1)
    const mias = listJobs(database, caller(mia), { state: 'live', limit: 1000 })
    expect([mias.rows.length, mias.total]).toEqual([200, 200])
  })

  it('are found by a part of their name', () => {
    const found = listJobs(database, caller(admin), { state: 'live', limit: 50, search: 'NUMBER 1234' })
    expect(found.rows.map((row) => row.name).sort()).toEqual(
      [
        'Job number 1234',
        ...Array.from({ length: 10 }, (_, digit) => `Job number 1234${digit}`).filter((_, digit) => digit !== 0),
      ].sort(),
    )
    expect(found.total).toBe(10)
    expect(listJobs(database, caller(mia), { state: 'live', limit: 50, search: 'number 1234' }).rows).toEqual([])
    const hostile = listJobs(database, caller(admin), { state: 'live', limit: 5, search: '" OR name MATCH "x' })
    expect(hostile.rows).toEqual([])
  })

  it('are found page by page, each once, when many have the same part', () => {
    const seen = new Set<string>()
    let cursor: string | undefined
    do {
      const found = listJobs(database, caller(admin), { state: 'live', limit: 700, search: 'job number', cursor })
      for (const row of found.rows) seen.add(row.id)
      cursor = found.nextCursor
      expect(found.total).toBe(cursor === undefined ? seen.size : seen.size + 1)
    } while (cursor !== undefined)
    expect(seen.size).toBe(jobCount * 0.9)
  })

  it('refuse a cursor that was not theirs', () => {
    for (const cursor of ['x', Buffer.from('["a",1]').toString('base64url'), Buffer.from('{}').toString('base64url')]) {
      expect(() => listJobs(database, caller(admin), { state: 'live', limit: 5, cursor })).toThrow('BAD_REQUEST')
    }
  })

  it('do not slow the scheduler down: a seek for each pair', () => {
    const everybody = new Presence()
    for (const { id } of database.all<{ id: string }>('SELECT id FROM clients')) everybody.setOnline(id, true)
    const plans = plansOf((spied) => {
      const transaction = { database: spied, effects: new Effects(), nowMs: jobCount + 1 }
      startDispatches(transaction, everybody, { ...defaultSchedulerOptions })
    })
    // Two seeks for each of the twenty pairs, and a few that look for what is due.
    expect(plans.length).toBeLessThan(120)
    expect(scans(plans)).toEqual([])
  })
})
