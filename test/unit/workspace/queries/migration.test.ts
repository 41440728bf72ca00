import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { migrations } from '../../../../src/workspace/store/migrations.ts'
import { openDatabase } from '../../../../src/workspace/store/open-database.ts'

it('folds the names of jobs that were there before queries were', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tern-query-migration-'))
  const file = join(folder, 'workspace.db')
  const version = migrations.find((migration) => migration.sql.includes('name_folded'))?.version ?? 0
  try {
    const before = openDatabase(file, migrations.slice(0, version - 1))
    before.run("INSERT INTO users VALUES ('u', 'lisa@example.com', 'Lisa', 'admin', 'enabled', NULL, 1)")
    before.transaction(() => {
      for (let index = 0; index < 10_001; index += 1) {
        before.run(
          `INSERT INTO jobs (id, name, status, is_live, sort_at, source_key, destination_key, user_id, queue, priority,
             queued_at, created_at, modified_at) VALUES (?, ?, 'done', 0, 1, '', '', 'u', 'medium', 500, 1, 1, 1)`,
          [`${index}`, `ÅSA ${index}`],
        )
      }
    })
    before.close()
    using database = openDatabase(file)
    const row = database.get<{ folded: number }>("SELECT count(*) AS folded FROM jobs WHERE name_folded = 'åsa ' || id")
    expect(row).toEqual({ folded: 10_001 })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
