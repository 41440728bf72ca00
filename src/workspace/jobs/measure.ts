import type { SqliteDatabase } from '../../platform/sqlite.ts'
import type { ServerFrame } from '../../shared/contract/stream.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { JobId } from '../../shared/domain/ids.ts'
import { isFinished } from '../../shared/domain/status/job-status.ts'
import type { CheckedInput } from '../api/checked-input.ts'
import { block, type RetryRules, scheduleRetry } from '../scheduler/end-dispatch.ts'
import { dispatchTask, requestedBy } from '../scheduler/order.ts'
import { InheritedSettings, ignoresMissing } from '../settings/inherited-settings.ts'
import { type JobPartRow, partsOf, updatePart } from '../store/job-parts.ts'
import { holdOf, type JobRow, jobById, requireJob, updateJob } from '../store/jobs.ts'
import type { ClientRow } from '../store/people.ts'
import { logJob } from '../store/records.ts'
import type { Transaction } from '../store/store.ts'
import { type TaskRow, taskByUri } from '../store/tasks.ts'
import { actsAt, type Presence } from '../stream/presence.ts'
import { collectedPlaces } from './collected-tasks.ts'
import { MissingLog } from './missing-log.ts'
import { applyJobEvent } from './settle.ts'

type Measured = CheckedInput<'transfer/measured'>

const maxTasksPerRequest = 1000
const maxPreviewEntries = 2000
/** No disk holds more (1 PiB); a client that says so must not break the sums that others read. */
const maxFigure = 2 ** 50

interface MeasureRequest {
  readonly client: ClientRow
  readonly frame: ServerFrame
}

/**
 * What to ask of which client, for a job whose sizes are not all known. Each is asked about what inherits the same
 * settings; about the rest once it has answered. Empty when nobody can answer now.
 */
export function measureRequests(
  transaction: Pick<Transaction, 'database'>,
  presence: Presence,
  jobId: JobId,
): readonly MeasureRequest[] {
  const { database } = transaction
  const job = jobById(database, jobId)
  if (job === undefined || job.is_measured === 1 || isFinished(job.status)) return []
  const parts = partsOf(database, job.id)
  const open = parts.filter((part) => openTasks(database, [part], 1).length > 0)
  const requests: MeasureRequest[] = []
  // Where nothing is open, one is asked about nothing: its answer ends the measuring.
  for (const key of new Set((open.length > 0 ? open : parts.slice(0, 1)).map((part) => part.source_key))) {
    const client = presence.clientAt(database, key)
    if (client)
      requests.push(
        requestFor(
          database,
          job,
          client,
          parts.filter((part) => part.source_key === key),
        ),
      )
  }
  return requests
}

function requestFor(
  database: SqliteDatabase,
  job: JobRow,
  client: ClientRow,
  parts: readonly JobPartRow[],
): MeasureRequest {
  const inherited = new InheritedSettings(database)
  const settingsOf = (part: JobPartRow) => inherited.keyOfShares([part.source_share, part.destination_share])
  const first = parts.find((part) => openTasks(database, [part], 1).length > 0)
  const together = first === undefined ? [] : parts.filter((part) => settingsOf(part) === settingsOf(first))
  const tasks = openTasks(database, together, maxTasksPerRequest)
  for (const part of parts) {
    const asked = tasks.filter((task) => task.part === part.part)
    updatePart(database, part, { measure_seq: asked.at(-1)?.seq ?? -1 })
  }
  const collected = collectedPlaces(database)
  return {
    client,
    frame: {
      type: 'transfer.measure',
      jobId: job.id,
      tasks: tasks.map((task) => dispatchTask(job, task, collected)),
      settings: tasks[0] ? inherited.forClients(job, tasks[0]) : {},
      requestedBy: requestedBy(database, job, client),
    },
  }
}

function openTasks(database: SqliteDatabase, parts: readonly JobPartRow[], limit: number): readonly TaskRow[] {
  const tasks = parts.flatMap(({ job_id, part }) =>
    database.all<TaskRow>(
      `SELECT * FROM tasks INDEXED BY tasks_unmeasured
       WHERE job_id = ? AND part = ? AND is_measured = 0 ORDER BY seq LIMIT ?`,
      [job_id, part, limit],
    ),
  )
  return tasks.sort((left, right) => left.seq - right.seq).slice(0, limit)
}

export function unmeasuredJobsAt(database: SqliteDatabase, key: string): JobId[] {
  const rows = database.all<{ id: JobId }>(
    `SELECT id FROM jobs INDEXED BY jobs_unmeasured
     WHERE source_key = ? AND is_measured = 0 AND is_live = 1 LIMIT 1000`,
    [key],
  )
  return rows.map((row) => row.id)
}

/** The source's client has measured some tasks, or says why it cannot. */
export function recordMeasured(transaction: Transaction, client: ClientRow, input: Measured, rules: RetryRules): void {
  const { database, effects } = transaction
  const job = requireJob(database, input.jobId)
  const parts = partsOf(database, job.id).filter((part) => actsAt(client, part.source_key))
  if (parts.length === 0) throw new TernError('NOT_FOUND', { entity: 'transfer', id: input.jobId })
  if (isFinished(job.status)) return
  const missing = new MissingLog(transaction, job.id)
  const own = new Set(parts.map(({ part }) => part))
  for (const entry of input.tasks) recordTask(transaction, job, entry, own, missing)
  missing.end()
  if (input.preview) recordPreview(database, job.id, input.preview, input.isPreviewComplete ?? false)
  if (input.blocked) {
    block(transaction, requireJob(database, job.id), input.blocked, client.id, rules)
  } else if (input.isComplete) {
    completeMeasuring(transaction, job.id, parts, rules)
  }
  copyToDeliveries(transaction, job.id)
  effects.changed('job', job.id)
}

