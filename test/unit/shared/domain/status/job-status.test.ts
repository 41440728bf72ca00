import { describe, expect, test } from 'vitest'
import type { JobStatus, TaskStatus } from '../../../../../src/shared/domain/job.ts'
import { type Cause, mayCause } from '../../../../../src/shared/domain/status/causes.ts'
import {
  isFinished,
  type JobEvent,
  jobEventCauses,
  jobEventForWrite,
  jobStatuses,
  jobTransitions,
  nextJobStatus,
  taskEventsOf,
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

/** Columns: init, waiting, running, paused, failed, aborted, done; `-` cannot happen. */
const byItself: Partial<Record<JobEvent, string>> = {
  measured: 'waiting waiting running paused failed - -',
  blocked: 'init waiting waiting paused failed - -',
  'consent-asked': 'waiting waiting waiting paused failed - -',
  located: 'init waiting running paused failed - -',
  declined: 'aborted aborted aborted aborted aborted - -',
  consented: 'init waiting - - - - -',
  refused: '- waiting - - - - -',
  dispatched: '- running - - - - -',
  interrupted: '- - waiting - - - -',
  ended: '- - waiting - - - -',
  retried: '- - - - waiting - -',
  added: 'init waiting running paused waiting waiting waiting',
  'tasks-written': 'init waiting running paused failed aborted done',
  'task-retried': 'init waiting running paused waiting waiting waiting',
}

describe('what happens by itself', () => {
  const cells = Object.entries(byItself).flatMap(([event, row]) =>
    row.split(' ').map((next, index) => ({ event: event as JobEvent, current: jobStatuses[index] as JobStatus, next })),
  )
  test.each(cells)('$current, $event: $next', ({ current, event, next }) => {
    expect(nextJobStatus(current, event)).toBe(next === '-' ? undefined : next)
  })

  test('every event is in one of the two tables', () => {
    const known = [...Object.keys(byItself), 'resume', 'pause', 'abort', 'finish', 'resend']
    expect(Object.keys(jobTransitions).sort()).toEqual(known.sort())
  })

  test('only people wake what is finished', () => {
    const waking = Object.entries(jobTransitions)
      .filter(([, row]) => [row.aborted, row.done].some((next) => next !== undefined && !isFinished(next)))
      .map(([event]) => event as JobEvent)
    expect(waking.sort()).toEqual(['added', 'resend', 'resume', 'task-retried'])
    for (const event of waking) {
      for (const role of ['workspace', 'sender', 'receiver'] as const) {
        expect(mayCause(jobEventCauses, event, [role])).toBe(false)
      }
    }
  })
})

describe('who may cause what', () => {
  const cases: [string, readonly Cause[], readonly JobEvent[]][] = [
    ['a bystander', [], []],
    ['who takes part writes', ['involved'], ['resume', 'pause', 'abort', 'finish', 'resend', 'tasks-written']],
    ['who made it adds', ['maker', 'involved'], ['added', 'resume']],
    ['its receiver chooses or declines', ['recipient', 'involved'], ['located', 'declined', 'pause']],
    ['an operator writes and adds', ['operator'], ['resume', 'added', 'resend']],
    ["the source's client measures", ['sender'], ['measured', 'blocked', 'interrupted', 'ended']],
    ['the workspace runs and retries', ['workspace'], ['dispatched', 'retried', 'refused', 'interrupted']],
  ]
  test.each(cases)('%s', (_case, roles, events) => {
    for (const event of events) expect(mayCause(jobEventCauses, event, roles)).toBe(true)
  })

  test.each<[Cause, JobEvent]>([
    ['involved', 'added'],
    ['operator', 'located'],
    ['maker', 'declined'],
    ['receiver', 'measured'],
    ['workspace', 'resume'],
    ['sender', 'located'],
    ['involved', 'consented'],
  ])('not %s: %s', (role, event) => {
    expect(mayCause(jobEventCauses, event, [role])).toBe(false)
  })
})

const noTasks = Object.fromEntries(taskStatuses.map((status) => [status, 0])) as Record<TaskStatus, number>

describe('what an event of the job does to its tasks', () => {
  test.each<[string, JobEvent, JobStatus, Partial<Record<TaskStatus, number>>, string[]]>([
    ['resuming tries what failed', 'resume', 'failed', { failed: 1, onhold: 2, done: 3 }, ['resumed']],
    ['resuming leaves holds while anything is open', 'resume', 'paused', { queued: 1, onhold: 1 }, ['resumed']],
    ['also while it is not known where it lands', 'resume', 'paused', { pending: 1, onhold: 1 }, ['resumed']],
    ['resuming releases the last ones on hold', 'resume', 'paused', { onhold: 1, done: 1 }, ['released']],
    ['the same on an aborted job', 'resume', 'aborted', { onhold: 1, done: 1 }, ['released']],
    ['resuming a finished job sends it once more', 'resume', 'done', { done: 2, excluded: 1 }, ['restarted']],
    ['a running job does already what is asked for', 'resume', 'running', { executing: 1, failed: 1 }, []],
    ['nothing is left of a live job', 'resume', 'waiting', { done: 1 }, []],
    ['finishing leaves out', 'finish', 'running', { queued: 1 }, ['left-out']],
    ['resending', 'resend', 'done', { done: 1 }, ['relocated']],
    ['choosing a folder', 'located', 'waiting', { pending: 1 }, ['located']],
    ['an automatic retry', 'retried', 'failed', { failed: 1 }, ['requeued']],
    ['rights have gone', 'refused', 'waiting', { queued: 1 }, ['refused']],
    ['adding to a finished job', 'added', 'aborted', { queued: 1 }, ['shelved']],
    ['adding to a live one', 'added', 'failed', { failed: 1 }, []],
    ['pausing', 'pause', 'waiting', { queued: 1 }, []],
  ])('%s', (_case, event, status, counts, events) => {
    expect(taskEventsOf(event, status, { ...noTasks, ...counts })).toEqual(events)
  })
})
