import type { SqliteDatabase } from '../../platform/sqlite.ts'
import type { Reason } from '../../shared/domain/reason.ts'
import { ScheduleFacts } from '../scheduler/schedule-facts.ts'
import { type Standing, standingOf } from '../scheduler/standing.ts'
import { type JobPartRow, partsOf } from '../store/job-parts.ts'
import { countsOf, holdOf, type JobRow, jobById } from '../store/jobs.ts'
import { userById } from '../store/people.ts'
import { workspaceOf } from '../store/places.ts'
import { endpointFacts } from './endpoint.ts'
import { reasonOf } from './reason.ts'
import type { ViewScope } from './view.ts'

/** What many rows of one answer ask for is read once: a scope lives for one look at the data. */
const factsOfScope = new WeakMap<ViewScope, ScheduleFacts>()

/** Why a job does not move, in the words of who looks at it; undefined when it moves, or is about to. */
export function reasonOfJob(scope: ViewScope, row: JobRow): Reason | undefined {
  const { database, presence, viewer } = scope
  const receiver = row.destination_user === null ? undefined : userById(database, row.destination_user)
  const before = row.after_job_id === null ? undefined : jobById(database, row.after_job_id)
  return reasonOf({
    status: row.status,
    hold: holdOf(row),
    counts: countsOf(row),
    fileCount: row.file_count,
    viewerId: viewer.id,
    receiver: receiver && {
      id: receiver.id,
      name: receiver.name,
      email: receiver.email,
      isInvited: receiver.status === 'invited',
    },
    waitsForUpload: before && before.status !== 'done' ? { name: workspaceOf(database).name } : undefined,
    queue: row.queue,
    end: (key) => endpointFacts(database, presence, key, viewer.id),
    standing: () => standingOfJob(database, factsFor(scope), row),
  })
}

function factsFor(scope: ViewScope): ScheduleFacts {
  const known = factsOfScope.get(scope) ?? new ScheduleFacts(scope.database, scope.presence)
  factsOfScope.set(scope, known)
  return known
}

/** A job waits as long as all of its parts do; then for what the first of them waits for. */
function standingOfJob(database: SqliteDatabase, facts: ScheduleFacts, row: JobRow): Standing | undefined {
  const parts = partsOf(database, row.id)
  if (row.status === 'init') {
    const away = parts.map((part) => facts.end(part.source_key).obstacle)
    return away.every((each) => each !== undefined) ? away[0] : undefined
  }
  const open = parts.length === 1 ? parts : parts.filter((part) => hasQueuedTasks(database, part))
  let first: Standing | undefined
  for (const part of open) {
    const standing = standingOf(database, facts, part)
    if (standing === undefined) return undefined
    first ??= standing
  }
  return first
}

function hasQueuedTasks(database: SqliteDatabase, { job_id, part }: JobPartRow): boolean {
  const sql = "SELECT 1 FROM tasks WHERE job_id = ? AND part = ? AND status = 'queued' LIMIT 1"
  return database.get(sql, [job_id, part]) !== undefined
}
