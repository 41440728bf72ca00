import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openSqlite } from '../../../src/platform/sqlite.ts'
import type { Migration } from '../../../src/workspace/store/migrations.ts'
import { migrations } from '../../../src/workspace/store/migrations.ts'
import { openDatabase } from '../../../src/workspace/store/open-database.ts'

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tern-store-'))
  file = join(folder, 'workspace.db')
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

const next: Migration = {
  version: migrations.length + 1,
  name: 'a colour',
  sql: 'ALTER TABLE sites ADD COLUMN colour TEXT',
}

it('numbers its migrations without gaps', () => {
  expect(migrations.map((migration) => migration.version)).toEqual(migrations.map((_, index) => index + 1))
})

it('makes a new database at the latest version, and opens it again unchanged', () => {
  openDatabase(file).close()
  using again = openDatabase(file)
  expect(again.get('PRAGMA user_version')).toEqual({ user_version: migrations.length })
  expect(again.all('PRAGMA foreign_key_check')).toEqual([])
})

it('keeps a whole copy before it migrates data', () => {
  const before = openDatabase(file)
  before.run('INSERT INTO sites (code, name, created_at) VALUES (?, ?, ?)', ['hq', 'hq', 1])
  before.close()
  using migrated = openDatabase(file, [...migrations, next])
  expect(migrated.get('SELECT code, colour FROM sites')).toEqual({ code: 'hq', colour: null })
  using copy = openSqlite(`${file}.before-${next.version}`)
  expect(copy.get('PRAGMA user_version')).toEqual({ user_version: migrations.length })
  expect(copy.get('SELECT code FROM sites')).toEqual({ code: 'hq' })
})

it('refuses data of a newer program and leaves it alone', () => {
  openDatabase(file, [...migrations, next]).close()
  expect(() => openDatabase(file)).toThrow(expect.objectContaining({ code: 'STORE_TOO_NEW' }))
  using still = openDatabase(file, [...migrations, next])
  expect(still.get('PRAGMA user_version')).toEqual({ user_version: next.version })
})

it('leaves the old data when a migration fails half way', () => {
  openDatabase(file).close()
  const broken = { ...next, sql: `${next.sql}; CREATE TABLE sites (nonsense)` }
  expect(() => openDatabase(file, [...migrations, broken])).toThrow()
  using still = openDatabase(file)
  expect(still.all<{ name: string }>('PRAGMA table_info(sites)').map((column) => column.name)).not.toContain('colour')
  expect(existsSync(`${file}.before-${next.version}`)).toBe(true)
})
