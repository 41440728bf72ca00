import Database from 'libsql'

export type SqlValue = string | number | bigint | null | Uint8Array
export type SqlRow = Record<string, SqlValue>

/** One SQLite database. Synchronous: whoever uses it decides on which thread. */
export interface SqliteDatabase extends Disposable {
  run(sql: string, parameters?: readonly SqlValue[]): { readonly changes: number }
  get<Row extends object = SqlRow>(sql: string, parameters?: readonly SqlValue[]): Row | undefined
  all<Row extends object = SqlRow>(sql: string, parameters?: readonly SqlValue[]): Row[]
  /** Several statements without parameters. */
  exec(sql: string): void
  /** Runs `work` in one IMMEDIATE transaction; inside another one it joins that. Rolled back when `work` throws. */
  transaction<T>(work: () => T): T
  close(): void
}

export interface SqliteOptions {
  /** Milliseconds that a statement waits for another process's lock. */
  readonly busyTimeoutMs?: number
}

const maxCachedStatements = 500

/**
 * Opens or creates a database file: write-ahead log, synchronous FULL (a commit is durable when it returns), foreign
 * keys enforced. The one place that knows the binding; its traps are handled here: parameters are only ever bound as
 * an array (a lone Buffer ends the process), rows lose the `_metadata` it adds, nested transactions join.
 */
export function openSqlite(file: string, options: SqliteOptions = {}): SqliteDatabase {
  const database = new Database(file, { timeout: options.busyTimeoutMs ?? 5000 })
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.pragma('foreign_keys = ON')
  return new LibsqlDatabase(database)
}

class LibsqlDatabase implements SqliteDatabase {
  readonly #database: Database.Database
  readonly #statements = new Map<string, Database.Statement>()
  #isOpen = true
  #inTransaction = false

  constructor(database: Database.Database) {
    this.#database = database
  }

  run(sql: string, parameters: readonly SqlValue[] = []): { readonly changes: number } {
    return { changes: this.#prepare(sql).run(bindable(parameters)).changes }
  }

  get<Row extends object>(sql: string, parameters: readonly SqlValue[] = []): Row | undefined {
    const row = this.#prepare(sql).get(bindable(parameters)) as Row | undefined
    return row === undefined ? undefined : withoutMetadata(row)
  }

  all<Row extends object>(sql: string, parameters: readonly SqlValue[] = []): Row[] {
    return (this.#prepare(sql).all(bindable(parameters)) as Row[]).map(withoutMetadata)
  }

  exec(sql: string): void {
    this.#database.exec(sql)
  }

  transaction<T>(work: () => T): T {
    if (this.#inTransaction) return work()
    this.#database.exec('BEGIN IMMEDIATE')
    this.#inTransaction = true
    try {
      const value = work()
      this.#database.exec('COMMIT')
      return value
    } catch (error) {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK')
      throw error
    } finally {
      this.#inTransaction = false
    }
  }

  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#statements.clear()
    this.#database.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #prepare(sql: string): Database.Statement {
    const known = this.#statements.get(sql)
    if (known) return known
    if (this.#statements.size >= maxCachedStatements) this.#statements.clear()
    const statement = this.#database.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }
}

function bindable(parameters: readonly SqlValue[]): SqlValue[] {
  return parameters.map((value) =>
    value instanceof Uint8Array && !Buffer.isBuffer(value) ? Buffer.from(value) : value,
  )
}

function withoutMetadata<Row extends object>(row: Row): Row {
  if ('_metadata' in row) delete row._metadata
  return row
}
