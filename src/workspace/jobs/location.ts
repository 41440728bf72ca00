import { TernError } from '../../shared/domain/errors.ts'
import { isFinished } from '../../shared/domain/status/job-status.ts'
import type { Caller } from '../access/caller.ts'
import { mayActOnJob, requireVisible } from '../access/rights.ts'
import type { CheckedInput } from '../api/checked-input.ts'
import { type RetryRules, stopDispatch } from '../scheduler/end-dispatch.ts'
import { holdText, type JobRow, requireJob, updateJob } from '../store/jobs.ts'
import { audit, logJob } from '../store/records.ts'
import type { Transaction } from '../store/store.ts'
import { endpointKey } from '../stream/presence.ts'
import { applyJobEvent } from './settle.ts'

/**
 * The receiver chose where it lands, on the calling machine, which becomes the job's endpoint. The first answer with
 * the current revision wins; the others get CONFLICT (DESIGN.md section 5, Pending).
 */
export function resolveLocation(
  transaction: Transaction,
  caller: Caller,
  input: CheckedInput<'transfer/resolve'>,
): void {
  const { database, nowMs } = transaction
  const job = requireJob(database, input.jobId)
  const { client, user } = caller
  requireVisible(user, job)
  if (!mayActOnJob(user, job, 'located') || client === undefined || client.user_id !== user.id)
    throw new TernError('FORBIDDEN')
  if (job.revision !== input.revision) throw new TernError('CONFLICT', { revision: job.revision })
  if (isFinished(job.status) || job.n_pending === 0)
    throw new TernError('CONFLICT', { revision: job.revision, status: job.status })
  // Nothing can travel from a machine to itself: the job would wait for ever.
  if (job.source_key === endpointKey(client))
    throw new TernError('SPEC_INVALID', { jsonPath: '$', advice: 'same-party' })
  if (!isAbsolute(input.path)) throw new TernError('PATH_INVALID', { path: input.path, problem: 'absolute-needed' })
  for (const id of input.exclude ?? []) {
    database.run("UPDATE tasks SET status = 'excluded' WHERE id = ? AND job_id = ? AND status = 'pending'", [
      id,
      job.id,
    ])
  }
  const where = {
    destination_client: client.id,
    destination_key: `client:${client.id}`,
    location_client: client.id,
    location_path: input.path,
    revision: job.revision + 1,
    queued_at: nowMs,
    modified_at: nowMs,
  }
  logJob(transaction, job.id, 'info', 'job.location-chosen', { userName: user.name, machine: client.name })
  audit(transaction, { userId: user.id, clientId: client.id, action: 'transfer/resolve', subject: job.id })
  updateJob(database, job.id, where)
  applyJobEvent(transaction, job.id, 'located')
}

/** The receiver does not want it: the job ends, and the sender sees who and why. */
export function declineTransfer(
  transaction: Transaction,
  caller: Caller,
  input: CheckedInput<'transfer/decline'>,
  rules: RetryRules,
): void {
  const job = requireJob(transaction.database, input.jobId)
  requireVisible(caller.user, job)
  if (!mayActOnJob(caller.user, job, 'declined')) throw new TernError('FORBIDDEN')
  if (isFinished(job.status)) throw new TernError('CONFLICT', { status: job.status })
  decline(transaction, caller, job, input.reason, rules)
}

/** Also ends what runs of it: nothing more of it lands here. */
export function decline(
  transaction: Transaction,
  caller: Caller,
  job: JobRow,
  reason: string | undefined,
  rules: RetryRules,
): void {
  stopDispatch(transaction, job.id, rules)
  const stopped = requireJob(transaction.database, job.id)
  if (isFinished(stopped.status)) throw new TernError('CONFLICT', { status: stopped.status })
  const { user, client } = caller
  const hold = holdText('declined', {
    userId: user.id,
    userName: user.name,
    text: reason?.trim() ?? '',
    atMs: transaction.nowMs,
  })
  logJob(transaction, job.id, 'info', 'job.declined', { userName: user.name, text: reason ?? '' })
  audit(transaction, { userId: user.id, clientId: client?.id, action: 'transfer/decline', subject: job.id })
  applyJobEvent(transaction, job.id, 'declined', { hold, next_at: 0 })
}

/** Writing `pending`: the receiver chooses anew, also for a job that had finished ("resend"). */
export function resetLocation(transaction: Transaction, job: JobRow): void {
  const { nowMs } = transaction
  if (job.destination_user === null)
    throw new TernError('STATUS_NOT_WRITEABLE', { status: 'pending', current: job.status })
  const chosen = job.location_client !== null || job.n_pending > 0
  if (!chosen) throw new TernError('STATUS_NOT_WRITEABLE', { status: 'pending', current: job.status })
  const nowhere = {
    destination_client: null,
    destination_key: '',
    location_client: null,
    location_path: null,
    revision: job.revision + 1,
    attempt: 0,
    next_at: 0,
    queued_at: nowMs,
    hold: null,
  }
  applyJobEvent(transaction, job.id, 'resend', nowhere)
}

function isAbsolute(path: string): boolean {
  return /^(\/|[A-Za-z]:[\\/]|\\\\[^\\]+\\)/.test(path) && !path.includes('\0')
}
