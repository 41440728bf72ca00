import { silentLogger } from '../../../src/platform/logger.ts'
import { newEntityId } from '../../../src/platform/random-id.ts'
import type { ClientFrame, ServerFrame } from '../../../src/shared/contract/stream.ts'
import type { ClientId, JobId, ShareId, UserId } from '../../../src/shared/domain/ids.ts'
import type { TaskEndpoint } from '../../../src/shared/domain/job.ts'
import { applyJobEvent } from '../../../src/workspace/jobs/settle.ts'
import { reportTasks } from '../../../src/workspace/scheduler/report.ts'
import { Scheduler } from '../../../src/workspace/scheduler/scheduler.ts'
import { type DispatchRow, runningDispatches } from '../../../src/workspace/store/dispatches.ts'
import type { Effects } from '../../../src/workspace/store/effects.ts'
import { insertJob, type JobColumns, requireJob } from '../../../src/workspace/store/jobs.ts'
import { insertUser } from '../../../src/workspace/store/people.ts'
import { insertShare } from '../../../src/workspace/store/places.ts'
import { Store } from '../../../src/workspace/store/store.ts'
import { insertTask } from '../../../src/workspace/store/tasks.ts'
import { Presence } from '../../../src/workspace/stream/presence.ts'
import type { Machine } from '../engine/world.ts'
import { emptyJob } from '../workspace/job-row.ts'

type Leases = Extract<ClientFrame, { type: 'heartbeat' }>['leases']

export interface Site {
  readonly machine: Machine
  readonly code: string
  readonly clientId: ClientId
  readonly shareId: ShareId
  /** The share's folder on the machine's own disk. */
  readonly root: string
}

export interface TaskRow {
  readonly job_id: JobId
  readonly uri: string
  readonly status: string
}

/** The workspace's own store and scheduler, with two sites that have one server and one share each. */
export class ModelledWorkspace implements Disposable {
  readonly sites: Readonly<Record<Machine, Site>>
  /** After each commit. */
  onCommit: () => void = () => undefined
  readonly #store: Store
  readonly #userId: UserId
  readonly #streams = new Map<ClientId, (frame: ServerFrame) => void>()
  #presence = new Presence()
  #scheduler: Scheduler

  constructor() {
    this.#store = Store.open(':memory:', (effects) => this.#apply(effects))
    const { database } = this
    const row = { status: 'enabled', password_hash: null, created_at: 1 } as const
    this.#userId = insertUser(database, { ...row, email: 'john@example.com', name: 'John', role: 'admin' }).id
    this.sites = { sender: this.#site('sender', 'source'), receiver: this.#site('receiver', 'target') }
    this.#scheduler = this.#startScheduler()
  }

  get database() {
    return this.#store.read((database) => database)
  }

  get running(): DispatchRow[] {
    return this.#store.read(runningDispatches)
  }

  statusOf(id: JobId): string {
    return this.#store.read((database) => requireJob(database, id)).status
  }

  /** Its status and what stands in its way, for whoever has to find out why. */
  told(id: JobId): string {
    const { status, hold } = this.#store.read((database) => requireJob(database, id))
    const errors = this.database.all<{ error: string }>(
      'SELECT error FROM tasks WHERE job_id = ? AND error IS NOT NULL',
      [id],
    )
    return `${status} ${hold ?? ''} ${errors.map(({ error }) => error).join(', ')}`
  }

  tasks(): TaskRow[] {
    return this.database.all<TaskRow>('SELECT job_id, uri, status FROM tasks')
  }

  /** From one site to the other; each path of the source's share lands under the same name below `base`. */
  create(paths: readonly string[], base: string, queue: string): Promise<JobId> {
    const { sender, receiver } = this.sites
    const id = newEntityId<JobId>()
    return this.#store.write((transaction) => {
      const { database, nowMs } = transaction
      const ends = {
        source_site: sender.code,
        source_user: null,
        source_client: null,
        source_key: `site:${sender.code}`,
        destination_site: receiver.code,
        destination_user: null,
        destination_client: null,
        destination_key: `site:${receiver.code}`,
      }
      const times = { queued_at: nowMs, created_at: nowMs, modified_at: nowMs }
      const settings = JSON.stringify({ job_max_retries: '1000', job_autoretry_delay_s: '1' })
      const columns = { ...emptyJob, id, ...ends, ...times, user_id: this.#userId, queue, priority: 500, settings }
      insertJob(database, columns as unknown as JobColumns, { spec: '{}', metadata: null })
      for (const [seq, path] of paths.entries()) {
        const source: TaskEndpoint = { siteCode: sender.code, shareId: sender.shareId, path }
        const landing = base === '' ? path : `${base}/${path}`
        const destination: TaskEndpoint = {
          siteCode: receiver.code,
          shareId: receiver.shareId,
          path: landing,
          placement: 'as',
        }
        const task = { uri: path, status: 'queued', priority: 500, source, destination, settings: {} } as const
        insertTask(database, id, seq, task, nowMs)
      }
      database.run('UPDATE tasks SET is_measured = 1 WHERE job_id = ?', [id])
      applyJobEvent(transaction, id, 'measured', { is_measured: 1 })
      transaction.effects.schedule()
      return id
    })
  }

