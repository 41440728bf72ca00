import { newEntityId } from '../../platform/random-id.ts'
import { isDeliveryOver } from '../../shared/domain/delivery.ts'
import { TernError } from '../../shared/domain/errors.ts'
import { isEntityId, type JobId, type UserId } from '../../shared/domain/ids.ts'
import type { TaskEndpoint } from '../../shared/domain/job.ts'
import { isFinished } from '../../shared/domain/status/job-status.ts'
import type { Caller } from '../access/caller.ts'
import { isElevated, mayAddTask, mayKnowSource, maySeeJob } from '../access/rights.ts'
import { findOrInvite, type MadeInvitation } from '../invitations/find-or-invite.ts'
import { abortJob } from '../jobs/abort-job.ts'
import { makeJob } from '../jobs/create-transfer.ts'
import { directoryUser } from '../jobs/resolve-place.ts'
import type { RetryRules } from '../scheduler/end-dispatch.ts'
import { type JobRow, jobById, textsOf, updateJob } from '../store/jobs.ts'
import { type UserRow, userByEmail, userById } from '../store/people.ts'
import { mainSite } from '../store/places.ts'
import { audit } from '../store/records.ts'
import type { Transaction } from '../store/store.ts'
import type { NewTask, TaskRow } from '../store/tasks.ts'
import { maySeeDelivery, requireChangeable } from './delivery-rights.ts'
import { type DeliveryRow, deliveryById, isRecipient, recipientsAtMost, recipientsOf } from './delivery-store.ts'
import { jobsOf, openTo } from './run-delivery.ts'

export interface Recipient {
  readonly userId: UserId
  readonly email: string
  readonly name: string
  readonly actioned: boolean
  readonly jobId?: JobId
}

/** To whom a delivery, a request or a transfer goes. @throws TernError NOT_FOUND also for what the caller must not see */
export function listRecipients(transaction: Pick<Transaction, 'database'>, caller: Caller, id: string): Recipient[] {
  const { database } = transaction
  const delivery = deliveryById(database, id)
  if (delivery === undefined) return recipientsOfJob(transaction, caller, requireJobOf(transaction, caller, id))
  const { user } = caller
  if (!maySeeDelivery(user, delivery, () => isRecipient(database, id, user.id))) throw notFound(id)
  const jobs = jobsOf(transaction as Transaction, id)
  // Whom else it went to is for those who run the workspace.
  const people = recipientsOf(database, id).filter((userId) => isElevated(user) || userId === user.id)
  return people.flatMap((userId) => {
    const person = userById(database, userId)
    const job = jobs.find((each) => (delivery.kind === 'delivery' ? each.destination_user : each.user_id) === userId)
    if (person === undefined) return []
    const actioned = job !== undefined && (delivery.kind === 'request' || job.location_client !== null)
    return [{ userId, email: person.email, name: person.name, actioned, ...(job && { jobId: job.id }) }]
  })
}

function recipientsOfJob(
  { database }: Pick<Transaction, 'database'>,
  { user }: Pick<Caller, 'user'>,
  job: JobRow,
): Recipient[] {
  // A receiver does not learn who else got it.
  const known = batchOf(database, job).filter((each) => mayKnowSource(user, each) || each.destination_user === user.id)
  return known.flatMap((each) => {
    const person = each.destination_user === null ? undefined : userById(database, each.destination_user)
    if (person === undefined) return []
    const actioned = each.location_client !== null || each.destination_key !== ''
    return [{ userId: person.id, email: person.email, name: person.name, actioned, jobId: each.id }]
  })
}

function batchOf(database: Transaction['database'], job: JobRow): JobRow[] {
  if (job.batch_id === null) return [job]
  return database.all<JobRow>('SELECT * FROM jobs WHERE batch_id = ? ORDER BY number LIMIT ?', [
    job.batch_id,
    recipientsAtMost,
  ])
}

/**
 * One more to whom it goes; of a transfer, a transfer of their own with the same files. False for who was there already.
 * @throws TernError PARTY_UNKNOWN, FORBIDDEN, LIMIT_EXCEEDED, CONFLICT for what is over or names a folder of one machine
 */
export function addRecipient(
  transaction: Transaction,
  caller: Caller,
  input: { readonly id: string; readonly recipient: string; readonly invite: boolean },
): { readonly added: boolean; readonly invitation?: MadeInvitation } {
  const { database } = transaction
  const delivery = deliveryById(database, input.id)
  const job = delivery ? undefined : requireMakersJob(transaction, caller, input.id)
  if (delivery) requireChangeable(caller.user, delivery, input.id)
  const { user, invitation } = findOrInvite(transaction, caller, input.recipient, input.invite)
  const added = delivery
    ? addToDelivery(transaction, caller, delivery, user)
    : job && addToJob(transaction, caller, job, user)
  if (added) tellAudit(transaction, caller, 'recipient/add', input.id, user)
  return { added: added === true, ...(invitation && { invitation }) }
}

export function addToDelivery(transaction: Transaction, caller: Caller, row: DeliveryRow, user: UserRow): boolean {
  const { database, nowMs } = transaction
  if (isDeliveryOver(row.status)) throw new TernError('CONFLICT', { status: row.status })
  if (isRecipient(database, row.id, user.id)) return false
  if (recipientsOf(database, row.id).length >= recipientsAtMost) {
    throw new TernError('LIMIT_EXCEEDED', { what: 'recipients', limit: recipientsAtMost })
  }
  database.run(
    `INSERT INTO delivery_recipients (delivery_id, user_id, number, added_at, added_by) VALUES (?1, ?2,
       (SELECT coalesce(max(number), 0) + 1 FROM delivery_recipients WHERE delivery_id = ?1), ?3, ?4)`,
    [row.id, user.id, nowMs, caller.user.id],
  )
  if (row.status === 'waiting') openTo(transaction, row, user.id)
  return true
}

