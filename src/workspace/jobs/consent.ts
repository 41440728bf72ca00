import { TernError } from '../../shared/domain/errors.ts'
import type { Caller } from '../access/caller.ts'
import type { CheckedInput } from '../api/checked-input.ts'
import type { RetryRules } from '../scheduler/end-dispatch.ts'
import { holdOf, requireJob } from '../store/jobs.ts'
import { audit, logJob } from '../store/records.ts'
import type { Transaction } from '../store/store.ts'
import { decline } from './location.ts'
import { applyJobEvent } from './settle.ts'

/** The owner of a machine answers, on that machine, whether a job may read or write there. */
export function answerConsent(
  transaction: Transaction,
  caller: Caller,
  input: CheckedInput<'transfer/consent'>,
  rules: RetryRules,
): void {
  const { database, effects } = transaction
  const job = requireJob(database, input.jobId)
  const { client, user } = caller
  const isEnd = client && (client.id === job.source_client || client.id === job.destination_client)
  if (!isEnd || client.user_id !== user.id) throw new TernError('NOT_FOUND', { entity: 'transfer', id: input.jobId })
  const hold = holdOf(job)
  if (hold?.code !== 'consent' || hold.params.clientId !== client.id)
    throw new TernError('CONFLICT', { status: job.status })
  if (input.decision === 'refuse') {
    decline(transaction, caller, job, input.reason, rules)
    return
  }
  logJob(transaction, job.id, 'info', 'job.consent', { userName: user.name, machine: client.name })
  audit(transaction, { userId: user.id, clientId: client.id, action: 'transfer/consent', subject: job.id })
  applyJobEvent(transaction, job.id, 'consented', { hold: null, next_at: 0 })
  if (job.is_measured === 0) effects.measure(job.id)
}
