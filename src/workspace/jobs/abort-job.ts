import type { UserId } from '../../shared/domain/ids.ts'
import { isFinished } from '../../shared/domain/status/job-status.ts'
import { type RetryRules, stopDispatch } from '../scheduler/end-dispatch.ts'
import { holdText, type JobRow, requireJob } from '../store/jobs.ts'
import type { Transaction } from '../store/store.ts'
import { applyJobEvent } from './settle.ts'

/** Ends a job with what runs of it, because something that it needs goes; who did that is told. One that is over stays so. */
export function abortJob(
  transaction: Transaction,
  id: JobRow['id'],
  rules: RetryRules,
  by?: { readonly id: UserId; readonly name: string },
): void {
  stopDispatch(transaction, id, rules)
  // All of it may have been in place already, or another job took it along.
  if (isFinished(requireJob(transaction.database, id).status)) return
  const params = by && { userId: by.id, userName: by.name, atMs: transaction.nowMs }
  applyJobEvent(transaction, id, 'abort', { hold: holdText('aborted', params), next_at: 0 })
}
