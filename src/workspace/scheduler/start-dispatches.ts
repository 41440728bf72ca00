import type { JobId } from '../../shared/domain/ids.ts'
import { settingOf } from '../../shared/domain/settings/merge-settings.ts'
import { applyJobEvent } from '../jobs/settle.ts'
import { type DispatchRow, runningDispatches } from '../store/dispatches.ts'
import { type JobPartRow, rekeyMovedShares } from '../store/job-parts.ts'
import { type JobRow, updateJob } from '../store/jobs.ts'
import type { ClientRow } from '../store/people.ts'
import type { Transaction } from '../store/store.ts'
import type { Presence } from '../stream/presence.ts'
import { type Contender, decide, type InterruptPolicy, type Limits, type Run } from './decide.ts'
import { endDispatch, type RetryRules } from './end-dispatch.ts'
import { readHeads } from './heads.ts'
import { ScheduleFacts } from './schedule-facts.ts'
import { startDispatch } from './start-dispatch.ts'

export interface ScheduleRules extends RetryRules, Limits {}

/** Starts what may start, and tells when to look again (epoch ms), if anything waits for a time. */
export function startDispatches(
  transaction: Transaction,
  presence: Presence,
  rules: ScheduleRules,
): number | undefined {
  requeueDueRetries(transaction)
  measureDueAgain(transaction)
  rekeyMovedShares(transaction.database)
  const facts = new ScheduleFacts(transaction.database, presence)
  const running = runsNow(transaction, facts, rules)
  const waiting = readHeads(transaction, facts).flatMap((part) => contender(transaction, facts, part) ?? [])
  const { start, interrupt } = decide(waiting, running, rules)
  for (const { row } of interrupt) endDispatch(transaction, row, { outcome: 'preempted' }, rules)
  for (const { row, ends } of start) startDispatch(transaction, row, ends, facts)
  // The next one of the same two ends, where more than one may run.
  if (start.some(({ maxPerPair = rules.maxPerPair }) => maxPerPair > 1)) transaction.effects.schedule()
  return nextLookMs(transaction)
}

interface WaitingPart extends Contender {
  readonly row: JobPartRow
  readonly ends: { readonly sender: ClientRow; readonly receiver: ClientRow }
}

interface RunningPart extends Run {
  readonly row: DispatchRow
}

function contender({ database }: Transaction, facts: ScheduleFacts, part: JobPartRow): WaitingPart | undefined {
  const { client: sender } = facts.end(part.source_key)
  const { client: receiver } = facts.end(part.destination_key)
  if (sender === undefined || receiver === undefined) return undefined
  const job = database.get<Pick<JobRow, 'id' | 'queue' | 'settings' | 'attempt'>>(
    'SELECT id, queue, settings, attempt FROM jobs WHERE id = ?',
    [part.job_id],
  )
  if (job === undefined) return undefined
  const concurrent = facts.settings.beforeShares(job, 'transfer_concurrent')
  return {
    ...rankOf(facts, part),
    sender: sender.id,
    receiver: receiver.id,
    ...(concurrent !== undefined && { maxPerPair: Number(concurrent) }),
    mayInterrupt: part.interruptions === 0 && part.hold === null && job.attempt === 0,
    row: part,
    ends: { sender, receiver },
  }
}

/** What goes on. A run at a share, site or machine that has been disabled since ends, and its job waits. */
function runsNow(transaction: Transaction, facts: ScheduleFacts, rules: RetryRules): RunningPart[] {
  const { database } = transaction
  const runs: RunningPart[] = []
  for (const row of runningDispatches(database)) {
    const part = database.get<JobPartRow>('SELECT * FROM job_parts WHERE job_id = ? AND part = ?', [
      row.job_id,
      row.part,
    ])
    if (part === undefined) continue
    const ends = [facts.end(row.source_key).obstacle, facts.end(row.destination_key).obstacle]
    if ([facts.shareObstacle(part), ...ends].some((each) => each?.kind === 'disabled')) {
      endDispatch(transaction, row, { outcome: 'preempted' }, rules)
      continue
    }
    const { sender, receiver, id: dispatchId } = row
    runs.push({ ...rankOf(facts, part), dispatchId, sender, receiver, policy: policyOf(facts, part.queue), row })
  }
  return runs
}

function rankOf(facts: ScheduleFacts, { queue, priority, queued_at, job_id, part }: JobPartRow) {
  return { queuePriority: facts.queue(queue).priority, priority, queuedAtMs: queued_at, jobId: job_id, part }
}

function policyOf(facts: ScheduleFacts, queue: string): InterruptPolicy {
  const set = facts.settings.ofQueue(queue, 'queue_interrupt_policy')
  return (set ?? settingOf({}, 'queue_interrupt_policy')) as InterruptPolicy
}

function nextLookMs({ database, nowMs }: Transaction): number | undefined {
  const next = database.get<{ at: number | null }>(
    `SELECT min(at) AS at FROM (
       SELECT min(next_at) AS at FROM job_parts WHERE is_ready = 1 AND next_at > 0 AND next_at > ?1
       UNION ALL SELECT min(next_at) FROM jobs WHERE status = 'failed' AND next_at > 0
       UNION ALL SELECT min(next_at) FROM jobs INDEXED BY jobs_asked_again
         WHERE is_live = 1 AND is_measured = 0 AND next_at > 0 AND next_at > ?1 AND status IN ('init', 'waiting'))`,
    [nowMs],
  )
  return next?.at ?? undefined
}

function requeueDueRetries(transaction: Transaction): void {
  const { database, nowMs } = transaction
  const due = database.all<Pick<JobRow, 'id'>>(
    "SELECT id FROM jobs WHERE status = 'failed' AND next_at > 0 AND next_at <= ? LIMIT 100",
    [nowMs],
  )
  for (const { id } of due) applyJobEvent(transaction, id, 'retried', { hold: null, next_at: 0 })
}

/** What kept a source from being measured may be over: its client is asked again. */
function measureDueAgain({ database, effects, nowMs }: Transaction): void {
  const due = database.all<{ id: JobId }>(
    `SELECT id FROM jobs INDEXED BY jobs_asked_again
     WHERE is_live = 1 AND is_measured = 0 AND next_at > 0 AND next_at <= ? AND status IN ('init', 'waiting') LIMIT 100`,
    [nowMs],
  )
  for (const { id } of due) {
    updateJob(database, id, { next_at: 0 })
    effects.measure(id)
  }
}
