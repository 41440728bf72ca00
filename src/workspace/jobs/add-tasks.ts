import { TernError } from '../../shared/domain/errors.ts'
import type { TaskId } from '../../shared/domain/ids.ts'
import { isFinished, type JobRow, requireJob, updateJob } from '../store/jobs.ts'
import { logJob } from '../store/records.ts'
import type { Transaction } from '../store/store.ts'
import { insertTask, type NewTask, nextTaskSeq, pairDigest, type TaskRow, taskByUri } from '../store/tasks.ts'
import { settleFromTasks } from './settle.ts'

/**
 * Adds tasks to a job, which comes back to life when it had finished. A task that asks for what another one already
 * asks for retries that one, or is refused with DUPLICATE_TASK (transfers document, Create tasks).
 */
export function addPlannedTasks(
  transaction: Transaction,
  job: JobRow,
  tasks: readonly NewTask[],
  allowDuplicates: boolean,
): TaskId[] {
  const { database, effects, nowMs } = transaction
  const ids: TaskId[] = []
  let seq = nextTaskSeq(database, job.id)
  for (const task of tasks) {
    const known = database.get<TaskRow>('SELECT * FROM tasks WHERE job_id = ? AND pair_digest = ?', [
      job.id,
      pairDigest(task.source, task.destination),
    ])
    if (known) {
      if (!allowDuplicates) throw new TernError('DUPLICATE_TASK', { uri: known.uri, source: task.source.path })
      retryTask(transaction, known)
      ids.push(known.id)
      continue
    }
    const hasLocation = job.destination_key !== ''
    const status = task.status === 'pending' && hasLocation ? 'queued' : task.status
    const uri = taskByUri(database, job.id, task.uri) ? freeUri(transaction, job, seq) : task.uri
    ids.push(insertTask(database, job.id, seq, { ...task, uri, status }, nowMs))
    seq += 1
  }
  updateJob(database, job.id, {
    is_measured: 0,
    attempt: 0,
    next_at: 0,
    ...(isFinished(job.status) && { queued_at: nowMs }),
  })
  logJob(transaction, job.id, 'info', 'job.tasks-added', { tasks: ids.length })
  if (requireJob(database, job.id).status !== 'running') settleFromTasks(transaction, job.id)
  effects.measure(job.id)
  effects.changed('job', job.id)
  return ids
}

function retryTask({ database }: Transaction, task: TaskRow): void {
  if (task.status !== 'done' && task.status !== 'failed' && task.status !== 'excluded' && task.status !== 'onhold')
    return
  database.run("UPDATE tasks SET status = 'queued', error = NULL, finished_at = NULL, is_measured = 0 WHERE id = ?", [
    task.id,
  ])
}

function freeUri({ database }: Transaction, job: JobRow, seq: number): string {
  let number = seq
  while (taskByUri(database, job.id, `${number}`)) number += 1
  return `${number}`
}
