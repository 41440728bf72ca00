import { expect, test } from 'vitest'
import type { JobStatus, TaskStatus } from '../../../../../src/shared/domain/job.ts'
import { addedTaskStatus, mayAppendTo } from '../../../../../src/shared/domain/status/append.ts'

test.each<[JobStatus, boolean]>([
  ['init', true],
  ['waiting', true],
  ['running', true],
  ['paused', false],
  ['failed', true],
  ['aborted', true],
  ['done', true],
])('append into a job that is %s: %s', (status, allowed) => {
  expect(mayAppendTo({ status, isDeclined: false })).toBe(allowed)
})

test('what a receiver declined is not appended to', () => {
  expect(mayAppendTo({ status: 'aborted', isDeclined: true })).toBe(false)
})

test.each<[TaskStatus, boolean, TaskStatus]>([
  ['pending', true, 'queued'],
  ['pending', false, 'pending'],
  ['queued', true, 'queued'],
  ['queued', false, 'pending'],
  ['excluded', true, 'excluded'],
  ['onhold', false, 'onhold'],
])('a task added as %s, the location known: %s, is %s', (wanted, hasLocation, status) => {
  expect(addedTaskStatus(wanted, { hasLocation })).toBe(status)
})