function recordTask(
  transaction: Transaction,
  job: JobRow,
  entry: Measured['tasks'][number],
  parts: ReadonlySet<number>,
  missing: MissingLog,
): void {
  const { database, nowMs } = transaction
  const task = taskByUri(database, job.id, entry.uri)
  if (task === undefined || !parts.has(task.part)) return
  database.run(
    'UPDATE tasks SET kind = ?, size_bytes = ?, file_count = ?, is_measured = 1 WHERE job_id = ? AND seq = ?',
    [
      entry.kind ?? task.kind,
      Math.min(entry.sizeBytes ?? task.size_bytes, maxFigure),
      Math.min(entry.fileCount ?? task.file_count, maxFigure),
      job.id,
      task.seq,
    ],
  )
  // An answer that comes again, because its receipt got lost, says nothing new.
  if (entry.missing && task.is_measured === 0) missing.add(entry.uri, entry.missing)
  if (entry.error && (task.status === 'queued' || task.status === 'pending')) {
    const isIgnored = ignoresMissing(database, job, entry.error)
    database.run('UPDATE tasks SET status = ?, error = ?, finished_at = ? WHERE job_id = ? AND seq = ?', [
      isIgnored ? 'done' : 'failed',
      isIgnored ? null : JSON.stringify(entry.error),
      nowMs,
      job.id,
      task.seq,
    ])
    logJob(transaction, job.id, isIgnored ? 'warning' : 'error', entry.error.code, {
      ...entry.error.params,
      uri: entry.uri,
    })
  }
}

/** What was asked of this client is known; what other clients have been asked may still be on its way. */
function completeMeasuring(transaction: Transaction, id: JobId, parts: readonly JobPartRow[], rules: RetryRules): void {
  const { database, effects } = transaction
  for (const { part, measure_seq: askedUpTo } of parts) {
    database.run('UPDATE tasks SET is_measured = 1 WHERE job_id = ? AND part = ? AND is_measured = 0 AND seq <= ?', [
      id,
      part,
      askedUpTo,
    ])
  }
  const rest = database.get('SELECT 1 FROM tasks WHERE job_id = ? AND is_measured = 0 LIMIT 1', [id])
  if (rest) effects.measure(id)
  if (rest && !hasMeasuredPart(database, id)) return
  updateJob(database, id, { is_measured: rest ? 0 : 1 })
  const job = requireJob(database, id)
  const wasInTheWay = job.status === 'init' || (job.status === 'waiting' && holdOf(job)?.code === 'blocked')
  const status = applyJobEvent(transaction, id, 'measured', wasInTheWay ? { hold: null, next_at: 0 } : {})
  // Said again, it costs no try.
  if (status === 'failed' && job.status !== 'failed') scheduleRetry(transaction, id, rules)
}

/** Something of the job may run, although the size of all of it is not known yet. */
function hasMeasuredPart(database: SqliteDatabase, id: JobId): boolean {
  const row = database.get(
    `SELECT 1 FROM job_parts WHERE job_id = ? AND NOT EXISTS
       (SELECT 1 FROM tasks WHERE tasks.job_id = job_parts.job_id AND tasks.part = job_parts.part AND is_measured = 0)`,
    [id],
  )
  return row !== undefined
}

/** The receiver of a delivery that is still on its way to the workspace sees what it will be. */
function copyToDeliveries({ database, effects }: Transaction, id: JobId): void {
  const followers = database.all<{ id: JobId }>('SELECT id FROM jobs WHERE after_job_id = ?', [id])
  for (const follower of followers) {
    database.run(
      `UPDATE tasks SET (kind, size_bytes, file_count, is_measured) =
         (SELECT t.kind, t.size_bytes, t.file_count, 1 FROM tasks t WHERE t.job_id = ? AND t.seq = tasks.seq)
       WHERE job_id = ? AND EXISTS (SELECT 1 FROM tasks t WHERE t.job_id = ? AND t.seq = tasks.seq)`,
      [id, follower.id, id],
    )
    effects.changed('job', follower.id)
  }
}

function recordPreview(database: SqliteDatabase, jobId: JobId, entries: Preview['entries'], isComplete: boolean): void {
  // By path, because a measurement may be asked for again.
  const byPath = new Map((previewOf(database, jobId)?.entries ?? []).map((entry) => [entry.path, entry]))
  for (const entry of entries) byPath.set(entry.path, entry)
  const all = [...byPath.values()].slice(0, maxPreviewEntries)
  const whole = isComplete && byPath.size <= maxPreviewEntries
  database.run(
    `INSERT INTO previews VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET entries = excluded.entries, is_complete = excluded.is_complete`,
    [jobId, JSON.stringify(all), whole ? 1 : 0],
  )
}

export interface Preview {
  readonly entries: readonly { path: string; kind: 'file' | 'folder'; sizeBytes: number; mtimeMs: number }[]
  readonly isComplete: boolean
}

/** What a job holds; a delivery from the workspace shows what its upload was measured to be. */
export function previewOf(database: SqliteDatabase, jobId: JobId, afterJobId?: JobId | null): Preview | undefined {
  const row = database.get<{ entries: string; is_complete: number }>('SELECT * FROM previews WHERE job_id = ?', [jobId])
  if (row) return { entries: JSON.parse(row.entries) as Preview['entries'], isComplete: row.is_complete === 1 }
  return afterJobId ? previewOf(database, afterJobId) : undefined
}
