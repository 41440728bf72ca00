import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openSqlite, type SqliteDatabase } from '../../../src/platform/sqlite.ts'

let folder: string
let database: SqliteDatabase

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tern-sqlite-'))
  database = openSqlite(join(folder, 'test.db'))
  database.exec('CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, data BLOB, size INTEGER)')
})

afterEach(() => {
  database.close()
  rmSync(folder, { recursive: true, force: true })
})

it('is durable at commit: write-ahead log and synchronous FULL, with foreign keys', () => {
  expect(database.get('PRAGMA journal_mode')).toEqual({ journal_mode: 'wal' })
  expect(database.get('PRAGMA synchronous')).toEqual({ synchronous: 2 })
  expect(database.get('PRAGMA foreign_keys')).toEqual({ foreign_keys: 1 })
})

it('gives rows as they are stored, without what the binding adds', () => {
  database.run('INSERT INTO item (name, size) VALUES (?, ?)', ['a', 2 ** 40])
  expect(database.get('SELECT name, size FROM item')).toEqual({ name: 'a', size: 2 ** 40 })
  expect(database.all('SELECT name FROM item')).toEqual([{ name: 'a' }])
  expect(database.get('SELECT name FROM item WHERE id = ?', [99])).toBeUndefined()
})

it('binds a lone blob', () => {
  database.run('INSERT INTO item (data) VALUES (?)', [new Uint8Array([1, 2, 3])])
  const row = database.get<{ data: Uint8Array }>('SELECT data FROM item WHERE data = ?', [Buffer.from([1, 2, 3])])
  expect([...(row?.data ?? [])]).toEqual([1, 2, 3])
})

it('counts changes', () => {
  database.run('INSERT INTO item (name) VALUES (?), (?)', ['a', 'b'])
  expect(database.run('UPDATE item SET size = 1').changes).toBe(2)
})

it('rolls back everything of a transaction that throws, joined ones included, and goes on working', () => {
  expect(() =>
    database.transaction(() => {
      database.run('INSERT INTO item (name) VALUES (?)', ['outer'])
      database.transaction(() => database.run('INSERT INTO item (name) VALUES (?)', ['inner']))
      throw new Error('no')
    }),
  ).toThrow('no')
  expect(database.all('SELECT * FROM item')).toEqual([])
  database.transaction(() => database.run('INSERT INTO item (name) VALUES (?)', ['later']))
  expect(database.all('SELECT name FROM item')).toEqual([{ name: 'later' }])
})

it('keeps what was committed when it is opened again, and closes twice without harm', () => {
  database.run('INSERT INTO item (name) VALUES (?)', ['kept'])
  database.close()
  database.close()
  database = openSqlite(join(folder, 'test.db'))
  expect(database.all('SELECT name FROM item')).toEqual([{ name: 'kept' }])
})
