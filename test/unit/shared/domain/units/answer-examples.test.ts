import { expect, test } from 'vitest'
import { entityReference, readableEntity } from '../../../../../src/shared/domain/entity-text.ts'
import { parseWireDate, printWireDate } from '../../../../../src/shared/domain/units/wire-date.ts'
import { wireProgress, wireSpeed, wireTimeLeft } from '../../../../../src/shared/domain/units/wire-figures.ts'

const startOf = (text: string): number | undefined => parseWireDate(text)?.startMs

test('the transfers document, Query: an aborted transfer as it is answered', () => {
  const user = { type: 'user', id: '6676f3e9c7ef4e27da254e57', code: 'lisa@example.com', sort: 'standard' }
  const workspace = { type: 'workspace', id: '6645fbca9f8c4d3e7a3b678d', code: 'seagull' }
  const createdAtMs = Date.UTC(2026, 0, 22, 8, 35, 59)
  const finishedAtMs = Date.UTC(2026, 0, 22, 8, 43, 5)
  expect({
    created: printWireDate(createdAtMs),
    destination: entityReference(user),
    destination_hr: readableEntity(user),
    etr: wireTimeLeft(undefined),
    finished: printWireDate(finishedAtMs),
    progress: wireProgress({ doneBytes: 0, totalBytes: 0, isDone: false }),
    source: entityReference(workspace),
    source_hr: readableEntity(workspace),
    speed: wireSpeed(undefined),
    user_hr: readableEntity(user),
  }).toEqual({
    created: '2026-01-22T08:35:59',
    destination: 'user:6676f3e9c7ef4e27da254e57',
    destination_hr: 'user:lisa@example.com[standard](6676f3e9c7ef4e27da254e57)',
    etr: '',
    finished: '2026-01-22T08:43:05',
    progress: 0,
    source: 'workspace:6645fbca9f8c4d3e7a3b678d',
    source_hr: 'workspace:seagull(6645fbca9f8c4d3e7a3b678d)',
    speed: -1,
    user_hr: 'user:lisa@example.com[standard](6676f3e9c7ef4e27da254e57)',
  })
  expect([startOf('2026-01-22T08:35:59'), startOf('2026-01-22T08:43:05')]).toEqual([createdAtMs, finishedAtMs])
})

test('the transfers document, Query tasks: a task as it is answered', () => {
  const job = { id: '6971e16fceadd67b955b1995', code: 'README.txt', sort: 7 }
  expect({
    created: printWireDate(Date.UTC(2020, 7, 4, 9, 52, 27)),
    finished: printWireDate(Date.UTC(2020, 7, 4, 10, 12, 26)),
    job_hr: readableEntity(job),
  }).toEqual({
    created: '2020-08-04T09:52:27',
    finished: '2020-08-04T10:12:26',
    job_hr: 'README.txt[7](6971e16fceadd67b955b1995)',
  })
  expect([startOf('2020-08-04T09:52:27'), startOf('2020-08-04T10:12:26')]).toEqual([
    Date.UTC(2020, 7, 4, 9, 52, 27),
    Date.UTC(2020, 7, 4, 10, 12, 26),
  ])
})
