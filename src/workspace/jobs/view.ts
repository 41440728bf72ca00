import type { SqliteDatabase } from '../../platform/sqlite.ts'
import type { Client, Site, User } from '../../shared/domain/entities.ts'
import type { Job, Task, TaskEndpoint } from '../../shared/domain/job.ts'
import { type ResolvedSetting, resolveSettings } from '../../shared/domain/settings/merge-settings.ts'
import { concernsTransfers } from '../../shared/domain/settings/settings.ts'
import { isFinished } from '../../shared/domain/status/job-status.ts'
import { isElevated, mayKnowSource, maySeeClient } from '../access/rights.ts'
import { InheritedSettings } from '../settings/inherited-settings.ts'
import { countsOf, type JobRow, textsOf } from '../store/jobs.ts'
import type { ClientRow, UserRow } from '../store/people.ts'
import type { SiteRow } from '../store/places.ts'
import type { TaskRow } from '../store/tasks.ts'
import { partyOf } from './endpoint.ts'
import { reasonOfJob } from './job-reason.ts'
import { type ViewScope, workspaceSeen } from './view-scope.ts'

/*
 * Rows as the contract's entities, for one viewer.
 */

/** Whether a person takes part in a live job that this machine is an end of. */
export function sharesJobWith(database: SqliteDatabase, personId: string, clientId: string): boolean {
  const row = database.get(
    `SELECT 1 FROM job_person mine JOIN jobs ON jobs.id = mine.job_id
     WHERE mine.user_id = ? AND mine.is_live = 1 AND (jobs.source_client = ? OR jobs.destination_client = ?) LIMIT 1`,
    [personId, clientId, clientId],
  )
  return row !== undefined
}

/** Undefined when it is not the viewer's to see. */
export function visibleClient(scope: ViewScope, row: ClientRow): Client | undefined {
  const sharesJob = () => sharesJobWith(scope.database, scope.viewer.id, row.id)
  return maySeeClient(scope.viewer, row, sharesJob) ? viewClient(scope, row) : undefined
}

export function viewUser(scope: ViewScope, row: UserRow): User {
  const { id, email, name, role, status } = row
  return { id, email, name, role, status, ...scope.presence.ofUser(scope.database, id) }
}

export function viewClient(scope: ViewScope, row: ClientRow): Client {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    ...(row.user_id !== null && { userId: row.user_id }),
    ...(row.site_code !== null && { siteCode: row.site_code }),
    keyHash: row.key_hash,
    ...scope.presence.ofClient(row),
  }
}

export function viewSite(scope: ViewScope, row: SiteRow): Site {
  return { code: row.code, name: row.name, ...scope.presence.ofSite(scope.database, row.code) }
}

/** As lists and the stream have it: without what may be large, its settings and metadata. */
export function viewJob(scope: ViewScope, row: JobRow): Job {
  const { viewer } = scope
  const reason = reasonOfJob(scope, row)
  return {
    id: row.id,
    workspaceId: workspaceSeen(scope).id,
    name: row.name,
    status: row.status,
    ...(reason && { reason }),
    source: partyOf(row, 'source'),
    destination: partyOf(row, 'destination'),
    userId: row.user_id,
    queue: row.queue,
    priority: row.priority,
    sizeBytes: figure(row.size_bytes),
    fileCount: figure(row.file_count),
    taskCounts: countsOf(row),
    result: resultOf(row),
    createdAtMs: row.created_at,
    modifiedAtMs: row.modified_at,
    ...(row.finished_at !== null && isFinished(row.status) && { finishedAtMs: row.finished_at }),
    revision: row.revision,
    ...(row.after_job_id !== null && { afterJobId: row.after_job_id }),
    ...(row.parent_id !== null && { parentId: row.parent_id }),
    ...(row.location_client !== null &&
      row.location_path !== null &&
      row.destination_user === viewer.id && { location: { clientId: row.location_client, path: row.location_path } }),
    ...(row.note !== null && { note: row.note }),
  }
}

