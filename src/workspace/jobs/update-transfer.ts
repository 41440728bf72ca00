import { TernError } from '../../shared/domain/errors.ts'
import { canonicalValue } from '../../shared/domain/settings/canonical-value.ts'
import { settingProblem } from '../../shared/domain/settings/setting-problem.ts'
import type { Settings } from '../../shared/domain/settings/settings.ts'
import { asMetadata } from '../../shared/domain/specification/specification-values.ts'
import { isFinished, jobEventForWrite, nextJobStatus } from '../../shared/domain/status/job-status.ts'
import { isWorthRetrying } from '../../shared/domain/status/retry.ts'
import { taskStatusAfterWrite } from '../../shared/domain/status/task-status.ts'
import type { Caller } from '../access/caller.ts'
import { mayActOnJob, mayChangeJob, mayDeleteJob, requireVisible } from '../access/rights.ts'
import type { CheckedInput } from '../api/checked-input.ts'
import { requireQueue } from '../queues/queue-rows.ts'
import { type RetryRules, scheduleRetry, stopDispatch, stopDispatchOf } from '../scheduler/end-dispatch.ts'
import { tellRuns } from '../settings/live-limits.ts'
import { runningDispatchesOf } from '../store/dispatches.ts'
import { hasLocation, holdOf, holdText, type JobRow, requireJob, updateJob } from '../store/jobs.ts'
import { audit, logJob } from '../store/records.ts'
import type { Transaction } from '../store/store.ts'
import { failedErrors, taskById, writeTaskStatus } from '../store/tasks.ts'
import { resetLocation } from './location.ts'
import { applyJobEvent, type JobChanges } from './settle.ts'

/** What people write of a job as it goes, and the statuses that the transfers document lets them write. */
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
  const queue = input.queue === undefined ? undefined : requireQueue(database, input.queue).code
  updateJob(database, job.id, {
    ...(input.name !== undefined && { name: input.name }),
    ...(input.priority !== undefined && { priority: input.priority }),
    ...(input.description !== undefined && { note: input.description }),
    // At the end of the other queue: whoever waits there was first.
    ...(queue !== undefined && queue !== job.queue && { queue, queued_at: nowMs }),
    modified_at: nowMs,
    modified_by: caller.user.id,
  })
  if (input.metadata !== undefined) {
    const metadata = asMetadata(input.metadata, '$.metadata')
    database.run('UPDATE job_texts SET metadata = ? WHERE job_id = ?', [JSON.stringify(metadata), job.id])
  }
  if (input.settings !== undefined) writeSettings(transaction, job, input.settings)
  effects.changed('job', job.id)
  effects.schedule()
  if (input.status !== undefined) writeStatus(transaction, caller, job.id, input.status, rules)
  audit(transaction, {
    userId: caller.user.id,
    clientId: caller.client?.id,
    action: 'transfer/update',
    subject: job.id,
    params: {
      ...(input.status && { status: input.status }),
      ...(input.priority && { priority: input.priority }),
      ...(queue !== undefined && { queue }),
      ...(input.settings && { settings: Object.keys(input.settings).join(',').slice(0, 1000) }),
    },
  })
}

/** @throws TernError of settingProblem, `{jsonPath}` */
function writeSettings(
  transaction: Transaction,
  job: JobRow,
  changes: NonNullable<CheckedInput<'transfer/update'>['settings']>,
): void {
  const own = new Map(Object.entries(JSON.parse(job.settings) as Settings))
  for (const [name, value] of Object.entries(changes)) {
    own.delete(name)
    if (value === null) continue
    const problem = settingProblem(name, `${value}`, 'job')
    if (problem) throw new TernError(problem.code, { ...problem.params, jsonPath: `$.settings.${name}` })
    own.set(name, canonicalValue(name, `${value}`))
  }
  updateJob(transaction.database, job.id, { settings: JSON.stringify(Object.fromEntries(own)) })
  tellRuns(transaction, runningDispatchesOf(transaction.database, job.id))
}

function writeStatus(
  transaction: Transaction,
  caller: Caller,
  id: JobRow['id'],
  wanted: string,
  rules: RetryRules,
): void {
  const { database, nowMs } = transaction
  const found = requireJob(database, id)
  const event = jobEventForWrite(found.status, wanted)
  if (!mayActOnJob(caller.user, found, event)) throw new TernError('FORBIDDEN')
  if (event !== 'resume') stopDispatch(transaction, id, rules)
  const job = requireJob(database, id)
  // All of it was in place already; only the word of it was still on its way.
  if (nextJobStatus(job.status, event) === undefined) return
  const by = { userId: caller.user.id, userName: caller.user.name, atMs: nowMs }
  switch (event) {
    case 'pause':
    case 'abort':
      applyJobEvent(transaction, id, event, holdBy(job, event === 'pause' ? 'paused' : 'aborted', by))
      break
    case 'finish':
      // What was not transferred is left out; it never shows as done.
      applyJobEvent(transaction, id, 'finish', { hold: null, next_at: 0 })
      break
    case 'resend':
      resetLocation(transaction, job)
      break
    default:
      if (wasDeclinedByAnother(job, caller)) resetLocation(transaction, job)
      else resume(transaction, job)
  }
}

/** Who did it first, and when, stays. */
function holdBy(job: JobRow, code: 'paused' | 'aborted', by: Readonly<Record<string, string | number>>): JobChanges {
  const isSaid = job.status === code && (code === 'aborted' || holdOf(job)?.code === code)
  return isSaid ? {} : { hold: holdText(code, by), next_at: 0 }
}

