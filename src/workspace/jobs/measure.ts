import type { SqliteDatabase } from '../../platform/sqlite.ts'
import type { ServerFrame } from '../../shared/contract/stream.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { JobId } from '../../shared/domain/ids.ts'
import { isFinished } from '../../shared/domain/status/job-status.ts'
import type { CheckedInput } from '../api/checked-input.ts'
import { block, type RetryRules, scheduleRetry } from '../scheduler/end-dispatch.ts'
import { dispatchTask, requestedBy } from '../scheduler/order.ts'
import { InheritedSettings, ignoresMissing } from '../settings/inherited-settings.ts'
import { holdOf, type JobRow, jobById, requireJob, updateJob } from '../store/jobs.ts'
import type { ClientRow } from '../store/people.ts'
import { logJob } from '../store/records.ts'
import type { Transaction } from '../store/store.ts'
import { type TaskRow, taskByUri } from '../store/tasks.ts'
import { endpointKey, type Presence } from '../stream/presence.ts'
import { MissingLog } from './missing-log.ts'
import { applyJobEvent } from './settle.ts'

type Measured = CheckedInput<'transfer/measured'>

const maxTasksPerRequest = 1000
const maxPreviewEntries = 2000
/** No disk holds more (1 PiB); a client that says so must not break the sums that others read. */
const maxFigure = 2 ** 50

/** What to ask of which client, for a job whose sizes are not all known; undefined when nobody can answer now. */
export function measureRequest(
  transaction: Pick<Transaction, 'database'>,
  presence: Presence,
  jobId: JobId,
): { readonly client: ClientRow; readonly frame: ServerFrame } | undefined {
  const { database } = transaction
  const job = jobById(database, jobId)
  if (job === undefined || job.is_measured === 1 || isFinished(job.status)) return undefined
  const client = presence.clientAt(database, job.source_key)
  if (client === undefined) return undefined
  const open = database.all<TaskRow>('SELECT * FROM tasks WHERE job_id = ? AND is_measured = 0 ORDER BY seq LIMIT ?', [
    job.id,
    maxTasksPerRequest,
  ])
  const inherited = new InheritedSettings(database)
  const first = open[0]
  const end = open.findIndex((task) => first && inherited.shareKey(task) !== inherited.shareKey(first))
  const tasks = end === -1 ? open : open.slice(0, end)
  updateJob(database, job.id, { measure_seq: tasks.at(-1)?.seq ?? -1 })
  return {
    client,
    frame: {
      type: 'transfer.measure',
      jobId: job.id,
      tasks: tasks.map((task) => dispatchTask(job, task)),
      settings: first ? inherited.forClients(job, first) : {},
      requestedBy: requestedBy(database, job, client),
    },
  }
}

export function unmeasuredJobsAt(database: SqliteDatabase, key: string): JobId[] {
  const rows = database.all<{ id: JobId }>(
    'SELECT id FROM jobs WHERE source_key = ? AND is_measured = 0 AND is_live = 1 LIMIT 1000',
    [key],
  )
  return rows.map((row) => row.id)
}

/** The source's client has measured some tasks, or says why it cannot. */
export function recordMeasured(transaction: Transaction, client: ClientRow, input: Measured, rules: RetryRules): void {
  const { database, effects } = transaction
  const job = requireJob(database, input.jobId)
  if (job.source_key !== endpointKey(client)) throw new TernError('NOT_FOUND', { entity: 'transfer', id: input.jobId })
  if (isFinished(job.status)) return
  const missing = new MissingLog(transaction, job.id)
  for (const entry of input.tasks) recordTask(transaction, job, entry, missing)
  missing.end()
  if (input.preview) recordPreview(database, job.id, input.preview, input.isPreviewComplete ?? false)
  if (input.blocked) {
    block(transaction, requireJob(database, job.id), input.blocked, client.id, rules)
  } else if (input.isComplete) {
    completeMeasuring(transaction, job.id, rules)
  }
  copyToDeliveries(transaction, job.id)
  effects.changed('job', job.id)
}

function recordTask(
  transaction: Transaction,
  job: JobRow,
  entry: Measured['tasks'][number],
  missing: MissingLog,
): void {
  const { database, nowMs } = transaction
  const task = taskByUri(database, job.id, entry.uri)
  if (task === undefined) return
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

function completeMeasuring(transaction: Transaction, id: JobId, rules: RetryRules): void {
  const { database, effects } = transaction
  const { measure_seq: askedUpTo } = requireJob(database, id)
  database.run('UPDATE tasks SET is_measured = 1 WHERE job_id = ? AND is_measured = 0 AND seq <= ?', [id, askedUpTo])
  const rest = database.get('SELECT 1 FROM tasks WHERE job_id = ? AND is_measured = 0 LIMIT 1', [id])
  if (rest) {
    effects.measure(id)
    return
  }
  updateJob(database, id, { is_measured: 1 })
  const job = requireJob(database, id)
  const wasInTheWay = job.status === 'init' || (job.status === 'waiting' && holdOf(job)?.code === 'blocked')
  const status = applyJobEvent(transaction, id, 'measured', wasInTheWay ? { hold: null, next_at: 0 } : {})
  // Said again, it costs no try.
  if (status === 'failed' && job.status !== 'failed') scheduleRetry(transaction, id, rules)
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
