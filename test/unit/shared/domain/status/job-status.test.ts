import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JobStatus, TaskStatus } from '../../../../../src/shared/domain/job.ts'
import {
  jobEventForWrite,
  jobStatuses,
  jobStatusFromTasks,
  jobTransitions,
  nextJobStatus,
  type writeableJobStatuses,
} from '../../../../../src/shared/domain/status/job-status.ts'
import { taskStatuses } from '../../../../../src/shared/domain/status/task-status.ts'

/** The document's table "transfer job statuses"; `pending` is the older one that resets the location. */
const writeable: [JobStatus | 'pending' | 'nonsense', boolean][] = [
  ['init', false],
  ['waiting', true],
  ['running', false],
  ['paused', true],
  ['failed', false],
  ['aborted', true],
  ['done', true],
  ['pending', true],
  ['nonsense', false],
]

describe('transfers document, Job statuses', () => {
  test.each(writeable)('%s may be written: %s', (status, allowed) => {
    const write = () => jobEventForWrite('waiting', status)
    if (allowed) expect(nextJobStatus('waiting', write())).toBeDefined()
    else expect(write).toThrow(expect.objectContaining({ code: 'STATUS_NOT_WRITEABLE' }))
  })

  test('Modify: waiting resumes, aborted aborts', () => {
    expect(nextJobStatus('paused', jobEventForWrite('paused', 'waiting'))).toBe('waiting')
    expect(nextJobStatus('running', jobEventForWrite('running', 'aborted'))).toBe('aborted')
  })
})

/** Where each write leads from each status; `-` is refused. */
const writes: Record<keyof typeof writeableJobStatuses, Record<JobStatus, JobStatus | '-'>> = {
  waiting: {
    init: 'init',
    waiting: 'waiting',
    running: 'running',
    paused: 'waiting',
    failed: 'waiting',
    aborted: 'waiting',
    done: 'waiting',
  },
  paused: {
    init: 'paused',
    waiting: 'paused',
    running: 'paused',
    paused: 'paused',
    failed: 'paused',
    aborted: '-',
    done: '-',
  },
  aborted: {
    init: 'aborted',
    waiting: 'aborted',
    running: 'aborted',
    paused: 'aborted',
    failed: 'aborted',
    aborted: 'aborted',
    done: '-',
  },
  done: {
    init: 'done',
    waiting: 'done',
    running: 'done',
    paused: 'done',
    failed: 'done',
    aborted: 'done',
    done: 'done',
  },
  pending: {
    init: 'init',
    waiting: 'waiting',
    running: 'waiting',
    paused: 'waiting',
    failed: 'waiting',
    aborted: 'waiting',
    done: 'waiting',
  },
}

describe('writes', () => {
  const cells = Object.entries(writes).flatMap(([wanted, row]) =>
    Object.entries(row).map(([current, next]) => ({ wanted, current: current as JobStatus, next })),
  )
  test.each(cells)('$wanted on $current: $next', ({ wanted, current, next }) => {
    if (next === '-') {
      expect(() => jobEventForWrite(current, wanted)).toThrow(expect.objectContaining({ code: 'STATUS_NOT_WRITEABLE' }))
      return
    }
    expect(nextJobStatus(current, jobEventForWrite(current, wanted))).toBe(next)
  })
})

describe('what happens by itself', () => {
  test.each<[JobStatus, Parameters<typeof nextJobStatus>[1], JobStatus | undefined]>([
    ['init', 'measured', 'waiting'],
    ['paused', 'measured', 'paused'],
    ['waiting', 'dispatched', 'running'],
    ['init', 'dispatched', 'running'],
    ['paused', 'dispatched', undefined],
    ['aborted', 'dispatched', undefined],
    ['done', 'dispatched', undefined],
    ['failed', 'dispatched', undefined],
    ['running', 'dispatched', undefined],
    ['running', 'interrupted', 'waiting'],
    ['paused', 'interrupted', 'paused'],
    ['running', 'failed', 'failed'],
    ['failed', 'queued', 'waiting'],
    ['running', 'completed', 'done'],
    ['running', 'held', 'paused'],
    ['done', 'queued', 'waiting'],
    ['aborted', 'failed', 'aborted'],
    ['done', 'failed', undefined],
    ['done', 'abort', undefined],
  ])('%s, %s: %s', (current, event, next) => {
    expect(nextJobStatus(current, event)).toBe(next)
  })

  test('every event leads to a status of the document', () => {
    for (const row of Object.values(jobTransitions)) {
      for (const next of Object.values(row)) expect(jobStatuses).toContain(next)
    }
  })

  test('only a person wakes an aborted job, apart from new tasks', () => {
    const waking = Object.entries(jobTransitions.aborted).filter(([, next]) => next !== 'aborted')
    expect(waking.map(([event]) => event).sort()).toEqual(['finish', 'queued', 'resend', 'resume'])
  })
})

