import type { TransferProgress } from '../../engine/index.ts'
import { monotonicMs } from '../../platform/clock.ts'
import type { JobId } from '../../shared/domain/ids.ts'
import type { JobProgress } from '../../shared/domain/job.ts'
import { addSample, emptyEstimate } from '../../shared/domain/units/estimate.ts'

const shownTasks = 64

/** Adds speed and time left to the engine's figures of one run. */
export class ProgressMeter {
  readonly #jobId: JobId
  #state = emptyEstimate

  constructor(jobId: JobId) {
    this.#jobId = jobId
  }

  measure(figures: TransferProgress): JobProgress {
    const { bytesVerified, bytesTotal, isScanComplete, items, lanes, route, bottleneck, limitBytesPerSecond } = figures
    // What crossed the wire: bytes that were kept or there already have no speed, and verified ones come in batches.
    const bytes = figures.bytesReceived
    const { state, estimate } = addSample(
      this.#state,
      { atMs: monotonicMs(), bytes },
      bytes + bytesTotal - bytesVerified,
    )
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
    }
  }
}
