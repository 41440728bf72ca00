import type { SqliteDatabase, SqlValue } from '../../platform/sqlite.ts'
import type { Delivery, DeliveryKind, DeliveryStatus } from '../../shared/domain/delivery.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { JobId, ShareId, UserId } from '../../shared/domain/ids.ts'

export interface DeliveryColumns {
  readonly id: JobId
  readonly kind: DeliveryKind
  readonly name: string
  readonly description: string | null
  readonly message: string | null
  readonly metadata: string
  readonly status: DeliveryStatus
  readonly is_live: number
  /** What lists are sorted by: created for live ones, finished for the others. */
  readonly sort_at: number
  readonly user_id: UserId
  readonly queue: string | null
  /** Where uploads land. */
  readonly share_id: ShareId | null
  readonly path: string
  readonly created_at: number
  readonly modified_at: number
  readonly modified_by: UserId | null
  readonly submitted_at: number | null
  readonly expires_at: number
  readonly finished_at: number | null
}

export type DeliveryRow = DeliveryColumns & { readonly number: number }

export interface DeliveryFileRow {
  readonly number: number
  readonly share_id: ShareId
  readonly path: string
  /** The upload that brings it. */
  readonly job_id: JobId | null
}

const filesAtMost = 10_000
export const recipientsAtMost = 1000

export function deliveryById(database: SqliteDatabase, id: string): DeliveryRow | undefined {
  return database.get<DeliveryRow>('SELECT * FROM deliveries WHERE id = ?', [id])
}

export function insertDelivery(database: SqliteDatabase, columns: DeliveryColumns): void {
  const names = Object.keys(columns)
  database.run(
    `INSERT INTO deliveries (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    Object.values(columns) as SqlValue[],
  )
}

export function updateDelivery(
  database: SqliteDatabase,
  id: JobId,
  changes: Partial<Omit<DeliveryColumns, 'id' | 'kind' | 'user_id'>>,
): void {
  const names = Object.keys(changes)
  database.run(`UPDATE deliveries SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE id = ?`, [
    ...(Object.values(changes) as SqlValue[]),
    id,
  ])
}

export function filesOf(database: SqliteDatabase, id: string, limit = filesAtMost): DeliveryFileRow[] {
  return database.all<DeliveryFileRow>(
    'SELECT number, share_id, path, job_id FROM delivery_files WHERE delivery_id = ? ORDER BY number LIMIT ?',
    [id, limit],
  )
}

/** @throws TernError LIMIT_EXCEEDED */
export function insertFiles(
  database: SqliteDatabase,
  id: JobId,
  files: readonly { readonly shareId: ShareId; readonly path: string }[],
  jobId: JobId | null,
  nowMs: number,
): void {
  const last = database.get<{ number: number | null }>(
    'SELECT max(number) AS number FROM delivery_files WHERE delivery_id = ?',
    [id],
  )
  const first = (last?.number ?? -1) + 1
  if (first + files.length > filesAtMost) throw new TernError('LIMIT_EXCEEDED', { what: 'files', limit: filesAtMost })
  for (const [index, { shareId, path }] of files.entries()) {
    database.run('INSERT INTO delivery_files VALUES (?, ?, ?, ?, ?, ?)', [
      id,
      first + index,
      shareId,
      path,
      jobId,
      nowMs,
    ])
  }
}

export function recipientsOf(database: SqliteDatabase, id: string): UserId[] {
  return database
    .all<{ user_id: UserId }>('SELECT user_id FROM delivery_recipients WHERE delivery_id = ? ORDER BY number', [id])
    .map((row) => row.user_id)
}

export function isRecipient(database: SqliteDatabase, id: string, userId: string): boolean {
  const row = database.get('SELECT 1 FROM delivery_recipients WHERE delivery_id = ? AND user_id = ?', [id, userId])
  return row !== undefined
}

export function viewDelivery(database: SqliteDatabase, row: DeliveryRow): Delivery {
  const count = (table: 'delivery_files' | 'delivery_recipients') =>
    database.get<{ count: number }>(`SELECT count(*) AS count FROM ${table} WHERE delivery_id = ?`, [row.id])?.count ??
    0
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    status: row.status,
    userId: row.user_id,
    ...(row.description !== null && { description: row.description }),
    ...(row.message !== null && { message: row.message }),
    metadata: JSON.parse(row.metadata) as Record<string, unknown>,
    ...(row.queue !== null && { queue: row.queue }),
    ...(row.kind === 'request' && row.share_id !== null && { destination: placeOf(row.share_id, row.path) }),
    fileCount: count('delivery_files'),
    recipientCount: count('delivery_recipients'),
    createdAtMs: row.created_at,
    modifiedAtMs: row.modified_at,
    ...(row.modified_by !== null && { modifiedBy: row.modified_by }),
    ...(row.submitted_at !== null && { submittedAtMs: row.submitted_at }),
    expiresAtMs: row.expires_at,
    ...(row.finished_at !== null && { finishedAtMs: row.finished_at }),
  }
}

export function placeOf(shareId: string, path: string): string {
  return `share=${shareId}/${path}`
}
