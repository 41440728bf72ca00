import type { SubscriptionWindow } from '../../shared/contract/stream.ts'
import { isPartOf } from '../access/rights.ts'
import type { EntityKind } from '../store/effects.ts'
import type { JobColumns } from '../store/jobs.ts'

type JobParties = Pick<JobColumns, 'id' | 'user_id' | 'source_user' | 'destination_user'>

/** What of all that its person may see a stream is told. */
export class StreamWindow {
  /** Streams of one person with the same key are told the same. */
  readonly key: string
  readonly #entities: ReadonlySet<EntityKind> | undefined
  readonly #jobs: 'own' | ReadonlySet<string> | undefined

  constructor(window: SubscriptionWindow = {}) {
    this.key = JSON.stringify([window.entities, window.jobs])
    this.#entities = window.entities && new Set(window.entities)
    this.#jobs = typeof window.jobs === 'string' ? window.jobs : window.jobs && new Set(window.jobs)
  }

  hasEntity(entity: EntityKind): boolean {
    return this.#entities === undefined || this.#entities.has(entity)
  }

  hasJob(personId: string, job: JobParties): boolean {
    if (!this.hasEntity('job')) return false
    if (this.#jobs === undefined) return true
    return this.#jobs === 'own' ? isPartOf({ id: personId as JobParties['user_id'] }, job) : this.#jobs.has(job.id)
  }

  /** A job that is gone cannot be asked any more: who saw it is told. */
  hasRemoved(entity: EntityKind, id: string): boolean {
    if (!this.hasEntity(entity)) return false
    return entity !== 'job' || this.#jobs === undefined || this.#jobs === 'own' || this.#jobs.has(id)
  }
}
