import type { ErrorParams } from '../../shared/domain/errors.ts'
import type { Caller } from '../access/caller.ts'
import type { Transaction } from './store.ts'

export type LogLevel = 'info' | 'warning' | 'error'

/** No job's log is longer; older lines make room, all but the first. */
export const maxLogLines = 5000
const roomAtOnce = 500

/** One line of a job's history; never changed afterwards. A parameter `uri` names the task that it is about. */
export function logJob(
  transaction: Transaction,
  jobId: string,
  level: LogLevel,
  code: string,
  params: ErrorParams = {},
): void {
  const { database } = transaction
  const last = database.get<{ number: number | null }>('SELECT max(number) AS number FROM job_log WHERE job_id = ?', [
    jobId,
  ])
  const number = (last?.number ?? 0) + 1
  database.run('INSERT INTO job_log (job_id, number, at, level, code, params, task_uri) VALUES (?, ?, ?, ?, ?, ?, ?)', [
    jobId,
    number,
    transaction.nowMs,
    level,
    code,
    JSON.stringify(params),
    typeof params.uri === 'string' ? params.uri : null,
  ])
  if (number > maxLogLines && number % roomAtOnce === 0) {
    database.run('DELETE FROM job_log WHERE job_id = ? AND number > 1 AND number <= ?', [jobId, number - maxLogLines])
  }
}

export interface AuditEntry {
  /** Who asked; takes the place of `userId` and `clientId`. */
  readonly by?: Caller
  readonly userId?: string | undefined
  readonly clientId?: string | undefined
  readonly action: string
  readonly subject?: string | undefined
  readonly params?: ErrorParams
}

/** Who did what; kept for good, also when what it speaks of is deleted. */
export function audit(transaction: Transaction, entry: AuditEntry): void {
  transaction.database.run(
    `INSERT INTO audit (at, user_id, client_id, remote, key_id, action, subject, params)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      transaction.nowMs,
      entry.by?.user.id ?? entry.userId ?? null,
      entry.by?.client?.id ?? entry.clientId ?? null,
      transaction.origin?.remote ?? null,
      transaction.origin?.keyId ?? null,
      entry.action,
      entry.subject ?? null,
      entry.params ? JSON.stringify(entry.params) : null,
    ],
  )
}
