import type { TransferProgress } from '../../engine/index.ts'
import { monotonicMs } from '../../platform/clock.ts'
import type { JobId } from '../../shared/domain/ids.ts'
import type { JobProgress } from '../../shared/domain/job.ts'
import { addSample, emptyEstimate } from '../../shared/domain/units/estimate.ts'

const shownTasks = 64
/** Content comes, and for so long nothing more was found to be there: all that is there is known. */
const checkedAfterMs = 2000

/** Adds speed, time left and whether it still looks at what is there to the engine's figures of one run. */
export class ProgressMeter {
  readonly #jobId: JobId
  #state = emptyEstimate
  #isChecking = true
  #foundBytes = 0
  /** When something was found last, or nothing moved, and what had come by then. */
  #foundAt: { readonly atMs: number; readonly bytesReceived: number } | undefined

  constructor(jobId: JobId) {
    this.#jobId = jobId
  }

  measure(figures: TransferProgress): JobProgress {
    const { bytesVerified, bytesTotal, isScanComplete, items, lanes, route, bottleneck, limitBytesPerSecond } = figures
    // What crossed the wire: bytes that were kept or there already have no speed, and verified ones come in batches.
    const bytes = figures.bytesReceived
    const atMs = monotonicMs()
    this.#check(figures, atMs)
    const { state, estimate } = addSample(this.#state, { atMs, bytes }, bytes + bytesTotal - bytesVerified)
    this.#state = state
    const { bytesPerSecond, secondsLeft } = estimate
    const tasks = items
      .slice(0, shownTasks)
      .map(({ itemId, ...item }) => ({ uri: itemId, bytesVerified: item.bytesVerified, bytesTotal: item.bytesTotal }))
    return {
      jobId: this.#jobId,
      phase: figures.phase,
      filesScanned: figures.filesScanned,
      filesCompared: figures.filesCompared,
      filesTotal: figures.filesTotal,
      filesDone: figures.filesDone,
      filesAlreadyThere: figures.filesAlreadyThere,
      bytesVerified,
      bytesTotal,
      bytesPerSecond,
      ...(secondsLeft !== undefined && isScanComplete && { etrSeconds: secondsLeft }),
      ...(tasks.length > 0 && { tasks }),
      lanes,
      ...(route !== undefined && { route }),
      ...(bottleneck !== undefined && { bottleneck }),
      ...(limitBytesPerSecond !== undefined && { limitBytesPerSecond }),
      ...(this.#isChecking && { isChecking: true }),
    }
  }

  /** The engine fetches some files while it still looks at others: verified bytes that did not come were found. */
  #check(figures: TransferProgress, atMs: number): void {
    const { isScanComplete, filesCompared, filesTotal, bytesVerified, bytesReceived } = figures
    if (!this.#isChecking) return
    const foundBytes = bytesVerified - bytesReceived
    const isCompared = isScanComplete && filesCompared >= filesTotal
    const isMoving = bytesReceived > (this.#foundAt?.bytesReceived ?? 0)
    if (!isCompared || !isMoving || foundBytes > this.#foundBytes || this.#foundAt === undefined) {
      this.#foundBytes = Math.max(foundBytes, this.#foundBytes)
      this.#foundAt = { atMs, bytesReceived }
      return
    }
    this.#isChecking = atMs - this.#foundAt.atMs < checkedAfterMs
  }
}
