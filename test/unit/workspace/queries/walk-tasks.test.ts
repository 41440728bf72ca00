import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { SqliteDatabase } from '../../../../src/platform/sqlite.ts'
import type { Task } from '../../../../src/shared/domain/job.ts'
import { parseQuery } from '../../../../src/shared/domain/query/parse-query.ts'
import { walkTasks } from '../../../../src/workspace/queries/walk-tasks.ts'
import { type JobRow, jobById } from '../../../../src/workspace/store/jobs.ts'
import { openDatabase } from '../../../../src/workspace/store/open-database.ts'
import type { TaskRow } from '../../../../src/workspace/store/tasks.ts'
import { cpuMs } from '../../shared/cpu-time.ts'
import { addJob, fillWorkspace } from './sample-workspace.ts'

const taskCount = 30_000

let folder: string
let database: SqliteDatabase
let job: JobRow

const viewOf = (row: TaskRow): Task => ({
  id: row.id,
  jobId: row.job_id,
  uri: row.uri,
  status: row.status,
  priority: row.priority,
  source: JSON.parse(row.source) as Task['source'],
  destination: { path: '' },
  kind: row.kind,
  sizeBytes: row.size_bytes,
  fileCount: row.file_count,
  createdAtMs: row.created_at,
  ...(row.metadata !== null && { metadata: JSON.parse(row.metadata) as Record<string, unknown> }),
})

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tern-query-tasks-'))
  database = openDatabase(join(folder, 'workspace.db'))
  const { lisa } = fillWorkspace(database)
  const id = addJob(database, { name: 'many tasks', userId: lisa.id })
  database.transaction(() => {
    for (let seq = 0; seq < taskCount; seq += 1) {
      database.run(
        `INSERT INTO tasks (job_id, seq, id, uri, status, priority, source, destination, pair_digest, created_at, metadata)
         VALUES (?, ?, ?, ?, ?, ?, ?, '{"path":""}', '', ?, ?)`,
        [
          id,
          seq,
          `task-${seq}`,
          `${seq}`,
          seq % 10_000 === 7 ? 'onhold' : 'queued',
          seq % 3,
          JSON.stringify({ siteCode: 'hq', path: `shots/${seq}.exr` }),
          seq,
          seq === 29_999 ? '{"shot":"a001"}' : null,
        ],
      )
    }
  })
  const row = jobById(database, id)
  if (row === undefined) throw new Error('the job is not there')
  job = row
}, 120_000)

afterAll(() => {
  database.close()
  rmSync(folder, { recursive: true, force: true })
})

function found(text: string, { limit = 1000, most = 3000, budgetMs = 50 } = {}) {
  const query = parseQuery(text, { entity: 'Task' })
  const uris: string[] = []
  let afterSeq: number | undefined = -1
  let calls = 0
  let longestMs = 0
  while (afterSeq !== undefined && uris.length < most) {
    const from: number = afterSeq
    const spentMs = cpuMs(() => {
      const result = walkTasks(database, { job, query, afterSeq: from, limit, viewOf }, budgetMs)
      uris.push(...result.rows.map((row) => row.uri))
      afterSeq = result.nextSeq
    })
    longestMs = Math.max(longestMs, spentMs)
    calls += 1
  }
  // A page that a busy machine cut short makes the next ones end elsewhere.
  return { uris: uris.slice(0, most), calls, longestMs }
}

it('few of a status are found in one call, in the order of the job', () => {
  const { uris, calls, longestMs } = found('status=onhold and job.id!=x')
  expect(uris).toEqual(['7', '10007', '20007'])
  expect(calls).toBe(1)
  expect(longestMs).toBeLessThan(50)
})

it.each<[string, string[]]>([
  ['status=queued and priority=0 and created>=1970-01-01T00:00:29.990', ['29991', '29994', '29997']],
  ['created<1970-01-01T00:00:00.003 or created>1970-01-01T00:00:29.997', ['0', '1', '2', '29998', '29999']],
  ['source.path="*/29999.exr"', ['29999']],
  ['source.path matches "/(1|29998)\\.exr$"', ['1', '29998']],
  ['metadata contains A001', ['29999']],
  ['id=task-12345', ['12345']],
  ['job=nothing', []],
  ['source.site=hq and source.code=hq and uri in 5,25000', ['5', '25000']],
])('%s is looked for piece by piece to the end, and no piece takes long', (text, wanted) => {
  const { uris, longestMs } = found(text)
  expect(uris).toEqual(wanted)
  expect(longestMs).toBeLessThan(200)
})

it('goes on where a page ended, however small it is and however early it stopped', () => {
  const all = Array.from({ length: 3000 }, (_, index) => `${index}`)
  expect(found('priority<5', { limit: 1000 }).uris).toEqual(all)
  expect(found('source.path="shots*"', { limit: 7, most: 70 }).uris).toEqual(all.slice(0, 70))
  expect(found('priority<5', { limit: 50, most: 500, budgetMs: -1 }).uris).toEqual(all.slice(0, 500))
})
