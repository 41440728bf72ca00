import { newEntityId, newSecret } from '../../platform/random-id.ts'
import type { DispatchId } from '../../shared/domain/ids.ts'
import { isStillAllowed } from '../access/still-allowed.ts'
import { applyJobEvent } from '../jobs/settle.ts'
import { type DispatchRow, insertDispatch } from '../store/dispatches.ts'
import { type JobPartRow, partsOf, updatePart } from '../store/job-parts.ts'
import { holdOf, holdText, type JobRow, requireJob, updateJob } from '../store/jobs.ts'
import type { ClientRow } from '../store/people.ts'
import { logJob } from '../store/records.ts'
import type { Transaction } from '../store/store.ts'
import { queuedTasks, type TaskRow } from '../store/tasks.ts'
import { loggedInterruptions } from './end-dispatch.ts'
import { dispatchOrderFor } from './order.ts'
import type { ScheduleFacts } from './schedule-facts.ts'

export const maxTasksPerDispatch = 1000
/** Ended ones are only of use for a look back. */
const keptDispatchesMs = 24 * 3_600_000

interface Ends {
  readonly sender: ClientRow
  readonly receiver: ClientRow
}

/** Runs a bucket of one part of a job between two clients. False: its maker may not have it run any more. */
export function startDispatch(transaction: Transaction, part: JobPartRow, ends: Ends, facts: ScheduleFacts): boolean {
  const { database } = transaction
  const job = requireJob(database, part.job_id)
  const size = bucketSize(facts.settings.beforeShares(job, 'task_bucketsize'))
  const together = partsWith(transaction, part, facts).map((each) => each.part)
  const tasks = queuedTasks(database, job.id, together, size)
  if (!tasks.every((task) => isStillAllowed(database, job, JSON.parse(task.source), JSON.parse(task.destination)))) {
    refuse(transaction, job, part)
    return false
  }
  const dispatch = insertRun(transaction, job, part, ends)
  for (const task of tasks) {
    database.run("UPDATE tasks SET status = 'booting', dispatch_id = ? WHERE job_id = ? AND seq = ?", [
      dispatch.id,
      job.id,
      task.seq,
    ])
  }
  for (const taken of new Set(tasks.map((task) => task.part))) {
    updatePart(database, { job_id: job.id, part: taken }, { dispatch_id: dispatch.id, hold: null })
  }
  const keepsHold = holdOf(job)?.code === 'retry'
  const changes = { epoch: dispatch.epoch, ...(!keepsHold && { hold: null }) }
  if (job.status === 'running') updateJob(database, job.id, changes)
  else applyJobEvent(transaction, job.id, 'dispatched', changes)
  tell(transaction, job, part, dispatch, ends, tasks)
  return true
}

/**
 * One run has one set of settings, so it takes the parts between the same ends that inherit the same from their shares.
 */
function partsWith({ database, nowMs }: Transaction, part: JobPartRow, facts: ScheduleFacts): readonly JobPartRow[] {
  const settingsOf = (each: JobPartRow) => facts.settings.keyOfShares([each.source_share, each.destination_share])
  return partsOf(database, part.job_id).filter(
    (each) =>
      each.part === part.part ||
      (each.is_ready === 1 &&
        each.next_at <= nowMs &&
        each.source_key === part.source_key &&
        each.destination_key === part.destination_key &&
        facts.shareObstacle(each) === undefined &&
        settingsOf(each) === settingsOf(part)),
  )
}

function refuse(transaction: Transaction, job: JobRow, part: JobPartRow): void {
  // What runs of it was allowed when it began; the word on the whole job waits for its end.
  if (job.status === 'running') updatePart(transaction.database, part, { is_barred: 1 })
  else applyJobEvent(transaction, job.id, 'refused', { hold: holdText('failed', { error: 'FORBIDDEN' }), next_at: 0 })
}

function insertRun(
  { database, nowMs }: Transaction,
  job: JobRow,
  part: JobPartRow,
  { sender, receiver }: Ends,
): DispatchRow {
  const dispatch = {
    id: newEntityId<DispatchId>(),
    job_id: job.id,
    part: part.part,
    epoch: job.epoch + 1,
    source_key: part.source_key,
    destination_key: part.destination_key,
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
  return { ...dispatch, is_running: 1, outcome: null, error: null, ended_at: null }
}

function tell(
  transaction: Transaction,
  job: JobRow,
  part: JobPartRow,
  dispatch: DispatchRow,
  { sender, receiver }: Ends,
  tasks: readonly TaskRow[],
): void {
  const { database, effects } = transaction
  if (part.interruptions < loggedInterruptions) {
    logJob(transaction, job.id, 'info', 'dispatch.started', {
      from: sender.name,
      to: receiver.name,
      tasks: tasks.length,
      epoch: dispatch.epoch,
    })
  }
  for (const [role, client] of [
    ['receive', receiver],
    ['send', sender],
  ] as const) {
    effects.send(client.id, { type: 'dispatch.start', dispatch: dispatchOrderFor(database, job, dispatch, role) })
  }
  effects.changed('job', job.id)
}

/** Setting `task_bucketsize`; 0 is as many as one run takes. */
function bucketSize(text = '0'): number {
  const size = Number(text)
  return size > 0 ? Math.min(size, maxTasksPerDispatch) : maxTasksPerDispatch
}
