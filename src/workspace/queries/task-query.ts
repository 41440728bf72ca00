import { isEntityId, type JobId } from '../../shared/domain/ids.ts'
import type { Task, TaskEndpoint } from '../../shared/domain/job.ts'
import { parseQuery } from '../../shared/domain/query/parse-query.ts'
import type { QueryRecord, QueryReference } from '../../shared/domain/query/predicate.ts'
import type { SqlMapping } from '../../shared/domain/query/sql.ts'
import type { JobRow } from '../store/jobs.ts'
import type { ReferenceNames } from './reference-names.ts'
import { exactText, requiredComparisons } from './required-values.ts'

/**
 * The one job whose tasks a query asks for (`job.id=…`, `job=…`); undefined when it does not say.
 * @throws TernError QUERY_INVALID, LIMIT_EXCEEDED
 */
export function jobOfTaskQuery(text: string): JobId | undefined {
  for (const comparison of requiredComparisons(parseQuery(text, { entity: 'Task' }))) {
    if (comparison.attribute !== 'job' && comparison.attribute !== 'job.id') continue
    const id = exactText(comparison)?.replace(/^(job|transfer):/, '')
    if (id !== undefined && isEntityId(id)) return id as JobId
  }
  return undefined
}

function jobReference(job: JobRow): QueryReference {
  return { type: 'job', id: job.id, code: job.name, aliases: [`transfer:${job.id}`] }
}

/**
 * The attributes of a task as columns of `tasks`. Paths are not among them: how much of one is shown depends on who asks,
 * so that they are looked for in what that person sees.
 */
export function taskMapping(job: JobRow): SqlMapping {
  return {
    id: { kind: 'text', expression: 'tasks.id' },
    status: { kind: 'text', expression: 'tasks.status' },
    created: { kind: 'date', expression: 'tasks.created_at' },
    finished: { kind: 'date', expression: 'tasks.finished_at' },
    priority: { kind: 'number', expression: 'tasks.priority' },
    size: { kind: 'number', expression: 'tasks.size_bytes' },
    time: { kind: 'number', expression: 'tasks.time_ms' },
    job: {
      kind: 'reference',
      columns: [{ expression: 'tasks.job_id', find: (passes) => (passes(jobReference(job)) ? [job.id] : []) }],
    },
    'job.id': { kind: 'text', expression: 'tasks.job_id' },
  }
}

/** The same attributes, and the others, as values, of a task as its viewer sees it. */
export function taskRecord(names: ReferenceNames, job: JobRow, task: Task): QueryRecord {
  return {
    id: task.id,
    uri: task.uri,
    job: jobReference(job),
    job_hr: `${job.name}(${job.id})`,
    status: task.status,
    created: task.createdAtMs,
    finished: task.finishedAtMs,
    priority: task.priority,
    size: task.sizeBytes,
    time: task.timeMs,
    metadata: task.metadata && JSON.stringify(task.metadata),
    ...endOf(names, 'source', task.source),
    ...endOf(names, 'destination', task.destination),
  }
}

function endOf(names: ReferenceNames, side: 'source' | 'destination', end: TaskEndpoint): QueryRecord {
  const site = end.siteCode === undefined ? undefined : names.site(end.siteCode)
  const user = end.userId === undefined ? undefined : names.user(end.userId)
  const client = end.clientId === undefined ? undefined : names.namedClient(end.clientId)
  const share = end.shareId === undefined ? undefined : names.share(end.shareId)
  const volume = end.shareId !== undefined && names.isVolume(end.shareId) ? share : undefined
  return {
    [side]: [site, user, client].filter((each): each is QueryReference => each !== undefined),
    [`${side}.site`]: site,
    [`${side}.user`]: user,
    [`${side}.client`]: client,
    [`${side}.share`]: share,
    [`${side}.s`]: share,
    [`${side}.volume`]: volume,
    [`${side}.v`]: volume,
    [`${side}.path`]: end.path,
    [`${side}.path_abs_final`]: end.pathAbsFinal,
  }
}
