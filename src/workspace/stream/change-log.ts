import { newSecret } from '../../platform/random-id.ts'
import type { Revision } from '../../shared/contract/stream.ts'
import type { EntityChange } from '../store/effects.ts'

/**
 * What changed since when, for streams that come back. Kept in memory: its epoch is new with every start of the server,
 * and with it after a database was restored, so nobody ever resumes from changes that are not known.
 */
export class ChangeLog {
  readonly #epoch = newSecret(9)
  readonly #capacity: number
  #changes: EntityChange[] = []
  /** Number of the first change that is kept. */
  #first = 1

  constructor(capacity = 20_000) {
    this.#capacity = capacity
  }

  get revision(): Revision {
    return { epoch: this.#epoch, number: this.#first + this.#changes.length - 1 }
  }

  append(change: EntityChange): void {
    this.#changes.push(change)
    if (this.#changes.length > 2 * this.#capacity) {
      this.#first += this.#changes.length - this.#capacity
      this.#changes = this.#changes.slice(-this.#capacity)
    }
  }

  /** The last change of each entity since then, or undefined when that is too long ago or of another epoch. */
  since(revision: Revision): EntityChange[] | undefined {
    if (revision.epoch !== this.#epoch || revision.number > this.revision.number) return undefined
    if (revision.number < this.#first - 1) return undefined
    const last = new Map<string, EntityChange>()
    for (const change of this.#changes.slice(revision.number - this.#first + 1)) {
      last.set(`${change.entity}/${change.id}`, change)
    }
    return [...last.values()]
  }
}
