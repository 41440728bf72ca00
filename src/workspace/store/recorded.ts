import type { SqliteDatabase, SqlValue } from '../../platform/sqlite.ts'
import type { UserId } from '../../shared/domain/ids.ts'

/** What every entity that people look after carries. */
export interface RecordedColumns {
  readonly description: string
  /** JSON of an object, or null. */
  readonly metadata: string | null
  readonly created_at: number
  readonly created_by: UserId | null
  readonly modified_at: number | null
  readonly modified_by: UserId | null
}

interface WrittenFields {
  readonly description?: string | undefined
  readonly metadata?: Readonly<Record<string, unknown>> | null | undefined
}

/** As the contract has them. */
export function recordedFields(row: RecordedColumns) {
  return {
    description: row.description,
    ...(row.metadata !== null && { metadata: JSON.parse(row.metadata) as Record<string, unknown> }),
    createdAtMs: row.created_at,
    ...(row.created_by !== null && { createdBy: row.created_by }),
    ...(row.modified_at !== null && { modifiedAtMs: row.modified_at }),
    ...(row.modified_by !== null && { modifiedBy: row.modified_by }),
  }
}

/** The columns that an update writes beside what is its own: what was given, and who did it when. */
export function recordedChanges(input: WrittenFields, userId: UserId, nowMs: number) {
  const { description, metadata } = input
  return {
    ...(description !== undefined && { description }),
    ...(metadata !== undefined && { metadata: metadata === null ? null : JSON.stringify(metadata) }),
    modified_at: nowMs,
    modified_by: userId,
  }
}

type RecordedTable = 'users' | 'sites' | 'queues' | 'clients'

/** `columns`: by their names in the table; known to the program, never given from outside. */
export function updateRow(
  database: SqliteDatabase,
  table: RecordedTable,
  id: string,
  columns: Readonly<Record<string, SqlValue>>,
): void {
  const names = Object.keys(columns)
  database.run(`UPDATE ${table} SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE id = ?`, [
    ...Object.values(columns),
    id,
  ])
}

export function insertRow(
  database: SqliteDatabase,
  table: RecordedTable,
  columns: Readonly<Record<string, SqlValue>>,
): void {
  const names = Object.keys(columns)
  database.run(
    `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    Object.values(columns),
  )
}
