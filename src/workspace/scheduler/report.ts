import type { ErrorEnvelope } from '../../shared/domain/errors.ts'
import { taskStatusAfterReport } from '../../shared/domain/status/task-status.ts'
import type { CheckedInput } from '../api/checked-input.ts'
import { logFailures, logNames } from '../jobs/failures-log.ts'
import { logRun } from '../jobs/run-log.ts'
import { ignoresMissing } from '../settings/inherited-settings.ts'
import { fencedDispatch } from '../store/dispatches.ts'
import { requireJob } from '../store/jobs.ts'
import { logJob } from '../store/records.ts'
import type { Transaction } from '../store/store.ts'
import { taskByUri } from '../store/tasks.ts'

const eventOf = { executing: 'started', done: 'finished', failed: 'failed' } as const

type Report = CheckedInput<'dispatch/report'>

/** Tasks that reached a lasting state. Repeating a report changes nothing; one that comes too late is FENCED. */
export function reportTasks(transaction: Transaction, clientId: string | undefined, report: Report): void {
  const { database, effects, nowMs } = transaction
  const dispatch = fencedDispatch(database, report, clientId)
  const job = requireJob(database, dispatch.job_id)
  for (const reported of report.tasks) {
    const isIgnored = reported.status === 'failed' && ignoresMissing(database, job, reported.error)
    const entry = isIgnored ? { ...reported, status: 'done' as const } : reported
    const task = taskByUri(database, dispatch.job_id, entry.uri)
    if (task === undefined || task.dispatch_id !== dispatch.id) continue
    if (dispatch.role === 'send' && entry.pathAbsFinal !== undefined) {
      // Told before anything is sent: the receiver says when a task is under way.
      database.run('UPDATE tasks SET source_path_abs_final = ? WHERE job_id = ? AND seq = ?', [
        entry.pathAbsFinal,
        task.job_id,
        task.seq,
      ])
      if (entry.status === 'executing') continue
    }
    const role = dispatch.role === 'send' ? 'sender' : 'receiver'
    const status = taskStatusAfterReport(task.status, eventOf[entry.status], role)
    // What is in place stays as it was reported first.
    if (status === undefined || task.status === 'done') continue
    if (entry.status === 'executing') {
      logNames(transaction, dispatch.job_id, entry)
      database.run("UPDATE tasks SET status = 'executing' WHERE job_id = ? AND seq = ?", [task.job_id, task.seq])
      continue
    }
    const result = entry.result
    database.run(
      `UPDATE tasks SET status = ?, finished_at = ?, error = ?, kind = ?, path_abs_final = coalesce(?, path_abs_final),
         has_result = ?, files_done = ?, files_already_there = ?, files_replaced = ?, files_failed = ?, bytes_verified = ?,
         files_removed = ?
       WHERE job_id = ? AND seq = ?`,
      [
        status,
        nowMs,
        entry.status === 'failed'
          ? JSON.stringify(entry.error ?? ({ code: 'INTERNAL' } satisfies ErrorEnvelope))
          : null,
        entry.kind ?? task.kind,
        dispatch.role === 'receive' ? (entry.pathAbsFinal ?? null) : null,
        result ? 1 : 0,
        result?.filesDone ?? 0,
        result?.filesAlreadyThere ?? 0,
        result?.filesReplaced ?? 0,
        result?.filesFailed ?? 0,
        result?.bytesVerified ?? 0,
        result?.filesRemoved ?? 0,
        task.job_id,
        task.seq,
      ],
    )
    // Said again, because its receipt got lost: the log has it.
    if (task.status === 'failed' && status === 'failed') continue
    if (reported.status === 'failed') {
      const error = entry.error ?? { code: 'INTERNAL' as const }
      logJob(transaction, dispatch.job_id, isIgnored ? 'warning' : 'error', error.code, {
        ...error.params,
        uri: entry.uri,
      })
    }
    logFailures(transaction, dispatch.job_id, reported)
    logRun(transaction, task, reported)
  }
  effects.changed('job', dispatch.job_id)
}
