import { type ErrorCode, type ErrorEnvelope, errorTable } from '../../shared/domain/errors.ts'
import { setJobStatus, settleFromTasks } from '../jobs/settle.ts'
import { InheritedSettings } from '../settings/inherited-settings.ts'
import { type DispatchRole, type DispatchRow, runningDispatchOf } from '../store/dispatches.ts'
import { countsOf, holdText, type JobRow, requireJob } from '../store/jobs.ts'
import { clientById, userById } from '../store/people.ts'
import { logJob } from '../store/records.ts'
import type { Transaction } from '../store/store.ts'
import type { TaskRow } from '../store/tasks.ts'

export type DispatchOutcome = 'done' | 'failed' | 'interrupted' | 'blocked' | 'stopped'

export interface RetryRules {
  /** First delay; doubled each time (setting `job_autoretry_delay_s`). */
  readonly retryDelayMs: number
  readonly maxRetryDelayMs: number
  /** Tries by itself before it is failed for good (setting `job_max_retries`). */
  readonly maxRetries: number
  readonly blockedRetryMs: number
  readonly interruptionDelayMs: number
  readonly maxInterruptionDelayMs: number
}

export const defaultRetryRules: RetryRules = {
  retryDelayMs: 15_000,
  maxRetryDelayMs: 600_000,
  maxRetries: 3,
  blockedRetryMs: 30_000,
  interruptionDelayMs: 500,
  maxInterruptionDelayMs: 10_000,
}

const steadyRunMs = 30_000
/** A line that breaks for days must not fill the log. */
export const loggedInterruptions = 20

export interface DispatchEnd {
  readonly outcome: DispatchOutcome
  readonly error?: ErrorEnvelope | undefined
  /** Who said so; undefined: the workspace itself. */
  readonly by?: DispatchRole
}

/** Ends a run for both sides and decides what its job does next. Whatever is reported of it later is fenced. */
export function endDispatch(
  transaction: Transaction,
  dispatch: DispatchRow,
  end: DispatchEnd,
  rules: RetryRules,
): void {
  const { database, effects, nowMs } = transaction
  const { outcome, error } = end
  database.run(
    'UPDATE dispatches SET is_running = 0, outcome = ?, error = ?, ended_at = ? WHERE id = ? AND is_running = 1',
    [outcome, error ? JSON.stringify(error) : null, nowMs, dispatch.id],
  )
  closeTasks(transaction, dispatch, end)
  const job = requireJob(database, dispatch.job_id)
  if (outcome !== 'interrupted' || job.interruptions < loggedInterruptions) {
    logJob(
      transaction,
      dispatch.job_id,
      outcome === 'failed' || outcome === 'blocked' ? 'warning' : 'info',
      `dispatch.${outcome}`,
      {
        epoch: dispatch.epoch,
        ...(error && { error: error.code, ...error.params }),
      },
    )
  }
  for (const [role, clientId] of [
    ['send', dispatch.sender],
    ['receive', dispatch.receiver],
  ] as const) {
    if (role !== end.by)
      effects.send(clientId, { type: 'dispatch.stop', dispatchId: dispatch.id, epoch: dispatch.epoch })
  }
  effects.changed('job', job.id)
  effects.schedule()
  // A person paused, aborted or finished it meanwhile: that stands.
  if (job.status === 'running') moveOn(transaction, job, dispatch, end, rules)
  // Tasks that came while it ran, and could not be measured then.
  if (job.is_measured === 0) effects.measure(job.id)
}

/** Somebody's word ends what runs of this job, if anything does. */
export function stopDispatch(transaction: Transaction, id: JobRow['id'], rules: RetryRules): void {
  const running = runningDispatchOf(transaction.database, id)
  if (running) endDispatch(transaction, running, { outcome: 'stopped' }, rules)
}

function closeTasks(transaction: Transaction, dispatch: DispatchRow, { outcome, error }: DispatchEnd): void {
  const { database, nowMs } = transaction
  database.run('UPDATE tasks SET time_ms = ? WHERE dispatch_id = ?', [nowMs - dispatch.started_at, dispatch.id])
  if (outcome === 'done' || outcome === 'failed') {
    const cause = error ?? { code: 'INTERNAL', params: { problem: 'not-reported' } }
    database.run(
      `UPDATE tasks SET status = 'failed', error = ?, finished_at = ?, dispatch_id = NULL
       WHERE dispatch_id = ? AND status IN ('booting', 'executing')`,
      [JSON.stringify(cause), nowMs, dispatch.id],
    )
  } else {
    database.run(
      "UPDATE tasks SET status = 'queued', dispatch_id = NULL WHERE dispatch_id = ? AND status IN ('booting', 'executing')",
      [dispatch.id],
    )
  }
  database.run('UPDATE tasks SET dispatch_id = NULL WHERE dispatch_id = ?', [dispatch.id])
}

