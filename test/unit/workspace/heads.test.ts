import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SqliteDatabase } from '../../../src/platform/sqlite.ts'
import { readHeads } from '../../../src/workspace/scheduler/heads.ts'
import { ScheduleFacts } from '../../../src/workspace/scheduler/schedule-facts.ts'
import { Effects } from '../../../src/workspace/store/effects.ts'
import { openDatabase } from '../../../src/workspace/store/open-database.ts'
import { Presence } from '../../../src/workspace/stream/presence.ts'

let database: SqliteDatabase
let asked = 0

beforeAll(() => {
  database = openDatabase(':memory:')
  database.run(
    "INSERT INTO users (id, email, name, role, status, created_at) VALUES ('u', 'u', 'John', 'admin', 'enabled', 1)",
  )
  database.run("INSERT INTO sites (code, name, created_at, id) VALUES ('away', 'Away', 1, 's1'), ('hq', 'hq', 1, 's2')")
  addMachine('rack', 'hq')
})

afterAll(() => database.close())

function addMachine(id: string, site: string | null = null) {
  database.run(
    `INSERT INTO clients (id, user_id, name, kind, site_code, key_hash, candidates, created_at)
     VALUES (?, ?, ?, ?, ?, ?, '[]', 1)`,
    [id, site === null ? 'u' : null, id, site === null ? 'app' : 'server', site, id],
  )
}

function addReady(id: string, source: string, destination: string) {
  database.run(
    `INSERT INTO jobs (id, name, status, is_live, sort_at, source_key, destination_key, user_id, queue, priority, queued_at,
       created_at, modified_at) VALUES (?, 'x', 'waiting', 1, 1, ?, ?, 'u', 'medium', 500, 1, 1, 1)`,
    [id, source, destination],
  )
  database.run(
    `INSERT INTO job_parts (job_id, part, source_share, destination_share, source_key, destination_key, queue, priority,
       queued_at, is_ready) VALUES (?, 0, '', '', ?, ?, 'medium', 500, 1, 1)`,
    [id, source, destination],
  )
}

function headsWith(online: readonly string[]): string[] {
  const presence = new Presence()
  for (const id of online) presence.setOnline(id, true)
  const counting = {
    get: (...given: Parameters<SqliteDatabase['get']>) => {
      asked += 1
      return database.get(...given)
    },
    all: (...given: Parameters<SqliteDatabase['all']>) => database.all(...given),
  } as SqliteDatabase
  const transaction = { database: counting, effects: new Effects(), nowMs: 5 }
  return readHeads(transaction, new ScheduleFacts(counting, presence)).map((part) => part.job_id)
}

describe('the first in line', () => {
  it('is found between each two ends that are there, whoever else is away', () => {
    const machines = ['a', 'b', 'c', 'd']
    for (const id of machines) addMachine(id)
    const ends = [...machines.map((id) => `client:${id}`), 'client:gone', 'site:away', 'site:hq']
    const pairs = ends.flatMap((from) => ends.filter((to) => to !== from).map((to) => [from, to] as const))
    for (const [from, to] of pairs) addReady(`${from} ${to}`, from, to)
    fc.assert(
      fc.property(fc.subarray([...machines, 'rack']), (online) => {
        const isThere = (key: string) => online.some((id) => key === (id === 'rack' ? 'site:hq' : `client:${id}`))
        const expected = pairs.filter(([from, to]) => isThere(from) && isThere(to))
        expect(headsWith(online)).toEqual(expected.map(([from, to]) => `${from} ${to}`))
      }),
    )
  })

  it('takes no look at each of the many that are away', () => {
    for (let number = 1000; number < 2000; number += 1) {
      addMachine(`m${number}`)
      addReady(`to ${number}`, 'site:hq', `client:m${number}`)
      addReady(`from ${number}`, `client:m${number}`, 'site:hq')
    }
    asked = 0
    expect(headsWith(['rack', 'm1500'])).toEqual(['from 1500', 'to 1500'])
    expect(asked).toBeLessThan(100)
  })
})
