import type { TaskEndpoint } from '../../shared/domain/job.ts'
import type { CheckedInput } from '../api/checked-input.ts'
import { logJob } from '../store/records.ts'
import type { Transaction } from '../store/store.ts'
import type { TaskRow } from '../store/tasks.ts'

type Reported = CheckedInput<'dispatch/report'>['tasks'][number]

/**
 * What a run did, or would do, as `transfer_log` asks the receiving side to tell it: file by file, then in figures. Files
 * are told by their way below the task's own path; where that is a file itself, by its name.
 */
export function logRun(
  transaction: Transaction,
  { job_id: jobId, source }: Pick<TaskRow, 'job_id' | 'source'>,
  reported: Reported,
): void {
  const { uri, notes, summary, plan, result } = reported
  const about = plan ? 'plan' : 'file'
  for (const { kind, path } of notes ?? []) {
    logJob(transaction, jobId, 'info', `${about}.${kind}`, { uri, file: path === '' ? nameIn(source) : path })
  }
  if (plan) logJob(transaction, jobId, 'info', 'plan.summary', { uri, ...plan })
  if (plan || summary === undefined || result === undefined) return
  const { filesDone: done, filesAlreadyThere: same, filesReplaced: replaced } = result
  logJob(transaction, jobId, 'info', 'task.summary', { uri, done, same, replaced, removed: summary.removed })
}

function nameIn(source: string): string {
  const { path } = JSON.parse(source) as TaskEndpoint
  return path.split('/').findLast((part) => part !== '') ?? path
}
