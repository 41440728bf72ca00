import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { partsOf } from '../../../src/workspace/store/job-parts.ts'
import { migrations } from '../../../src/workspace/store/migrations.ts'
import { openDatabase } from '../../../src/workspace/store/open-database.ts'

it('jobs of older data have their parts: each task in its own, what runs held by its run, the rest ready again', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tern-parts-'))
  const file = join(folder, 'workspace.db')
  const before = openDatabase(file, migrations.slice(0, 6))
  before.run("INSERT INTO users VALUES ('u', 'john@example.com', 'John', 'admin', 'enabled', NULL, 1)")
  for (const [id, status, nextAt] of [
    ['waits', 'waiting', 70],
    ['runs', 'running', 0],
  ] as const) {
    before.run(
      `INSERT INTO jobs (id, name, status, is_live, sort_at, source_key, destination_key, user_id, queue, priority, is_measured,
         next_at, queued_at, interruptions, created_at, modified_at)
       VALUES (?, 'job', ?, 1, 1, 'client:a', 'site:hq', 'u', 'medium', 500, 1, ?, 5, 2, 1, 1)`,
      [id, status, nextAt],
    )
    for (const [seq, shareId] of ['one', 'two', 'one'].entries()) {
      const isRunning = id === 'runs' && shareId === 'one'
      before.run(
        `INSERT INTO tasks (job_id, seq, id, uri, status, priority, source, destination, pair_digest, is_measured, dispatch_id, created_at)
         VALUES (?, ?, ?, ?, ?, 500, '{"path":"/x"}', ?, 'd', 1, ?, 1)`,
        [
          id,
          seq,
          `${id}${seq}`,
          `${seq}`,
          isRunning ? 'executing' : 'queued',
          JSON.stringify({ siteCode: 'hq', shareId, path: 'x' }),
          isRunning ? 'dispatch' : null,
        ],
      )
    }
  }
  before.run(
    "INSERT INTO dispatches (id, job_id, epoch, source_key, destination_key, sender, receiver, ticket, started_at) VALUES ('dispatch', 'runs', 3, 'client:a', 'site:hq', 's', 'r', 't', 1)",
  )
  before.close()
  const database = openDatabase(file)
  try {
    const parts = (id: string) => partsOf(database, id)
    const ends = { source_key: 'client:a', destination_key: 'site:hq', queue: 'medium', queued_at: 5, interruptions: 2 }
    expect(parts('waits')).toMatchObject([
      { part: 0, destination_share: 'one', next_at: 70, dispatch_id: null, ...ends },
      { part: 1, destination_share: 'two', next_at: 70, dispatch_id: null, ...ends },
    ])
    expect(parts('runs')).toMatchObject([{ dispatch_id: 'dispatch' }, { dispatch_id: null }])
    const tasks = database.all<{ part: number }>("SELECT part FROM tasks WHERE job_id = 'waits' ORDER BY seq")
    expect(tasks.map(({ part }) => part)).toEqual([0, 1, 0])
    expect(parts('waits').map((part) => part.is_ready)).toEqual([1, 1])
    // Between the same two ends one run follows upon the other.
    expect(parts('runs').map((part) => part.is_ready)).toEqual([0, 0])
  } finally {
    database.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
