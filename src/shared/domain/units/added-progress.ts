import type { Job, JobProgress, TransferPhase } from '../job.ts'

/** What the job as a whole is said to do while its runs do different things: the first of these that one of them does. */
const phases: readonly TransferPhase[] = ['transferring', 'verifying', 'comparing', 'scanning', 'connecting']
const mostTasks = 64

/**
 * Figures of a job that has several runs at once, as those of one. They end together: its time left is that of the
 * longest, and unknown while that of one of them is; what holds them up is what holds up the one with most to do.
 */
export function addedProgress(first: JobProgress, others: readonly JobProgress[]): JobProgress {
  if (others.length === 0) return first
  const runs = [first, ...others]
  const sum = (of: (run: JobProgress) => number) => runs.reduce((total, run) => total + of(run), 0)
  const etrSeconds = Math.max(...runs.map((run) => run.etrSeconds ?? Number.NaN))
  const tasks = runs.flatMap((run) => run.tasks ?? []).slice(0, mostTasks)
  const lanes = sum((run) => run.lanes ?? 0)
  const routes = runs.flatMap(({ route }) => route ?? [])
  const { bottleneck, limitBytesPerSecond } = runs.reduce((one, other) =>
    bytesLeft(other) > bytesLeft(one) ? other : one,
  )
  return {
    jobId: first.jobId,
    phase: phases.find((phase) => runs.some((run) => run.phase === phase)) ?? first.phase,
    filesScanned: sum((run) => run.filesScanned),
    filesCompared: sum((run) => run.filesCompared),
    filesTotal: sum((run) => run.filesTotal),
    filesDone: sum((run) => run.filesDone),
    filesAlreadyThere: sum((run) => run.filesAlreadyThere),
    bytesVerified: sum((run) => run.bytesVerified),
    bytesTotal: sum((run) => run.bytesTotal),
    bytesPerSecond: sum((run) => run.bytesPerSecond),
    ...(Number.isFinite(etrSeconds) && { etrSeconds }),
    ...(tasks.length > 0 && { tasks }),
    ...(lanes > 0 && { lanes }),
    ...(routes.length > 0 && { route: routes.includes('relay') ? 'relay' : 'direct' }),
    ...(bottleneck !== undefined && { bottleneck }),
    ...(limitBytesPerSecond !== undefined && { limitBytesPerSecond }),
    ...(runs.some((run) => run.isChecking) && { isChecking: true }),
    runs: sum((run) => run.runs ?? 1),
  }
}

function bytesLeft({ bytesTotal, bytesVerified }: JobProgress): number {
  return bytesTotal - bytesVerified
}

/** What was verified before its running dispatches: the durable sum, less what those have reported into it. Bytes. */
export function bytesBefore({ result, sizeBytes }: Pick<Job, 'result' | 'sizeBytes'>, progress: JobProgress): number {
  return Math.max(0, Math.min(result.bytesVerified, sizeBytes - progress.bytesTotal))
}
