import type { JobId } from '../../shared/domain/ids.ts'
import type { JobStatus } from '../../shared/domain/job.ts'
import { jobStatusFromTasks } from '../../shared/domain/status/job-status.ts'
import {
  countsOf,
  holdText,
  isFinished,
  type JobColumns,
  type JobRow,
  jobById,
  refreshReady,
  requireJob,
  updateJob,
} from '../store/jobs.ts'
import { logJob } from '../store/records.ts'
import type { Transaction } from '../store/store.ts'

type Extras = Partial<
  Omit<JobColumns, 'id' | 'status' | 'is_ready' | 'is_live' | 'sort_at' | 'finished_at' | 'modified_at'>
>

/** The one way a job's status changes: lists, times, the jobs that wait for it and the stream follow. */
export function setJobStatus(transaction: Transaction, row: JobRow, status: JobStatus, extras: Extras = {}): void {
  const { database, effects, nowMs } = transaction
  const finishes = isFinished(status)
  updateJob(database, row.id, {
    ...extras,
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
  }
  effects.changed('job', row.id)
  effects.schedule()
}

/** Puts a job that nothing runs for into the status its tasks give it. */
export function settleFromTasks(transaction: Transaction, id: JobId, extras: Extras = {}): JobStatus {
  const row = requireJob(transaction.database, id)
  const status = jobStatusFromTasks(countsOf(row), { current: row.status, isDispatched: false })
  setJobStatus(transaction, row, status, extras)
  return status
}

/** A delivery waits for its upload, and ends with it when that is aborted. */
function followUp(transaction: Transaction, id: JobId, status: JobStatus): void {
  const { database, effects } = transaction
  const followers = database.all<JobRow>('SELECT * FROM jobs WHERE after_job_id = ?', [id])
  for (const follower of followers) {
    const before = jobById(database, id)
    if (status === 'aborted' && !isFinished(follower.status)) {
      setJobStatus(transaction, follower, 'aborted', { hold: before?.hold ?? holdText('aborted') })
    } else {
      refreshReady(database, follower.id)
      effects.changed('job', follower.id)
    }
  }
}
