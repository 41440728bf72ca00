import type { OperationOutput } from '../../shared/contract/operations.ts'
import type { Change, Revision } from '../../shared/contract/stream.ts'
import type { Client, Share, Site, User, Workspace } from '../../shared/domain/entities.ts'
import type { ClientId, JobId, UserId } from '../../shared/domain/ids.ts'
import type { Job, JobProgress } from '../../shared/domain/job.ts'
import { isFinished } from '../../shared/domain/status/job-status.ts'

export type Snapshot = OperationOutput<'workspace/snapshot'>

export interface MirrorEvents {
  /** `before` is absent for a job that was not known; `after` for one that is gone, no longer visible, or just old. */
  onJob(before: Job | undefined, after: Job | undefined): void
  /** Gone, or no longer visible, for the workspace said so. */
  onJobRemoved(id: JobId, before: Job | undefined): void
  /** Users, shares, sites or clients changed. */
  onSurroundings(): void
}

const keptFinishedJobs = 500

/** What the workspace lets this client see: live jobs, the newest finished ones, and everything around them. */
export class Mirror {
  readonly users = new Map<string, User>()
  readonly shares = new Map<string, Share>()
  readonly sites = new Map<string, Site>()
  readonly clients = new Map<string, Client>()
  readonly jobs = new Map<JobId, Job>()
  readonly progress = new Map<JobId, JobProgress>()
  workspace: Workspace | undefined
  me: User | undefined
  clientId: ClientId | undefined
  revision: Revision | undefined
  readonly #events: MirrorEvents

  constructor(events: MirrorEvents) {
    this.#events = events
  }

  get isLoaded(): boolean {
    return this.revision !== undefined
  }

  load(snapshot: Snapshot): void {
    this.workspace = snapshot.workspace
    this.me = snapshot.me
    this.clientId = snapshot.clientId
    this.revision = snapshot.revision
    refill(this.users, snapshot.users, (user) => user.id)
    refill(this.shares, snapshot.shares, (share) => share.id)
    refill(this.sites, snapshot.sites, (site) => site.code)
    refill(this.clients, snapshot.clients, (client) => client.id)
    this.#events.onSurroundings()
    const present = new Set(snapshot.jobs.map((job) => job.id))
    for (const id of [...this.jobs.keys()]) if (!present.has(id)) this.dropJob(id)
    for (const job of snapshot.jobs) this.putJob(job)
  }

  /** Whole values, so a change that a snapshot already held does no harm. */
  apply(revision: Revision, changes: readonly Change[]): void {
    if (this.revision === undefined || revision.epoch !== this.revision.epoch) return
    if (revision.number <= this.revision.number) return
    this.revision = revision
    let around = false
    for (const change of changes) {
      if (change.entity === 'job') {
        if ('removed' in change) this.#removeJob(change.removed as JobId)
        else this.putJob(change.value as Job)
        continue
      }
      around = true
      const table = this.#table(change.entity) as Map<string, unknown>
      if ('removed' in change) table.delete(change.removed)
      else table.set(keyOf(change), change.value)
      if (change.entity === 'user' && !('removed' in change) && (change.value as User).id === this.me?.id) {
        this.me = change.value as User
      }
    }
    if (around) this.#events.onSurroundings()
  }

  /** An answer to an operation may be older than the stream: the later one stays. */
  putJob(job: Job): void {
    const before = this.jobs.get(job.id)
    if (before && before.modifiedAtMs > job.modifiedAtMs) return
    this.jobs.set(job.id, job)
    if (job.status !== 'running') this.progress.delete(job.id)
    this.#events.onJob(before, job)
    if (isFinished(job.status) && (!before || !isFinished(before.status))) {
      this.#trimFinished()
    }
  }

  /** Out of sight here; the workspace may still have it. */
  dropJob(id: JobId): void {
    const before = this.jobs.get(id)
    this.progress.delete(id)
    if (this.jobs.delete(id)) this.#events.onJob(before, undefined)
  }

  userOf(id: UserId | undefined): User | undefined {
    return id === undefined ? undefined : this.users.get(id)
  }

  #removeJob(id: JobId): void {
    const before = this.jobs.get(id)
    this.dropJob(id)
    this.#events.onJobRemoved(id, before)
  }

  #table(entity: 'user' | 'share' | 'site' | 'client'): Map<string, unknown> {
    return { user: this.users, share: this.shares, site: this.sites, client: this.clients }[entity] as Map<
      string,
      unknown
    >
  }

  #trimFinished(): void {
    const finished = [...this.jobs.values()].filter((job) => isFinished(job.status))
    if (finished.length <= keptFinishedJobs * 1.2) return
    finished.sort((one, other) => (other.finishedAtMs ?? 0) - (one.finishedAtMs ?? 0))
    for (const job of finished.slice(keptFinishedJobs)) this.dropJob(job.id)
  }
}

function keyOf(change: Exclude<Change, { removed: string }>): string {
  return change.entity === 'site' ? change.value.code : change.value.id
}

function refill<Value>(table: Map<string, Value>, values: readonly Value[], key: (value: Value) => string): void {
  table.clear()
  for (const value of values) table.set(key(value), value)
}
