import { describe, expect, test } from 'vitest'
import type { TaskStatus } from '../../../../../src/shared/domain/job.ts'
import {
  nextTaskStatus,
  type TaskEvent,
  taskStatusAfterWrite,
  taskStatuses,
  taskTransitions,
} from '../../../../../src/shared/domain/status/task-status.ts'

/** The document's table "task statuses". */
const writeable: [TaskStatus, boolean][] = [
  ['pending', false],
  ['queued', true],
  ['booting', false],
  ['executing', false],
  ['failed', true],
  ['onhold', true],
  ['excluded', true],
  ['done', true],
]

describe('transfers document, Tasks', () => {
  test.each(writeable)('%s may be written: %s', (status, allowed) => {
    for (const current of taskStatuses) {
      const write = () => taskStatusAfterWrite(current, status, { hasLocation: true })
      if (allowed) expect(write()).toBe(status)
      else expect(write).toThrow(expect.objectContaining({ code: 'STATUS_NOT_WRITEABLE' }))
    }
  })

  test.each<[TaskStatus, string, TaskStatus | '-']>([
    ['pending', 'excluded', 'excluded'],
    ['excluded', 'queued', 'pending'],
    ['pending', 'queued', 'pending'],
    ['pending', 'onhold', '-'],
    ['pending', 'done', '-'],
    ['pending', 'failed', '-'],
  ])('before the receiver has chosen, %s written as %s is %s', (current, wanted, next) => {
    const write = () => taskStatusAfterWrite(current, wanted, { hasLocation: false })
    if (next === '-') expect(write).toThrow(expect.objectContaining({ code: 'STATUS_NOT_WRITEABLE' }))
    else expect(write()).toBe(next)
  })
})

/** Columns: resolved, unresolved, booted, started, finished, failed, interrupted, requeued; `-` cannot happen. */
const table: Record<TaskStatus, string> = {
  pending: 'queued pending - - - - - -',
  queued: '- pending booting executing done failed queued queued',
  booting: '- pending - executing done failed queued -',
  executing: '- pending - - done failed queued -',
  done: '- pending - - done - done queued',
  failed: '- pending - - - failed failed queued',
  onhold: '- onhold - - - - onhold -',
  excluded: 'excluded excluded - - - - excluded -',
}
const events: TaskEvent[] = [
  'resolved',
  'unresolved',
  'booted',
  'started',
  'finished',
  'failed',
  'interrupted',
  'requeued',
]

describe('what happens by itself', () => {
  const cells = Object.entries(table).flatMap(([current, row]) =>
    row.split(' ').map((next, index) => ({ current: current as TaskStatus, event: events[index] as TaskEvent, next })),
  )
  test.each(cells)('$current, $event: $next', ({ current, event, next }) => {
    expect(nextTaskStatus(current, event)).toBe(next === '-' ? undefined : next)
  })

  test('a location that arrives twice changes nothing', () => {
    expect(nextTaskStatus('queued', 'resolved')).toBeUndefined()
  })

  test('excluded tasks stay excluded whatever happens', () => {
    expect(new Set(Object.values(taskTransitions.excluded))).toEqual(new Set(['excluded']))
  })
})
