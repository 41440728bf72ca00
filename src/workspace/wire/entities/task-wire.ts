import { TernError } from '../../../shared/domain/errors.ts'
import type { JobId, TaskId } from '../../../shared/domain/ids.ts'
import type { Task } from '../../../shared/domain/job.ts'
import { taskStatuses, writeableTaskStatuses } from '../../../shared/domain/status/task-status.ts'
import { jobOfTaskQuery } from '../../queries/task-query.ts'
import { taskByUri } from '../../store/tasks.ts'
import { isRecord } from '../envelope.ts'
import { findFlags, findQuery, found, misused, pages, requiredId } from '../find.ts'
import { JobRecords } from '../job-record.ts'
import type { WireAnswer, WireCall, WireRecord, WireRoute } from '../wire-route.ts'
import { checkEditable, checkStatus } from './transfer-wire.ts'

const largestTasks = 64 * 1024 * 1024
const largestChanges = 4 * 1024 * 1024
const mostChanges = 10_000
const pageSize = 100

export const taskRoutes: readonly WireRoute[] = [
  { verb: 'GET', uri: 'task/find', answer: findTasks },
  { verb: 'POST', uri: 'task/create', maxBytes: largestTasks, answer: createTasks },
  { verb: 'PUT', uri: 'task/edit', maxBytes: largestChanges, answer: editTasks },
  { verb: 'DELETE', uri: 'task/delete', answer: refuseDelete },
]

async function findTasks(call: WireCall): Promise<WireAnswer> {
  const flags = findFlags(call)
  const query = findQuery(call.query)
  const jobId = flags.parent ?? call.id ?? (query === undefined ? undefined : jobOfTaskQuery(query))
  if (jobId === undefined) throw new TernError('BAD_REQUEST', { problem: 'task-parent' })
  const { job } = await call.run('transfer/get', { id: requiredId<JobId>({ id: jobId }) })
  const records = new JobRecords(call.context)
  const limit = Math.max(1, Math.min(pageSize, flags.skip + flags.limit))
  const tasks = pages<Task>(async (cursor) => {
    const page = await call.run('task/list', {
      jobId: job.id,
      limit,
      ...(query !== undefined && { query }),
      ...cursor,
    })
    return { items: page.tasks, nextCursor: page.nextCursor }
  })
  return found(tasks, flags, (task) => records.task(job, task))
}

async function createTasks(call: WireCall): Promise<WireAnswer> {
  const id = requiredId<JobId>(call)
  const spec = addedSpecification(call.data)
  const { tasks } = await call.run('task/create', { jobId: id, spec })
  return { result: await taskRecords(call, id, tasks) }
}

/** A single task is often given where a list or an object of them is meant. */
function addedSpecification(data: WireCall['data']): unknown {
  if (!isRecord(data)) return { tasks: data }
  const { replace_duplicates: _goesByItself, tasks, ...rest } = data
  if (tasks === undefined || tasks === null) return rest
  const isSingle = typeof tasks === 'string' || (isRecord(tasks) && ('source' in tasks || 'destination' in tasks))
  return { ...rest, tasks: isSingle ? [tasks] : tasks }
}

const editable = ['status', 'priority', 'metadata'] as const

async function editTasks(call: WireCall): Promise<WireAnswer> {
  const jobId = requiredId<JobId>(call)
  if (!Array.isArray(call.data)) throw misused('', 'list')
  if (call.data.length > mostChanges) throw new TernError('LIMIT_EXCEEDED', { what: 'tasks', limit: mostChanges })
  // Whoever may not see the job learns nothing of its tasks.
  await call.run('transfer/get', { id: jobId })
  const changes = call.data.map((change) => taskChange(call, jobId, change))
  const { tasks } = await call.run('task/update', { jobId, tasks: changes as { id: TaskId }[] })
  return { result: await taskRecords(call, jobId, tasks) }
}

function taskChange(call: WireCall, jobId: JobId, change: unknown): WireRecord {
  if (!isRecord(change)) throw misused('', 'list')
  const { id, uri, ...rest } = change
  checkEditable('task', rest, editable)
  checkStatus(rest, taskStatuses, writeableTaskStatuses)
  return { ...rest, id: id ?? idOfUri(call, jobId, uri) }
}

/** @throws TernError BAD_REQUEST, NOT_FOUND */
function idOfUri({ context }: WireCall, jobId: JobId, uri: unknown): TaskId {
  if (typeof uri !== 'string' && typeof uri !== 'number') throw new TernError('BAD_REQUEST', { problem: 'task-name' })
  const task = context.store.read((database) => taskByUri(database, jobId, `${uri}`))
  if (task === undefined) throw new TernError('NOT_FOUND', { entity: 'task', id: `${uri}`.slice(0, 64) })
  return task.id
}

async function taskRecords(call: WireCall, id: JobId, tasks: readonly Task[]): Promise<readonly WireRecord[]> {
  const { job } = await call.run('transfer/get', { id })
  const records = new JobRecords(call.context)
  return tasks.map((task) => records.task(job, task))
}

function refuseDelete(): never {
  throw new TernError('UNSUPPORTED', { feature: 'task-delete' })
}
