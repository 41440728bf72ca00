import { TernError } from '../errors.ts'
import type { TaskStatus } from '../job.ts'

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

/** What happens to a task by itself; what persons do is in `taskWrites`. */
export type TaskEvent =
  /** The receiver has chosen where it lands. */
  | 'resolved'
  /** The location was reset (resend). */
  | 'unresolved'
  | 'booted'
  | 'started'
  | 'finished'
  | 'failed'
  /** Its dispatch ended before it did. */
  | 'interrupted'
  /** An automatic retry. */
  | 'requeued'

/** Each row: where an event leads. What is missing cannot happen. */
export const taskTransitions: Readonly<Record<TaskStatus, Readonly<Partial<Record<TaskEvent, TaskStatus>>>>> = {
  pending: { resolved: 'queued', unresolved: 'pending' },
  queued: {
    unresolved: 'pending',
    booted: 'booting',
    started: 'executing',
    // Both sides can find out during set-up that there is nothing left to do, or nothing that can be done.
    finished: 'done',
    failed: 'failed',
    interrupted: 'queued',
    requeued: 'queued',
  },
  booting: {
    unresolved: 'pending',
    started: 'executing',
    finished: 'done',
    failed: 'failed',
    interrupted: 'queued',
  },
  executing: { unresolved: 'pending', finished: 'done', failed: 'failed', interrupted: 'queued' },
  done: { unresolved: 'pending', finished: 'done', interrupted: 'done', requeued: 'queued' },
  failed: { unresolved: 'pending', failed: 'failed', interrupted: 'failed', requeued: 'queued' },
  onhold: { unresolved: 'onhold', interrupted: 'onhold' },
  excluded: { resolved: 'excluded', unresolved: 'excluded', interrupted: 'excluded' },
}

/** The documents' table: what a person or script may write. */
export const writeableTaskStatuses = [
  'queued',
  'failed',
  'onhold',
  'excluded',
  'done',
] as const satisfies readonly TaskStatus[]

/**
 * What becomes of a write. `queued` on a task whose receiver has not chosen yet is what it is without the write:
 * pending. A pending task can only be left out, or brought back.
 */
export function taskStatusAfterWrite(
  current: TaskStatus,
  wanted: string,
  context: { readonly hasLocation: boolean },
): TaskStatus {
  const status = writeableTaskStatuses.find((candidate) => candidate === wanted)
  const isPendingByNature = !context.hasLocation
  if (status === undefined) throw refused(current, wanted)
  if (status === 'queued') return isPendingByNature ? 'pending' : 'queued'
  if (isPendingByNature && status !== 'excluded') throw refused(current, wanted)
  return status
}

/** Where an event leads, or undefined when it cannot happen in this status. */
export function nextTaskStatus(current: TaskStatus, event: TaskEvent): TaskStatus | undefined {
  return taskTransitions[current][event]
}

function refused(current: TaskStatus, wanted: string): TernError {
  return new TernError('STATUS_NOT_WRITEABLE', { status: wanted, current })
}
