import { sortNames } from './compare-names.ts'
import { SpilledNames } from './spilled-names.ts'

const runLength = 32_768
/** UTF-16 units: paths may be long. */
const runUnits = 4 * 1024 * 1024

/** Paths in whatever order they come, read back in the order of their bytes. Memory holds one run of them at most. */
export class SortedPaths implements Disposable {
  #run: string[] = []
  #units = 0
  #spilled: SpilledNames | undefined

  /** Without NUL. */
  add(path: string): void {
    this.#run.push(path)
    this.#units += path.length
    if (this.#run.length >= runLength || this.#units >= runUnits) this.#spill()
  }

  /** To be read once nothing is added any more; as often as needed. */
  sorted(): Generator<string> {
    if (!this.#spilled) return sortedRun(this.#run)
    this.#spill()
    return this.#spilled.merged(() => true)
  }

  [Symbol.dispose](): void {
    this.#spilled?.[Symbol.dispose]()
    this.#spilled = undefined
    this.#run = []
  }

  #spill(): void {
    this.#spilled ??= new SpilledNames()
    this.#spilled.addRun(sortNames(this.#run))
    this.#run = []
    this.#units = 0
  }
}

function* sortedRun(run: string[]): Generator<string> {
  yield* sortNames(run)
}
