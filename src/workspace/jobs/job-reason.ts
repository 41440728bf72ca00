import type { SqliteDatabase } from '../../platform/sqlite.ts'
import type { Reason } from '../../shared/domain/reason.ts'
import { ScheduleFacts } from '../scheduler/schedule-facts.ts'
import { type Standing, standingOf } from '../scheduler/standing.ts'
import { type JobPartRow, partsOf } from '../store/job-parts.ts'
import { countsOf, holdOf, type JobRow, jobById } from '../store/jobs.ts'
import { type UserRow, userById } from '../store/people.ts'
import { type EndpointFacts, endpointFacts } from './endpoint.ts'
import { reasonOf } from './reason.ts'
import { once, type ViewScope, workspaceSeen } from './view-scope.ts'

/** Why a job does not move, in the words of who looks at it; undefined when it moves, or is about to. */
export function reasonOfJob(scope: ViewScope, row: JobRow): Reason | undefined {
  const { database, presence, viewer } = scope
  const receiver = receiverOf(scope, row)
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
    waitsForUpload: before && before.status !== 'done' ? { name: workspaceSeen(scope).name } : undefined,
    queue: row.queue,
    end: (key) =>
      once(scope, `end ${key}`, () => endpointFacts(database, presence, key, viewer.id)) ?? goneEnd(scope, row, key),
    standing: () => standingOfJob(database, factsFor(scope), row),
  })
}

/** A machine that was removed: it is told by whose it was, because that is who can send or choose anew. */
function goneEnd({ database }: ViewScope, row: JobRow, key: string): EndpointFacts | undefined {
  const side = (['source', 'destination'] as const).find((each) => row[`${each}_key`] === key)
  const person = side && row[`${side}_user`]
  return person ? { name: userById(database, person)?.name ?? '', online: false } : undefined
}

function factsFor(scope: ViewScope): ScheduleFacts {
  return once(scope, 'schedule', () => new ScheduleFacts(scope.database, scope.presence))
}

function receiverOf(scope: ViewScope, { destination_user: id }: JobRow): UserRow | undefined {
  return id === null ? undefined : once(scope, `user ${id}`, () => userById(scope.database, id))
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
