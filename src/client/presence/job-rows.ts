import type { TransferRow } from '../../shared/contract/view.ts'
import type { DispatchId, JobId } from '../../shared/domain/ids.ts'
import type { Job, JobProgress } from '../../shared/domain/job.ts'
import { isFinished } from '../../shared/domain/status/job-status.ts'
import { addedProgress } from '../../shared/domain/units/added-progress.ts'
import { bytesVerifiedOf, type KeptFigures, keptProgress } from '../../shared/domain/units/kept-progress.ts'
import type { HostParts } from '../host-parts.ts'
import { outboxRow } from '../rows/outbox-row.ts'
import { transferKey, transferRow } from '../rows/transfer-row.ts'
import type { Mirror } from './mirror.ts'
import type { PresenceRecord } from './presence-store.ts'

interface JobRowsParts {
  readonly parts: HostParts
  readonly mirror: Mirror
  record(): PresenceRecord
  /** Undefined while the workspace can be reached. */
  offlineSinceMs(): number | undefined
}

/** The rows of one workspace: its jobs, those that wait here for it, their figures, and what of it is news. */
export class JobRows {
  readonly #parts: JobRowsParts
  /** Figures of this host's own runs of each job: fresher than what comes by the workspace. */
  readonly #ownProgress = new Map<JobId, ReadonlyMap<DispatchId, JobProgress>>()
  /** What was last shown of each live job: it stays while the job is held and while a new run looks at what is there. */
  readonly #kept = new Map<JobId, KeptFigures>()
  #isClosed = false

  constructor(parts: JobRowsParts) {
    this.#parts = parts
  }

  put(job: Job): TransferRow {
    const { parts, mirror, record } = this.#parts
    const { workspaceId, me, clientId } = record()
    const progress = job.status === 'running' ? this.progressOf(job.id) : undefined
    if (progress) this.#keep(job, progress)
    if (isFinished(job.status)) this.#kept.delete(job.id)
    const row = transferRow(job, {
      workspaceId,
      me: { userId: me.userId, clientId },
      mirror,
      progress,
      keptBytes: this.#kept.get(job.id)?.bytes,
      unreachable: this.#unreachable(),
    })
    if (this.#isClosed) return row
    parts.rows.put(row.key, row)
    if (parts.setup.kind === 'app') this.#consider(job, row)
    return row
  }

  /** Names, sites or the connection changed, and rows show them. */
  putAll(): void {
    for (const job of this.#parts.mirror.jobs.values()) this.put(job)
  }

  /** A job of the outbox, or one that has just left it. */
  putQueued(jobId: JobId): void {
    const { parts, mirror, record } = this.#parts
    const entry = parts.outbox.find(jobId)
    const { workspaceId, address } = record()
    const key = transferKey(workspaceId, jobId)
    if (entry)
      parts.rows.put(key, outboxRow(entry, { address, sinceMs: this.#parts.offlineSinceMs() ?? entry.createdAtMs }))
    else if (!mirror.jobs.has(jobId)) parts.rows.put(key, undefined)
  }

  remove(jobId: JobId): void {
    const { parts, record } = this.#parts
    this.#kept.delete(jobId)
    parts.rows.put(transferKey(record().workspaceId, jobId), undefined)
  }

  /** All rows of this workspace leave the table. */
  clear(): void {
    const { parts, mirror, record } = this.#parts
    for (const id of mirror.jobs.keys()) this.remove(id)
    for (const { jobId } of parts.outbox.of(record().workspaceId)) this.remove(jobId)
  }

  /** What is still under way changes no row any more. */
  close(): void {
    this.#isClosed = true
  }

  /** Figures that came by the workspace. */
  progress(progress: JobProgress): void {
    const { mirror } = this.#parts
    mirror.progress.set(progress.jobId, progress)
    const job = mirror.jobs.get(progress.jobId)
    if (job?.status === 'running' && this.#runningFigures(job.id) === progress) this.put(job)
  }

  /** `progress` undefined: that run is over. */
  ownProgress(jobId: JobId, dispatchId: DispatchId, progress: JobProgress | undefined): void {
    const runs = new Map(this.#ownProgress.get(jobId))
    if (progress) runs.set(dispatchId, progress)
    else runs.delete(dispatchId)
    if (runs.size > 0) this.#ownProgress.set(jobId, runs)
    else this.#ownProgress.delete(jobId)
    const job = this.#parts.mirror.jobs.get(jobId)
    if (job) this.put(job)
  }

  /** Figures of its runs now, no less than what was shown as long as they look at what is there. */
  progressOf(id: JobId): JobProgress | undefined {
    const [progress, job] = [this.#runningFigures(id), this.#parts.mirror.jobs.get(id)]
    return progress && job ? keptProgress(job, this.#kept.get(id), progress) : progress
  }

  #keep(job: Job, progress: JobProgress): void {
    const { tasks } = progress
    this.#kept.set(job.id, { bytes: bytesVerifiedOf(job, progress), ...(tasks && { tasks }) })
  }

  #runningFigures(id: JobId): JobProgress | undefined {
    const everywhere = this.#parts.mirror.progress.get(id)
    const [first, ...others] = this.#ownProgress.get(id)?.values() ?? []
    // Where others run parts of the job as well, only the workspace knows them all.
    const isMore = (everywhere?.runs ?? 1) > 1 + others.length
    return first === undefined || isMore ? everywhere : addedProgress(first, others)
  }

  #unreachable(): { address: string; sinceMs: number } | undefined {
    const sinceMs = this.#parts.offlineSinceMs()
    if (sinceMs === undefined || !this.#parts.mirror.isLoaded) return undefined
    return { address: this.#parts.record().address, sinceMs }
  }

  #consider(job: Job, row: TransferRow): void {
    const { parts, mirror, record } = this.#parts
    const { me, joinedAtMs } = record()
    parts.notices.consider({
      job,
      row,
      isMine: job.userId === me.userId,
      from: mirror.userOf(job.userId)?.name ?? '',
      isStep: () => [...mirror.jobs.values()].some((other) => other.afterJobId === job.id),
      joinedAtMs,
    })
  }
}
