import type { JobStatus, TaskStatus } from '../job.ts'
import { type LocationContext, openTaskStatus } from './task-status.ts'

/**
 * Whether `append` may put new tasks into a job: finished ones come back to life, with their id; one that a person
 * paused or declined is not added to, and a new job is made.
 */
export function mayAppendTo(job: { readonly status: JobStatus; readonly isDeclined: boolean }): boolean {
  return job.status !== 'paused' && !job.isDeclined
}

/** What a task that is added starts as: it waits for a location only as long as the job has none. */
export function addedTaskStatus(wanted: TaskStatus, context: LocationContext): TaskStatus {
  return wanted === 'pending' || wanted === 'queued' ? openTaskStatus(context) : wanted
}