const noTasks: Record<TaskStatus, number> = {
  pending: 0,
  queued: 0,
  booting: 0,
  executing: 0,
  done: 0,
  failed: 0,
  onhold: 0,
  excluded: 0,
}

describe('jobStatusFromTasks', () => {
  const cases: [string, Partial<Record<TaskStatus, number>>, JobStatus, boolean, JobStatus][] = [
    ['all tasks are done', { done: 3 }, 'running', true, 'done'],
    ['only excluded tasks: a placeholder job', { excluded: 1 }, 'init', false, 'done'],
    ['no tasks yet', {}, 'init', false, 'init'],
    ['tasks are queued', { queued: 2 }, 'waiting', false, 'waiting'],
    ['sizes are not known yet', { queued: 2 }, 'init', false, 'init'],
    ['the receiver has not chosen', { pending: 2, excluded: 1 }, 'waiting', false, 'waiting'],
    ['queued tasks of a running dispatch', { queued: 2, done: 1 }, 'running', true, 'running'],
    ['a task is being set up', { booting: 1 }, 'waiting', false, 'running'],
    ['a task is moving', { executing: 1, failed: 2 }, 'waiting', false, 'running'],
    ['some failed, the rest is still tried', { failed: 1, queued: 1 }, 'running', true, 'running'],
    ['some failed, nothing else is left', { failed: 1, done: 9 }, 'running', false, 'failed'],
    ['a failed task among held ones', { failed: 1, onhold: 1 }, 'running', false, 'failed'],
    ['the only failing task was put on hold', { onhold: 1, done: 9 }, 'failed', false, 'paused'],
    ['a person paused it', { queued: 2, done: 1 }, 'paused', false, 'paused'],
    ['a person paused it, nothing is left', { done: 1 }, 'paused', false, 'done'],
    ['a person aborted it', { queued: 2 }, 'aborted', false, 'aborted'],
    ['new tasks in a job that was done', { queued: 1, done: 4 }, 'done', false, 'waiting'],
  ]
  test.each(cases)('%s', (_case, counts, current, isDispatched, expected) => {
    expect(jobStatusFromTasks({ ...noTasks, ...counts }, { current, isDispatched })).toBe(expected)
  })

  test('never done while anything is left, never open when all is settled', () => {
    const counts = fc.record(
      Object.fromEntries(taskStatuses.map((status) => [status, fc.nat(2)])) as Record<TaskStatus, fc.Arbitrary<number>>,
    )
    fc.assert(
      fc.property(counts, fc.constantFrom(...jobStatuses), fc.boolean(), (taskCounts, current, isDispatched) => {
        const status = jobStatusFromTasks(taskCounts, { current, isDispatched })
        const settled = taskCounts.done + taskCounts.excluded
        const open = taskStatuses.reduce((sum, name) => sum + taskCounts[name], 0) - settled
        if (open > 0) expect(status).not.toBe('done')
        else if (settled > 0 && current !== 'aborted') expect(status).toBe('done')
      }),
    )
  })
})

describe('properties', () => {
  test('from any status, any row of events that can happen stays inside the table', () => {
    const events = fc.constantFrom(...new Set(Object.values(jobTransitions).flatMap((row) => Object.keys(row))))
    fc.assert(
      fc.property(fc.array(events, { maxLength: 50 }), (history) => {
        let status: JobStatus = 'init'
        for (const event of history) status = nextJobStatus(status, event as never) ?? status
        expect(jobStatuses).toContain(status)
      }),
    )
  })
})
