import { describe, expect, test } from 'vitest'
import type { TaskStatus } from '../../../../../src/shared/domain/job.ts'
import {
  movesOf,
  nextTaskStatus,
  type TaskEvent,
  taskStatusAfterReport,
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

  test.each<[TaskStatus, string, TaskStatus]>([
    ['pending', 'excluded', 'excluded'],
    ['excluded', 'queued', 'pending'],
    ['onhold', 'queued', 'pending'],
    ['pending', 'queued', 'pending'],
    ['pending', 'onhold', 'onhold'],
    ['pending', 'done', 'done'],
    ['failed', 'onhold', 'onhold'],
  ])('before the receiver has chosen, %s written as %s is %s', (current, wanted, next) => {
    expect(taskStatusAfterWrite(current, wanted, { hasLocation: false })).toBe(next)
  })
})

/** Columns: pending, queued, booting, executing, done, failed, onhold, excluded; `-` cannot happen. */
const table: Record<TaskEvent, string> = {
  booted: '- booting - - - - - -',
  started: '- - executing executing - - - -',
  finished: '- - done done done done - -',
  failed: 'failed failed failed failed - failed - -',
  interrupted: '- - queued queued - - - -',
  located: 'queued - - - done failed onhold excluded',
  relocated: 'pending pending - - pending pending onhold excluded',
  refused: '- failed - - done failed onhold excluded',
  requeued: '- - - - done queued onhold excluded',
  resumed: 'pending queued - - done queued onhold excluded',
  released: '- - - - done - queued excluded',
  restarted: '- - - - queued - - excluded',
  'left-out': 'excluded excluded - - done excluded excluded excluded',
  shelved: 'excluded excluded - - done onhold excluded excluded',
  'asked-again': 'pending queued booting executing queued queued queued queued',
}

describe('what happens to tasks', () => {
  const cells = Object.entries(table).flatMap(([event, row]) =>
    row.split(' ').map((next, index) => ({ event: event as TaskEvent, current: taskStatuses[index], next })),
  )
  test.each(cells)('$event, $current: $next', ({ current, event, next }) => {
    expect(nextTaskStatus(current as TaskStatus, event)).toBe(next === '-' ? undefined : next)
  })

  test('excluded tasks stay excluded unless somebody asks for them', () => {
    const leaving = (Object.keys(taskTransitions) as TaskEvent[]).filter((event) => {
      const next = nextTaskStatus('excluded', event)
      return next !== undefined && next !== 'excluded'
    })
    expect(leaving).toEqual(['asked-again'])
  })

  test('nothing is queued before its receiver has chosen', () => {
    const before = { hasLocation: false }
    expect(nextTaskStatus('failed', 'requeued', before)).toBe('pending')
    expect(nextTaskStatus('done', 'asked-again', before)).toBe('pending')
    expect(movesOf('resumed', before)).toContainEqual({ from: 'failed', to: 'pending' })
    expect(movesOf('resumed', { hasLocation: true })).toEqual([{ from: 'failed', to: 'queued' }])
  })
})

describe('reports', () => {
  test.each<[TaskStatus, 'started' | 'finished' | 'failed', 'sender' | 'receiver', TaskStatus | undefined]>([
    ['booting', 'started', 'sender', 'executing'],
    ['executing', 'finished', 'receiver', 'done'],
    ['executing', 'finished', 'sender', undefined],
    ['executing', 'failed', 'sender', 'failed'],
    ['executing', 'failed', 'receiver', 'failed'],
    // The receiver knows better.
    ['failed', 'finished', 'receiver', 'done'],
    ['failed', 'failed', 'receiver', 'failed'],
    ['failed', 'failed', 'sender', undefined],
    ['failed', 'started', 'receiver', undefined],
    ['done', 'failed', 'receiver', undefined],
    ['done', 'failed', 'sender', undefined],
    // A person took it out meanwhile.
    ['excluded', 'finished', 'receiver', undefined],
    ['onhold', 'started', 'receiver', undefined],
    ['queued', 'finished', 'receiver', undefined],
  ])('%s, %s by the %s: %s', (current, event, role, next) => {
    expect(taskStatusAfterReport(current, event, role)).toBe(next)
  })
})
