import { newEntityId } from '../../../../src/platform/random-id.ts'
import type { SqliteDatabase } from '../../../../src/platform/sqlite.ts'
import type { ClientId, JobId, UserId } from '../../../../src/shared/domain/ids.ts'
import type { JobStatus } from '../../../../src/shared/domain/job.ts'
import { insertJob, type JobColumns } from '../../../../src/workspace/store/jobs.ts'
import { insertUser, type UserRow, upsertClient } from '../../../../src/workspace/store/people.ts'
import { setMetaValue } from '../../../../src/workspace/store/places.ts'

export interface SampleWorkspace {
  readonly lisa: UserRow
  readonly john: UserRow
  readonly mia: UserRow
  readonly edit7: ClientId
}

export const workspaceId = '6645fbca9f8c4d3e7a3b678d'

/** Three people, three sites, a machine. */
export function fillWorkspace(database: SqliteDatabase): SampleWorkspace {
  const person = (name: string, role: UserRow['role']) =>
    insertUser(database, {
      email: `${name}@example.com`,
      name,
      role,
      status: 'enabled',
      password_hash: null,
      created_at: 1,
    })
  setMetaValue(database, 'workspaceId', workspaceId)
  setMetaValue(database, 'workspaceCode', 'seagull')
  setMetaValue(database, 'workspaceName', 'Seagull')
  database.run(
    `INSERT INTO sites (code, name, created_at)
     VALUES ('hq', 'Head quarters', 1), ('stockholm', 'Stockholm', 1), ('seagull', 'Called like the workspace', 1)`,
  )
  const lisa = person('lisa', 'standard')
  const john = person('john', 'admin')
  const mia = person('mia', 'standard')
  const machine = upsertClient(database, { name: 'hq', kind: 'app', keyHash: '0'.repeat(64) }, { userId: lisa.id }, 1)
  return { lisa, john, mia, edit7: machine.id }
}

export interface SampleJob {
  readonly name: string
  readonly userId: UserId
  readonly status?: JobStatus
  readonly source?: { readonly site?: string; readonly user?: UserId; readonly client?: ClientId }
  readonly destination?: { readonly site?: string; readonly user?: UserId; readonly client?: ClientId }
  readonly createdAtMs?: number
  readonly finishedAtMs?: number | null
  readonly priority?: number
  readonly queue?: string
  readonly note?: string | null
  readonly metadata?: string | null
  readonly sizeBytes?: number
  readonly bytesVerified?: number
}

export function addJob(database: SqliteDatabase, job: SampleJob): JobId {
  const { name, userId, status = 'waiting', source = { site: 'hq' }, destination = { user: userId } } = job
  const id = newEntityId<JobId>()
  const createdAtMs = job.createdAtMs ?? 1000
  const isFinished = status === 'done' || status === 'aborted'
  const columns: JobColumns = {
    id,
    name,
    status,
    is_live: isFinished ? 0 : 1,
    sort_at: createdAtMs,
    source_site: source.site ?? null,
    source_user: source.user ?? null,
    source_client: source.client ?? null,
    source_key: source.site === undefined ? '' : `site:${source.site}`,
    destination_site: destination.site ?? null,
    destination_user: destination.user ?? null,
    destination_client: destination.client ?? null,
    destination_key: destination.site === undefined ? '' : `site:${destination.site}`,
    user_id: userId,
    queue: job.queue ?? 'medium',
    priority: job.priority ?? 500,
    is_measured: 1,
    next_at: 0,
    queued_at: createdAtMs,
    attempt: 0,
    epoch: 0,
    hold: null,
    after_job_id: null,
    location_client: null,
    location_path: null,
    revision: 0,
    mirrors_paths: 1,
    modified_by: null,
    parent_id: null,
    batch_id: null,
    created_at: createdAtMs,
    modified_at: createdAtMs + 1000,
    finished_at: job.finishedAtMs ?? null,
    note: job.note ?? null,
    settings: '{}',
  }
  insertJob(database, columns, { spec: 'null', metadata: job.metadata ?? null })
  if (job.sizeBytes !== undefined) {
    database.run('UPDATE jobs SET size_bytes = ?, bytes_verified = ? WHERE id = ?', [
      job.sizeBytes,
      job.bytesVerified ?? 0,
      id,
    ])
  }
  return id
}