function addToJob(transaction: Transaction, caller: Caller, job: JobRow, user: UserRow): boolean {
  const { database } = transaction
  const batch = batchOf(database, job)
  if (batch.some((each) => each.destination_user === user.id && !isFinished(each.status))) return false
  if (batch.length >= recipientsAtMost) {
    throw new TernError('LIMIT_EXCEEDED', { what: 'recipients', limit: recipientsAtMost })
  }
  const rows = database.all<TaskRow>('SELECT * FROM tasks WHERE job_id = ? ORDER BY seq', [job.id])
  const ends = rows.map((row) => JSON.parse(row.destination) as TaskEndpoint)
  // A folder of somebody's machine means nothing on another's.
  if (job.destination_user === null || job.after_job_id !== null || ends.some((end) => end.clientId !== undefined)) {
    throw new TernError('CONFLICT', { problem: 'one-receiver' })
  }
  const tasks = rows.map((row, index): NewTask => {
    const { userId: _, ...end } = ends[index] as TaskEndpoint
    return {
      uri: row.uri,
      status: row.status === 'excluded' ? 'excluded' : 'pending',
      priority: row.priority,
      source: JSON.parse(row.source) as TaskEndpoint,
      destination: { ...end, userId: user.id },
      ...(row.metadata !== null && { metadata: JSON.parse(row.metadata) as Record<string, unknown> }),
      settings: JSON.parse(row.settings) as Record<string, string>,
    }
  })
  if (!tasks.every((task) => mayAddTask(caller.user, job, task))) throw new TernError('FORBIDDEN')
  const maker = userById(database, job.user_id)
  const first = tasks[0]
  if (maker === undefined || first === undefined) return false
  const texts = textsOf(database, job.id)
  const batchId = job.batch_id ?? job.id
  updateJob(database, job.id, { batch_id: batchId })
  const sender = job.source_user === null ? undefined : userById(database, job.source_user)
  const machine = job.source_client === null ? undefined : { client: { id: job.source_client } }
  const source = {
    ...(sender ? { user: directoryUser(sender), ...machine } : { site: job.source_site ?? mainSite }),
    isPending: false,
    endpoint: first.source,
  }
  const destination = { user: directoryUser(user), isPending: true, endpoint: first.destination }
  const spec = {
    name: job.name,
    settings: JSON.parse(job.settings) as Record<string, string>,
    ...(texts?.metadata && { metadata: JSON.parse(texts.metadata) as Record<string, unknown> }),
    priority: job.priority,
    queue: job.queue,
    mirrorPaths: job.mirrors_paths === 1,
  }
  makeJob(transaction, newEntityId<JobId>(), { source, destination, tasks } as Parameters<typeof makeJob>[2], {
    spec,
    note: job.note ?? undefined,
    specText: texts?.spec ?? 'null',
    caller: { user: maker, client: undefined, tokenHash: '' },
    batchId,
  })
  return true
}

/** Takes somebody off; what they have not taken yet ends. Nobody is told. */
export function removeRecipient(
  transaction: Transaction,
  caller: Caller,
  input: { readonly id: string; readonly recipient: string },
  rules: RetryRules,
): boolean {
  const { database } = transaction
  const { recipient } = input
  const user = isEntityId(recipient) ? userById(database, recipient) : userByEmail(database, recipient)
  const delivery = deliveryById(database, input.id)
  const job = delivery ? undefined : requireMakersJob(transaction, caller, input.id)
  if (delivery) requireChangeable(caller.user, delivery, input.id)
  if (user === undefined) return false
  const jobs = delivery ? jobsOf(transaction, delivery.id) : job ? batchOf(database, job) : []
  let removed = false
  for (const each of jobs) {
    const person = delivery?.kind === 'request' ? each.user_id : each.destination_user
    if (person !== user.id || isFinished(each.status)) continue
    abortJob(transaction, each.id, rules, caller.user)
    removed = true
  }
  if (delivery) {
    const { changes } = database.run('DELETE FROM delivery_recipients WHERE delivery_id = ? AND user_id = ?', [
      delivery.id,
      user.id,
    ])
    removed ||= Number(changes) > 0
  }
  if (removed) tellAudit(transaction, caller, 'recipient/remove', input.id, user)
  return removed
}

function requireJobOf({ database }: Pick<Transaction, 'database'>, caller: Caller, id: string): JobRow {
  const job = jobById(database, id)
  if (job === undefined || !maySeeJob(caller.user, job)) throw notFound(id)
  return job
}

/** Who made it decides whom it goes to, or who runs the workspace. */
function requireMakersJob(transaction: Transaction, caller: Caller, id: string): JobRow {
  const job = requireJobOf(transaction, caller, id)
  if (job.user_id !== caller.user.id && caller.user.role !== 'admin') throw new TernError('FORBIDDEN')
  return job
}

function notFound(id: string): TernError {
  return new TernError('NOT_FOUND', { entity: 'delivery', id })
}

function tellAudit(transaction: Transaction, { user, client }: Caller, action: string, id: string, who: UserRow): void {
  audit(transaction, { userId: user.id, clientId: client?.id, action, subject: id, params: { user: who.id } })
}
