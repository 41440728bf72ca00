import { newSecret } from '../../platform/random-id.ts'
import type { Revision } from '../../shared/contract/stream.ts'
import type { EntityChange } from '../store/effects.ts'

export interface NumberedChange extends EntityChange {
  readonly number: number
}

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

  append(change: EntityChange): NumberedChange {
    this.#changes.push(change)
    const numbered = { ...change, number: this.revision.number }
    if (this.#changes.length > 2 * this.#capacity) {
      this.#first += this.#changes.length - this.#capacity
      this.#changes = this.#changes.slice(-this.#capacity)
    }
    return numbered
  }

  /** The last change of each entity since then, in order, or undefined when that is too long ago or of another epoch. */
  since(revision: Revision): NumberedChange[] | undefined {
    if (revision.epoch !== this.#epoch || revision.number > this.revision.number) return undefined
    if (revision.number < this.#first - 1) return undefined
    const start = revision.number - this.#first + 1
    return lastOfEach(
      this.#changes.slice(start).map((change, index) => ({ ...change, number: revision.number + 1 + index })),
    )
  }
}

/** One change for each entity, its last, still in the order of their numbers. */
export function lastOfEach(changes: Iterable<NumberedChange>): NumberedChange[] {
  const last = new Map<string, NumberedChange>()
  for (const change of changes) {
    const key = `${change.entity}/${change.id}`
    last.delete(key)
    last.set(key, change)
  }
  return [...last.values()]
}
