import type { JobStatus } from '../job.ts'
import type { TaskCounts } from './task-status.ts'

export interface JobContext {
  /** Where the event that just happened led. */
  readonly current: JobStatus
  /** A pause that a person wrote, or asked for at the start; the other comes from tasks on hold. */
  readonly isPausedByPerson: boolean
  /** Whether a dispatch of the job runs. */
  readonly isDispatched: boolean
}

interface Rule {
  readonly name: JobRule
  readonly when: (counts: TaskCounts, context: JobContext) => boolean
  /** Undefined: the job stays what it is. */
  readonly becomes: JobStatus | undefined
}

export type JobRule =
  | 'aborted'
  | 'empty'
  | 'dispatched'
  | 'settled'
  | 'paused'
  | 'measuring'
  | 'open'
  | 'failed'
  | 'held'

/**
 * What a job is, from its tasks: the first row that fits. A person's pause or abort stands; nothing is done while
 * anything is left; what can still be tried goes before what has failed, and a failure before a hold.
 */
export const jobRules: readonly Rule[] = [
  { name: 'aborted', when: (_, { current }) => current === 'aborted', becomes: 'aborted' },
  { name: 'empty', when: (counts) => sumOf(counts) === 0, becomes: undefined },
  {
    name: 'dispatched',
    when: ({ booting, executing }, { isDispatched }) => isDispatched || booting + executing > 0,
    becomes: 'running',
  },
  { name: 'settled', when: (counts) => counts.done + counts.excluded === sumOf(counts), becomes: 'done' },
  {
    name: 'paused',
    when: (_, { current, isPausedByPerson }) => current === 'paused' && isPausedByPerson,
    becomes: 'paused',
  },
  {
    name: 'measuring',
    when: ({ pending, queued }, { current }) => pending + queued > 0 && current === 'init',
    becomes: 'init',
  },
  { name: 'open', when: ({ pending, queued }) => pending + queued > 0, becomes: 'waiting' },
  { name: 'failed', when: ({ failed }) => failed > 0, becomes: 'failed' },
  { name: 'held', when: () => true, becomes: 'paused' },
]

/** The status that the first fitting row of `jobRules` gives; total over all counts and contexts. */
export function jobStatusFromTasks(counts: TaskCounts, context: JobContext): JobStatus {
  const rule = jobRules.find(({ when }) => when(counts, context))
  return rule?.becomes ?? context.current
}

function sumOf(counts: TaskCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}
