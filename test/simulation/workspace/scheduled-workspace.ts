import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newEntityId } from '../../../src/platform/random-id.ts'
import type { SqliteDatabase } from '../../../src/platform/sqlite.ts'
import type { ClientId, JobId, ShareId } from '../../../src/shared/domain/ids.ts'
import type { TaskEndpoint } from '../../../src/shared/domain/job.ts'
import { applyJobEvent } from '../../../src/workspace/jobs/settle.ts'
import { endDispatch } from '../../../src/workspace/scheduler/end-dispatch.ts'
import { reportTasks } from '../../../src/workspace/scheduler/report.ts'
import { defaultSchedulerOptions } from '../../../src/workspace/scheduler/scheduler.ts'
import { startDispatches } from '../../../src/workspace/scheduler/start-dispatches.ts'
import { type DispatchRow, runningDispatches } from '../../../src/workspace/store/dispatches.ts'
import { Effects } from '../../../src/workspace/store/effects.ts'
import { insertJob, type JobColumns, requireJob } from '../../../src/workspace/store/jobs.ts'
import { openDatabase } from '../../../src/workspace/store/open-database.ts'
import { insertUser, type UserRow } from '../../../src/workspace/store/people.ts'
import { insertShare } from '../../../src/workspace/store/places.ts'
import type { Transaction } from '../../../src/workspace/store/store.ts'
import { insertTask } from '../../../src/workspace/store/tasks.ts'
import { Presence } from '../../../src/workspace/stream/presence.ts'
import { emptyJob } from './job-row.ts'

/** A workspace without a wire: one site with three servers that have shares of their own, and people's machines. */
export class ScheduledWorkspace implements Disposable {
  readonly database: SqliteDatabase
  readonly presence = new Presence()
  readonly rules = { ...defaultSchedulerOptions, maxPerEnd: 3 }
  readonly servers: ClientId[]
  readonly machines: ClientId[]
  /** Each on the server of the same number. */
  readonly shares: ShareId[]
  nowMs = 1_000_000
  effects = new Effects()
  readonly #folder = mkdtempSync(join(tmpdir(), 'tern-scheduled-'))
  readonly #john: UserRow

  constructor() {
    this.database = openDatabase(join(this.#folder, 'workspace.db'))
    this.database.exec('PRAGMA synchronous = OFF')
    const row = { status: 'enabled', password_hash: null, created_at: 1 } as const
    this.#john = insertUser(this.database, { ...row, email: 'john@example.com', name: 'John', role: 'admin' })
    this.database.run("INSERT INTO sites (code, name, created_at) VALUES ('hq', 'hq', 1)")
    this.servers = ['hq-1', 'hq-2', 'hq-3'].map((name) => this.#client(name, 'server'))
    this.machines = ['desk', 'laptop'].map((name) => this.#client(name, 'app'))
    this.shares = this.servers.map((server, index) => this.#share(`share${index}`, server))
  }

  write<T>(work: (transaction: Transaction) => T): T {
    this.effects = new Effects()
    const transaction = { database: this.database, effects: this.effects, nowMs: this.nowMs }
    return this.database.transaction(() => work(transaction))
  }

  /** As often as it asks to be looked at again. */
  schedule(): void {
    for (let looks = 0; ; looks += 1) {
      this.write((transaction) => startDispatches(transaction, this.presence, this.rules))
      if (!this.effects.needsSchedule) return
      if (looks > 500) throw new Error('the scheduler never comes to rest')
    }
  }

  get running(): DispatchRow[] {
    return runningDispatches(this.database)
  }

  /** From a machine, or to it; a task for each share that is named. */
  create(job: {
    machine: ClientId
    isUpload: boolean
    shares: readonly ShareId[]
    queue: string
    priority: number
    settings?: Record<string, string>
  }): JobId {
    const id = newEntityId<JobId>()
    const site = job.isUpload ? 'destination' : 'source'
    const person = job.isUpload ? 'source' : 'destination'
    this.write((transaction) => {
      insertJob(
        this.database,
        {
          ...emptyJob,
          id,
          [`${site}_site`]: 'hq',
          [`${site}_user`]: null,
          [`${site}_client`]: null,
          [`${site}_key`]: 'site:hq',
          [`${person}_site`]: null,
          [`${person}_user`]: this.#john.id,
          [`${person}_client`]: job.machine,
          [`${person}_key`]: `client:${job.machine}`,
          user_id: this.#john.id,
          queue: job.queue,
          priority: job.priority,
          queued_at: this.nowMs,
          created_at: this.nowMs,
          modified_at: this.nowMs,
          settings: JSON.stringify(job.settings ?? {}),
        } as unknown as JobColumns,
        { spec: '{}', metadata: null },
      )
      for (const [seq, shareId] of job.shares.entries()) {
        const ends: Record<string, TaskEndpoint> = {
          [site]: { siteCode: 'hq', shareId, path: `${seq}` },
          [person]: { userId: this.#john.id, clientId: job.machine, path: `/u/${seq}` },
        }
        const { source, destination } = ends as { source: TaskEndpoint; destination: TaskEndpoint }
        const task = { uri: `${seq}`, status: 'queued', priority: 500, source, destination, settings: {} } as const
        insertTask(this.database, id, seq, task, this.nowMs)
      }
      this.database.run('UPDATE tasks SET is_measured = 1 WHERE job_id = ?', [id])
      applyJobEvent(transaction, id, 'measured', { is_measured: 1 })
    })
    return id
  }

  /** The run's tasks are through, as its receiver says. */
  finish(run: DispatchRow): void {
    const tasks = this.database.all<{ uri: string }>('SELECT uri FROM tasks WHERE dispatch_id = ?', [run.id])
    this.write((transaction) => {
      reportTasks(transaction, run.receiver, {
        dispatchId: run.id,
        epoch: run.epoch,
        tasks: tasks.map(({ uri }) => ({ uri, status: 'done' as const })),
      })
      endDispatch(transaction, run, { outcome: 'done', by: 'receive' }, this.rules)
    })
  }

  breakOff(run: DispatchRow, outcome: 'interrupted' | 'blocked'): void {
    const error = outcome === 'blocked' ? { error: { code: 'DISK_FULL' as const } } : {}
    this.write((transaction) => endDispatch(transaction, run, { outcome, ...error, by: 'send' }, this.rules))
  }

  statusOf(id: JobId): string {
    return requireJob(this.database, id).status
  }

  [Symbol.dispose](): void {
    this.database.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #client(name: string, kind: 'server' | 'app'): ClientId {
    const id = newEntityId<ClientId>()
    this.database.run(
      'INSERT INTO clients (id, name, kind, user_id, site_code, key_hash, created_at) VALUES (?, ?, ?, ?, ?, ?, 1)',
      [id, name, kind, kind === 'app' ? this.#john.id : null, kind === 'app' ? null : 'hq', name],
    )
    this.presence.setOnline(id, true)
    return id
  }

  #share(code: string, server: ClientId): ShareId {
    const { id } = insertShare(this.database, {
      code,
      name: code,
      kind: 'volume',
      is_default: 0,
      user_id: null,
      site_code: 'hq',
      path: `/srv/${code}`,
      created_at: 1,
    } as Parameters<typeof insertShare>[1])
    this.database.run('UPDATE share_servers SET client_id = ? WHERE share_id = ?', [server, id])
    return id
  }
}
