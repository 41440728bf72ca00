import type { SqliteDatabase, SqlValue } from '../../platform/sqlite.ts'
import type { DispatchId, JobId } from '../../shared/domain/ids.ts'
import type { TaskEndpoint } from '../../shared/domain/job.ts'

/** A job's tasks between the same two shares (or machines): what one run can take together. */
export interface JobPartRow {
  readonly job_id: JobId
  readonly part: number
  /** Empty for a person's machine. */
  readonly source_share: string
  readonly destination_share: string
  /** `site:<code>` or `client:<id>`; empty while it is not known. Two keys make an endpoint pair. */
  readonly source_key: string
  readonly destination_key: string
  /** As the job has them; a trigger keeps them. */
  readonly queue: string
  readonly priority: number
  readonly queued_at: number
  /** The highest task that the source was asked to measure. */
  readonly measure_seq: number
  /** May be dispatched as far as the job itself goes; see refreshReady. */
  readonly is_ready: number
  /** Something of its own stands in its way, such as a share that is disabled: put aside until that changes. */
  readonly is_barred: number
  /** Not before this time. */
  readonly next_at: number
  readonly interruptions: number
  /** JSON of a Hold: what kept its last run from going on. */
  readonly hold: string | null
  /** The run that has it now. */
  readonly dispatch_id: DispatchId | null
}

type Side = 'source' | 'destination'

/** The part that a task of this job belongs to; made when it is the first of its kind. */
export function partOf(
  database: SqliteDatabase,
  jobId: JobId,
  source: TaskEndpoint,
  destination: TaskEndpoint,
): number {
  const [from, to] = [source.shareId ?? '', destination.shareId ?? '']
  const known = database.get<{ part: number }>(
    'SELECT part FROM job_parts WHERE job_id = ? AND source_share = ? AND destination_share = ?',
    [jobId, from, to],
  )
  if (known) return known.part
  database.run(
    `INSERT INTO job_parts (job_id, part, source_share, destination_share, source_key, destination_key, queue, priority, queued_at)
     SELECT id, (SELECT count(*) FROM job_parts WHERE job_id = jobs.id), ?, ?, coalesce(?, source_key),
       coalesce(?, destination_key), queue, priority, queued_at FROM jobs WHERE id = ?`,
    [from, to, endOfShare(database, source), endOfShare(database, destination), jobId],
  )
  return partOf(database, jobId, source, destination)
}

export function partsOf(database: SqliteDatabase, jobId: string): JobPartRow[] {
  return database.all<JobPartRow>('SELECT * FROM job_parts WHERE job_id = ? ORDER BY part', [jobId])
}

/** Changes what a part says of its runs, and then what follows for when it may run. */
export function updatePart(
  database: SqliteDatabase,
  { job_id, part }: Pick<JobPartRow, 'job_id' | 'part'>,
  changes: Partial<
    Pick<JobPartRow, 'next_at' | 'interruptions' | 'hold' | 'dispatch_id' | 'measure_seq' | 'is_barred'>
  >,
): void {
  const names = Object.keys(changes)
  database.run(`UPDATE job_parts SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE job_id = ? AND part = ?`, [
    ...(Object.values(changes) as SqlValue[]),
    job_id,
    part,
  ])
}

/** Whatever was counted of interruptions begins anew, and nothing is waited for: a person looked at the job. */
export function freshenParts(database: SqliteDatabase, jobId: JobId): void {
  database.run(
    `UPDATE job_parts SET next_at = 0, interruptions = 0, hold = NULL
     WHERE job_id = ? AND (next_at > 0 OR interruptions > 0 OR hold IS NOT NULL)`,
    [jobId],
  )
}

/**
 * Ready: something to do, its sizes known, both ends known, no run, nobody's consent missing, and the job before its own
 * is done. A job that runs may run other parts beside it, between other ends.
 */
export function refreshReady(database: SqliteDatabase, jobId: JobId): void {
  database.run(
    `UPDATE job_parts SET is_ready = (
       source_key <> '' AND destination_key <> ''
       AND NOT EXISTS (SELECT 1 FROM job_parts beside WHERE beside.job_id = job_parts.job_id
         AND beside.dispatch_id IS NOT NULL AND beside.source_key = job_parts.source_key
         AND beside.destination_key = job_parts.destination_key)
       AND EXISTS (SELECT 1 FROM jobs WHERE jobs.id = job_parts.job_id AND status IN ('waiting', 'running')
         AND coalesce(json_extract(jobs.hold, '$.code'), '') <> 'consent'
         AND (after_job_id IS NULL
           OR EXISTS (SELECT 1 FROM jobs before WHERE before.id = jobs.after_job_id AND before.status = 'done'))
         AND (is_measured = 1 OR NOT EXISTS (SELECT 1 FROM tasks
           WHERE tasks.job_id = job_parts.job_id AND tasks.part = job_parts.part AND tasks.is_measured = 0)))
       AND EXISTS (SELECT 1 FROM tasks
         WHERE tasks.job_id = job_parts.job_id AND tasks.part = job_parts.part AND status = 'queued'))
     WHERE job_id = ?`,
    [jobId],
  )
}

/** What was put aside may have its way clear now. */
export function unbarParts(database: SqliteDatabase, jobId: JobId): void {
  database.run('UPDATE job_parts SET is_barred = 0 WHERE job_id = ? AND is_barred = 1', [jobId])
}

/** Shares that another server has now: the parts that use them, or what lies in them, get their new ends. */
export function rekeyMovedShares(database: SqliteDatabase): void {
  const moved = database.all<{ share_id: string }>('SELECT share_id FROM moved_shares')
  for (const { share_id } of moved) {
    const shares = database.all<{ id: string }>('SELECT id FROM shares WHERE id = ?1 OR parent_id = ?1', [share_id])
    for (const { id } of shares) for (const side of ['source', 'destination'] as const) rekey(database, side, id)
    database.run('DELETE FROM moved_shares WHERE share_id = ?', [share_id])
  }
}

function rekey(database: SqliteDatabase, side: Side, shareId: string): void {
  const sites = database.all<{ site: string }>(
    `SELECT DISTINCT jobs.${side}_site AS site FROM job_parts JOIN jobs ON jobs.id = job_parts.job_id
     WHERE job_parts.${side}_share = ? AND jobs.${side}_site IS NOT NULL`,
    [shareId],
  )
  for (const { site } of sites) {
    const key = endOfShare(database, { siteCode: site, shareId, path: '' } as TaskEndpoint)
    database.run(
      `UPDATE job_parts SET ${side}_key = ? WHERE ${side}_share = ? AND ${side}_key <> ?
         AND job_id IN (SELECT id FROM jobs WHERE ${side}_site = ?)`,
      [key, shareId, key, site],
    )
  }
}

/** The server that has the share at its site; any of the site's when none is named. Null: not on a share. */
function endOfShare(database: SqliteDatabase, { siteCode, shareId }: TaskEndpoint): string | null {
  if (siteCode === undefined || shareId === undefined) return null
  const server = database.get<{ client_id: string | null }>(
    `SELECT client_id FROM share_servers
     WHERE share_id = (SELECT coalesce(parent_id, id) FROM shares WHERE id = ?) AND site_code = ?`,
    [shareId, siteCode],
  )
  return server?.client_id ? `client:${server.client_id}` : `site:${siteCode}`
}
