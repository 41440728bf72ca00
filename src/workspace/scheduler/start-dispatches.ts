import { newEntityId, newSecret } from '../../platform/random-id.ts'
import type { SqliteDatabase } from '../../platform/sqlite.ts'
import type { DispatchId, JobId } from '../../shared/domain/ids.ts'
import type { TaskEndpoint } from '../../shared/domain/job.ts'
import { maySeeJob, shareRights } from '../access/rights.ts'
import { applyJobEvent } from '../jobs/settle.ts'
import { directionOf } from '../settings/direction.ts'
import { InheritedSettings } from '../settings/inherited-settings.ts'
import { type DispatchRow, insertDispatch, runningDispatches } from '../store/dispatches.ts'
import { holdOf, holdText, type JobRow, requireJob, updateJob } from '../store/jobs.ts'
import { userById } from '../store/people.ts'
import { shareById } from '../store/places.ts'
import { logJob } from '../store/records.ts'
import type { Transaction } from '../store/store.ts'
import { tasksOfStatus } from '../store/tasks.ts'
import type { Presence } from '../stream/presence.ts'
import { decide, type PairHead } from './decide.ts'
import { loggedInterruptions } from './end-dispatch.ts'
import { dispatchOrderFor } from './order.ts'

export interface ScheduleLimits {
  readonly maxPerPair: number
  readonly maxPerEnd: number
}

export const maxTasksPerDispatch = 1000
/** Ended ones are only of use for a look back. */
const keptDispatchesMs = 24 * 3_600_000

/** Starts what may start, and tells when to look again (epoch ms), if anything waits for a time. */
export function startDispatches(
  transaction: Transaction,
  presence: Presence,
  limits: ScheduleLimits,
): number | undefined {
  const { database, nowMs } = transaction
  requeueDueRetries(transaction)
  measureDueAgain(transaction)
  const running = runningDispatches(database)
  const count = (matches: (row: DispatchRow) => boolean) => running.filter(matches).length
  const inherited = new InheritedSettings(database)
  const started = decide(startable(inherited, pairHeads(database, nowMs)), {
    ...limits,
    isOnline: (key) => presence.clientAt(database, key) !== undefined,
    runningOfPair: (source, destination) =>
      count((row) => row.source_key === source && row.destination_key === destination),
    runningAt: (key) => count((row) => row.source_key === key || row.destination_key === key),
  })
  for (const head of started) startDispatch(transaction, presence, head, inherited)
  // The next one of the same pair, where more than one may run.
  if (started.some(({ maxPerPair = limits.maxPerPair }) => maxPerPair > 1)) transaction.effects.schedule()
  const next = database.get<{ at: number | null }>(
    `SELECT min(at) AS at FROM (
       SELECT min(next_at) AS at FROM jobs WHERE is_ready = 1 AND next_at > ?1
       UNION ALL SELECT min(next_at) FROM jobs WHERE status = 'failed' AND next_at > 0
       UNION ALL SELECT min(next_at) FROM jobs WHERE is_live = 1 AND is_measured = 0 AND status IN ('init', 'waiting') AND next_at > ?1)`,
    [nowMs],
  )
  return next?.at ?? undefined
}

/** One seek per endpoint pair, whatever the number of jobs: the index leads from pair to pair. */
function pairHeads(database: SqliteDatabase, nowMs: number): PairHead[] {
  const heads: PairHead[] = []
  let pair: { source_key: string; destination_key: string } | undefined = { source_key: '', destination_key: '' }
  while (pair) {
    pair = database.get<{ source_key: string; destination_key: string }>(
      `SELECT source_key, destination_key FROM jobs WHERE is_ready = 1 AND (source_key, destination_key) > (?, ?)
       ORDER BY source_key, destination_key LIMIT 1`,
      [pair.source_key, pair.destination_key],
    )
    if (pair === undefined) break
    const head = database.get<PairHead>(
      `SELECT id AS jobId, source_key AS sourceKey, destination_key AS destinationKey, priority, queued_at AS queuedAtMs
       FROM jobs WHERE is_ready = 1 AND source_key = ? AND destination_key = ? AND next_at <= ?
       ORDER BY priority DESC, queued_at, id LIMIT 1`,
      [pair.source_key, pair.destination_key, nowMs],
    )
    if (head) heads.push(head)
  }
  return heads
}

/** Those that are not switched off, with what their settings say of how many may run at once. */
function startable(inherited: InheritedSettings, heads: readonly PairHead[]): PairHead[] {
  const off = inherited.switchedOff()
  return heads
    .filter(({ sourceKey, destinationKey }) => !off.has(directionOf(sourceKey, destinationKey)))
    .map((head) => {
      const concurrent = inherited.beforeShares(requireJob(inherited.database, head.jobId), 'transfer_concurrent')
      return concurrent === undefined ? head : { ...head, maxPerPair: Number(concurrent) }
    })
}

