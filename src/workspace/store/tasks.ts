import { createHash } from 'node:crypto'
import { newTaskId } from '../../platform/random-id.ts'
import type { SqliteDatabase } from '../../platform/sqlite.ts'
import type { ErrorEnvelope } from '../../shared/domain/errors.ts'
import type { JobId, TaskId } from '../../shared/domain/ids.ts'
import type { Task, TaskEndpoint, TaskStatus } from '../../shared/domain/job.ts'
import type { TaskMove } from '../../shared/domain/status/task-status.ts'
import { partOf } from './job-parts.ts'

/*
 * SQLite takes a job for a few tasks and would look at all of them: where one index leads to what is asked for,
 * statements name it.
 */

export interface TaskRow {
  readonly job_id: JobId
  /** Order of creation inside the job. */
  readonly seq: number
  /** Which of the job's parts it lies in. */
  readonly part: number
  readonly id: TaskId
  readonly uri: string
  readonly status: TaskStatus
  readonly priority: number
  /** JSON of a TaskEndpoint, as the document's `source` and `destination`. */
  readonly source: string
  readonly destination: string
  readonly pair_digest: string
  readonly kind: Task['kind']
  readonly size_bytes: number
  readonly file_count: number
  readonly files_done: number
  readonly files_already_there: number
  readonly files_replaced: number
  readonly files_failed: number
  readonly bytes_verified: number
  readonly files_removed: number
  readonly has_result: number
  readonly is_measured: number
  readonly dispatch_id: string | null
  readonly path_abs_final: string | null
  /** As its sender found it. */
  readonly source_path_abs_final: string | null
  readonly error: string | null
  readonly created_at: number
  readonly finished_at: number | null
  readonly time_ms: number | null
  readonly metadata: string | null
  readonly settings: string
}

export interface NewTask {
  readonly uri: string
  readonly status: TaskStatus
  readonly priority: number
  readonly source: TaskEndpoint
  readonly destination: TaskEndpoint
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  readonly settings: Readonly<Record<string, string>>
}

/** Two tasks of one job with the same digest ask for the same thing. */
export function pairDigest(source: TaskEndpoint, destination: TaskEndpoint): string {
  const of = (end: TaskEndpoint) => [end.siteCode ?? '', end.userId ?? '', end.shareId ?? '', end.path]
  return createHash('sha256')
    .update(JSON.stringify([...of(source), ...of(destination), destination.placement ?? '']))
    .digest('base64url')
    .slice(0, 22)
}

export function insertTask(database: SqliteDatabase, jobId: JobId, seq: number, task: NewTask, nowMs: number): TaskId {
  const id = newTaskId()
  database.run(
    `INSERT INTO tasks (job_id, seq, part, id, uri, status, priority, source, destination, pair_digest, created_at,
       metadata, settings)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      jobId,
      seq,
      partOf(database, jobId, task.source, task.destination),
      id,
      task.uri,
      task.status,
      task.priority,
      JSON.stringify(task.source),
      JSON.stringify(task.destination),
      pairDigest(task.source, task.destination),
      nowMs,
      task.metadata === undefined ? null : JSON.stringify(task.metadata),
      JSON.stringify(task.settings),
    ],
  )
  return id
}

export function taskByUri(database: SqliteDatabase, jobId: JobId, uri: string): TaskRow | undefined {
  return database.get<TaskRow>('SELECT * FROM tasks WHERE job_id = ? AND uri = ?', [jobId, uri])
}

export function taskById(database: SqliteDatabase, jobId: JobId, id: string): TaskRow | undefined {
  return database.get<TaskRow>('SELECT * FROM tasks WHERE id = ? AND job_id = ?', [id, jobId])
}

/** What of some parts is dispatched next: priority first, then as they were written. */
export function queuedTasks(
  database: SqliteDatabase,
  jobId: JobId,
  parts: readonly number[],
  limit: number,
): readonly TaskRow[] {
  const tasks = parts.flatMap((part) =>
    database.all<TaskRow>(
      "SELECT * FROM tasks WHERE job_id = ? AND part = ? AND status = 'queued' ORDER BY priority DESC, seq LIMIT ?",
      [jobId, part, limit],
    ),
  )
  if (parts.length === 1) return tasks
  return tasks.sort((left, right) => right.priority - left.priority || left.seq - right.seq).slice(0, limit)
}

/**
 * All moves at once, so that none follows upon another. What is to be done again forgets how it ended.
 * @param errorCodes only tasks that ended with one of these
 */
export function moveTasksTogether(
  database: SqliteDatabase,
  jobId: JobId,
  moves: readonly TaskMove[],
  errorCodes?: readonly string[],
): void {
  if (moves.length === 0) return
  const marks = (values: readonly unknown[]) => values.map(() => '?').join(', ')
  const from = moves.map((move) => move.from)
  const again = moves.filter((move) => move.to === 'queued' || move.to === 'pending').map((move) => move.from)
  const isAgain = again.length === 0 ? 'FALSE' : `status IN (${marks(again)})`
  database.run(
    `UPDATE tasks SET status = CASE status ${moves.map(() => 'WHEN ? THEN ?').join(' ')} END, dispatch_id = NULL,
       error = CASE WHEN ${isAgain} THEN NULL ELSE error END,
       finished_at = CASE WHEN ${isAgain} THEN NULL ELSE finished_at END
     WHERE job_id = ? AND status IN (${marks(from)})
       ${errorCodes ? `AND json_extract(error, '$.code') IN (${marks(errorCodes)})` : ''}`,
    [...moves.flatMap((move) => [move.from, move.to]), ...again, ...again, jobId, ...from, ...(errorCodes ?? [])],
  )
}

/** One task in a status of its own; a report of the run that it was part of is about it no more. */
export function writeTaskStatus(database: SqliteDatabase, task: Pick<TaskRow, 'id'>, status: TaskStatus): void {
  const forgets = status === 'queued' || status === 'pending'
  database.run(
    `UPDATE tasks SET status = ?, dispatch_id = NULL${forgets || status === 'failed' ? ', error = NULL' : ''}${forgets ? ', finished_at = NULL' : ''} WHERE id = ?`,
    [status, task.id],
  )
}

/** What the failed tasks of a job ended with, each once, the most important first; undefined: with no error. */
export function failedErrors(database: SqliteDatabase, jobId: JobId): (ErrorEnvelope | undefined)[] {
  return database
    .all<Pick<TaskRow, 'error'>>(
      `SELECT error FROM tasks INDEXED BY tasks_by_status WHERE job_id = ? AND status = 'failed'
       GROUP BY json_extract(error, '$.code') ORDER BY max(priority) DESC, min(seq)`,
      [jobId],
    )
    .map(({ error }) => (error === null ? undefined : (JSON.parse(error) as ErrorEnvelope)))
}

export function nextTaskSeq(database: SqliteDatabase, jobId: JobId): number {
  const row = database.get<{ seq: number | null }>('SELECT max(seq) AS seq FROM tasks WHERE job_id = ?', [jobId])
  return (row?.seq ?? -1) + 1
}
