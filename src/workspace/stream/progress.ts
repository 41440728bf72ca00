import { monotonicMs } from '../../platform/clock.ts'
import type { JobProgress } from '../../shared/domain/job.ts'
import { maySeeJob } from '../access/rights.ts'
import type { DispatchRole } from '../store/dispatches.ts'
import type { JobColumns } from '../store/jobs.ts'
import type { Hub } from './hub.ts'

const tickMs = 100
/** The receiver verifies, so its figures count; the sender's are used until the receiver speaks. */
const receiverSilenceMs = 2000
/** Figures that are older say nothing of now. */
const silenceMs = 10_000
const mostJobs = 1000

interface Latest {
  readonly job: Pick<JobColumns, 'id' | 'user_id' | 'source_user' | 'destination_user'>
  readonly progress: JobProgress
}

/** Figures of running jobs: never stored, the newest of each at most ten times a second, left out for who is behind. */
export class ProgressFanOut {
  readonly #hub: Hub
  readonly #latest = new Map<string, Latest>()
  readonly #figures = new Map<string, { readonly progress: JobProgress; readonly atMs: number }>()
  readonly #receiverSpokeAt = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  #offers = 0

  constructor(hub: Hub) {
    this.#hub = hub
  }

  /** How often figures came. */
  get offers(): number {
    return this.#offers
  }

  offer(role: DispatchRole, job: Latest['job'], progress: JobProgress): void {
    const now = monotonicMs()
    this.#offers += 1
    if (role === 'receive') this.#receiverSpokeAt.set(progress.jobId, now)
    else if (now - (this.#receiverSpokeAt.get(progress.jobId) ?? -receiverSilenceMs) < receiverSilenceMs) return
    this.#latest.set(progress.jobId, { job, progress })
    this.#remember(progress, now)
    this.#timer ??= setTimeout(() => this.#flush(), tickMs).unref()
  }

  /** What is known of a job that runs now; undefined when nobody has spoken of it for a while. */
  figuresOf(jobId: string): JobProgress | undefined {
    const known = this.#figures.get(jobId)
    return known && monotonicMs() - known.atMs < silenceMs ? known.progress : undefined
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#latest.clear()
  }

  /** The longest silent ones make room. */
  #remember(progress: JobProgress, atMs: number): void {
    this.#figures.delete(progress.jobId)
    this.#figures.set(progress.jobId, { progress, atMs })
    for (const [jobId, known] of this.#figures) {
      if (this.#figures.size <= mostJobs && atMs - known.atMs < silenceMs) break
      this.#figures.delete(jobId)
      this.#receiverSpokeAt.delete(jobId)
    }
  }

  #flush(): void {
    this.#timer = undefined
    const all = [...this.#latest.values()]
    this.#latest.clear()
    for (const connection of this.#hub.connections) {
      if (!connection.isSubscribed || connection.isBehind) continue
      const { caller, window } = connection
      const jobs = all
        .filter(({ job }) => window.hasJob(caller.user.id, job) && maySeeJob(caller.user, job))
        .map((each) => each.progress)
      if (jobs.length > 0) connection.send({ type: 'progress', jobs })
    }
  }
}
