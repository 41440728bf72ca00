import type { ErrorCode } from '../../shared/domain/errors.ts'
import type { CheckedInput } from '../api/checked-input.ts'
import { logJob } from '../store/records.ts'
import type { Transaction } from '../store/store.ts'

type Reported = CheckedInput<'dispatch/report'>['tasks'][number]

/** Files inside a task that did not arrive, or were left out: each by its name, and the many as a number. */
export function logFailures(transaction: Transaction, jobId: string, reported: Reported): void {
  const { uri, failures, result, status } = reported
  if (failures === undefined) return
  let failed = 0
  for (const { path, error } of failures) {
    // Left out, or there by another name: no failure.
    const isWarning = error.code === 'SPECIAL_FILE' || error.code === 'NAME_MAPPED'
    if (!isWarning) failed += 1
    logJob(transaction, jobId, isWarning || status === 'done' ? 'warning' : 'error', error.code, {
      ...error.params,
      uri,
      file: path,
    })
  }
  const more = (result?.filesFailed ?? 0) - failed
  if (more > 0) logJob(transaction, jobId, 'warning', 'file.failed-more', { uri, count: more })
}

/**
 * Names that the destination cannot hold, told before anything of the task is sent. Once for each task: a later run calls
 * them the same, and a report may come twice.
 */
export function logNames(transaction: Transaction, jobId: string, { uri, names }: Reported): void {
  if (names === undefined || wereNamesLogged(transaction, jobId, uri)) return
  for (const { path, error } of names.told)
    logJob(transaction, jobId, 'warning', error.code, { ...error.params, uri, file: path })
  const more = names.count - names.told.length
  if (more > 0) logJob(transaction, jobId, 'warning', 'file.mapped-more', { uri, count: more })
}

function wereNamesLogged({ database }: Transaction, jobId: string, uri: string): boolean {
  const code = 'NAME_MAPPED' satisfies ErrorCode
  const row = database.get('SELECT 1 FROM job_log WHERE job_id = ? AND task_uri = ? AND code = ? LIMIT 1', [
    jobId,
    uri,
    code,
  ])
  return row !== undefined
}