  connect(clientId: ClientId, deliver: (frame: ServerFrame) => void): void {
    this.#streams.set(clientId, deliver)
    this.#presence.setOnline(clientId, true)
    this.#scheduler.awaitClaims(clientId)
    this.#look()
  }

  /** It has found out that nobody is at the other end of this stream; it may have been taken over by then. */
  lose(clientId: ClientId, deliver: (frame: ServerFrame) => void): void {
    if (this.#streams.get(clientId) !== deliver) return
    this.#streams.delete(clientId)
    this.#presence.setOnline(clientId, false)
    this.#scheduler.clientLost(clientId)
    this.#look()
  }

  heartbeat(clientId: ClientId, leases: Leases): void {
    this.#scheduler.renew(clientId, leases)
  }

  /** What a client asks of it, by the same ways as its API. */
  async call(clientId: ClientId, name: string, input: never): Promise<unknown> {
    if (name === 'dispatch/claim') {
      return { valid: await this.#scheduler.claim(clientId, (input as { dispatches: Leases }).dispatches) }
    }
    if (name === 'dispatch/report') {
      await this.#store.write((transaction) => reportTasks(transaction, clientId, input))
      return {}
    }
    const { dispatchId, epoch, outcome, error } = input as Parameters<typeof reportEnd>[0]
    await reportEnd({ dispatchId, epoch, outcome, error }, clientId, this.#scheduler)
    return {}
  }

  /** A new process over the same data: nobody is there until they come back. */
  restart(): void {
    this.#scheduler.close()
    this.#streams.clear()
    this.#presence = new Presence()
    this.#scheduler = this.#startScheduler()
  }

  [Symbol.dispose](): void {
    this.#scheduler.close()
    this.#store.close()
  }

  #startScheduler(): Scheduler {
    const scheduler = new Scheduler(this.#store, this.#presence, silentLogger)
    scheduler.request()
    return scheduler
  }

  #look(): void {
    void this.#store.write(({ effects }) => effects.schedule())
  }

  #apply(effects: Effects): void {
    for (const { clientId, frame } of effects.frames) this.#streams.get(clientId)?.(frame)
    if (effects.needsSchedule) this.#scheduler.request()
    this.onCommit()
  }

  #site(machine: Machine, folder: string): Site {
    const { database } = this
    const code = machine
    const clientId = newEntityId<ClientId>()
    const root = `/${machine}/${folder}`
    database.run('INSERT INTO sites (code, name, created_at) VALUES (?, ?, 1)', [code, code])
    database.run(
      "INSERT INTO clients (id, name, kind, user_id, site_code, key_hash, created_at) VALUES (?, ?, 'server', NULL, ?, ?, 1)",
      [clientId, `${code}-1`, code, code],
    )
    const { id: shareId } = insertShare(database, {
      code: folder,
      name: folder,
      kind: 'volume',
      is_default: 0,
      user_id: null,
      site_code: code,
      path: root,
      created_at: 1,
    } as Parameters<typeof insertShare>[1])
    database.run('UPDATE share_servers SET client_id = ? WHERE share_id = ?', [clientId, shareId])
    return { machine, code, clientId, shareId, root }
  }
}

type End = Parameters<Scheduler['reportEnd']>

function reportEnd(
  { dispatchId, epoch, outcome, error }: End[1] & { outcome: End[2]; error: End[3] },
  clientId: ClientId,
  scheduler: Scheduler,
): Promise<void> {
  return scheduler.reportEnd(clientId, { dispatchId, epoch }, outcome, error)
}
