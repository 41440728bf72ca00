import { type DeliveryStatus, isDeliveryOver, mayWriteDeliveryStatus } from '../../shared/domain/delivery.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { JobId, UserId } from '../../shared/domain/ids.ts'
import { isFinished } from '../../shared/domain/status/job-status.ts'
import { abortJob } from '../jobs/abort-job.ts'
import { queueMail } from '../mail/mail-queue.ts'
import type { RetryRules } from '../scheduler/end-dispatch.ts'
import type { JobRow } from '../store/jobs.ts'
import { userById } from '../store/people.ts'
import type { Transaction } from '../store/store.ts'
import { uploadPath } from './delivery-files.ts'
import { type DeliveryRow, deliveryById, filesOf, recipientsOf, updateDelivery } from './delivery-store.ts'
import { makeDownload } from './download-job.ts'

/** How long what was uploaded for a delivery stays after its end. */
const uploadsKeptMs = 4 * 3_600_000

interface Writer {
  readonly id: UserId
  readonly name: string
}

/**
 * Writes a status as the document has them: `pending` submits what has files and recipients, `done` and `aborted` end it.
 * @throws TernError STATUS_NOT_WRITEABLE {status, current}, CONFLICT {problem} for what cannot be submitted yet
 */
export function writeDeliveryStatus(
  transaction: Transaction,
  row: DeliveryRow,
  wanted: DeliveryStatus,
  by: Writer,
  rules: RetryRules,
): void {
  if (!mayWriteDeliveryStatus(row.status, wanted)) {
    throw new TernError('STATUS_NOT_WRITEABLE', { status: wanted, current: row.status })
  }
  if (wanted === 'done' || wanted === 'aborted') endDelivery(transaction, row, wanted, rules, by)
  else if (row.status === 'init') submit(transaction, row)
}

function submit(transaction: Transaction, row: DeliveryRow): void {
  const { database, nowMs } = transaction
  if (recipientsOf(database, row.id).length === 0) throw new TernError('CONFLICT', { problem: 'no-recipients' })
  if (row.kind === 'delivery' && filesOf(database, row.id, 1).length === 0) {
    throw new TernError('CONFLICT', { problem: 'no-files' })
  }
  updateDelivery(database, row.id, { status: 'pending', submitted_at: nowMs, modified_at: nowMs })
  advanceDelivery(transaction, row.id)
}

/** Opens what was submitted to its recipients, once all that is to be uploaded for it is there. */
export function advanceDelivery(transaction: Transaction, id: JobId): void {
  const { database, nowMs } = transaction
  const row = deliveryById(database, id)
  if (row?.status !== 'pending') return
  if (row.kind === 'delivery' && uploadsOf(transaction, id).some(({ status }) => status !== 'done')) return
  updateDelivery(database, id, { status: 'waiting', modified_at: nowMs })
  for (const userId of recipientsOf(database, id)) openTo(transaction, row, userId)
}

/** What a recipient gets of it: of a delivery, the transfer to take it with. */
export function openTo(transaction: Transaction, row: DeliveryRow, userId: UserId): void {
  const user = userById(transaction.database, userId)
  if (user?.deleted_at !== null) return
  if (row.kind === 'delivery') makeDownload(transaction, row, user)
  if (row.kind === 'request' && user.status === 'enabled') {
    const sender = userById(transaction.database, row.user_id)?.name ?? ''
    const params = { sender, job: row.name, message: row.message ?? '' }
    queueMail(transaction, { recipient: user.email, kind: 'request', params })
  }
}

function uploadsOf({ database }: Transaction, id: JobId): Pick<JobRow, 'status'>[] {
  return database.all<Pick<JobRow, 'status'>>(
    `SELECT status FROM jobs WHERE id IN (SELECT DISTINCT job_id FROM delivery_files WHERE delivery_id = ? AND job_id IS NOT NULL)`,
    [id],
  )
}

/** No more is taken of it: what nobody has begun ends; what runs is let through, unless it was called off. */
export function endDelivery(
  transaction: Transaction,
  row: DeliveryRow,
  status: 'done' | 'aborted',
  rules: RetryRules,
  by?: Writer,
): void {
  const { database, nowMs } = transaction
  if (isDeliveryOver(row.status)) return
  updateDelivery(database, row.id, { status, is_live: 0, sort_at: nowMs, finished_at: nowMs, modified_at: nowMs })
  forgetUploads(transaction, row)
  for (const job of jobsOf(transaction, row.id)) {
    if (isFinished(job.status) || (status === 'done' && job.status === 'running')) continue
    abortJob(transaction, job.id, rules, by)
  }
}

/** What was uploaded for it, below a folder of its own, is temporary; what a request gathered stays where it is. */
export function forgetUploads({ database, nowMs }: Transaction, row: DeliveryRow): void {
  if (row.kind !== 'delivery') return
  database.run(
    `INSERT OR IGNORE INTO later_deletions (id, share_id, site_code, path, next_at)
     SELECT ?1, files.share_id, jobs.destination_site, ?2, ?3 FROM delivery_files AS files
     JOIN jobs ON jobs.id = files.job_id
     WHERE files.delivery_id = ?1 AND substr(files.path, 1, length(?2) + 1) = ?2 || '/'
       AND jobs.destination_site IS NOT NULL LIMIT 1`,
    [row.id, uploadPath(row.id), nowMs + uploadsKeptMs],
  )
}

export function jobsOf({ database }: Transaction, parentId: string): JobRow[] {
  return database.all<JobRow>('SELECT * FROM jobs WHERE parent_id = ? ORDER BY created_at', [parentId])
}
