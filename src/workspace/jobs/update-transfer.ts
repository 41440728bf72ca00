import { TernError } from '../../shared/domain/errors.ts'
import { jobEventForWrite } from '../../shared/domain/status/job-status.ts'
import { taskStatusAfterWrite } from '../../shared/domain/status/task-status.ts'
import type { Caller } from '../access/caller.ts'
import { mayChangeJob, mayDeleteJob, requireVisible } from '../access/rights.ts'
import type { CheckedInput } from '../api/checked-input.ts'
import { type RetryRules, stopDispatch } from '../scheduler/end-dispatch.ts'
import { countsOf, holdText, isFinished, type JobRow, requireJob, updateJob } from '../store/jobs.ts'
import { audit, logJob } from '../store/records.ts'
import type { Transaction } from '../store/store.ts'
import { moveTasks, taskById } from '../store/tasks.ts'
import { resetLocation } from './location.ts'
import { setJobStatus, settleFromTasks } from './settle.ts'

/** Name, priority and the statuses that the transfers document lets people write. */
export function updateTransfer(
  transaction: Transaction,
  caller: Caller,
  input: CheckedInput<'transfer/update'>,
  rules: RetryRules,
): void {
  const { database, effects, nowMs } = transaction
  const job = requireJob(database, input.id)
  requireVisible(caller.user, job)
  if (!mayChangeJob(caller.user, job)) throw new TernError('FORBIDDEN')
  if (input.name !== undefined || input.priority !== undefined) {
    updateJob(database, job.id, {
      ...(input.name !== undefined && { name: input.name }),
      ...(input.priority !== undefined && { priority: input.priority }),
      modified_at: nowMs,
    })
    effects.changed('job', job.id)
    effects.schedule()
  }
  if (input.status !== undefined) writeStatus(transaction, caller, job.id, input.status, rules)
  audit(transaction, {
    userId: caller.user.id,
    clientId: caller.client?.id,
    action: 'transfer/update',
    subject: job.id,
    params: { ...(input.status && { status: input.status }), ...(input.priority && { priority: input.priority }) },
  })
}

function writeStatus(
  transaction: Transaction,
  caller: Caller,
  id: JobRow['id'],
  wanted: string,
  rules: RetryRules,
): void {
  const { database } = transaction
  const before = requireJob(database, id).status
  const event = jobEventForWrite(before, wanted)
  if (event !== 'resume') stopDispatch(transaction, id, rules)
  const job = requireJob(database, id)
  // All of it was in place already; only the word of it was still on its way.
  if (before === 'running' && job.status === 'done' && (event === 'pause' || event === 'abort')) return
  const by = { userId: caller.user.id, userName: caller.user.name, atMs: transaction.nowMs }
  switch (event) {
    case 'pause':
      if (job.status !== 'paused')
        setJobStatus(transaction, job, 'paused', { hold: holdText('paused', by), next_at: 0 })
      break
    case 'abort':
      if (job.status !== 'aborted')
        setJobStatus(transaction, job, 'aborted', { hold: holdText('aborted', by), next_at: 0 })
      break
    case 'finish':
      // What was not transferred is left out; it never shows as done.
      moveTasks(database, job.id, ['pending', 'queued', 'booting', 'executing', 'failed', 'onhold'], 'excluded')
      setJobStatus(transaction, requireJob(database, id), 'done', { hold: null, next_at: 0 })
      break
    case 'resend':
      resetLocation(transaction, job)
      break
    default:
      resume(transaction, job)
  }
}

/** Goes on, or tries again: at the end of its queue when it had stopped, at once when it only waited. */
function resume(transaction: Transaction, job: JobRow): void {
  const { database, effects, nowMs } = transaction
  if (job.status === 'running') return
  moveTasks(
    database,
    job.id,
    ['failed'],
    job.destination_key === '' && job.destination_user !== null ? 'pending' : 'queued',
  )
  const counts = countsOf(requireJob(database, job.id))
  if (isFinished(job.status) && counts.pending + counts.queued === 0) {
    moveTasks(database, job.id, ['done'], 'queued')
    if (counts.done === 0) moveTasks(database, job.id, ['onhold'], 'queued')
  } else if (job.status === 'paused' && counts.pending + counts.queued === 0) {
    moveTasks(database, job.id, ['onhold'], 'queued')
  }
  const requeued = job.status === 'waiting' || job.status === 'init' ? {} : { queued_at: nowMs }
  // Consent is not the caller's to give: the hold stays until the machine's owner answers.
  const keepsConsent = job.hold?.includes('"code":"consent"') === true && !isFinished(job.status)
  const fresh = { ...(!keepsConsent && { hold: null }), next_at: 0, attempt: 0, interruptions: 0, ...requeued }
  const status = job.status === 'init' ? 'init' : 'waiting'
  setJobStatus(transaction, requireJob(database, job.id), status, fresh)
  const after = requireJob(database, job.id)
  if (after.is_measured === 0) effects.measure(job.id)
  else if (countsOf(after).queued + countsOf(after).pending === 0) settleFromTasks(transaction, job.id)
}

