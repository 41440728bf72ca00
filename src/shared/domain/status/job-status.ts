import { TernError } from '../errors.ts'
import type { JobStatus, TaskStatus } from '../job.ts'

/** What happens to a job. Persons act by `writeableJobStatuses`; everything else comes from its tasks and dispatches. */
export type JobEvent =
  /** Sizes are known. */
  | 'measured'
  | 'dispatched'
  /** A dispatch ended without failing: a peer went offline, a higher job came, a bucket is through. */
  | 'interrupted'
  /** Tasks failed; it may still be tried again. */
  | 'failed'
  /** An automatic retry, or something new to do. */
  | 'queued'
  /** Only tasks on hold are left. */
  | 'held'
  /** Every task is done or excluded. */
  | 'completed'
  /** A person writes waiting, paused, aborted, done or pending. */
  | 'resume'
  | 'pause'
  | 'abort'
  | 'finish'
  | 'resend'

export const jobStatuses = [
  'init',
  'waiting',
  'running',
  'paused',
  'failed',
  'aborted',
  'done',
] as const satisfies readonly JobStatus[]

/** The documents' table: what a person or script may write. `pending` resets the location (resend). */
export const writeableJobStatuses = {
  waiting: 'resume',
  paused: 'pause',
  aborted: 'abort',
  done: 'finish',
  pending: 'resend',
} as const satisfies Record<string, JobEvent>

export type WriteableJobStatus = keyof typeof writeableJobStatuses

/**
 * Each row: where an event leads. What is missing cannot happen. A paused job stays paused while it is measured, and a
 * report that arrives late cannot wake a job that a person stopped.
 */
export const jobTransitions: Readonly<Record<JobStatus, Readonly<Partial<Record<JobEvent, JobStatus>>>>> = {
  init: {
    measured: 'waiting',
    dispatched: 'running',
    failed: 'failed',
    queued: 'init',
    held: 'paused',
    completed: 'done',
    resume: 'init',
    pause: 'paused',
    abort: 'aborted',
    finish: 'done',
    resend: 'init',
  },
  waiting: {
    measured: 'waiting',
    dispatched: 'running',
    interrupted: 'waiting',
    failed: 'failed',
    queued: 'waiting',
    held: 'paused',
    completed: 'done',
    resume: 'waiting',
    pause: 'paused',
    abort: 'aborted',
    finish: 'done',
    resend: 'waiting',
  },
  running: {
    measured: 'running',
    interrupted: 'waiting',
    failed: 'failed',
    queued: 'running',
    held: 'paused',
    completed: 'done',
    // Writing `waiting` on a running job asks for what it does already.
    resume: 'running',
    pause: 'paused',
    abort: 'aborted',
    finish: 'done',
    resend: 'waiting',
  },
  paused: {
    measured: 'paused',
    interrupted: 'paused',
    queued: 'paused',
    held: 'paused',
    completed: 'done',
    resume: 'waiting',
    pause: 'paused',
    abort: 'aborted',
    finish: 'done',
    resend: 'waiting',
  },
  failed: {
    measured: 'failed',
    interrupted: 'failed',
    failed: 'failed',
    queued: 'waiting',
    held: 'paused',
    completed: 'done',
    resume: 'waiting',
    pause: 'paused',
    abort: 'aborted',
    finish: 'done',
    resend: 'waiting',
  },
  aborted: {
    measured: 'aborted',
    interrupted: 'aborted',
    failed: 'aborted',
    queued: 'waiting',
    resume: 'waiting',
    abort: 'aborted',
    finish: 'done',
    resend: 'waiting',
  },
  done: {
    measured: 'done',
    interrupted: 'done',
    completed: 'done',
    queued: 'waiting',
    resume: 'waiting',
    finish: 'done',
    resend: 'waiting',
  },
}

/** Where an event leads, or undefined when it cannot happen in this status. */
export function nextJobStatus(current: JobStatus, event: JobEvent): JobStatus | undefined {
  return jobTransitions[current][event]
}

/**
 * The event behind a status that somebody writes.
 * @throws TernError STATUS_NOT_WRITEABLE when the documents do not allow it, or when it means nothing for this job now
 */
export function jobEventForWrite(current: JobStatus, wanted: string): JobEvent {
  const event = isWriteable(wanted) ? writeableJobStatuses[wanted] : undefined
  if (event === undefined || nextJobStatus(current, event) === undefined) {
    throw new TernError('STATUS_NOT_WRITEABLE', { status: wanted, current })
  }
  return event
}

/**
 * What a job is, from its tasks. A person's pause or abort stands; nothing is done while anything is left.
 * `current` decides only where the tasks leave it open.
 */
export function jobStatusFromTasks(
  counts: Readonly<Record<TaskStatus, number>>,
  context: { readonly current: JobStatus; readonly isDispatched: boolean },
): JobStatus {
  const { current } = context
  if (current === 'aborted') return 'aborted'
  const isMoving = counts.booting + counts.executing > 0
  const isOpen = counts.pending + counts.queued > 0
  const settled = counts.done + counts.excluded
  const rest = counts.failed + counts.onhold
  if (!isMoving && !isOpen && rest === 0) return settled > 0 ? 'done' : current
  if (current === 'paused') return 'paused'
  if (isMoving || (context.isDispatched && isOpen)) return 'running'
  if (isOpen) return current === 'init' ? 'init' : 'waiting'
  return counts.failed > 0 ? 'failed' : 'paused'
}

function isWriteable(status: string): status is WriteableJobStatus {
  return Object.hasOwn(writeableJobStatuses, status)
}
