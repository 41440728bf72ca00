import { newEntityId } from '../../platform/random-id.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { JobId } from '../../shared/domain/ids.ts'
import { asMetadata } from '../../shared/domain/specification/specification-values.ts'
import type { Caller } from '../access/caller.ts'
import { ShareAccess } from '../access/share-access-of.ts'
import type { CheckedInput } from '../api/checked-input.ts'
import { findOrInvite, type MadeInvitation } from '../invitations/find-or-invite.ts'
import { abortJob } from '../jobs/abort-job.ts'
import type { RetryRules } from '../scheduler/end-dispatch.ts'
import { jobById } from '../store/jobs.ts'
import { shareById } from '../store/places.ts'
import { audit } from '../store/records.ts'
import type { Transaction } from '../store/store.ts'
import { planPlace, type StoredFile, uploadFolder } from './delivery-files.ts'
import { requireChangeable } from './delivery-rights.ts'
import { type DeliveryRow, deliveryById, insertDelivery, insertFiles, updateDelivery } from './delivery-store.ts'
import { addToDelivery } from './recipients.ts'
import { forgetUploads, jobsOf, writeDeliveryStatus } from './run-delivery.ts'

/** Documents: a delivery lives for 30 days unless it says otherwise. */
const lifetimeMs = 30 * 24 * 3_600_000

interface Changed {
  readonly id: JobId
  readonly invitations: readonly MadeInvitation[]
}

/** @throws TernError CONFLICT for an id that is taken, and as for files, places and people that jobs name */
export function createDelivery(
  transaction: Transaction,
  caller: Caller,
  input: CheckedInput<'delivery/create'>,
  rules: RetryRules,
): Changed {
  const { database, nowMs } = transaction
  const id = input.id ?? newEntityId<JobId>()
  const before = deliveryById(database, id)
  if (before?.user_id === caller.user.id) return { id, invitations: [] }
  if (before || jobById(database, id)) throw new TernError('CONFLICT', { id })
  const isRequest = input.kind === 'request'
  const target = isRequest
    ? planPlace(transaction, caller, input.destination ?? `tern/requests/${id}/`, 'destination', '$.destination')
    : ownUploadFolder(transaction, caller, id)
  insertDelivery(database, {
    id,
    kind: input.kind,
    name: input.name,
    description: input.description ?? null,
    message: input.message ?? null,
    metadata: JSON.stringify(asMetadata(input.metadata ?? {}, '$.metadata') ?? {}),
    status: 'init',
    is_live: 1,
    sort_at: nowMs,
    user_id: caller.user.id,
    queue: input.queue ?? null,
    share_id: target?.shareId ?? null,
    path: target?.path ?? '',
    created_at: nowMs,
    modified_at: nowMs,
    modified_by: caller.user.id,
    submitted_at: null,
    expires_at: laterThan(nowMs, input.expiresAtMs) ?? nowMs + lifetimeMs,
    finished_at: null,
  })
  const files = input.files.map((file, index) => planPlace(transaction, caller, file, 'source', `$.files[${index}]`))
  insertFiles(database, id, files, null, nowMs)
  const row = requireRow(transaction, id)
  const people = input.recipients.map((recipient) => findOrInvite(transaction, caller, recipient, input.invite))
  for (const { user } of people) addToDelivery(transaction, caller, row, user)
  audit(transaction, {
    userId: caller.user.id,
    clientId: caller.client?.id,
    action: 'delivery/create',
    subject: id,
    params: { kind: input.kind },
  })
  const isComplete = people.length > 0 && (isRequest || files.length > 0)
  if (input.status !== 'init' && isComplete) writeDeliveryStatus(transaction, row, 'pending', caller.user, rules)
  return { id, invitations: people.flatMap(({ invitation }) => invitation ?? []) }
}

/** @throws TernError FORBIDDEN for who may not write where its uploads would lie */
function ownUploadFolder(transaction: Transaction, caller: Caller, id: JobId): StoredFile {
  const folder = uploadFolder(transaction, id)
  const share = shareById(transaction.database, folder.shareId)
  if (!share || !new ShareAccess(transaction.database, caller.user).at(share, folder.path).mayWrite) {
    throw new TernError('FORBIDDEN')
  }
  return folder
}

export function changeDelivery(
  transaction: Transaction,
  caller: Caller,
  input: CheckedInput<'delivery/update'>,
  rules: RetryRules,
): void {
  const { database, nowMs } = transaction
  const row = requireChangeable(caller.user, deliveryById(database, input.id), input.id)
  const { name, description, message, metadata } = input
  const expiresAtMs = laterThan(nowMs, input.expiresAtMs)
  updateDelivery(database, row.id, {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(message !== undefined && { message }),
    ...(metadata !== undefined && { metadata: JSON.stringify(asMetadata(metadata, '$.metadata') ?? {}) }),
    ...(expiresAtMs !== undefined && { expires_at: expiresAtMs }),
    modified_at: nowMs,
    modified_by: caller.user.id,
  })
  if (input.status !== undefined) writeDeliveryStatus(transaction, row, input.status, caller.user, rules)
  audit(transaction, {
    userId: caller.user.id,
    clientId: caller.client?.id,
    action: 'delivery/update',
    subject: row.id,
    params: { ...(input.status && { status: input.status }) },
  })
}

/** For good, with what was not taken of it; transfers of it that are over stay as records. */
export function deleteDelivery(
  transaction: Transaction,
  caller: Caller,
  input: CheckedInput<'delivery/delete'>,
  rules: RetryRules,
): void {
  const { database } = transaction
  const row = requireChangeable(caller.user, deliveryById(database, input.id), input.id)
  const isOpen = row.status === 'pending' || row.status === 'waiting'
  if (isOpen && !input.force) throw new TernError('CONFLICT', { status: row.status })
  for (const job of jobsOf(transaction, row.id)) {
    if (job.is_live === 1) abortJob(transaction, job.id, rules, caller.user)
  }
  forgetUploads(transaction, row)
  database.run('DELETE FROM deliveries WHERE id = ?', [row.id])
  audit(transaction, {
    userId: caller.user.id,
    clientId: caller.client?.id,
    action: 'delivery/delete',
    subject: row.id,
    params: { name: row.name },
  })
}

function requireRow({ database }: Transaction, id: JobId): DeliveryRow {
  const row = deliveryById(database, id)
  if (row === undefined) throw new TernError('NOT_FOUND', { entity: 'delivery', id })
  return row
}

function laterThan(nowMs: number, atMs: number | undefined): number | undefined {
  if (atMs !== undefined && atMs <= nowMs) {
    throw new TernError('BAD_REQUEST', { jsonPath: '$.expiresAtMs', problem: 'past' })
  }
  return atMs
}
