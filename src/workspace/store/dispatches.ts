import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { ClientId, DispatchId, JobId } from '../../shared/domain/ids.ts'

export interface DispatchRow {
  readonly id: DispatchId
  readonly job_id: JobId
  readonly part: number
  readonly epoch: number
  readonly source_key: string
  readonly destination_key: string
  readonly sender: ClientId
  readonly receiver: ClientId
  readonly ticket: string
  readonly started_at: number
  readonly is_running: number
  readonly outcome: string | null
  readonly error: string | null
  readonly ended_at: number | null
}

export type DispatchRole = 'send' | 'receive'

export function insertDispatch(
  database: SqliteDatabase,
  row: Omit<DispatchRow, 'is_running' | 'outcome' | 'error' | 'ended_at'>,
): void {
  database.run(
    `INSERT INTO dispatches (id, job_id, part, epoch, source_key, destination_key, sender, receiver, ticket, started_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      row.id,
      row.job_id,
      row.part,
      row.epoch,
      row.source_key,
      row.destination_key,
      row.sender,
      row.receiver,
      row.ticket,
      row.started_at,
    ],
  )
}

export function dispatchById(database: SqliteDatabase, id: string): DispatchRow | undefined {
  return database.get<DispatchRow>('SELECT * FROM dispatches WHERE id = ?', [id])
}

export function runningDispatches(database: SqliteDatabase): DispatchRow[] {
  return database.all<DispatchRow>('SELECT * FROM dispatches WHERE is_running = 1')
}

/** Those of one job: each of its parts may have one. */
export function runningDispatchesOf(database: SqliteDatabase, jobId: string): DispatchRow[] {
  return database.all<DispatchRow>('SELECT * FROM dispatches WHERE job_id = ? AND is_running = 1 ORDER BY epoch', [
    jobId,
  ])
}

export function isDispatched(database: SqliteDatabase, jobId: string): boolean {
  return database.get('SELECT 1 FROM dispatches WHERE job_id = ? AND is_running = 1', [jobId]) !== undefined
}

/** Whether any of its tasks has not been reported as ended. */
export function hasOpenTasks(database: SqliteDatabase, id: DispatchId): boolean {
  const open = "SELECT 1 FROM tasks WHERE dispatch_id = ? AND status IN ('booting', 'executing') LIMIT 1"
  return database.get(open, [id]) !== undefined
}

export function roleIn(row: DispatchRow, clientId: string | undefined): DispatchRole | undefined {
  if (clientId === row.sender) return 'send'
  return clientId === row.receiver ? 'receive' : undefined
}

/**
 * The dispatch that a report speaks of. Only its two clients may know of it; a report of another epoch, or after it has
 * ended, is FENCED.
 */
export function fencedDispatch(
  database: SqliteDatabase,
  fence: { readonly dispatchId: string; readonly epoch: number },
  clientId: string | undefined,
): DispatchRow & { readonly role: DispatchRole } {
  const row = dispatchById(database, fence.dispatchId)
  const role = row && roleIn(row, clientId)
  if (row === undefined || role === undefined) throw new TernError('FENCED')
  if (row.epoch !== fence.epoch || row.is_running === 0) throw new TernError('FENCED', { epoch: row.epoch })
  return { ...row, role }
}
