import { newEntityId } from '../../platform/random-id.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { JobId } from '../../shared/domain/ids.ts'
import type { PlaceReference } from '../../shared/domain/notation/place.ts'
import { normaliseSpecification } from '../../shared/domain/specification/job-specification.ts'
import { invalidSpecification } from '../../shared/domain/specification/specification-values.ts'
import type { Caller } from '../access/caller.ts'
import { type CreateTransferInput, makeJob, textOf } from '../jobs/create-transfer.ts'
import { resolveLocation } from '../jobs/location.ts'
import { planTasks } from '../jobs/plan-tasks.ts'
import { codeResolver } from '../jobs/resolve-place.ts'
import { type JobRow, jobById, requireJob } from '../store/jobs.ts'
import { clientById, type UserRow, userById } from '../store/people.ts'
import type { Transaction } from '../store/store.ts'
import { nameAtEnd, type StoredFile, scopeFor, uploadFolder } from './delivery-files.ts'
import { mayChangeDelivery, maySeeDelivery } from './delivery-rights.ts'
import { type DeliveryRow, deliveryById, filesOf, insertFiles, isRecipient, placeOf } from './delivery-store.ts'
import { makeDownload } from './download-job.ts'
import { jobsOf } from './run-delivery.ts'

/**
 * A transfer beneath a delivery or request (deliveries, Upload and Download): a source alone brings files from the
 * caller's machine, a destination alone takes those that are offered.
 * @throws TernError NOT_FOUND, FORBIDDEN, SPEC_INVALID, CONFLICT {status} in a status that does not allow it
 */
export function createInDelivery(
  transaction: Transaction,
  caller: Caller,
  input: CreateTransferInput & { readonly parentId: JobId },
): JobId {
  const { database } = transaction
  const row = deliveryById(database, input.parentId)
  const mine = () => isRecipient(database, input.parentId, caller.user.id)
  if (row === undefined || !maySeeDelivery(caller.user, row, mine)) {
    throw new TernError('NOT_FOUND', { entity: 'delivery', id: input.parentId })
  }
  const maker = userById(database, row.user_id)
  if (maker?.status !== 'enabled') throw new TernError('FORBIDDEN')
  const known = input.id && jobById(database, input.id)
  if (known && known.parent_id === row.id && known.user_id === caller.user.id) return known.id
  if (known) throw new TernError('CONFLICT', { id: known.id })
  const destination = destinationAlone(input.spec)
  return destination === undefined
    ? upload(transaction, caller, row, maker, input)
    : download(transaction, caller, row, maker, destination)
}

/** The specification's destination when it names nothing to bring. */
function destinationAlone(spec: unknown): string | undefined {
  if (typeof spec !== 'object' || spec === null) return undefined
  const { source, tasks, destination } = spec as Record<string, unknown>
  const isAlone = source === undefined && tasks === undefined
  return isAlone && typeof destination === 'string' ? destination : undefined
}

function upload(
  transaction: Transaction,
  caller: Caller,
  row: DeliveryRow,
  maker: UserRow,
  input: CreateTransferInput,
): JobId {
  const { database, nowMs } = transaction
  checkMayUpload(transaction, caller, row)
  const id = input.id ?? newEntityId<JobId>()
  const spec = normaliseSpecification(input.spec, { resolveCode: codeResolver(database) })
  if (spec.recipients.length > 0 || spec.tasks.some((task) => task.destination !== undefined)) {
    throw invalidSpecification('$', 'one-direction')
  }
  const folder = folderFor(transaction, row, id)
  const destination = folderPlace(folder)
  const tasks = spec.tasks.map((task) => ({ ...task, destination }))
  const plan = planTasks(scopeFor(transaction, caller, maker), { tasks, mirrorPaths: false })
  // Their own rights to shares do not count here, and the maker's are not theirs to use.
  if (plan.source.user?.id !== caller.user.id) throw invalidSpecification('$.source', 'own-machine')
  makeJob(transaction, id, plan, {
    spec: { ...spec, mirrorPaths: false },
    note: input.note ?? spec.description,
    specText: textOf(input.spec),
    caller,
    parentId: row.id,
  })
  const files = plan.tasks.map(({ source }): StoredFile => {
    return { shareId: folder.shareId, path: `${folder.path}/${nameAtEnd(source.path)}`.replace(/^\//, '') }
  })
  insertFiles(database, row.id, files, id, nowMs)
  return id
}

/** Files come into a delivery before it is submitted, and into a request for as long as it is open. */
function checkMayUpload({ database }: Transaction, { user }: Caller, row: DeliveryRow): void {
  if (row.kind === 'delivery') {
    if (!mayChangeDelivery(user, row)) throw new TernError('FORBIDDEN')
    if (row.status !== 'init') throw new TernError('CONFLICT', { status: row.status })
    return
  }
  if (!isRecipient(database, row.id, user.id) && !mayChangeDelivery(user, row)) throw new TernError('FORBIDDEN')
  if (row.status !== 'waiting') throw new TernError('CONFLICT', { status: row.status })
}

/** Each upload of a delivery has a folder of its own, so that none takes the place of another's. */
function folderFor(transaction: Transaction, row: DeliveryRow, id: JobId): StoredFile {
  if (row.kind === 'request' && row.share_id !== null) return { shareId: row.share_id, path: row.path }
  const { shareId, path } = uploadFolder(transaction, row.id)
  return { shareId, path: `${path}/${id}` }
}

function folderPlace({ shareId: share, path }: StoredFile): PlaceReference {
  return { party: { kind: 'none' }, path: { kind: 'share', type: 'share', share, path }, hasTrailingSlash: true }
}

function download(
  transaction: Transaction,
  caller: Caller,
  row: DeliveryRow,
  maker: UserRow,
  destination: string,
): JobId {
  const { database } = transaction
  const { user } = caller
  if (row.kind !== 'delivery' || row.status !== 'waiting') throw new TernError('CONFLICT', { status: row.status })
  if (!isRecipient(database, row.id, user.id)) throw new TernError('FORBIDDEN')
  const [first] = filesOf(database, row.id, 1)
  if (first === undefined) throw new TernError('NOTHING_TO_SEND')
  const sample = { source: placeOf(first.share_id, ''), destination }
  const spec = normaliseSpecification(sample, { resolveCode: codeResolver(database) })
  const end = planTasks(scopeFor(transaction, caller, maker), spec).destination
  const client = end.client && clientById(database, end.client.id)
  if (end.user?.id !== user.id || client === undefined) throw invalidSpecification('$.destination', 'own-machine')
  const id = untaken(transaction, row, user.id)?.id ?? makeDownload(transaction, row, user)
  if (id === undefined) throw new TernError('NOTHING_TO_SEND')
  const { revision } = requireJob(database, id)
  resolveLocation(transaction, { ...caller, client }, { jobId: id, path: end.endpoint.path, revision })
  return id
}

/** The transfer that was made for them and waits for a folder. */
function untaken(transaction: Transaction, row: DeliveryRow, userId: string): JobRow | undefined {
  return jobsOf(transaction, row.id).find(
    (job) => job.destination_user === userId && job.is_live === 1 && job.location_client === null && job.n_pending > 0,
  )
}