function requeueDueRetries(transaction: Transaction): void {
  const { database, nowMs } = transaction
  const due = database.all<{ id: JobId }>(
    "SELECT id FROM jobs WHERE status = 'failed' AND next_at > 0 AND next_at <= ? LIMIT 100",
    [nowMs],
  )
  for (const { id } of due) {
    applyJobEvent(transaction, id, 'retried', { hold: null, next_at: 0 })
  }
}

/** What kept a source from being measured may be over: its client is asked again. */
function measureDueAgain({ database, effects, nowMs }: Transaction): void {
  const due = database.all<{ id: JobId }>(
    `SELECT id FROM jobs
     WHERE is_live = 1 AND is_measured = 0 AND status IN ('init', 'waiting') AND next_at > 0 AND next_at <= ? LIMIT 100`,
    [nowMs],
  )
  for (const { id } of due) {
    updateJob(database, id, { next_at: 0 })
    effects.measure(id)
  }
}

function startDispatch(
  transaction: Transaction,
  presence: Presence,
  head: PairHead,
  inherited: InheritedSettings,
): void {
  const { database, effects, nowMs } = transaction
  const job = requireJob(database, head.jobId)
  const sender = presence.clientAt(database, job.source_key)
  const receiver = presence.clientAt(database, job.destination_key)
  if (sender === undefined || receiver === undefined) return
  const queued = tasksOfStatus(database, job.id, 'queued', bucketSize(inherited.beforeShares(job, 'task_bucketsize')))
  // One run has one set of settings, so its tasks are those that inherit the same.
  const tasks = queued.filter((task) => inherited.shareKey(task) === inherited.shareKey(queued[0] ?? task))
  const forbidden = tasks.some(
    (task) => !isStillAllowed(database, job, JSON.parse(task.source), JSON.parse(task.destination)),
  )
  if (forbidden) {
    applyJobEvent(transaction, job.id, 'refused', { hold: holdText('failed', { error: 'FORBIDDEN' }), next_at: 0 })
    return
  }
  const dispatch = {
    id: newEntityId<DispatchId>(),
    job_id: job.id,
    epoch: job.epoch + 1,
    source_key: job.source_key,
    destination_key: job.destination_key,
    sender: sender.id,
    receiver: receiver.id,
    ticket: newSecret(),
    started_at: nowMs,
  }
  database.run('DELETE FROM dispatches WHERE job_id = ? AND is_running = 0 AND ended_at < ?', [
    job.id,
    nowMs - keptDispatchesMs,
  ])
  insertDispatch(database, dispatch)
  for (const task of tasks) {
    database.run("UPDATE tasks SET status = 'booting', dispatch_id = ? WHERE job_id = ? AND seq = ?", [
      dispatch.id,
      job.id,
      task.seq,
    ])
  }
  const keepsHold = holdOf(job)?.code === 'retry'
  applyJobEvent(transaction, job.id, 'dispatched', { epoch: dispatch.epoch, ...(!keepsHold && { hold: null }) })
  if (job.interruptions < loggedInterruptions) {
    logJob(transaction, job.id, 'info', 'dispatch.started', {
      from: sender.name,
      to: receiver.name,
      tasks: tasks.length,
      epoch: dispatch.epoch,
    })
  }
  const row: DispatchRow = { ...dispatch, is_running: 1, outcome: null, error: null, ended_at: null }
  for (const [role, client] of [
    ['receive', receiver],
    ['send', sender],
  ] as const) {
    effects.send(client.id, { type: 'dispatch.start', dispatch: dispatchOrderFor(database, job, row, role) })
  }
  updateJob(database, job.id, {})
}

/** Setting `task_bucketsize`; 0 is as many as one run takes. */
function bucketSize(text = '0'): number {
  const size = Number(text)
  return size > 0 ? Math.min(size, maxTasksPerDispatch) : maxTasksPerDispatch
}

/** Rights may have gone since the job was made. */
function isStillAllowed(
  database: SqliteDatabase,
  job: JobRow,
  source: TaskEndpoint,
  destination: TaskEndpoint,
): boolean {
  const creator = userById(database, job.user_id)
  if (creator === undefined || !maySeeJob(creator, job)) return false
  const rights = (shareId: string) => {
    const share = shareById(database, shareId)
    const owner = share?.user_id ? userById(database, share.user_id) : undefined
    return share && shareRights(creator, share, owner)
  }
  if (source.shareId !== undefined && !rights(source.shareId)?.mayRead) return false
  if (destination.shareId !== undefined && !rights(destination.shareId)?.mayWrite) return false
  const people = [source.userId, destination.userId].filter((id) => id !== undefined)
  return people.every((id) => userById(database, id)?.status === 'enabled')
}