/** Status and priority of single tasks; the job follows. What runs is stopped only when a running task is taken out. */
export function updateTasks(
  transaction: Transaction,
  caller: Caller,
  input: CheckedInput<'task/update'>,
  rules: RetryRules,
): void {
  const { database, effects } = transaction
  const job = requireJob(database, input.jobId)
  requireVisible(caller.user, job)
  if (!mayChangeJob(caller.user, job)) throw new TernError('FORBIDDEN')
  const hasLocation = job.destination_user === null || job.destination_key !== ''
  for (const change of input.tasks) {
    const task = taskById(database, job.id, change.id)
    if (task === undefined) throw new TernError('NOT_FOUND', { entity: 'task', id: change.id })
    if (change.priority !== undefined)
      database.run('UPDATE tasks SET priority = ? WHERE id = ?', [change.priority, task.id])
    if (change.status === undefined || change.status === task.status) continue
    const status = taskStatusAfterWrite(task.status, change.status, { hasLocation })
    if (task.dispatch_id !== null && (task.status === 'booting' || task.status === 'executing'))
      stopDispatch(transaction, job.id, rules)
    const isReset = status === 'queued' || status === 'pending'
    database.run(`UPDATE tasks SET status = ?${isReset ? ', error = NULL, finished_at = NULL' : ''} WHERE id = ?`, [
      status,
      task.id,
    ])
    if (isReset && task.is_measured === 0) updateJob(database, job.id, { is_measured: 0 })
    logJob(transaction, job.id, 'info', `task.${status}`, { uri: task.uri, userName: caller.user.name })
  }
  const after = requireJob(database, job.id)
  const openCount = countsOf(after).pending + countsOf(after).queued
  if (after.status === 'aborted' && openCount > 0 && input.tasks.some((task) => task.status === 'queued')) {
    // Retrying a task of an aborted job retries the job.
    setJobStatus(transaction, after, 'waiting', { hold: null, next_at: 0, attempt: 0 })
  } else if (after.status !== 'running') {
    settleFromTasks(
      transaction,
      job.id,
      openCount > 0 && after.status === 'failed' ? { hold: null, next_at: 0, attempt: 0 } : {},
    )
  }
  if (after.is_measured === 0) effects.measure(job.id)
  effects.changed('job', job.id)
}

/** For good, with its tasks and log; the audit keeps that it was there. */
export function deleteTransfer(
  transaction: Transaction,
  caller: Caller,
  input: CheckedInput<'transfer/delete'>,
  rules: RetryRules,
): void {
  const { database, effects } = transaction
  const job = requireJob(database, input.id)
  requireVisible(caller.user, job)
  if (!mayDeleteJob(caller.user, job)) throw new TernError('FORBIDDEN')
  if (!isFinished(job.status) && !input.force) throw new TernError('CONFLICT', { status: job.status })
  stopDispatch(transaction, job.id, rules)
  const people = new Set([job.user_id, job.source_user, job.destination_user].filter((id) => id !== null))
  const followers = database.all<JobRow>('SELECT * FROM jobs WHERE after_job_id = ?', [job.id])
  database.run('DELETE FROM jobs WHERE id = ?', [job.id])
  for (const follower of followers) {
    if (!isFinished(follower.status) && job.status !== 'done') {
      setJobStatus(transaction, follower, 'aborted', {
        hold: holdText('aborted', { userId: caller.user.id, userName: caller.user.name, atMs: transaction.nowMs }),
      })
    } else if (job.status === 'done') {
      updateJob(database, follower.id, { after_job_id: null })
    }
  }
  audit(transaction, {
    userId: caller.user.id,
    clientId: caller.client?.id,
    action: 'transfer/delete',
    subject: job.id,
    params: { name: job.name },
  })
  effects.removed('job', job.id, people)
}
