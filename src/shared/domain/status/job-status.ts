import { TernError } from '../errors.ts'
import type { JobStatus } from '../job.ts'
import type { Cause } from './causes.ts'
import type { TaskCounts, TaskEvent } from './task-status.ts'

/** What happens to a job. After each event the decision table (`jobStatusFromTasks`) has the last word. */
export type JobEvent =
  /** Sizes are known. */
  | 'measured'
  /** One side cannot go on until something changes there: a drive, space, rights. */
  | 'blocked'
  /** One side cannot go on until the owner of its machine consents. */
  | 'consent-asked'
  /** The receiver has chosen where it lands. */
  | 'located'
  /** The owner of a machine lets the job read or write there. */
  | 'consented'
  /** The receiver, or the owner of a machine, does not want it. */
  | 'declined'
  /** Somebody's rights have gone since it was made. */
  | 'refused'
  | 'dispatched'
  /** A dispatch ended before its tasks did: a peer went offline, somebody stopped it. */
  | 'interrupted'
  /** A dispatch ended with its tasks. */
  | 'ended'
  /** The delay of an automatic retry is over. */
  | 'retried'
  /** Tasks were added or appended. */
  | 'added'
  /** Statuses of single tasks were written, none of them `queued`. */
  | 'tasks-written'
  /** Statuses of single tasks were written, at least one of them `queued`. */
  | 'task-retried'
  // A person wrote waiting, paused, aborted, done or pending.
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

const people = ['involved', 'operator'] as const

/** Who may cause what (transfers document, "Writeable"; standard people only where they take part). */
export const jobEventCauses: Readonly<Record<JobEvent, readonly Cause[]>> = {
  measured: ['sender'],
  blocked: ['sender', 'receiver'],
  'consent-asked': ['sender', 'receiver'],
  located: ['recipient'],
  consented: ['owner'],
  declined: ['recipient', 'owner'],
  refused: ['workspace'],
  dispatched: ['workspace'],
  interrupted: ['sender', 'receiver', 'workspace'],
  ended: ['sender', 'receiver'],
  retried: ['workspace'],
  added: ['maker', 'operator'],
  'tasks-written': people,
  'task-retried': people,
  resume: people,
  pause: people,
  abort: people,
  finish: people,
  resend: people,
}

/** The documents' table: what a person or script may write. `pending` resets the location (resend). */
export const writeableJobStatuses = {
  waiting: 'resume',
  paused: 'pause',
  aborted: 'abort',
  done: 'finish',
  pending: 'resend',
} as const satisfies Record<string, JobEvent>

export type WriteableJobStatus = keyof typeof writeableJobStatuses

type Row = Readonly<Partial<Record<JobStatus, JobStatus>>>

const live = {
  init: 'init',
  waiting: 'waiting',
  running: 'running',
  paused: 'paused',
  failed: 'failed',
} as const satisfies Row

/**
 * Each row: where an event leads from each status, before the decision table looks at the tasks. What is missing
 * cannot happen. A report that arrives late cannot wake a job that a person stopped.
 */
export const jobTransitions: Readonly<Record<JobEvent, Row>> = {
  measured: { ...live, init: 'waiting' },
  blocked: { ...live, running: 'waiting' },
  'consent-asked': { ...live, init: 'waiting', running: 'waiting' },
  located: live,
  declined: { init: 'aborted', waiting: 'aborted', running: 'aborted', paused: 'aborted', failed: 'aborted' },
  consented: { init: 'init', waiting: 'waiting' },
  refused: { waiting: 'waiting' },
  dispatched: { waiting: 'running' },
  interrupted: { running: 'waiting' },
  ended: { running: 'waiting' },
  retried: { failed: 'waiting' },
  added: { ...live, failed: 'waiting', aborted: 'waiting', done: 'waiting' },
  'tasks-written': { ...live, aborted: 'aborted', done: 'done' },
  'task-retried': { ...live, failed: 'waiting', aborted: 'waiting', done: 'waiting' },
  resume: {
    ...live,
    paused: 'waiting',
    failed: 'waiting',
    aborted: 'waiting',
    done: 'waiting',
  },
  pause: { init: 'paused', waiting: 'paused', running: 'paused', paused: 'paused', failed: 'paused' },
  abort: {
    init: 'aborted',
    waiting: 'aborted',
    running: 'aborted',
    paused: 'aborted',
    failed: 'aborted',
    aborted: 'aborted',
  },
  finish: {
    init: 'done',
    waiting: 'done',
    running: 'done',
    paused: 'done',
    failed: 'done',
    aborted: 'done',
    done: 'done',
  },
  resend: {
    init: 'init',
    waiting: 'waiting',
    running: 'waiting',
    paused: 'waiting',
    failed: 'waiting',
    aborted: 'waiting',
    done: 'waiting',
  },
}

/** Where an event leads before the tasks are looked at, or undefined when it cannot happen in this status. */
export function nextJobStatus(current: JobStatus, event: JobEvent): JobStatus | undefined {
  return jobTransitions[event][current]
}

/**
 * The event behind a status that somebody writes.
 * @throws TernError STATUS_NOT_WRITEABLE {status, current} when the documents do not allow it, or when it means nothing
 * for this job now
 */
export function jobEventForWrite(current: JobStatus, wanted: string): JobEvent {
  const event = isWriteable(wanted) ? writeableJobStatuses[wanted] : undefined
  if (event === undefined || nextJobStatus(current, event) === undefined) {
    throw new TernError('STATUS_NOT_WRITEABLE', { status: wanted, current })
  }
  return event
}

function isWriteable(status: string): status is WriteableJobStatus {
  return Object.hasOwn(writeableJobStatuses, status)
}

/**
 * What an event of the job does to all its tasks, in this order. Resuming tries what failed; when that leaves nothing
 * to do it releases what is on hold, and when there is none of that either, a finished job is sent once more. Excluded
 * tasks are never touched.
 */
export function taskEventsOf(event: JobEvent, status: JobStatus, counts: TaskCounts): readonly TaskEvent[] {
  switch (event) {
    case 'located':
      return ['located']
    case 'refused':
      return ['refused']
    case 'retried':
      return ['requeued']
    case 'finish':
      return ['left-out']
    case 'resend':
      return ['relocated']
    case 'added':
      return isFinished(status) ? ['shelved'] : []
    case 'resume':
      return resumedTasks(status, counts)
    default:
      return []
  }
}

function resumedTasks(status: JobStatus, counts: TaskCounts): readonly TaskEvent[] {
  // What runs is doing what is asked for; what failed in it is tried at its end.
  if (status === 'running') return []
  if (counts.failed + counts.pending + counts.queued > 0) return ['resumed']
  if (counts.onhold > 0) return ['released']
  return isFinished(status) ? ['restarted'] : []
}

/** Not live any more: hidden from ordinary lists (transfers document, Finished transfers). */
export function isFinished(status: JobStatus): boolean {
  return status === 'done' || status === 'aborted'
}
