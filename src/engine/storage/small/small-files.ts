import type { ConflictRule } from '../../api.ts'
import type { Durability } from '../durability.ts'
import type { FolderSyncs } from '../folders/folder-syncs.ts'
import type { SmallFile, SmallFileResult } from '../types.ts'
import { SmallBatch, type SmallBatchParts } from './small-batch.ts'

export interface SmallFilesParts extends SmallBatchParts {
  readonly durability: Durability
  readonly syncs: FolderSyncs
}

interface Waiting {
  readonly batch: SmallBatch
  readonly onPlaced: () => void
  readonly resolve: (results: SmallFileResult[]) => void
  readonly reject: (reason: unknown) => void
}

interface Placed extends Waiting {
  readonly results: SmallFileResult[]
}

/**
 * Small files in batches. All batches that were written while the disk was busy share one point of durability, and what
 * is placed after it is made durable by the next one: one flush is the end of one group and the middle of the next.
 */
export class SmallFiles {
  readonly #parts: SmallFilesParts
  #waiting: Waiting[] = []
  #isRunning = false

  constructor(parts: SmallFilesParts) {
    this.#parts = parts
  }

  /**
   * Writes at once, within this call, and answers when the files are in place and durable together with their folders'
   * entries; each succeeds or fails alone. `onPlaced` is called once they are in place. Fails only when folders cannot be made durable.
   */
  write(files: readonly SmallFile[], onConflict: ConflictRule, onPlaced: () => void): Promise<SmallFileResult[]> {
    const batch = new SmallBatch(files, onConflict, this.#parts)
    batch.write()
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batch, onPlaced, resolve, reject })
      if (!this.#isRunning) void this.#run()
    })
  }

  /** Never rejects: what fails goes to whom it concerns. */
  async #run(): Promise<void> {
    this.#isRunning = true
    let placed: Placed[] = []
    while (this.#waiting.length > 0 || placed.length > 0) {
      const written = this.#waiting
      this.#waiting = []
      const failure = await this.#flush(written.map(({ batch }) => batch)).catch((thrown: unknown) => ({ thrown }))
      await this.#settle(placed, failure !== undefined)
      placed = []
      for (const waiting of written) {
        if (failure) {
          waiting.resolve(waiting.batch.abandon(failure.thrown))
          continue
        }
        placed.push({ ...waiting, results: await waiting.batch.place() })
        waiting.onPlaced()
      }
    }
    this.#isRunning = false
  }

  async #flush(batches: readonly SmallBatch[]): Promise<undefined> {
    const { durability, syncs } = this.#parts
    await syncs.flushWith(async () => {
      await durability.syncEach(pathsOf(batches, (batch) => batch.besidePaths()))
      const count = batches.reduce((sum, batch) => sum + batch.unsynced, 0)
      return durability.sync(count, () => pathsOf(batches, (batch) => batch.stagedPaths()))
    })
    return undefined
  }

  /** The files of the next group may be what failed: then these ones' folders are tried by themselves. */
  async #settle(placed: readonly Placed[], hasFailed: boolean): Promise<void> {
    if (placed.length === 0) return
    try {
      if (hasFailed) await this.#parts.syncs.flush()
      this.#parts.folders.assertRoot()
      for (const { resolve, results } of placed) resolve(results)
    } catch (thrown) {
      for (const { reject } of placed) reject(thrown)
    }
  }
}

function* pathsOf(batches: readonly SmallBatch[], paths: (batch: SmallBatch) => Iterable<string>): Generator<string> {
  for (const batch of batches) yield* paths(batch)
}
