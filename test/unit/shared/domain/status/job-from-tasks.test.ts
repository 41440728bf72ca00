import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JobStatus, TaskStatus } from '../../../../../src/shared/domain/job.ts'
import { jobRules, jobStatusFromTasks } from '../../../../../src/shared/domain/status/job-from-tasks.ts'
import { jobStatuses } from '../../../../../src/shared/domain/status/job-status.ts'
import { taskStatuses } from '../../../../../src/shared/domain/status/task-status.ts'

const noTasks = Object.fromEntries(taskStatuses.map((status) => [status, 0])) as Record<TaskStatus, number>

type Flag = 'dispatched' | 'paused by a person' | ''

describe('what a job is, from its tasks', () => {
  const cases: [string, Partial<Record<TaskStatus, number>>, JobStatus, Flag, JobStatus][] = [
    ['all tasks are done', { done: 3 }, 'waiting', '', 'done'],
    ['all are done, and the run has not ended', { done: 3 }, 'running', 'dispatched', 'running'],
    ['only excluded tasks: a placeholder job', { excluded: 1 }, 'init', '', 'done'],
    ['a paused placeholder job', { excluded: 1 }, 'paused', 'paused by a person', 'done'],
    ['no tasks yet', {}, 'init', '', 'init'],
    ['tasks are queued', { queued: 2 }, 'waiting', '', 'waiting'],
    ['sizes are not known yet', { queued: 2 }, 'init', '', 'init'],
    ['the receiver has not chosen', { pending: 2, excluded: 1 }, 'waiting', '', 'waiting'],
    ['queued tasks of a running dispatch', { queued: 2, done: 1 }, 'running', 'dispatched', 'running'],
    ['a task is being set up', { booting: 1 }, 'waiting', '', 'running'],
    ['a task is moving', { executing: 1, failed: 2 }, 'waiting', '', 'running'],
    ['some failed, the rest is still tried', { failed: 1, queued: 1 }, 'waiting', '', 'waiting'],
    ['some failed, nothing else is left', { failed: 1, done: 9 }, 'waiting', '', 'failed'],
    ['some failed while sizes were measured', { failed: 1 }, 'init', '', 'failed'],
    ['a failed task among held ones', { failed: 1, onhold: 1 }, 'waiting', '', 'failed'],
    ['the only failing task was put on hold', { onhold: 1, done: 9 }, 'failed', '', 'paused'],
    ['tasks on hold do not stop the others', { onhold: 1, queued: 1 }, 'waiting', '', 'waiting'],
    ['a person paused it', { queued: 2, done: 1 }, 'paused', 'paused by a person', 'paused'],
    ['a person paused it after it failed', { failed: 1 }, 'paused', 'paused by a person', 'paused'],
    ['a person paused it, nothing is left', { done: 1 }, 'paused', 'paused by a person', 'done'],
    ['the last one on hold was released', { queued: 1, done: 1 }, 'paused', '', 'waiting'],
    ['a person aborted it', { queued: 2 }, 'aborted', '', 'aborted'],
    ['a person aborted it, all was there', { done: 2 }, 'aborted', '', 'aborted'],
    ['new tasks in a job that was done', { queued: 1, done: 4 }, 'done', '', 'waiting'],
    ['a person says that a task of a done job failed', { failed: 1, done: 4 }, 'done', '', 'failed'],
  ]
  test.each(cases)('%s', (_case, counts, current, flag, expected) => {
    const context = { current, isPausedByPerson: flag === 'paused by a person', isDispatched: flag === 'dispatched' }
    expect(jobStatusFromTasks({ ...noTasks, ...counts }, context)).toBe(expected)
  })

  const counts = fc.record(
    Object.fromEntries(taskStatuses.map((status) => [status, fc.nat(2)])) as Record<TaskStatus, fc.Arbitrary<number>>,
  )
  const contexts = fc.record({
    current: fc.constantFrom(...jobStatuses),
    isPausedByPerson: fc.boolean(),
    isDispatched: fc.boolean(),
  })

  test('is never done while anything is left, and never open when all is settled', () => {
    fc.assert(
      fc.property(counts, contexts, (taskCounts, context) => {
        const status = jobStatusFromTasks(taskCounts, context)
        const settled = taskCounts.done + taskCounts.excluded
        const open = Object.values(taskCounts).reduce((sum, count) => sum + count, 0) - settled
        if (open > 0) expect(status).not.toBe('done')
        else if (settled > 0 && context.current !== 'aborted' && !context.isDispatched) expect(status).toBe('done')
      }),
    )
  })

  test('said twice, it is the same', () => {
    fc.assert(
      fc.property(counts, contexts, (taskCounts, context) => {
        const once = jobStatusFromTasks(taskCounts, context)
        expect(jobStatusFromTasks(taskCounts, { ...context, current: once })).toBe(once)
      }),
    )
  })

  test('each row decides something that no row above it does', () => {
    const deciding = new Set<string>()
    fc.assert(
      fc.property(counts, contexts, (taskCounts, context) => {
        deciding.add(jobRules.find(({ when }) => when(taskCounts, context))?.name ?? 'none')
      }),
      {
        numRuns: 2000,
        seed: 7,
        examples: [
          [noTasks, { current: 'init', isPausedByPerson: false, isDispatched: false }],
          [
            { ...noTasks, onhold: 1 },
            { current: 'waiting', isPausedByPerson: false, isDispatched: false },
          ],
          [
            { ...noTasks, done: 1 },
            { current: 'waiting', isPausedByPerson: false, isDispatched: false },
          ],
        ],
      },
    )
    expect([...deciding].sort()).toEqual(jobRules.map(({ name }) => name).sort())
  })
})
