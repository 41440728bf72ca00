import type { Job, JobProgress } from '../job.ts'
import { bytesBefore } from './added-progress.ts'

/** What was last shown of a job that is not done. */
export interface KeptFigures {
  /** Of the job as a whole. */
  readonly bytes: number
  readonly tasks?: JobProgress['tasks']
}

/** What is verified of the job as a whole: before its runs, and by them. Bytes. */
export function bytesVerifiedOf(job: Pick<Job, 'result' | 'sizeBytes'>, progress: JobProgress): number {
  return bytesBefore(job, progress) + progress.bytesVerified
}

/**
 * A new run begins at nothing and finds what is there by looking again. Until it has caught up or has looked everywhere,
 * what was verified before still counts; `isChecking` is left only where that is more than the run has found by now.
 */
export function keptProgress(
  job: Pick<Job, 'result' | 'sizeBytes'>,
  kept: KeptFigures | undefined,
  progress: JobProgress,
): JobProgress {
  const { isChecking, ...told } = progress
  if (!isChecking || kept === undefined) return told
  const bytes = Math.min(kept.bytes, job.sizeBytes) - bytesBefore(job, progress)
  if (bytes <= progress.bytesVerified) return told
  // It would be that of sending all of it again.
  const { etrSeconds: _left, ...behind } = told
  return { ...behind, isChecking, bytesVerified: bytes, ...keptTasks(kept.tasks, progress.tasks) }
}

function keptTasks(kept: JobProgress['tasks'], tasks: JobProgress['tasks']): Pick<JobProgress, 'tasks'> {
  if (tasks === undefined) return kept ? { tasks: kept } : {}
  const before = new Map(kept?.map((task) => [task.uri, task]))
  return {
    tasks: tasks.map((task) => {
      const known = before.get(task.uri)
      if (known === undefined || known.bytesVerified <= task.bytesVerified) return task
      return { ...task, bytesVerified: known.bytesVerified, bytesTotal: Math.max(known.bytesTotal, task.bytesTotal) }
    }),
  }
}
