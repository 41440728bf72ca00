import { nowMs } from '../../platform/clock.ts'
import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { Effects } from './effects.ts'
import { openDatabase } from './open-database.ts'

/** One unit of work: all of it is committed, or nothing. */
export interface Transaction {
  readonly database: SqliteDatabase
  readonly effects: Effects
  readonly nowMs: number
  /** Where what is done was asked for; absent for what the workspace does by itself. */
  readonly origin?: Origin | undefined
}

export interface Origin {
  /** The network that the call came from. */
  readonly remote: string
  /** The key of a script that was shown. */
  readonly keyId?: string | undefined
}

interface Job {
  readonly origin: Origin | undefined
  readonly work: (transaction: Transaction) => unknown
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/**
 * The workspace's data. Writes that come in together share one commit, so that durability costs one sync for all of
 * them; nothing is answered and no effect happens before that. A write that throws undoes itself alone.
 */
export class Store {
  readonly #shared: SharedStore
  readonly #origin: Origin | undefined

  private constructor(shared: SharedStore, origin?: Origin) {
    this.#shared = shared
    this.#origin = origin
  }

  /** `clockMs`: what time it is for everything that is written (epoch ms). */
  static open(file: string, afterCommit: (effects: Effects) => void, clockMs: () => number = nowMs): Store {
    return new Store(new SharedStore(openDatabase(file), afterCommit, clockMs))
  }

  /** The same store, in the hands of one caller: what is written through it is told to have come from there. */
  from(origin: Origin): Store {
    return new Store(this.#shared, origin)
  }

  /** Resolves once the work is durable; rejects with what the work threw, or with why the commit failed. */
  write<T>(work: (transaction: Transaction) => T): Promise<T> {
    return this.#shared.write(this.#origin, work)
  }

  /** How many commits there were: as long as it stays the same, so does all that is stored. */
  get commits(): number {
    return this.#shared.commits
  }

  /** Sees what is committed. */
  read<T>(work: (database: SqliteDatabase) => T): T {
    return this.#shared.read(work)
  }

  /** Finishes what was handed in and closes. */
  close(): void {
    this.#shared.close()
  }
}

class SharedStore {
  readonly #database: SqliteDatabase
  readonly #afterCommit: (effects: Effects) => void
  readonly #clockMs: () => number
  #queue: Job[] = []
  #isScheduled = false
  #isClosed = false
  #commits = 0

  constructor(database: SqliteDatabase, afterCommit: (effects: Effects) => void, clockMs: () => number) {
    this.#database = database
    this.#clockMs = clockMs
    this.#afterCommit = afterCommit
  }

  write<T>(origin: Origin | undefined, work: (transaction: Transaction) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#isClosed) return reject(new Error('The store is closed.'))
      this.#queue.push({ origin, work, resolve: resolve as (value: unknown) => void, reject })
      if (this.#isScheduled) return
      this.#isScheduled = true
      setImmediate(() => this.#flush())
    })
  }

  get commits(): number {
    return this.#commits
  }

  read<T>(work: (database: SqliteDatabase) => T): T {
    return work(this.#database)
  }

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
      const value = job.work({ database: this.#database, effects, nowMs: this.#clockMs(), origin: job.origin })
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
