import type { Logger } from '../../platform/logger.ts'
import type { OperationInput } from '../../shared/contract/operations.ts'
import { isAbort, TernError } from '../../shared/domain/errors.ts'
import { untilAcknowledged } from '../connection/backoff.ts'
import type { WorkspaceConnection } from '../connection/workspace-connection.ts'
import type { DispatchEnd } from './outcome.ts'
import { boundedEnd, boundedReport, type TaskReport } from './told-bounds.ts'

const batchTasks = 1000
/** Of one call; a workspace takes a third more. */
const batchBytes = 3 * 1024 * 1024

/**
 * Tells the workspace of one dispatch: items in the order they ended, in batches, each repeated until it is acknowledged,
 * and the end after all of them. A refusal (the dispatch is fenced) drops the rest.
 */
export class Reporter {
  readonly #connection: WorkspaceConnection
  readonly #fence: { readonly dispatchId: OperationInput<'dispatch/end'>['dispatchId']; readonly epoch: number }
  readonly #signal: AbortSignal
  readonly #logger: Logger
  #waiting: { readonly report: TaskReport; readonly bytes: number }[] = []
  #work: Promise<void> = Promise.resolve()
  #isRefused = false

  constructor(connection: WorkspaceConnection, fence: Reporter['fence'], signal: AbortSignal, logger: Logger) {
    this.#connection = connection
    this.#fence = fence
    this.#signal = signal
    this.#logger = logger
  }

  get fence() {
    return this.#fence
  }

  task(report: TaskReport): void {
    this.#waiting.push(boundedReport(report, batchBytes))
    if (this.#waiting.length === 1) this.#work = this.#work.then(() => this.#flush())
  }

  /** Settles when the workspace has acknowledged everything, refused it, or this client ends. */
  async end(end: DispatchEnd | undefined): Promise<void> {
    await this.#work
    if (end) await this.#tell(() => this.#connection.call('dispatch/end', { ...this.#fence, ...boundedEnd(end) }))
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#isRefused) {
      const tasks = this.#waiting.splice(0, this.#batchLength()).map(({ report }) => report)
      await this.#tell(() => this.#connection.call('dispatch/report', { ...this.#fence, tasks }))
    }
  }

  /** How many of those that wait fit into one call. */
  #batchLength(): number {
    let bytes = 0
    const over = this.#waiting.findIndex((waiting, at) => {
      bytes += waiting.bytes
      return at === batchTasks || (at > 0 && bytes > batchBytes)
    })
    return over === -1 ? this.#waiting.length : over
  }

  async #tell(call: () => Promise<unknown>): Promise<void> {
    if (this.#isRefused) return
    try {
      await untilAcknowledged(call, this.#signal)
    } catch (error) {
      this.#isRefused = true
      if (isAbort(error)) return
      // Of each run that the other side or a person ends, something may still be on its way.
      const level = TernError.from(error).code === 'FENCED' ? 'debug' : 'warn'
      this.#logger[level]({ err: error }, 'report refused')
    }
  }
}
