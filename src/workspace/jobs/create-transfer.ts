import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { newEntityId } from '../../platform/random-id.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { JobId } from '../../shared/domain/ids.ts'
import type { NormalSpecification } from '../../shared/domain/specification/job-specification.ts'
import { generatedName, normaliseSpecification } from '../../shared/domain/specification/job-specification.ts'
import { withoutMark } from '../../shared/domain/specification/json-text.ts'
import { mayAppendTo } from '../../shared/domain/status/append.ts'
import type { Caller } from '../access/caller.ts'
import { findOrInvite } from '../invitations/find-or-invite.ts'
import { mailAboutFiles, mailAboutJob } from '../mail/job-mail.ts'
import { queueOfJob } from '../queues/queue-of-job.ts'
import { appendedBefore, rememberAppended } from '../store/appended-requests.ts'
import {
  countsOf,
  holdOf,
  holdText,
  insertJob,
  type JobColumns,
  type JobRow,
  jobById,
  requireJob,
} from '../store/jobs.ts'
import { mainSite } from '../store/places.ts'
import { audit, logJob } from '../store/records.ts'
import type { Transaction } from '../store/store.ts'
import { insertTask, type NewTask } from '../store/tasks.ts'
import { addPlannedTasks } from './add-tasks.ts'
import { type Plan, planTasks } from './plan-tasks.ts'
import { codeResolver, ownHome, type ResolvedEnd, type ResolveScope } from './resolve-place.ts'
import { applyJobEvent } from './settle.ts'

export interface CreateTransferInput {
  readonly id?: JobId | undefined
  readonly spec: unknown
  readonly deliverFrom: 'source' | 'workspace'
  readonly note?: string | undefined
}

export interface CreatedTransfers {
  readonly jobIds: readonly JobId[]
  readonly invitations: readonly { readonly email: string; readonly code: string }[]
}

const maxTasksInOneCall = 1_000_000

/** Makes the jobs of a specification: one for each recipient, two for a delivery from the workspace. */
export function createTransfer(transaction: Transaction, caller: Caller, input: CreateTransferInput): CreatedTransfers {
  const { database } = transaction
  const base = input.id ?? newEntityId<JobId>()
  const repeated = input.id && jobsMadeBefore(transaction, caller, base)
  if (repeated) return { jobIds: repeated, invitations: [] }

  const scope: ResolveScope = { database, caller, memory: new Map() }
  const spec = normaliseSpecification(input.spec, { resolveCode: codeResolver(database) })
  if (spec.tasks.length * Math.max(1, spec.recipients.length) > maxTasksInOneCall) {
    throw new TernError('LIMIT_EXCEEDED', { what: 'tasks', limit: maxTasksInOneCall })
  }
  const { users, invitations } = recipientsOf(transaction, caller, spec)
  const plans = users.length === 0 ? [planTasks(scope, spec)] : users.map((user) => planTasks(scope, spec, user))

  const jobIds: JobId[] = []
  const batchId = users.length > 1 ? base : undefined
  const [first] = spec.tasks
  const isNamed = first === undefined || spec.name !== generatedName(first)
  const common = { spec, isNamed, note: input.note ?? spec.description, specText: textOf(input.spec), caller, batchId }
  let upload: JobId | undefined
  for (const plan of plans) {
    const id = derivedId(base, jobIds.length)
    const fromWorkspace = input.deliverFrom === 'workspace' && plan.source.user && plan.destination.user
    if (!fromWorkspace) {
      jobIds.push((spec.append && appended(transaction, plan, common)) || makeJob(transaction, id, plan, common))
      continue
    }
    const halves = throughHome(scope, upload ?? id, plan)
    if (upload === undefined) {
      upload = makeJob(transaction, id, halves.upload, common)
      jobIds.push(upload)
    }
    const deliveryId = derivedId(base, jobIds.length)
    jobIds.push(makeJob(transaction, deliveryId, halves.delivery, { ...common, afterJobId: upload }))
  }
  if (input.id && !jobIds.includes(base)) rememberAppended(transaction, base, caller.user.id, jobIds)
  return { jobIds, invitations }
}

