import { join } from 'node:path'
import { openSqlite, type SqliteDatabase, type SqlRow } from '../../../src/platform/sqlite.ts'
import type { Job } from '../../../src/shared/domain/job.ts'
import { databaseFile } from '../../../src/workspace/store/data-folder.ts'
import { adminPassword, type TestClient, TestWorkspace } from '../../contract/workspace/support.ts'

export interface SeedSize {
  readonly jobs: number
  readonly tasksPerJob: number
}

const templates = 200
const machines = 20

/** Which part of the templates lies in which list, in tenths: live, finished, archived. */
const liveTenths = 2
const archivedTenths = 1

/**
 * A workspace with many jobs, in a folder of its own. Some are made by the API, as scripts make them; the others are
 * copies of these, because making a million tasks one by one would take longer than all of the measuring.
 */
export async function seedWorkspace(size: SeedSize): Promise<TestWorkspace> {
  const workspace = await TestWorkspace.start()
  const made = await makeTemplates(workspace, size)
  await workspace.server[Symbol.asyncDispose]()
  using database = openSqlite(join(workspace.folder, databaseFile))
  database.exec('PRAGMA synchronous = OFF')
  database.transaction(() => finishSome(database, made))
  const copies = Math.ceil(size.jobs / templates) - 1
  for (let copy = 1; copy <= copies; copy += 1) database.transaction(() => copyTemplates(database, copy, made))
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  return workspace
}

async function makeTemplates(workspace: TestWorkspace, { tasksPerJob }: SeedSize): Promise<readonly Job['id'][]> {
  const john = await workspace.john()
  const lisa = await workspace.person('lisa@example.com', 'Lisa', 'standard', john)
  const hq = await workspace.hq()
  const desks: TestClient[] = []
  for (let index = 0; index < machines; index += 1) {
    const desk = workspace.client()
    desks.push(await desk.login('john@example.com', adminPassword, `desk-${index}`))
  }
  const ids: Job['id'][] = []
  for (let index = 0; index < templates; index += 1) {
    const desk = desks[index % machines]
    const destination = index % 10 < 8 ? `client=${desk?.clientId}:/work/in` : lisa.user.email
    const tasks = Array.from({ length: tasksPerJob }, (_, task) => ({
      source: `share=projects/film-${index}/shot-${task}/render.mov`,
      destination,
      ...(task === 0 && { metadata: { shot: `${task}` } }),
    }))
    const { jobs } = await john.call('transfer/create', {
      spec: {
        name: `Film ${index} renders`,
        tasks,
        metadata: { film: `${index}` },
        settings: { task_bucketsize: '5' },
      },
    })
    await hq.measure({ sizeBytes: 1_000_000 * (index + 1) })
    for (const { id } of jobs) ids.push(id)
  }
  return ids
}

function finishSome(database: SqliteDatabase, ids: readonly string[]): void {
  for (const [index, id] of ids.entries()) {
    const tenth = index % 10
    if (tenth < liveTenths || tenth === 9) continue
    const isLive = tenth < liveTenths + archivedTenths ? -1 : 0
    database.run("UPDATE tasks SET status = 'done', finished_at = created_at WHERE job_id = ?", [id])
    database.run(
      "UPDATE jobs SET status = 'done', is_live = ?, next_at = 0, hold = NULL, finished_at = created_at WHERE id = ?",
      [isLive, id],
    )
    database.run('UPDATE job_parts SET is_ready = 0 WHERE job_id = ?', [id])
  }
}

/** Sums that triggers keep: they start at nothing and grow with the copied tasks. */
const summed = /^(n_|files_|bytes_)|^(size_bytes|file_count)$/

function copyTemplates(database: SqliteDatabase, copy: number, ids: readonly string[]): void {
  const prefix = copy.toString(16).padStart(6, '0')
  const newId = (id: string) => prefix + id.slice(prefix.length)
  for (const id of ids) {
    const rowOf = (table: string, column: string) => database.all(`SELECT * FROM ${table} WHERE ${column} = ?`, [id])
    for (const { number: _, ...job } of rowOf('jobs', 'id')) {
      const name = `${job.name} ${copy}`
      insert(database, 'jobs', {
        ...Object.fromEntries(Object.entries(job).map(([key, value]) => [key, summed.test(key) ? 0 : value])),
        id: newId(id),
        name,
        name_folded: name.toLowerCase(),
        sort_at: Number(job.sort_at) - copy * 1000,
      })
    }
    for (const table of ['job_texts', 'job_parts']) {
      for (const row of rowOf(table, 'job_id')) insert(database, table, { ...row, job_id: newId(id) })
    }
    for (const task of rowOf('tasks', 'job_id')) {
      insert(database, 'tasks', { ...task, job_id: newId(id), id: prefix + String(task.id).slice(prefix.length) })
    }
  }
}

function insert(database: SqliteDatabase, table: string, row: SqlRow): void {
  const columns = Object.keys(row)
  database.run(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    Object.values(row),
  )
}
