import { describe, expect, test } from 'vitest'
import { errorTable } from '../../../../src/shared/domain/errors.ts'
import { jobStatuses } from '../../../../src/shared/domain/status/job-status.ts'
import { writeableTaskStatuses } from '../../../../src/shared/domain/status/task-status.ts'
import { logSentence } from '../../../../src/shared/words/log-sentence.ts'

const clock = { nowMs: 0, timeZone: 'UTC' }

describe('logSentence', () => {
  test.each<[string, Record<string, string | number>, string]>([
    ['job.created', { userName: 'John', tasks: 3 }, 'Created by John'],
    ['job.tasks-added', { tasks: 1 }, '1 task added'],
    ['job.tasks-added', { tasks: 1204 }, '1,204 tasks added'],
    ['job.location-chosen', { userName: 'Lisa', machine: 'edit-7' }, 'Lisa chose a folder on edit-7'],
    ['sequence.missing', { uri: '0', name: 'a.0002.exr' }, 'a.0002.exr is not there and is left out'],
    ['sequence.missing-more', { count: 1 }, '1 more file of the sequence is not there'],
    ['sequence.missing-more', { count: 999 }, '999 more files of the sequence are not there'],
    ['job.declined', { userName: 'Lisa', text: '' }, 'Declined by Lisa'],
    ['job.declined', { userName: 'Lisa', text: 'wrong version' }, 'Declined by Lisa: wrong version'],
    ['job.paused', {}, 'Paused'],
    ['job.paused', { userName: 'Sam' }, 'Paused by Sam'],
    ['task.excluded', { uri: '4', userName: 'Sam' }, 'Task 4 is left out by Sam'],
    ['dispatch.started', { from: 'edit-7', to: 'hq-1', tasks: 2, epoch: 1 }, 'Started with 2 tasks'],
    [
      'dispatch.blocked',
      { epoch: 1, error: 'DISK_FULL', neededBytes: 1e9 },
      'The run cannot go on: The disk is full, 1.00 GB more needed',
    ],
    ['dispatch.interrupted', { epoch: 1 }, 'The run was interrupted'],
    ['SOURCE_CHANGED', { path: 'a.mov', uri: '0' }, 'Task 0: a.mov was changed while reading'],
    [
      'SOURCE_CHANGED',
      { path: '1.mov', uri: '0', file: 'a/1.mov' },
      'Task 0, a/1.mov: 1.mov was changed while reading',
    ],
    ['SOURCE_CHANGED', { path: 'a.mov', uri: '0', file: 'a.mov' }, 'Task 0: a.mov was changed while reading'],
    [
      'SPECIAL_FILE',
      { path: 'a/out', kind: 'link', uri: '0', file: 'a/out' },
      'Task 0: a/out is a link and was left out (transfer_links)',
    ],
    [
      'SPECIAL_FILE',
      { path: 'out', kind: 'link', reason: 'leads-out', uri: '0', file: 'out' },
      'Task 0: out is a link that leads outside and was left out',
    ],
    [
      'SPECIAL_FILE',
      { path: 'pipe', kind: 'pipe', uri: '0', file: 'pipe' },
      'Task 0: pipe is a link or a device, not a file',
    ],
    ['STALLED', {}, 'No data for 60 s'],
    ['from.the-future', { a: 1 }, 'from.the-future'],
    ['job.created', { userName: 'John\nDone' }, 'Created by John Done'],
  ])('%s %j', (code, params, text) => {
    expect(logSentence({ code, params }, clock)).toBe(text)
  })

  test('every status and every error has words', () => {
    const codes = [
      ...jobStatuses.map((status) => `job.${status}`),
      ...writeableTaskStatuses.map((status) => `task.${status}`),
      ...['done', 'failed', 'interrupted', 'blocked', 'stopped', 'planned'].map((outcome) => `dispatch.${outcome}`),
      ...Object.keys(errorTable),
    ]
    for (const code of codes) expect(logSentence({ code, params: { uri: '1' } }, clock)).not.toContain(code)
  })
})
