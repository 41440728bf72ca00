import { TernError } from '../../shared/domain/errors.ts'
import type { JobId } from '../../shared/domain/ids.ts'
import type { JobStatus } from '../../shared/domain/job.ts'
import { jobStatusFromTasks } from '../../shared/domain/status/job-from-tasks.ts'
import { isFinished, type JobEvent, nextJobStatus, taskEventsOf } from '../../shared/domain/status/job-status.ts'
import { retryableErrors } from '../../shared/domain/status/retry.ts'
import { movesOf, type TaskEvent } from '../../shared/domain/status/task-status.ts'
import { queueDoneActions } from '../done-actions/queue-done-actions.ts'
import { mailAboutJob, mailEventOf } from '../mail/job-mail.ts'
import { isDispatched } from '../store/dispatches.ts'
import { freshenParts, refreshReady } from '../store/job-parts.ts'
import {
  countsOf,
  hasLocation,
  holdOf,
  holdText,
  type JobColumns,
  type JobRow,
  jobById,
  requireJob,
  updateJob,
} from '../store/jobs.ts'
import { logJob } from '../store/records.ts'
import type { Transaction } from '../store/store.ts'
import { moveTasksTogether } from '../store/tasks.ts'

export type JobChanges = Partial<
  Omit<JobColumns, 'id' | 'status' | 'is_live' | 'sort_at' | 'finished_at' | 'modified_at'>
>

/** What these say of one part is no word on the others; everything else is somebody's word for the whole job. */
const eventsOfRuns: ReadonlySet<JobEvent> = new Set([
  'measured',
  'blocked',
  'consent-asked',
  'dispatched',
  'interrupted',
  'ended',
])

/**
 * The one way a job's status changes: the event leads somewhere, its tasks follow, and the decision table has the last
 * word. `changes` are the columns that go with it; as a function they may depend on what the job became. `work` does
 * more to the tasks before that.
 * @throws TernError STATUS_NOT_WRITEABLE {status, current} for an event that cannot happen in this status
 */
export function applyJobEvent(
  transaction: Transaction,
  id: JobId,
  event: JobEvent,
  changes: JobChanges | ((status: JobStatus) => JobChanges) = {},
  work: () => void = () => {},
): JobStatus {
  const { database } = transaction
  const before = requireJob(database, id)
  const led = nextJobStatus(before.status, event)
  if (led === undefined) throw new TernError('STATUS_NOT_WRITEABLE', { status: event, current: before.status })
  for (const taskEvent of taskEventsOf(event, before.status, countsOf(before))) moveAll(transaction, before, taskEvent)
  if (!eventsOfRuns.has(event)) freshenParts(database, id)
  work()
  const row = requireJob(database, id)
  const status = jobStatusFromTasks(countsOf(row), {
    current: led,
    isPausedByPerson: event === 'pause' || holdOf(row)?.code === 'paused',
    isDispatched: event === 'dispatched' || isDispatched(database, id),
  })
  setJobStatus(transaction, row, status, typeof changes === 'function' ? changes(status) : changes)
  return status
}

function moveAll({ database }: Transaction, job: JobRow, event: TaskEvent): void {
  const moves = movesOf(event, { hasLocation: hasLocation(job) })
  moveTasksTogether(database, job.id, moves, event === 'requeued' ? retryableErrors : undefined)
}

/** Sets the status; lists, times, the jobs that wait for it and the stream follow. */
function setJobStatus(transaction: Transaction, row: JobRow, status: JobStatus, changes: JobChanges): void {
  const { database, effects, nowMs } = transaction
  const finishes = isFinished(status)
  updateJob(database, row.id, {
    ...changes,
    status,
    is_live: finishes ? 0 : 1,
    sort_at: finishes ? (isFinished(row.status) ? row.sort_at : nowMs) : row.created_at,
    finished_at: finishes ? (isFinished(row.status) ? row.finished_at : nowMs) : null,
    modified_at: nowMs,
  })
  if (status !== row.status) {
    // Waiting and running are told by the dispatches.
    if (status !== 'waiting' && status !== 'running') {
      logJob(transaction, row.id, status === 'failed' ? 'warning' : 'info', `job.${status}`)
    }
    followUp(transaction, row.id, status)
    if (status === 'done') queueDoneActions(transaction, row)
    const event = mailEventOf(status)
    if (event) mailAboutJob(transaction, row, event)
  }
  effects.changed('job', row.id)
  effects.schedule()
}

/** A delivery waits for its upload, and ends with it when that is aborted. */
function followUp(transaction: Transaction, id: JobId, status: JobStatus): void {
  const { database, effects } = transaction
  const { parent_id: parentId } = requireJob(database, id)
  if (parentId !== null) effects.deliveries.add(parentId)
  const followers = database.all<JobRow>('SELECT * FROM jobs WHERE after_job_id = ?', [id])
  for (const follower of followers) {
    const before = jobById(database, id)
    if (status === 'aborted' && !isFinished(follower.status)) {
      applyJobEvent(transaction, follower.id, 'abort', { hold: before?.hold ?? holdText('aborted') })
    } else {
      refreshReady(database, follower.id)
      effects.changed('job', follower.id)
    }
  }
}
