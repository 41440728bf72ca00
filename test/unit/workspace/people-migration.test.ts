import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { migrations } from '../../../src/workspace/store/migrations.ts'
import { openDatabase } from '../../../src/workspace/store/open-database.ts'

it('what jobs called their queue becomes a queue; sites and sessions get ids', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tern-people-migration-'))
  const file = join(folder, 'workspace.db')
  try {
    const before = openDatabase(file, migrations.slice(0, 6))
    before.run("INSERT INTO users VALUES ('u', 'lisa@example.com', 'Lisa', 'admin', 'enabled', NULL, 1)")
    before.run("INSERT INTO sites VALUES ('hq', 'hq', 1)")
    before.run("INSERT INTO sessions VALUES ('t', 'u', NULL, 1)")
    before.run(
      "INSERT INTO settings VALUES ('queue', 'HIGH', 'job_max_retries', '7'), ('queue', 'over night', 'a', 'b')",
    )
    for (const [id, queue] of Object.entries({ a: 'medium', b: 'High', c: 'low_prio', d: 'Über Nacht' })) {
      before.run(
        `INSERT INTO jobs (id, name, status, is_live, sort_at, source_key, destination_key, user_id, queue, priority,
           queued_at, created_at, modified_at) VALUES (?, 'x', 'done', 0, 1, '', '', 'u', ?, 500, 1, 1, 1)`,
        [id, queue],
      )
    }
    before.close()
    using database = openDatabase(file)
    const queues = database.all<{ code: string }>('SELECT code, is_default FROM queues ORDER BY code')
    expect(queues.filter((queue) => 'is_default' in queue && queue.is_default === 1)).toMatchObject([
      { code: 'medium' },
    ])
    expect(queues.map(({ code }) => code).sort()).toEqual(
      ['high', 'low', 'low_prio', 'medium', 'over night', 'Über Nacht'].sort(),
    )
    const jobs = database.all<{ queue: string }>('SELECT queue FROM jobs ORDER BY id')
    expect(jobs.map(({ queue }) => queue)).toEqual(['medium', 'high', 'low_prio', 'Über Nacht'])
    const settings = database.all<{ entity_id: string }>('SELECT entity_id FROM settings ORDER BY entity_id')
    expect(settings.map((row) => row.entity_id)).toEqual(['high', 'over night'])
    const ids = database.all<{ id: string }>('SELECT id FROM sites UNION ALL SELECT id FROM sessions')
    expect(ids).toEqual([
      { id: expect.stringMatching(/^[0-9a-f]{24}$/) },
      { id: expect.stringMatching(/^[0-9a-f]{24}$/) },
    ])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
