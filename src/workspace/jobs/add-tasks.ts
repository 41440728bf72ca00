import { TernError } from '../../shared/domain/errors.ts'
import type { TaskId } from '../../shared/domain/ids.ts'
import { addedTaskStatus } from '../../shared/domain/status/append.ts'
import { nextTaskStatus } from '../../shared/domain/status/task-status.ts'
import { hasLocation, holdOf, type JobRow } from '../store/jobs.ts'
import { logJob } from '../store/records.ts'
import type { Transaction } from '../store/store.ts'
import {
  insertTask,
  type NewTask,
  nextTaskSeq,
  pairDigest,
  type TaskRow,
  taskByUri,
  writeTaskStatus,
} from '../store/tasks.ts'
import { applyJobEvent } from './settle.ts'

/**
 * Adds tasks to a job, which comes back to life when it had finished: at the end of its queue, and without what it had
 * left undone. A task that asks for what another one already asks for retries that one, or is refused with
 * DUPLICATE_TASK (transfers document, Create tasks). What runs goes on.
 * @throws TernError CONFLICT {status} when its receiver declined it after choosing a folder: that is not filled unasked
 */
export function addPlannedTasks(
  transaction: Transaction,
  job: JobRow,
  tasks: readonly NewTask[],
  allowDuplicates: boolean,
): TaskId[] {
  const { effects, nowMs } = transaction
  if (job.status === 'aborted' && holdOf(job)?.code === 'declined' && job.location_client !== null)
    throw new TernError('CONFLICT', { status: job.status })
  const isAsleep = job.status === 'failed' || job.status === 'aborted' || job.status === 'done'
  const ids: TaskId[] = []
  applyJobEvent(
    transaction,
    job.id,
    'added',
    (status) => ({
      is_measured: 0,
      // What is added can be excluded from the start: then the retry that was planned stays.
      ...(status !== 'failed' && { attempt: 0, next_at: 0 }),
      ...(status !== job.status && isAsleep && { hold: null, queued_at: nowMs }),
    }),
    () => {
      for (const task of tasks) ids.push(addTask(transaction, job, task, allowDuplicates))
    },
  )
  logJob(transaction, job.id, 'info', 'job.tasks-added', { tasks: ids.length })
  effects.measure(job.id)
  return ids
}

function addTask(transaction: Transaction, job: JobRow, task: NewTask, allowDuplicates: boolean): TaskId {
  const { database, nowMs } = transaction
  const known = database.get<TaskRow>(
    'SELECT * FROM tasks INDEXED BY tasks_by_pair WHERE job_id = ? AND pair_digest = ?',
    [job.id, pairDigest(task.source, task.destination)],
  )
  const context = { hasLocation: hasLocation(job) }
  if (known) {
    if (!allowDuplicates) throw new TernError('DUPLICATE_TASK', { uri: known.uri, source: task.source.path })
    const status = nextTaskStatus(known.status, 'asked-again', context) ?? known.status
    if (status !== known.status) {
      writeTaskStatus(database, known, status)
      database.run('UPDATE tasks SET is_measured = 0 WHERE id = ?', [known.id])
    }
    return known.id
  }
  const seq = nextTaskSeq(database, job.id)
  const uri = taskByUri(database, job.id, task.uri) ? freeUri(transaction, job, seq) : task.uri
  return insertTask(database, job.id, seq, { ...task, uri, status: addedTaskStatus(task.status, context) }, nowMs)
}

function freeUri({ database }: Transaction, job: JobRow, seq: number): string {
  let number = seq
  while (taskByUri(database, job.id, `${number}`)) number += 1
  return `${number}`
}
