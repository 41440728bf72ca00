import { existsSync } from 'node:fs'
import { openSqlite, type SqliteDatabase } from '../../platform/sqlite.ts'
import { TernError } from '../../shared/domain/errors.ts'
import { migrations as allMigrations, type Migration } from './migrations.ts'

/**
 * Opens the database and brings it to this program's version. Before a migration a whole copy is kept beside it
 * (`<file>.before-<version>`). Data written by a newer program is refused with STORE_TOO_NEW and left untouched.
 */
export function openDatabase(file: string, migrations: readonly Migration[] = allMigrations): SqliteDatabase {
  const database = openSqlite(file)
  try {
    migrate(database, file, migrations)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function migrate(database: SqliteDatabase, file: string, migrations: readonly Migration[]): void {
  const found = versionOf(database)
  const known = migrations.at(-1)?.version ?? 0
  if (found > known) throw new TernError('STORE_TOO_NEW', { found, known })
  if (found === known) return
  if (found > 0) keepCopy(database, `${file}.before-${found + 1}`)
  for (const migration of migrations) {
    if (migration.version <= found) continue
    database.transaction(() => {
      database.exec(migration.sql)
      migration.fill?.(database)
      database.exec(`PRAGMA user_version = ${migration.version}`)
    })
  }
}

function keepCopy(database: SqliteDatabase, copy: string): void {
  // A copy that is already there was made before the same migration and did not get through: it is the better one.
  if (existsSync(copy)) return
  database.exec(`VACUUM INTO '${copy.replaceAll("'", "''")}'`)
}

function versionOf(database: SqliteDatabase): number {
  return Number(database.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0)
}
