import type { JobId } from '../../shared/domain/ids.ts'
import { logJob } from '../store/records.ts'
import type { Transaction } from '../store/store.ts'

const namedAtMost = 100

/** Warnings for the members of sequences that are not there: each by its name, and the many as a number. */
export class MissingLog {
  readonly #transaction: Transaction
  readonly #jobId: JobId
  #named = 0
  #unnamed = 0

  constructor(transaction: Transaction, jobId: JobId) {
    this.#transaction = transaction
    this.#jobId = jobId
  }

  add(uri: string, missing: { readonly names: readonly string[]; readonly count: number }): void {
    const names = missing.names.slice(0, namedAtMost - this.#named)
    for (const name of names) logJob(this.#transaction, this.#jobId, 'warning', 'sequence.missing', { uri, name })
    this.#named += names.length
    this.#unnamed += Math.max(missing.count - names.length, 0)
  }

  end(): void {
    if (this.#unnamed === 0) return
    logJob(this.#transaction, this.#jobId, 'warning', 'sequence.missing-more', { count: this.#unnamed })
  }
}
