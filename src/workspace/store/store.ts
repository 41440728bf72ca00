import { nowMs } from '../../platform/clock.ts'
import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { Effects } from './effects.ts'
import { openDatabase } from './open-database.ts'

/** One unit of work: all of it is committed, or nothing. */
export interface Transaction {
  readonly database: SqliteDatabase
  readonly effects: Effects
  readonly nowMs: number
}

interface Job {
  readonly work: (transaction: Transaction) => unknown
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/**
 * The workspace's data. Writes that come in together share one commit, so that durability costs one sync for all of
 * them; nothing is answered and no effect happens before that. A write that throws undoes itself alone.
 */
export class Store {
  readonly #database: SqliteDatabase
  readonly #afterCommit: (effects: Effects) => void
  readonly #clockMs: () => number
  #queue: Job[] = []
  #isScheduled = false
  #isClosed = false
  #commits = 0

  private constructor(database: SqliteDatabase, afterCommit: (effects: Effects) => void, clockMs: () => number) {
    this.#database = database
    this.#clockMs = clockMs
    this.#afterCommit = afterCommit
  }

  /** `clockMs`: what time it is for everything that is written (epoch ms). */
  static open(file: string, afterCommit: (effects: Effects) => void, clockMs: () => number = nowMs): Store {
    return new Store(openDatabase(file), afterCommit, clockMs)
  }

  /** Resolves once the work is durable; rejects with what the work threw, or with why the commit failed. */
  write<T>(work: (transaction: Transaction) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#isClosed) return reject(new Error('The store is closed.'))
      this.#queue.push({ work, resolve: resolve as (value: unknown) => void, reject })
      if (this.#isScheduled) return
      this.#isScheduled = true
      setImmediate(() => this.#flush())
    })
  }

  /** How many commits there were: as long as it stays the same, so does all that is stored. */
  get commits(): number {
    return this.#commits
  }

  /** Sees what is committed. */
  read<T>(work: (database: SqliteDatabase) => T): T {
    return work(this.#database)
  }

  /** Finishes what was handed in and closes. */
  close(): void {
    if (this.#isClosed) return
    this.#flush()
    this.#isClosed = true
    this.#database.close()
  }

  #flush(): void {
    this.#isScheduled = false
    const jobs = this.#queue.splice(0)
    if (jobs.length === 0 || this.#isClosed) return
    const settle: (() => void)[] = []
    const effects: Effects[] = []
    try {
      this.#database.transaction(() => {
        for (const job of jobs) settle.push(this.#run(job, effects))
      })
    } catch (error) {
      for (const job of jobs) job.reject(error)
      return
    }
    this.#commits += 1
    for (const each of effects) this.#afterCommit(each)
    for (const each of settle) each()
  }

  #run(job: Job, committed: Effects[]): () => void {
    const effects = new Effects()
    this.#database.exec('SAVEPOINT work')
    try {
      const value = job.work({ database: this.#database, effects, nowMs: this.#clockMs() })
      this.#database.exec('RELEASE work')
      committed.push(effects)
      return () => job.resolve(value)
    } catch (error) {
      this.#database.exec('ROLLBACK TO work')
      this.#database.exec('RELEASE work')
      return () => job.reject(error)
    }
  }
}