function moveOn(
  transaction: Transaction,
  job: JobRow,
  dispatch: DispatchRow,
  end: DispatchEnd,
  rules: RetryRules,
): void {
  const { nowMs } = transaction
  const counts = countsOf(job)
  const isSettled = end.outcome === 'done' || end.outcome === 'failed'
  // Also when it broke off after its last task was reported: then there is nothing to run again.
  if (isSettled || counts.queued + counts.pending === 0) {
    settleRun(transaction, job, isSettled ? end.error : undefined, rules)
    return
  }
  switch (end.outcome) {
    case 'interrupted':
    case 'stopped': {
      // A pair that never meets takes its time to find out; that makes no steady run.
      const wasSteady = nowMs - dispatch.started_at > steadyRunMs && end.error?.code !== 'PEER_UNREACHABLE'
      const interruptions = wasSteady ? 0 : job.interruptions
      const delayMs = Math.min(
        rules.maxInterruptionDelayMs,
        rules.interruptionDelayMs * 2 ** Math.min(interruptions, 20),
      )
      // Once may happen to anybody; when it goes on, people are told what stands in the way.
      const isKnown = end.error !== undefined && interruptions > 0
      setJobStatus(transaction, job, 'waiting', {
        hold: isKnown ? holdText('blocked', { ...end.error?.params, error: end.error?.code }) : null,
        next_at: nowMs + delayMs,
        interruptions: interruptions + 1,
      })
      return
    }
    case 'blocked':
      block(transaction, job, end.error, end.by === 'send' ? dispatch.sender : dispatch.receiver, rules)
  }
}

/** Consent waits for a person; everything else is looked at again every so often, or when somebody asks. */
export function block(
  transaction: Transaction,
  job: JobRow,
  error: ErrorEnvelope | undefined,
  clientId: string,
  rules: Pick<RetryRules, 'blockedRetryMs'>,
): void {
  const { database, nowMs } = transaction
  const client = clientById(database, clientId)
  const owner = client?.user_id ? userById(database, client.user_id) : undefined
  const params = {
    ...error?.params,
    clientId,
    clientName: client?.name ?? '',
    ...(owner && { userId: owner.id, userName: owner.name }),
  }
  if (error?.code === 'CONSENT_NEEDED') {
    const requestedBy = userById(database, job.user_id)?.name ?? ''
    const mode = error.params?.mode ?? (clientId === job.source_client ? 'read' : 'write')
    setJobStatus(transaction, job, 'waiting', {
      hold: holdText('consent', { path: '', ...params, mode, requestedBy }),
      next_at: 0,
    })
    return
  }
  const hold = holdText('blocked', { ...params, error: error?.code ?? 'INTERNAL' })
  setJobStatus(transaction, job, job.is_measured === 1 ? 'waiting' : job.status, {
    hold,
    next_at: nowMs + rules.blockedRetryMs,
  })
}

function settleRun(transaction: Transaction, job: JobRow, error: ErrorEnvelope | undefined, rules: RetryRules): void {
  const counts = countsOf(job)
  if (counts.failed === 0 || counts.queued > 0) {
    settleFromTasks(transaction, job.id, {
      hold: null,
      next_at: 0,
      interruptions: 0,
      ...(counts.failed === 0 && { attempt: 0 }),
    })
    return
  }
  failOrRetry(transaction, job, error ?? firstTaskError(transaction, job), rules)
}

/** The rest is through; what failed is tried again by itself while there are tries left. */
export function failOrRetry(
  transaction: Transaction,
  job: JobRow,
  error: ErrorEnvelope,
  rules: Pick<RetryRules, 'maxRetries' | 'retryDelayMs' | 'maxRetryDelayMs'>,
): void {
  const { nowMs } = transaction
  const settings = new InheritedSettings(transaction.database).merged(job)
  const maxAttempts = wholeNumber(settings.job_max_retries) ?? rules.maxRetries
  const firstDelayMs = secondsToMs(settings.job_autoretry_delay_s) ?? rules.retryDelayMs
  const attempt = job.attempt + 1
  const params = { ...error.params, error: error.code }
  if (attempt > maxAttempts || errorTable[error.code as ErrorCode]?.retry === 'never') {
    setJobStatus(transaction, job, 'failed', { hold: holdText('failed', params), next_at: 0 })
    return
  }
  const nextAtMs = nowMs + Math.min(rules.maxRetryDelayMs, firstDelayMs * 2 ** job.attempt)
  const hold = holdText('retry', { ...params, attempt, maxAttempts, nextAtMs })
  setJobStatus(transaction, job, 'failed', { hold, attempt, next_at: nextAtMs })
}

export function firstTaskError({ database }: Transaction, job: Pick<JobRow, 'id'>): ErrorEnvelope {
  const row = database.get<Pick<TaskRow, 'error'>>(
    "SELECT error FROM tasks WHERE job_id = ? AND status = 'failed' AND error IS NOT NULL ORDER BY priority DESC, seq LIMIT 1",
    [job.id],
  )
  return row?.error ? (JSON.parse(row.error) as ErrorEnvelope) : { code: 'INTERNAL' }
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : undefined
}

function secondsToMs(text: string | undefined): number | undefined {
  const seconds = wholeNumber(text)
  return seconds === undefined ? undefined : seconds * 1000
}
