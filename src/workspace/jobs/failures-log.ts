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
    const isLeftOut = error.code === 'SPECIAL_FILE'
    if (!isLeftOut) failed += 1
    logJob(transaction, jobId, isLeftOut || status === 'done' ? 'warning' : 'error', error.code, {
      ...error.params,
      uri,
      file: path,
    })
  }
  const more = (result?.filesFailed ?? 0) - failed
  if (more > 0) logJob(transaction, jobId, 'warning', 'file.failed-more', { uri, count: more })
}
