import type { SqliteDatabase, SqlValue } from '../../platform/sqlite.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { ClientId, JobId, UserId } from '../../shared/domain/ids.ts'
import type { JobStatus, TaskStatus } from '../../shared/domain/job.ts'
import { foldText } from '../../shared/domain/query/fold-text.ts'
import { refreshReady } from './job-parts.ts'

type Counted<Prefix extends string, Name extends string> = { readonly [key in `${Prefix}${Name}`]: number }

/** Columns that triggers keep; code only ever reads them. */
export type JobSums = Counted<'n_', TaskStatus> & {
  readonly size_bytes: number
  readonly file_count: number
  readonly files_done: number
  readonly files_already_there: number
  readonly files_replaced: number
  readonly files_failed: number
  readonly bytes_verified: number
  readonly files_removed: number
}

export interface JobColumns {
  readonly id: JobId
  readonly name: string
  readonly status: JobStatus
  readonly is_live: number
  /** What lists are sorted by: created for live ones, finished for the others. */
  readonly sort_at: number
  readonly source_site: string | null
  readonly source_user: UserId | null
  readonly source_client: ClientId | null
  /** `site:<code>` or `client:<id>`; empty while it is not known. Two keys make an endpoint pair. */
  readonly source_key: string
  readonly destination_site: string | null
  readonly destination_user: UserId | null
  readonly destination_client: ClientId | null
  readonly destination_key: string
  readonly user_id: UserId
  readonly queue: string
  readonly priority: number
  readonly is_measured: number
  /** When it is tried again by itself, or its source is asked for sizes again; 0 for never. */
  readonly next_at: number
  /** Its place among equals: when it was queued last. */
  readonly queued_at: number
  readonly attempt: number
  readonly epoch: number
  /** JSON of a Hold: why it does not move, as far as that is not computed. */
  readonly hold: string | null
  readonly after_job_id: JobId | null
  readonly location_client: ClientId | null
  readonly location_path: string | null
  readonly revision: number
  /** Whether a task without a destination keeps its path below the share. */
  readonly mirrors_paths: number
  readonly modified_by: UserId | null
  /** The delivery or request that it belongs to. */
  readonly parent_id: JobId | null
  /** Jobs of one call, one for each recipient, have the same. */
  readonly batch_id: JobId | null
  readonly created_at: number
  readonly modified_at: number
  readonly finished_at: number | null
  readonly note: string | null
  readonly settings: string
}

/** What may be large. */
export interface JobTexts {
  /** JSON, as it was submitted. */
  readonly spec: string
  readonly metadata: string | null
}

export type JobRow = JobColumns & JobSums & { readonly number: number }

export interface Hold {
  readonly code: 'paused' | 'consent' | 'blocked' | 'retry' | 'failed' | 'declined' | 'aborted' | 'planned' | 'left'
  readonly params: Readonly<Record<string, string | number>>
}

export function jobById(database: SqliteDatabase, id: string): JobRow | undefined {
  return database.get<JobRow>('SELECT * FROM jobs WHERE id = ?', [id])
}

export function requireJob(database: SqliteDatabase, id: string): JobRow {
  const row = jobById(database, id)
  if (row === undefined) throw new TernError('NOT_FOUND', { entity: 'transfer', id })
  return row
}

export function textsOf(database: SqliteDatabase, id: string): JobTexts | undefined {
  return database.get<JobTexts>('SELECT spec, metadata FROM job_texts WHERE job_id = ?', [id])
}

export function insertJob(database: SqliteDatabase, columns: JobColumns, texts: JobTexts): void {
  const stored = { ...columns, name_folded: foldText(columns.name) }
  const names = Object.keys(stored)
  database.run(
    `INSERT INTO jobs (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    Object.values(stored) as SqlValue[],
  )
  database.run('INSERT INTO job_texts (job_id, spec, metadata) VALUES (?, ?, ?)', [
    columns.id,
    texts.spec,
    texts.metadata,
  ])
}

/** Changes columns of a job and then what follows from them: whether its parts are ready. */
export function updateJob(database: SqliteDatabase, id: JobId, changes: Partial<Omit<JobColumns, 'id'>>): void {
  const stored = changes.name === undefined ? changes : { ...changes, name_folded: foldText(changes.name) }
  const names = Object.keys(stored)
  if (names.length > 0) {
    database.run(`UPDATE jobs SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE id = ?`, [
      ...(Object.values(stored) as SqlValue[]),
      id,
    ])
  }
  refreshReady(database, id)
}

export function holdOf(row: Pick<JobColumns, 'hold'>): Hold | undefined {
  return row.hold === null ? undefined : (JSON.parse(row.hold) as Hold)
}

export function holdText(
  code: Hold['code'],
  params: Record<string, string | number | boolean | undefined> = {},
): string {
  const plain = Object.fromEntries(
    Object.entries(params).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, typeof value === 'boolean' ? String(value) : value]],
    ),
  )
  return JSON.stringify({ code, params: plain })
}

export function countsOf(row: JobSums): Record<TaskStatus, number> {
  return {
    pending: row.n_pending,
    queued: row.n_queued,
    booting: row.n_booting,
    executing: row.n_executing,
    done: row.n_done,
    failed: row.n_failed,
    onhold: row.n_onhold,
    excluded: row.n_excluded,
  }
}

/** Whether it is known where the files land; if not, what waits is pending. */
export function hasLocation(row: Pick<JobColumns, 'destination_key'>): boolean {
  return row.destination_key !== ''
}
