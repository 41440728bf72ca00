import type { Logger } from '../../platform/logger.ts'
import type { Store, Transaction } from '../store/store.ts'

/** One bounded piece of work; true when there is more of it. */
export type Chore = (transaction: Transaction) => boolean

export interface MaintenanceOptions {
  /** From the end of one pass to the next. */
  readonly intervalMs: number
  /** Between two pieces: everybody else comes first. */
  readonly pauseMs: number
}

export const defaultMaintenance: MaintenanceOptions = { intervalMs: 10 * 60_000, pauseMs: 25 }

/** Does what only time asks for, in pieces so small that nobody waits for them. */
export class Maintenance {
  readonly #store: Store
  readonly #logger: Logger
  readonly #options: MaintenanceOptions
  readonly #chores: readonly Chore[]
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(store: Store, logger: Logger, chores: readonly Chore[], options: Partial<MaintenanceOptions> = {}) {
    this.#store = store
    this.#logger = logger
    this.#chores = chores
    this.#options = { ...defaultMaintenance, ...options }
    this.#wait(this.#options.pauseMs, 0)
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  #wait(delayMs: number, chore: number): void {
    if (this.#isClosed) return
    this.#timer = setTimeout(() => void this.#work(chore), delayMs).unref()
  }

  async #work(index: number): Promise<void> {
    const chore = this.#chores[index]
    if (chore === undefined) return this.#wait(this.#options.intervalMs, 0)
    let hasMore = false
    try {
      hasMore = await this.#store.write(chore)
    } catch (error) {
      if (!this.#isClosed) this.#logger.error({ err: error }, 'maintenance of the workspace failed')
    }
    this.#wait(this.#options.pauseMs, hasMore ? index : index + 1)
  }
}
