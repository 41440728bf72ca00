import type { ErrorEnvelope } from '../../shared/domain/errors.ts'
import type { JobStatus } from '../../shared/domain/job.ts'
import {
  type AutomaticRetry,
  defaultInterruption,
  defaultRetry,
  type InterruptionRules,
  interruptionPauseMs,
  isWorthRetrying,
  nextTry,
  retryFromSettings,
} from '../../shared/domain/status/retry.ts'
import { leftHold } from '../jobs/left-as-it-was.ts'
import { hasPlanned, planHold } from '../jobs/plan-of-run.ts'
import { applyJobEvent, type JobChanges } from '../jobs/settle.ts'
import { InheritedSettings } from '../settings/inherited-settings.ts'
import { type DispatchRole, type DispatchRow, dispatchById, runningDispatchesOf } from '../store/dispatches.ts'
import { type JobPartRow, partsOf, unbarParts, updatePart } from '../store/job-parts.ts'
import { countsOf, holdOf, holdText, type JobRow, requireJob, updateJob } from '../store/jobs.ts'
import { clientById, userById } from '../store/people.ts'
import { logJob } from '../store/records.ts'
import type { Transaction } from '../store/store.ts'
import { failedErrors, type TaskRow } from '../store/tasks.ts'

export type DispatchOutcome =
  | 'done'
  | 'failed'
  | 'interrupted'
  | 'blocked'
  | 'stopped'
  /** It makes room for one that goes before it, or must not run any more: it goes on where it was, and costs no try. */
  | 'preempted'

export interface RetryRules extends AutomaticRetry, InterruptionRules {
  readonly blockedRetryMs: number
}

