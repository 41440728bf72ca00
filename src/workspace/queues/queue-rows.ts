import { newEntityId } from '../../platform/random-id.ts'
import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { QueueId } from '../../shared/domain/ids.ts'
import { workspaceOf } from '../store/places.ts'
import { insertRow, type RecordedColumns } from '../store/recorded.ts'

export interface QueueRow extends RecordedColumns {
  readonly id: QueueId
  /** What jobs name; unique whatever its case. */
  readonly code: string
  readonly name: string
  /** 1000 goes first. */
  readonly priority: number
  /** `paused`: its jobs are held. */
  readonly status: 'waiting' | 'paused'
  readonly is_default: number
  readonly parent_id: QueueId | null
}

const maxQueues = 1000

/** Those that go first, first. */
export function allQueues(database: SqliteDatabase): QueueRow[] {
  return database.all<QueueRow>(`SELECT * FROM queues ORDER BY priority DESC, code LIMIT ${maxQueues}`)
}

export function queueById(database: SqliteDatabase, id: string): QueueRow | undefined {
  return database.get<QueueRow>('SELECT * FROM queues WHERE id = ?', [id])
}

/** By its code in whatever case, or by its id. */
export function queueNamed(database: SqliteDatabase, name: string): QueueRow | undefined {
  return database.get<QueueRow>('SELECT * FROM queues WHERE code = ?', [name]) ?? queueById(database, name)
}

export function defaultQueue(database: SqliteDatabase): QueueRow {
  const row = database.get<QueueRow>('SELECT * FROM queues WHERE is_default = 1')
  if (row === undefined) throw new TernError('NOT_FOUND', { entity: 'queue' })
  return row
}

/** @throws TernError NOT_FOUND `{entity, id}` */
export function requireQueue(database: SqliteDatabase, name: string): QueueRow {
  const row = queueNamed(database, name)
  if (row === undefined) throw new TernError('NOT_FOUND', { entity: 'queue', id: name.slice(0, 200) })
  return row
}

/** The queue and those above it, innermost first. */
export function queueChain(database: SqliteDatabase, queue: QueueRow): QueueRow[] {
  const chain: QueueRow[] = []
  for (let row: QueueRow | undefined = queue; row && chain.length < maxQueues; ) {
    chain.push(row)
    row = row.parent_id === null ? undefined : queueById(database, row.parent_id)
  }
  return chain
}

/** The workspace's code, those of the queues above, and its own: `myworkspace/night/deep`. */
export function queueUri(database: SqliteDatabase, queue: QueueRow): string {
  const codes = queueChain(database, queue).map((each) => each.code)
  return [workspaceOf(database).code, ...codes.reverse()].join('/')
}

/** @throws TernError LIMIT_EXCEEDED */
export function insertQueue(database: SqliteDatabase, columns: Omit<QueueRow, 'id'>): QueueRow {
  const { count } = database.get<{ count: number }>('SELECT count(*) AS count FROM queues') ?? { count: 0 }
  if (count >= maxQueues) throw new TernError('LIMIT_EXCEEDED', { what: 'queues', limit: maxQueues })
  const row: QueueRow = { id: newEntityId<QueueId>(), ...columns }
  insertRow(database, 'queues', { ...row })
  return row
}
