import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RateLimiter } from '../../../src/workspace/api/rate-limit.ts'
import { acceptInvitation, createInvitation, openInvitation } from '../../../src/workspace/invitations/invitations.ts'
import { hashPassword, verifyPassword } from '../../../src/workspace/sessions/passwords.ts'
import type { Effects } from '../../../src/workspace/store/effects.ts'
import { insertUser } from '../../../src/workspace/store/people.ts'
import { Store, type Transaction } from '../../../src/workspace/store/store.ts'
import { ChangeLog, lastOfEach } from '../../../src/workspace/stream/change-log.ts'

let folder: string
let store: Store
let told: Effects[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tern-store-'))
  told = []
  store = Store.open(join(folder, 'workspace.db'), (effects) => told.push(effects))
})

afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true, force: true })
})

function addSite(transaction: Transaction, code: string): void {
  transaction.database.run('INSERT INTO sites (code, name, created_at) VALUES (?, ?, ?)', [code, code, 1])
  transaction.effects.changed('site', code)
}

const sites = () =>
  store.read((database) => database.all<{ code: string }>('SELECT code FROM sites')).map((row) => row.code)

describe('the store', () => {
  it('commits what comes together at once; one that throws undoes itself alone and has no effects', async () => {
    const results = await Promise.allSettled([
      store.write((transaction) => addSite(transaction, 'a')),
      store.write((transaction) => {
        addSite(transaction, 'b')
        throw new Error('no')
      }),
      store.write((transaction) => addSite(transaction, 'c')),
    ])
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(sites()).toEqual(['a', 'c'])
    expect(told.flatMap((effects) => [...effects.changes.keys()])).toEqual(['site/a', 'site/c'])
  })

  it('answers and tells only once it is committed', async () => {
    let seenInside: string[] = []
    const written = store.write((transaction) => {
      addSite(transaction, 'a')
      seenInside = told.map(() => 'told')
    })
    await written
    expect(seenInside).toEqual([])
    expect(told).toHaveLength(1)
  })

  it('finishes what was handed in when it closes, and takes nothing after', async () => {
    const last = store.write((transaction) => addSite(transaction, 'last'))
    store.close()
    await last
    await expect(store.write(() => 1)).rejects.toThrow('closed')
    store = Store.open(join(folder, 'workspace.db'), () => {})
    expect(sites()).toEqual(['last'])
  })

  it('keeps its records from being changed', () => {
    store.read((database) => {
      database.run("INSERT INTO audit (at, action) VALUES (1, 'x')")
      expect(() => database.run("UPDATE audit SET action = 'y'")).toThrow('append-only')
      expect(() => database.run('DELETE FROM audit')).toThrow('append-only')
    })
  })
})

describe('invitations', () => {
  it('end after 14 days', async () => {
    const code = await store.write((transaction) => {
      const admin = insertUser(transaction.database, {
        email: 'john@example.com',
        name: 'John',
        role: 'admin',
        status: 'enabled',
        password_hash: null,
        created_at: 0,
      })
      return createInvitation({ ...transaction, nowMs: 1000 }, admin, { role: 'standard' }).code
    })
    const days = 24 * 3_600_000
    store.read((database) => {
      expect(openInvitation(database, code, 1000 + 13.9 * days)).toBeDefined()
      expect(() => openInvitation(database, code, 1000 + 14 * days)).toThrow(
        expect.objectContaining({ code: 'INVITATION_EXPIRED' }),
      )
    })
    const late = store.write((transaction) =>
      acceptInvitation({ ...transaction, nowMs: 1000 + 15 * days }, code, {
        email: 'm@example.com',
        name: 'M',
        passwordHash: 'x',
      }),
    )
    await expect(late).rejects.toMatchObject({ code: 'INVITATION_EXPIRED' })
  })
})

describe('the change log', () => {
  const change = (id: string) => ({ entity: 'job' as const, id })

  it('knows what happened since a revision, each entity once, in order', () => {
    const log = new ChangeLog()
    const start = log.revision
    for (const id of ['a', 'b', 'a', 'c']) log.append(change(id))
    expect(log.since(start)?.map((each) => [each.id, each.number])).toEqual([
      ['b', 2],
      ['a', 3],
      ['c', 4],
    ])
    expect(log.since(log.revision)).toEqual([])
    expect(log.since({ ...start, number: 3 })?.map((each) => each.id)).toEqual(['c'])
  })

  it('does not pretend to know what it has forgotten, what is to come, or another epoch', () => {
    const log = new ChangeLog(10)
    const start = log.revision
    for (let index = 0; index < 25; index += 1) log.append(change(`${index}`))
    expect(log.since(start)).toBeUndefined()
    expect(log.since({ ...start, number: 26 })).toBeUndefined()
    expect(log.since({ epoch: 'other', number: 25 })).toBeUndefined()
    expect(log.since({ ...start, number: 15 })?.map((each) => each.id)).toEqual([
      '15',
      '16',
      '17',
      '18',
      '19',
      '20',
      '21',
      '22',
      '23',
      '24',
    ])
  })

  it('keeps only the last of each', () => {
    const numbered = ['a', 'b', 'a'].map((id, index) => ({ ...change(id), number: index }))
    expect(lastOfEach(numbered).map((each) => each.number)).toEqual([1, 2])
  })
})

describe('the rate limiter', () => {
  it('lets a burst through, then as much as comes back, by key', () => {
    let nowMs = 0
    const limiter = new RateLimiter({ burst: 2, perSecond: 0.5 }, () => nowMs)
    limiter.take('a')
    limiter.take('a')
    expect(() => limiter.take('a')).toThrow(
      expect.objectContaining({ code: 'TOO_MANY_REQUESTS', params: { retryAfterSeconds: 2 } }),
    )
    limiter.take('b')
    nowMs = 2000
    limiter.take('a')
    expect(() => limiter.take('a')).toThrow()
    limiter.giveBack('a')
    limiter.take('a')
    nowMs = 1_000_000
    for (let count = 0; count < 2; count += 1) limiter.take('a')
    expect(() => limiter.take('a')).toThrow()
  })
})

describe('passwords', () => {
  it('are kept as scrypt with a salt of their own', async () => {
    const [one, two] = await Promise.all([hashPassword('tern tern 123'), hashPassword('tern tern 123')])
    expect(one).toMatch(/^scrypt\$32768\$8\$1\$/)
    expect(one).not.toBe(two)
    expect(await verifyPassword('tern tern 123', one)).toBe(true)
    expect(await verifyPassword('tern tern 124', one)).toBe(false)
    expect(await verifyPassword('tern tern 123', undefined)).toBe(false)
    expect(await verifyPassword('', 'nonsense')).toBe(false)
  })
})