/** As it was given, so that it can be shown and sent again. */
export function textOf(spec: unknown): string {
  return typeof spec === 'string' ? withoutMark(spec) : JSON.stringify(spec)
}

/** The n-th job of one call: known from the call's id, so that a repeated call finds them all. */
function derivedId(base: JobId, index: number): JobId {
  if (index === 0) return base
  return createHash('sha256').update(`${base}/${index}`).digest('hex').slice(0, 24) as JobId
}

function jobsMadeBefore({ database }: Transaction, caller: Caller, base: JobId): JobId[] | undefined {
  const appendedTo = appendedBefore(database, base, caller.user.id)
  if (appendedTo) return appendedTo
  const found: JobId[] = []
  for (let row = jobById(database, base); row; row = jobById(database, derivedId(base, found.length))) {
    if (row.user_id !== caller.user.id) throw new TernError('CONFLICT', { id: base })
    found.push(row.id)
  }
  return found.length === 0 ? undefined : found
}

function recipientsOf(transaction: Transaction, caller: Caller, spec: NormalSpecification) {
  const found = spec.recipients.map((email) => findOrInvite(transaction, caller, email, spec.invite))
  return { users: found.map(({ user }) => user), invitations: found.flatMap(({ invitation }) => invitation ?? []) }
}

/** What a job has beside its plan. */
export interface JobContext {
  readonly spec: Omit<NormalSpecification, 'tasks' | 'recipients' | 'invite' | 'allowDuplicates'>
  readonly note: string | undefined
  readonly specText: string
  readonly caller: Caller
  readonly afterJobId?: JobId
  /** The delivery or request that it belongs to. */
  readonly parentId?: JobId
  /** The first of the jobs that one call made. */
  readonly batchId?: JobId | undefined
}

export function makeJob(transaction: Transaction, id: JobId, plan: Plan, context: JobContext): JobId {
  const { database, effects, nowMs } = transaction
  const { spec, caller, afterJobId } = context
  const isPaused = spec.status === 'paused' && afterJobId === undefined
  const columns: JobColumns = {
    id,
    name: spec.name,
    // A delivery's figures come from its upload: it needs no measuring of its own.
    status: isPaused ? 'paused' : afterJobId === undefined ? 'init' : 'waiting',
    is_live: 1,
    sort_at: nowMs,
    ...endColumns('source', plan.source),
    ...endColumns('destination', plan.destination),
    user_id: caller.user.id,
    queue: queueOfJob(database, caller.user, plan, spec.queue),
    priority: spec.priority,
    is_measured: afterJobId === undefined ? 0 : 1,
    next_at: 0,
    queued_at: nowMs,
    attempt: 0,
    epoch: 0,
    hold: isPaused ? holdText('paused', { userId: caller.user.id, userName: caller.user.name, atMs: nowMs }) : null,
    after_job_id: afterJobId ?? null,
    location_client: null,
    location_path: null,
    revision: 0,
    mirrors_paths: spec.mirrorPaths ? 1 : 0,
    modified_by: caller.user.id,
    parent_id: context.parentId ?? null,
    batch_id: context.batchId ?? null,
    created_at: nowMs,
    modified_at: nowMs,
    finished_at: null,
    note: context.note ?? null,
    settings: JSON.stringify(spec.settings),
  } as JobColumns
  const metadata = spec.metadata === undefined ? null : JSON.stringify(spec.metadata)
  insertJob(database, columns, { spec: context.specText, metadata })
  for (const [seq, task] of plan.tasks.entries()) insertTask(database, id, seq, task, nowMs)
  logJob(transaction, id, 'info', 'job.created', { userName: caller.user.name, tasks: plan.tasks.length })
  audit(transaction, { userId: caller.user.id, clientId: caller.client?.id, action: 'transfer/create', subject: id })
  const counts = countsOf(requireJob(database, id))
  if (counts.pending + counts.queued === 0) applyJobEvent(transaction, id, 'measured')
  else if (afterJobId === undefined) effects.measure(id)
  effects.changed('job', id)
  const made = requireJob(database, id)
  mailAboutJob(transaction, made, 'submit')
  mailAboutFiles(transaction, made)
  return id
}

