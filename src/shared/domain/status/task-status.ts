import { TernError } from '../errors.ts'
import type { TaskStatus } from '../job.ts'
import type { Cause } from './causes.ts'

export const taskStatuses = [
  'pending',
  'queued',
  'booting',
  'executing',
  'done',
  'failed',
  'onhold',
  'excluded',
] as const satisfies readonly TaskStatus[]

export type TaskCounts = Readonly<Record<TaskStatus, number>>

/** What happens to one task, or to all tasks of a job at once. Single statuses that people write are below. */
export type TaskEvent =
  // Reports about one task of a dispatch.
  | 'booted'
  | 'started'
  | 'finished'
  | 'failed'
  /** Its dispatch ended before it did. */
  | 'interrupted'
  // What befalls all tasks of a job.
  /** The receiver has chosen where it lands. */
  | 'located'
  /** The location was reset (resend). */
  | 'relocated'
  /** Somebody's rights have gone since it was made. */
  | 'refused'
  /** An automatic retry; only tasks whose error may pass. */
  | 'requeued'
  /** A person wrote `waiting` on the job. */
  | 'resumed'
  /** The same, on a job of which only tasks on hold are left. */
  | 'released'
  /** The same, on a finished job of which nothing is left. */
  | 'restarted'
  /** A person wrote `done` on the job. */
  | 'left-out'
  /** The finished job they belong to gets new tasks. */
  | 'shelved'
  /** Somebody added a task that asks for what this one asks for. */
  | 'asked-again'

/** Who may cause what (transfers document, "Writeable"; only who writes the files knows that they are in place). */
export const taskEventCauses: Readonly<Record<TaskEvent, readonly Cause[]>> = {
  booted: ['workspace'],
  started: ['sender', 'receiver'],
  finished: ['receiver'],
  failed: ['sender', 'receiver', 'workspace'],
  interrupted: ['sender', 'receiver', 'workspace', 'involved', 'operator'],
  located: ['recipient'],
  relocated: ['involved', 'operator'],
  refused: ['workspace'],
  requeued: ['workspace'],
  resumed: ['involved', 'operator'],
  released: ['involved', 'operator'],
  restarted: ['involved', 'operator'],
  'left-out': ['involved', 'operator'],
  shelved: ['maker', 'operator'],
  'asked-again': ['maker', 'operator'],
}

type Row = Readonly<Partial<Record<TaskStatus, TaskStatus>>>

const finishedUntouched = { done: 'done', excluded: 'excluded' } as const satisfies Row

/**
 * Each row: where an event leads from each status. What is missing cannot happen; what comes all the same (a report
 * that is late or repeated) changes nothing. `queued` means `pending` while the receiver has not chosen a location.
 */
export const taskTransitions: Readonly<Record<TaskEvent, Row>> = {
  booted: { queued: 'booting' },
  started: { booting: 'executing', executing: 'executing' },
  // The receiver is believed over a sender that said it had failed.
  finished: { booting: 'done', executing: 'done', failed: 'done', done: 'done' },
  // While sizes are measured, or when rights have gone, a task fails without having been set up.
  failed: { pending: 'failed', queued: 'failed', booting: 'failed', executing: 'failed', failed: 'failed' },
  interrupted: { booting: 'queued', executing: 'queued' },
  located: { ...finishedUntouched, pending: 'queued', failed: 'failed', onhold: 'onhold' },
  relocated: {
    pending: 'pending',
    queued: 'pending',
    done: 'pending',
    failed: 'pending',
    onhold: 'onhold',
    excluded: 'excluded',
  },
  refused: { ...finishedUntouched, queued: 'failed', failed: 'failed', onhold: 'onhold' },
  requeued: { ...finishedUntouched, failed: 'queued', onhold: 'onhold' },
  resumed: { ...finishedUntouched, pending: 'pending', queued: 'queued', failed: 'queued', onhold: 'onhold' },
  released: { ...finishedUntouched, onhold: 'queued' },
  restarted: { done: 'queued', excluded: 'excluded' },
  'left-out': {
    ...finishedUntouched,
    pending: 'excluded',
    queued: 'excluded',
    failed: 'excluded',
    onhold: 'excluded',
  },
  shelved: { ...finishedUntouched, pending: 'excluded', queued: 'excluded', failed: 'onhold', onhold: 'excluded' },
  'asked-again': {
    pending: 'pending',
    queued: 'queued',
    booting: 'booting',
    executing: 'executing',
    done: 'queued',
    failed: 'queued',
    onhold: 'queued',
    excluded: 'queued',
  },
}

/** The documents' table: what a person or script may write on a task, whatever it is now. */
export const writeableTaskStatuses = [
  'queued',
  'failed',
  'onhold',
  'excluded',
  'done',
] as const satisfies readonly TaskStatus[]

export interface LocationContext {
  /** Whether it is known where the job's files land. */
  readonly hasLocation: boolean
}

/** Waiting for its turn; or, as long as its receiver has not chosen, for that. */
export function openTaskStatus({ hasLocation }: LocationContext): TaskStatus {
  return hasLocation ? 'queued' : 'pending'
}

/** Where an event leads, or undefined when it cannot happen in this status. */
export function nextTaskStatus(
  current: TaskStatus,
  event: TaskEvent,
  context: LocationContext = { hasLocation: true },
): TaskStatus | undefined {
  const next = taskTransitions[event][current]
  return next === 'queued' ? openTaskStatus(context) : next
}

export interface TaskMove {
  readonly from: TaskStatus
  readonly to: TaskStatus
}

/** What an event changes for all tasks of a job; no task moves twice, whatever the order. */
export function movesOf(event: TaskEvent, context: LocationContext): TaskMove[] {
  return taskStatuses.flatMap((from) => {
    const to = nextTaskStatus(from, event, context)
    return to === undefined || to === from ? [] : [{ from, to }]
  })
}

/**
 * What becomes of a write. `queued` on a task whose receiver has not chosen yet is what it is without the write:
 * pending.
 * @throws TernError STATUS_NOT_WRITEABLE {status, current} for a status that the documents do not let people write
 */
export function taskStatusAfterWrite(current: TaskStatus, wanted: string, context: LocationContext): TaskStatus {
  const status = writeableTaskStatuses.find((candidate) => candidate === wanted)
  if (status === undefined) throw new TernError('STATUS_NOT_WRITEABLE', { status: wanted, current })
  return status === 'queued' ? openTaskStatus(context) : status
}

/**
 * What a report of a running dispatch makes of a task; undefined when it changes nothing, because its sender may not
 * say so, or because it is late or repeated. What a sender says of a task that has failed adds nothing.
 */
export function taskStatusAfterReport(
  current: TaskStatus,
  event: 'started' | 'finished' | 'failed',
  role: 'sender' | 'receiver',
): TaskStatus | undefined {
  if (!taskEventCauses[event].includes(role)) return undefined
  if (current === 'failed' && role === 'sender') return undefined
  return nextTaskStatus(current, event)
}
