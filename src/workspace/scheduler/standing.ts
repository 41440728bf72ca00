import type { SqliteDatabase } from '../../platform/sqlite.ts'
import type { JobPartRow } from '../store/job-parts.ts'
import type { Hold } from '../store/jobs.ts'
import { defaultLimits, type Limits } from './decide.ts'
import type { Obstacle, ScheduleFacts } from './schedule-facts.ts'

/** What a part waits for, by the rules that the scheduler starts it by. */
export type Standing =
  | Obstacle
  /** What its last run broke off with; it is looked at again. */
  | { readonly kind: 'held'; readonly hold: Hold }
  /** How many go first between the same two ends; what runs counts as one. */
  | { readonly kind: 'behind'; readonly position: number }
  | { readonly kind: 'end-busy'; readonly key: string; readonly count: number }

const maxPosition = 1000

/** Undefined: nothing stands in its way, it is about to start. */
export function standingOf(
  database: SqliteDatabase,
  facts: ScheduleFacts,
  part: JobPartRow,
  limits: Limits = defaultLimits,
): Standing | undefined {
  const obstacle = facts.obstacleOf(part)
  if (obstacle) return obstacle
  if (part.hold !== null) return { kind: 'held', hold: JSON.parse(part.hold) as Hold }
  const position = positionOf(database, facts, part)
  return position > 0 ? { kind: 'behind', position } : busyEnd(database, facts, part, limits)
}

function positionOf(database: SqliteDatabase, facts: ScheduleFacts, part: JobPartRow): number {
  const pair = [part.source_key, part.destination_key]
  const running = 'SELECT 1 FROM dispatches WHERE is_running = 1 AND sender = ? AND receiver = ? LIMIT 1'
  // A line is between machines, by whichever of their names a part has them. What runs is one before it, whatever the
  // number of runs that the line carries.
  const line = pair.map((key) => facts.end(key).client?.id ?? '')
  let position = database.get(running, line) === undefined ? 0 : 1
  const own = facts.queue(part.queue)
  const waiting =
    'SELECT 1 FROM job_parts WHERE is_ready = 1 AND is_barred = 0 AND source_key = ? AND destination_key = ? AND queue = ?'
  for (let queue = nextQueue(database, pair, ''); queue !== undefined; queue = nextQueue(database, pair, queue)) {
    const { isPaused, priority } = facts.queue(queue)
    if (isPaused || priority < own.priority || position >= maxPosition) continue
    position +=
      priority > own.priority
        ? countOf(database, waiting, [...pair, queue])
        : countOf(
            database,
            `${waiting} AND (priority > ?4 OR (priority = ?4 AND (queued_at, job_id, part) < (?5, ?6, ?7)))`,
            [...pair, queue, part.priority, part.queued_at, part.job_id, part.part],
          )
  }
  return Math.min(position, maxPosition)
}

function nextQueue(database: SqliteDatabase, pair: readonly string[], after: string): string | undefined {
  return database.get<{ queue: string }>(
    `SELECT queue FROM job_parts WHERE is_ready = 1 AND is_barred = 0 AND source_key = ? AND destination_key = ?
       AND queue > ? ORDER BY queue LIMIT 1`,
    [...pair, after],
  )?.queue
}

/** An end that carries as many runs with others as it may. */
function busyEnd(
  database: SqliteDatabase,
  facts: ScheduleFacts,
  part: JobPartRow,
  { maxPerEnd }: Limits,
): Standing | undefined {
  for (const key of [part.source_key, part.destination_key]) {
    const client = facts.end(key).client
    if (client === undefined) continue
    const count = countOf(
      database,
      'SELECT 1 FROM dispatches WHERE is_running = 1 AND (sender = ?1 OR receiver = ?1)',
      [client.id],
    )
    if (count >= maxPerEnd) return { kind: 'end-busy', key, count }
  }
  return undefined
}

function countOf(database: SqliteDatabase, rows: string, parameters: readonly (string | number)[]): number {
  const sql = `SELECT count(*) AS count FROM (${rows} LIMIT ${maxPosition})`
  return database.get<{ count: number }>(sql, [...parameters])?.count ?? 0
}