function endColumns(side: 'source' | 'destination', end: ResolvedEnd): Record<string, string | null> {
  const key = end.site !== undefined ? `site:${end.site}` : end.client ? `client:${end.client.id}` : ''
  return {
    [`${side}_site`]: end.site ?? null,
    [`${side}_user`]: end.user?.id ?? null,
    [`${side}_client`]: end.client?.id ?? null,
    [`${side}_key`]: key,
  }
}

/**
 * `append`: into the newest job of the same person, ends and settings, and of the same name where one was given, as far
 * as the rules allow it. What lies on another machine, or goes by other settings, cannot go along with it.
 */
function appended(
  transaction: Transaction,
  plan: Plan,
  context: JobContext & { readonly spec: NormalSpecification; readonly isNamed: boolean },
): JobId | undefined {
  const { database } = transaction
  const source = endColumns('source', plan.source)
  const destination = endColumns('destination', plan.destination)
  const rows = database.all<JobRow>(
    `SELECT jobs.* FROM (SELECT job_id FROM job_person WHERE user_id = ? ORDER BY sort_at DESC LIMIT 1000) mine
     JOIN jobs ON jobs.id = mine.job_id
     WHERE jobs.name = COALESCE(?, jobs.name) AND jobs.user_id = ? AND jobs.source_key = ? AND jobs.destination_user IS ?
       AND (jobs.destination_key = ? OR (? = '' AND jobs.location_path IS NOT NULL))
     ORDER BY jobs.created_at DESC LIMIT 100`,
    [
      context.caller.user.id,
      context.isNamed ? context.spec.name : null,
      context.caller.user.id,
      source.source_key ?? '',
      destination.destination_user ?? null,
      destination.destination_key ?? '',
      destination.destination_key ?? '',
    ],
  )
  const row = rows.find((each) => isDeepStrictEqual(JSON.parse(each.settings), { ...context.spec.settings }))
  if (row === undefined || !mayAppendTo({ status: row.status, isDeclined: holdOf(row)?.code === 'declined' })) {
    return undefined
  }
  addPlannedTasks(transaction, row, plan.tasks, context.spec.allowDuplicates)
  return row.id
}

/** Two halves: to the caller's home, and from there to the person. What lands beside what stays the same. */
function throughHome(scope: ResolveScope, uploadId: JobId, plan: Plan): { upload: Plan; delivery: Plan } {
  const home = ownHome(scope)
  const end: ResolvedEnd = {
    site: mainSite,
    isPending: false,
    endpoint: { siteCode: mainSite, shareId: home.id, path: '' },
  }
  const upload: NewTask[] = []
  const delivery: NewTask[] = []
  for (const task of plan.tasks) {
    const { path: wanted, placement } = task.destination
    const folder = ['Outbox', uploadId, ...(wanted === '' ? [] : [wanted])].join('/')
    const sourceName = task.source.path
      .slice(task.source.path.replace(/\/+$/, '').lastIndexOf('/') + 1)
      .replace(/\/+$/, '')
    const at = placement === 'as' ? folder : `${folder}/${sourceName}`
    const hq = { siteCode: mainSite, shareId: home.id }
    upload.push({
      ...task,
      status: task.status === 'pending' ? 'queued' : task.status,
      destination: { ...hq, path: folder, placement: placement ?? 'into' },
    })
    delivery.push({ ...task, source: { ...hq, path: at } })
  }
  return {
    upload: { source: plan.source, destination: end, tasks: upload },
    delivery: { source: end, destination: plan.destination, tasks: delivery },
  }
}
