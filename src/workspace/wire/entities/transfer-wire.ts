import { TernError } from '../../../shared/domain/errors.ts'
import { isEntityId, type JobId } from '../../../shared/domain/ids.ts'
import type { Job } from '../../../shared/domain/job.ts'
import { jobStatuses, writeableJobStatuses } from '../../../shared/domain/status/job-status.ts'
import { isRecord } from '../envelope.ts'
import {
  type FindFlags,
  findFlags,
  findId,
  findQuery,
  flag,
  found,
  foundOrNothing,
  notOneOf,
  pages,
  requiredId,
  requiredRecord,
} from '../find.ts'
import { JobRecords } from '../job-record.ts'
import { checkNames } from '../safe-text.ts'
import type { WireAnswer, WireCall, WireRecord, WireRoute, WireVerb } from '../wire-route.ts'

/** A job of a million tasks, as one call. */
const largestSpec = 64 * 1024 * 1024
const pageSize = 50

/** Transfers, which scripts also call by the name of all kinds of jobs. */
export const transferRoutes: readonly WireRoute[] = ['transfer', 'job'].flatMap((entity) => [
  route('GET', `${entity}/find`, findTransfers),
  { ...route('POST', `${entity}/create`, createTransfer), maxBytes: largestSpec },
  route('PUT', `${entity}/edit`, editTransfer),
  route('DELETE', `${entity}/delete`, deleteTransfer),
])

function route(verb: WireVerb, uri: string, answer: WireRoute['answer']): WireRoute {
  return { verb, uri, answer }
}

async function findTransfers(call: WireCall): Promise<WireAnswer> {
  const flags = findFlags(call)
  const records = new JobRecords(call.context)
  const id = findId<JobId>(call)
  if (id !== undefined) {
    const jobs = await foundOrNothing(call.run('transfer/get', { id }).then(({ job }) => job))
    return found(jobs, { ...flags, skip: 0 }, (job) => records.transfer(job))
  }
  return found(transfersOf(call, flags), flags, (job) => records.transfer(job))
}

/** All that a script asks for, live ones first where it leaves open which. */
export async function* transfersOf(call: WireCall, flags: FindFlags): AsyncGenerator<Job> {
  // Nobody deactivates a job: it is finished, or archived.
  if (flags.isInactive) return
  const query = findQuery(call.query, flags.parent)
  const limit = Math.max(1, Math.min(pageSize, flags.skip + flags.limit))
  for (const state of statesOf(flags)) {
    yield* pages(async (cursor) => {
      const { jobs, nextCursor } = await call.run('transfer/list', {
        state,
        limit,
        ...(query !== undefined && { query }),
        ...cursor,
      })
      return { items: jobs, nextCursor }
    })
  }
}

function statesOf({ isFinished, isArchived, isSingle }: FindFlags) {
  const asked = [...(isFinished ? (['finished'] as const) : []), ...(isArchived ? (['archived'] as const) : [])]
  if (asked.length > 0) return asked
  return isSingle ? (['live', 'finished', 'archived'] as const) : (['live'] as const)
}

async function createTransfer(call: WireCall): Promise<WireAnswer> {
  const { parent, ...parentless } = isRecord(call.data) ? call.data : {}
  const isTrial = isRecord(call.data) && flag(call.data, 'test')
  // Beneath a delivery or request; a queue is named by its own word.
  const parentId = typeof parent === 'string' && isEntityId(parent) ? (parent as JobId) : undefined
  const spec = specificationOf(parentId === undefined ? call.data : parentless)
  const input = { spec, isTrial, ...(parentId !== undefined && { parentId }) }
  const { jobs } = await call.run('transfer/create', input)
  // Nothing was made of which a record could tell.
  if (isTrial) return { success: true }
  const records = new JobRecords(call.context)
  return { result: jobs.map((job) => records.transfer(job)) }
}

/** What scripts send is the job specification, but for a few words that the workspace goes by anyway. */
function specificationOf(data: WireCall['data']): unknown {
  if (!isRecord(data)) return { tasks: data }
  checkNames(data)
  const { replace_duplicates: _goesByItself, test: _isTrial, tasks, ...job } = data
  if (tasks === undefined || tasks === null) return job
  return { ...job, tasks: Array.isArray(tasks) ? tasks.map(withUri) : tasks }
}

/** A task's own name, by its other word. */
function withUri(task: unknown): unknown {
  if (!isRecord(task) || task.id === undefined || task.uri !== undefined) return task
  const { id, ...rest } = task
  return { ...rest, uri: String(id) }
}

const editable = ['status', 'name', 'code', 'description', 'priority', 'queue', 'metadata'] as const

async function editTransfer(call: WireCall): Promise<WireAnswer> {
  const data = requiredRecord(call)
  const id = requiredId<JobId>(call)
  checkNames(data)
  checkEditable('transfer', data, editable)
  checkStatus(data, jobStatuses, Object.keys(writeableJobStatuses))
  const { code, name = code, ...rest } = data
  const job = await call.run('transfer/update', { ...rest, ...(name !== undefined && { name }), id } as { id: JobId })
  return { result: [new JobRecords(call.context).transfer(job)] }
}

/** @throws TernError BAD_REQUEST for an attribute that nobody can write, and where nothing would be written */
export function checkEditable(entity: string, data: WireRecord, names: readonly string[]): void {
  for (const attribute of Object.keys(data)) {
    if (!names.includes(attribute)) {
      const allowed = names.join(', ')
      throw new TernError('BAD_REQUEST', {
        problem: 'not-editable',
        attribute: attribute.slice(0, 100),
        entity,
        allowed,
      })
    }
  }
  if (Object.keys(data).length === 0) throw new TernError('BAD_REQUEST', { problem: 'data' })
}

/**
 * A status that there is and that cannot be written is refused later, with the one of now.
 * @throws TernError BAD_REQUEST for a word that is no status
 */
export function checkStatus({ status }: WireRecord, known: readonly string[], writeable: readonly string[]): void {
  if (status === undefined) return
  if (typeof status !== 'string' || !(known.includes(status) || writeable.includes(status))) {
    throw notOneOf('status', writeable)
  }
}

async function deleteTransfer(call: WireCall): Promise<WireAnswer> {
  const force = isRecord(call.data) && flag(call.data, 'force')
  await call.run('transfer/delete', { id: requiredId<JobId>(call), force })
  return { result: true }
}