/** All of it, for one job. */
export function viewWholeJob(scope: ViewScope, row: JobRow): Job {
  const metadata = textsOf(scope.database, row.id)?.metadata
  return {
    ...viewJob(scope, row),
    ...(metadata && { metadata: JSON.parse(metadata) as Record<string, unknown> }),
    settings: JSON.parse(row.settings) as Record<string, string>,
  }
}

export function viewTask(scope: ViewScope, job: JobRow, row: TaskRow): Task {
  const source = JSON.parse(row.source) as TaskEndpoint
  const destination = JSON.parse(row.destination) as TaskEndpoint
  // Where it lies on somebody's machine is theirs to know; on a share it is the workspace's.
  const mayKnowPath = (owner: string | null) => (owner === null ? isElevated(scope.viewer) : owner === scope.viewer.id)
  const sourcePath = mayKnowPath(job.source_user) ? row.source_path_abs_final : null
  return {
    id: row.id,
    jobId: row.job_id,
    uri: row.uri,
    status: row.status,
    priority: row.priority,
    source: {
      ...(mayKnowSource(scope.viewer, job) ? source : withNameOnly(source)),
      ...(sourcePath !== null && { pathAbsFinal: sourcePath }),
    },
    destination: {
      ...destination,
      ...(job.destination_client !== null && { clientId: job.destination_client }),
      ...(row.path_abs_final !== null && mayKnowPath(job.destination_user) && { pathAbsFinal: row.path_abs_final }),
    },
    kind: row.kind,
    sizeBytes: row.size_bytes,
    fileCount: row.file_count,
    createdAtMs: row.created_at,
    ...(row.finished_at !== null && { finishedAtMs: row.finished_at }),
    ...(row.time_ms !== null && { timeMs: row.time_ms }),
    ...(row.has_result === 1 && { result: resultOf(row) }),
    ...(row.error !== null && { error: JSON.parse(row.error) as NonNullable<Task['error']> }),
    ...(row.metadata !== null && { metadata: JSON.parse(row.metadata) as Record<string, unknown> }),
    settings: JSON.parse(row.settings) as Record<string, string>,
  }
}

/** The specification as it was given; to a receiver without the others whom it went to and where it lay. */
export function viewSpecification(scope: ViewScope, row: JobRow, spec: unknown): unknown {
  if (mayKnowSource(scope.viewer, row)) return spec
  const { name, queue, priority } = row
  return { name, queue, priority, settings: JSON.parse(row.settings) as Record<string, string> }
}

/** Programs and addresses are for those who run the workspace. */
const privateSettings: ReadonlySet<string> = new Set(['hook_conf', 'email_conf'])

/** What somebody set for this job, here or further up, and at which level. */
export function viewSettings(scope: ViewScope, row: JobRow): Readonly<Record<string, ResolvedSetting>> {
  const resolved = resolveSettings(new InheritedSettings(scope.database).levels(row))
  return Object.fromEntries(
    Object.entries(resolved).filter(
      ([name, { level }]) =>
        level !== 'default' &&
        concernsTransfers(name) &&
        (level === 'job' || isElevated(scope.viewer) || !privateSettings.has(name)),
    ),
  )
}

function withNameOnly(source: TaskEndpoint): TaskEndpoint {
  if (source.shareId !== undefined) return source
  const path = source.path.replace(/\/+$/, '')
  return { ...source, path: path.slice(path.lastIndexOf('/') + 1) }
}

function resultOf(
  row: Pick<
    TaskRow,
    'files_done' | 'files_already_there' | 'files_replaced' | 'files_failed' | 'bytes_verified' | 'files_removed'
  >,
) {
  return {
    filesDone: figure(row.files_done),
    filesAlreadyThere: figure(row.files_already_there),
    filesReplaced: figure(row.files_replaced),
    filesFailed: figure(row.files_failed),
    bytesVerified: figure(row.bytes_verified),
    ...(row.files_removed > 0 && { filesRemoved: figure(row.files_removed) }),
  }
}

/** Sums of what clients say stay numbers that every reader can hold. */
function figure(sum: number): number {
  return Math.min(sum, Number.MAX_SAFE_INTEGER)
}