/** Nobody else wakes what its receiver declined into the folder that was chosen for it: they are asked anew. */
function wasDeclinedByAnother(job: JobRow, caller: Caller): boolean {
  return (
    job.status === 'aborted' &&
    holdOf(job)?.code === 'declined' &&
    job.location_client !== null &&
    job.destination_user !== caller.user.id
  )
}

/** Goes on, or tries again: at the end of its queue when it had stopped, at once when it only waited. */
function resume(transaction: Transaction, job: JobRow): void {
  const { effects, nowMs } = transaction
  if (job.status === 'running') return
  const requeued = job.status === 'waiting' || job.status === 'init' ? {} : { queued_at: nowMs }
  // Consent is not the caller's to give: the hold stays until the machine's owner answers.
  const keepsConsent = holdOf(job)?.code === 'consent' && !isFinished(job.status)
  applyJobEvent(transaction, job.id, 'resume', {
    ...(!keepsConsent && { hold: null }),
    ...freshStart,
    ...requeued,
  })
  if (requireJob(transaction.database, job.id).is_measured === 0) effects.measure(job.id)
}

/** A person looked at it: whatever was counted of tries begins anew. */
const freshStart = { next_at: 0, attempt: 0 }

/**
 * Status, priority and metadata of single tasks (transfers document, Modifying tasks); the job follows. What runs is stopped
 * only when a running task is taken out.
 */
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
  if (input.tasks.some((change) => change.status !== undefined)) {
    const event = input.tasks.some((change) => change.status === 'queued') ? 'task-retried' : 'tasks-written'
    if (!mayActOnJob(caller.user, job, event)) throw new TernError('FORBIDDEN')
    if (event === 'task-retried' && wasDeclinedByAnother(job, caller))
      throw new TernError('STATUS_NOT_WRITEABLE', { status: 'queued', current: job.status })
    for (const change of input.tasks) writeTask(transaction, caller, job, change, rules)
    followTasks(transaction, job.id, event, rules)
  }
  for (const [index, { id, priority, metadata }] of input.tasks.entries()) {
    if (priority === undefined && metadata === undefined) continue
    const checked = asMetadata(metadata, `$.tasks[${index}].metadata`)
    const { changes } = database.run(
      'UPDATE tasks SET priority = coalesce(?, priority), metadata = coalesce(?, metadata) WHERE id = ? AND job_id = ?',
      [priority ?? null, checked === undefined ? null : JSON.stringify(checked), id, job.id],
    )
    if (changes === 0) throw new TernError('NOT_FOUND', { entity: 'task', id })
  }
  if (requireJob(database, job.id).is_measured === 0) effects.measure(job.id)
  effects.changed('job', job.id)
}

function writeTask(
  transaction: Transaction,
  caller: Caller,
  job: JobRow,
  change: CheckedInput<'task/update'>['tasks'][number],
  rules: RetryRules,
): void {
  const { database } = transaction
  const task = taskById(database, job.id, change.id)
  if (task === undefined) throw new TernError('NOT_FOUND', { entity: 'task', id: change.id })
  if (change.status === undefined || change.status === task.status) return
  const status = taskStatusAfterWrite(task.status, change.status, { hasLocation: hasLocation(job) })
  if (task.status === 'booting' || task.status === 'executing') stopDispatchOf(transaction, task, rules)
  writeTaskStatus(database, task, status)
  if (change.status === 'queued' && task.is_measured === 0) updateJob(database, job.id, { is_measured: 0 })
  logJob(transaction, job.id, 'info', `task.${status}`, { uri: task.uri, userName: caller.user.name })
}

/** The job becomes what its tasks make it; a retry of one of them is a person's word for the whole. */
function followTasks(
  transaction: Transaction,
  id: JobRow['id'],
  event: 'task-retried' | 'tasks-written',
  rules: RetryRules,
): void {
  const before = requireJob(transaction.database, id).status
  const status = applyJobEvent(transaction, id, event, (next) => {
    if (next === before) return event === 'task-retried' && next === 'waiting' ? { next_at: 0, attempt: 0 } : {}
    return { hold: null, ...(next === 'waiting' ? { ...freshStart, queued_at: transaction.nowMs } : { next_at: 0 }) }
  })
  if (status === 'failed' && (before !== 'failed' || !isRetryUseful(transaction, id))) {
    scheduleRetry(transaction, id, rules)
  }
}

/** Whether the retry that is planned still has something to try. */
function isRetryUseful({ database }: Transaction, id: JobRow['id']): boolean {
  const isPlanned = holdOf(requireJob(database, id))?.code === 'retry'
  return isPlanned && failedErrors(database, id).some((error) => isWorthRetrying(error?.code))
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
  if (!isFinished(job.status) && !input.force) {
    throw new TernError('CONFLICT', { status: job.status, problem: 'job-open' })
  }
  stopDispatch(transaction, job.id, rules)
  const people = new Set([job.user_id, job.source_user, job.destination_user].filter((id) => id !== null))
  const followers = database.all<JobRow>('SELECT * FROM jobs WHERE after_job_id = ?', [job.id])
  database.run('DELETE FROM jobs WHERE id = ?', [job.id])
  for (const follower of followers) {
    if (!isFinished(follower.status) && job.status !== 'done') {
      applyJobEvent(transaction, follower.id, 'abort', {
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