export const defaultRetryRules: RetryRules = { ...defaultRetry, ...defaultInterruption, blockedRetryMs: 30_000 }

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
  const parts = partsOf(database, dispatch.job_id).filter((part) => part.dispatch_id === dispatch.id)
  const job = requireJob(database, dispatch.job_id)
  const isPlan = outcome === 'done' && hasPlanned(database, job.id, dispatch.started_at)
  if (outcome !== 'interrupted' || (parts[0]?.interruptions ?? 0) < loggedInterruptions) {
    logJob(
      transaction,
      dispatch.job_id,
      outcome === 'failed' || outcome === 'blocked' ? 'warning' : 'info',
      isPlan ? 'dispatch.planned' : `dispatch.${outcome}`,
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
  for (const part of parts)
    updatePart(database, part, { dispatch_id: null, ...partChanges(transaction, part, dispatch, end, rules) })
  unbarParts(database, job.id)
  // A person paused, aborted or finished it meanwhile: that stands.
  if (job.status === 'running') moveOn(transaction, job, dispatch, end, rules)
  // Tasks that came while it ran, and could not be measured then.
  if (job.is_measured === 0) effects.measure(job.id)
}

/** Somebody's word ends what runs of this job, if anything does. */
export function stopDispatch(transaction: Transaction, id: JobRow['id'], rules: RetryRules): void {
  for (const running of runningDispatchesOf(transaction.database, id)) {
    endDispatch(transaction, running, { outcome: 'stopped' }, rules)
  }
}

/** Somebody took a task out of the run that it was part of: that run alone ends. */
export function stopDispatchOf(transaction: Transaction, task: Pick<TaskRow, 'dispatch_id'>, rules: RetryRules): void {
  const running = task.dispatch_id === null ? undefined : dispatchById(transaction.database, task.dispatch_id)
  if (running?.is_running === 1) endDispatch(transaction, running, { outcome: 'stopped' }, rules)
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

const eventOf = {
  done: 'ended',
  failed: 'ended',
  interrupted: 'interrupted',
  stopped: 'interrupted',
  preempted: 'interrupted',
} as const

function moveOn(
  transaction: Transaction,
  job: JobRow,
  dispatch: DispatchRow,
  end: DispatchEnd,
  rules: RetryRules,
): void {
  const event = end.outcome === 'blocked' ? blockedEvent(end.error) : eventOf[end.outcome]
  const clientId = end.by === 'send' ? dispatch.sender : dispatch.receiver
  const status = applyJobEvent(transaction, job.id, event, (next) => {
    if (event === 'consent-asked') return blockedChanges(transaction, job, end.error, clientId, rules)
    // Also when it broke off after its last task was reported: then there is nothing to run again.
    if (event !== 'ended' && (next === 'waiting' || next === 'running')) return {}
    return { ...settledRun(job), ...(next === 'done' && doneHold(transaction, dispatch)) }
  })
  if (status === 'failed') scheduleRetry(transaction, job.id, rules)
}

/** What is done but has not brought what one expects of it says so. */
function doneHold({ database }: Transaction, dispatch: DispatchRow): JobChanges {
  const job = requireJob(database, dispatch.job_id)
  const isPlan = hasPlanned(database, job.id, dispatch.started_at)
  return { hold: isPlan ? planHold(database, job) : leftHold(database, job) }
}

/** Consent that another part of it waits for stays asked for. */
function settledRun(job: JobRow): JobChanges {
  const isHeld = holdOf(job)?.code === 'consent'
  return { ...(!isHeld && { hold: null, next_at: 0 }), ...(countsOf(job).failed === 0 && { attempt: 0 }) }
}

/** When the part may run again, and what people are told meanwhile. */
function partChanges(
  transaction: Transaction,
  part: JobPartRow,
  dispatch: DispatchRow,
  end: DispatchEnd,
  rules: RetryRules,
): Partial<Pick<JobPartRow, 'hold' | 'next_at' | 'interruptions'>> {
  switch (end.outcome) {
    case 'done':
    case 'failed':
      return { hold: null, next_at: 0, interruptions: 0 }
    case 'preempted':
      return {}
    case 'blocked': {
      if (blockedEvent(end.error) === 'consent-asked') return { hold: null, next_at: 0 }
      const job = requireJob(transaction.database, dispatch.job_id)
      const clientId = end.by === 'send' ? dispatch.sender : dispatch.receiver
      const { hold = null, next_at = 0 } = blockedChanges(transaction, job, end.error, clientId, rules)
      return { hold, next_at }
    }
    case 'interrupted':
    case 'stopped':
      return interruptedRun(transaction, part, dispatch, end, rules)
  }
}

function interruptedRun(
  { nowMs }: Transaction,
  part: JobPartRow,
  dispatch: DispatchRow,
  { error }: DispatchEnd,
  rules: RetryRules,
): Pick<JobPartRow, 'hold' | 'next_at' | 'interruptions'> {
  // A pair that never meets takes its time to find out; that makes no steady run.
  const wasSteady = nowMs - dispatch.started_at > steadyRunMs && error?.code !== 'PEER_UNREACHABLE'
  const interruptions = wasSteady ? 0 : part.interruptions
  // Once may happen to anybody; when it goes on, people are told what stands in the way.
  const isKnown = error !== undefined && interruptions > 0
  return {
    hold: isKnown ? holdText('blocked', { ...error.params, error: error.code }) : null,
    next_at: nowMs + interruptionPauseMs(interruptions, rules),
    interruptions: interruptions + 1,
  }
}

/** One side cannot go on. What a person paused stays as it is; what runs is told at its end. */
export function block(
  transaction: Transaction,
  job: JobRow,
  error: ErrorEnvelope | undefined,
  clientId: string,
  rules: Pick<RetryRules, 'blockedRetryMs'>,
): void {
  const isWaiting = (status: JobStatus) => status === 'waiting' || status === 'init'
  applyJobEvent(transaction, job.id, blockedEvent(error), (status) =>
    isWaiting(status) ? blockedChanges(transaction, job, error, clientId, rules) : {},
  )
}

function blockedEvent(error: ErrorEnvelope | undefined): 'blocked' | 'consent-asked' {
  return error?.code === 'CONSENT_NEEDED' ? 'consent-asked' : 'blocked'
}

/** Consent waits for a person; everything else is looked at again every so often, or when somebody asks. */
function blockedChanges(
  { database, nowMs }: Transaction,
  job: JobRow,
  error: ErrorEnvelope | undefined,
  clientId: string,
  rules: Pick<RetryRules, 'blockedRetryMs'>,
): JobChanges {
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
    return { hold: holdText('consent', { path: '', ...params, mode, requestedBy }), next_at: 0 }
  }
  const hold = holdText('blocked', { ...params, error: error?.code ?? 'INTERNAL' })
  return { hold, next_at: nowMs + rules.blockedRetryMs }
}

/** The rest is through; what failed is tried again by itself while there are tries left and it may help. */
export function scheduleRetry(transaction: Transaction, id: JobRow['id'], rules: AutomaticRetry): void {
  const { database, nowMs } = transaction
  const job = requireJob(database, id)
  const errors = failedErrors(database, id)
  const settings = new InheritedSettings(transaction.database).merged(job)
  const codes = errors.map((error) => error?.code)
  const next = nextTry(codes, job.attempt, retryFromSettings(settings, rules))
  const error = errors.find((each) => isWorthRetrying(each?.code)) ?? errors[0]
  // A task that a person set to failed has no error: the log says who did it.
  const params = error === undefined ? {} : { ...error.params, error: error.code }
  if (next.kind === 'final') {
    updateJob(database, id, { hold: holdText('failed', params), next_at: 0 })
    return
  }
  const { attempt, maxAttempts, delayMs } = next
  const nextAtMs = nowMs + delayMs
  const hold = holdText('retry', { ...params, attempt, maxAttempts, nextAtMs })
  updateJob(database, id, { hold, attempt, next_at: nextAtMs })
}
