import { monotonicMs } from '../../platform/clock.ts'
import type { DispatchId } from '../../shared/domain/ids.ts'
import type { JobProgress } from '../../shared/domain/job.ts'
import { addedProgress } from '../../shared/domain/units/added-progress.ts'
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

type ProgressJob = Pick<JobColumns, 'id' | 'user_id' | 'source_user' | 'destination_user'>

interface RunFigures {
  readonly progress: JobProgress
  readonly atMs: number
  readonly receiverSpokeAtMs: number
}

/**
 * Figures of running jobs: never stored, the newest of each at most ten times a second, left out for who is behind. A job
 * with several runs has the sum of theirs.
 */
export class ProgressFanOut {
  readonly #hub: Hub
  readonly #isRunning: (dispatchId: DispatchId) => boolean
  /** What is to be told with the next tick. */
  readonly #news = new Map<string, ProgressJob>()
  /** Of each job, in the order that they were last spoken of; of each of its runs. */
  readonly #figures = new Map<string, Map<DispatchId, RunFigures>>()
  #timer: NodeJS.Timeout | undefined
  #offers = 0

  /** @param isRunning - What has ended counts no more, though it spoke a moment ago. */
  constructor(hub: Hub, isRunning: (dispatchId: DispatchId) => boolean) {
    this.#hub = hub
    this.#isRunning = isRunning
  }

  /** How often figures came. */
  get offers(): number {
    return this.#offers
  }

  offer(role: DispatchRole, job: ProgressJob, dispatchId: DispatchId, progress: JobProgress): void {
    const now = monotonicMs()
    this.#offers += 1
    const runs = this.#figures.get(job.id) ?? new Map<DispatchId, RunFigures>()
    const spokeAtMs = runs.get(dispatchId)?.receiverSpokeAtMs ?? Number.NEGATIVE_INFINITY
    if (role === 'send' && now - spokeAtMs < receiverSilenceMs) return
    // It is the workspace that adds up.
    const { runs: _runs, ...own } = progress
    runs.set(dispatchId, { progress: own, atMs: now, receiverSpokeAtMs: role === 'receive' ? now : spokeAtMs })
    this.#figures.delete(job.id)
    this.#figures.set(job.id, runs)
    this.#news.set(job.id, job)
    this.#forgetOld(now)
    this.#timer ??= setTimeout(() => this.#flush(), tickMs).unref()
  }

  /** What is known of a job that runs now; undefined when nobody has spoken of it for a while. */
  figuresOf(jobId: string): JobProgress | undefined {
    const runs = this.#figures.get(jobId)
    if (runs === undefined) return undefined
    const now = monotonicMs()
    for (const [dispatchId, { atMs }] of runs) {
      if (now - atMs >= silenceMs || !this.#isRunning(dispatchId)) runs.delete(dispatchId)
    }
    const [first, ...others] = [...runs.values()].map(({ progress }) => progress)
    return first && addedProgress(first, others)
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#news.clear()
  }

  /** The longest silent ones make room. */
  #forgetOld(now: number): void {
    for (const [jobId, runs] of this.#figures) {
      const isHeard = [...runs.values()].some(({ atMs }) => now - atMs < silenceMs)
      if (this.#figures.size <= mostJobs && isHeard) break
      this.#figures.delete(jobId)
    }
  }

  #flush(): void {
    this.#timer = undefined
    const all = [...this.#news.values()].flatMap((job) => {
      const progress = this.figuresOf(job.id)
      return progress ? [{ job, progress }] : []
    })
    this.#news.clear()
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
