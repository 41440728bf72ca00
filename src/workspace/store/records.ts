import type { ErrorParams } from '../../shared/domain/errors.ts'
import type { Transaction } from './store.ts'

export type LogLevel = 'info' | 'warning' | 'error'

/** One line of a job's history; never changed afterwards. */
export function logJob(
  transaction: Transaction,
  jobId: string,
  level: LogLevel,
  code: string,
  params: ErrorParams = {},
): void {
  transaction.database.run(
    `INSERT INTO job_log (job_id, number, at, level, code, params)
     VALUES (?1, (SELECT coalesce(max(number), 0) + 1 FROM job_log WHERE job_id = ?1), ?2, ?3, ?4, ?5)`,
    [jobId, transaction.nowMs, level, code, JSON.stringify(params)],
  )
}

export interface AuditEntry {
  readonly userId?: string | undefined
  readonly clientId?: string | undefined
  readonly action: string
  readonly subject?: string | undefined
  readonly params?: ErrorParams
}

/** Who did what; kept for good, also when what it speaks of is deleted. */
export function audit(transaction: Transaction, entry: AuditEntry): void {
  transaction.database.run(
    'INSERT INTO audit (at, user_id, client_id, action, subject, params) VALUES (?, ?, ?, ?, ?, ?)',
    [
      transaction.nowMs,
      entry.userId ?? null,
      entry.clientId ?? null,
      entry.action,
      entry.subject ?? null,
      entry.params ? JSON.stringify(entry.params) : null,
    ],
  )
}
