import type { ReceiveRequest } from '../../api.ts'
import type { Journal, PartialStart } from '../../journal/index.ts'
import type { NameTraits } from '../../protocol/name-traits.ts'
import { TargetFolder } from '../../storage/index.ts'
import type { NameRecords } from '../../storage/names/name-records.ts'
import { lengthIn } from '../../storage/names/names.ts'
import { removeStaging, removeTrial } from './leftovers.ts'
import { Space } from './space.ts'

/** One root that a transfer writes below. Batches run side by side; what touches the root's own order runs alone. */
export class Target {
  readonly folder: TargetFolder
  readonly records: NameRecords
  readonly space: Space
  /** Leftovers of earlier runs are gone, which changes the root's time. */
  readonly #cleared: Promise<void>
  #batches = 0
  #isExclusive = false
  /** Who waits for its turn alone: no new batch goes before it, else busy lanes would keep it waiting to the end. */
  #exclusiveWaiting = 0
  #waiting: (() => void)[] = []

  constructor(folder: TargetFolder, records: NameRecords, reservedBytes: number, cleared: Promise<void>) {
    this.#cleared = cleared
    this.folder = folder
    this.records = records
    this.space = new Space(() => folder.freeBytes(), reservedBytes)
  }

  get root(): string {
    return this.folder.root
  }

  /** What the file system makes of names beneath a place, with the length that is left for a path below it. */
  traitsBelow(path: string): NameTraits {
    const { rules, foldsCase, foldsUnicode, unit, longestName, longestPath } = this.folder.traits(path)
    const leftPath = Math.max(0, longestPath - lengthIn(`${this.root}/${path}/`, unit))
    // Spelt out: asked for every name, it must look the same to the compiler in every transfer.
    return { rules, foldsCase, foldsUnicode, unit, longestName, longestPath: leftPath }
  }

  async batch<T>(work: () => Promise<T>): Promise<T> {
    await this.beginBatch()
    try {
      return await work()
    } finally {
      this.endBatch()
    }
  }

  /** For a batch that its caller does not wait for; `endBatch` must follow. */
  async beginBatch(): Promise<void> {
    while (this.#isExclusive || this.#exclusiveWaiting > 0) await this.#changed()
    this.#batches += 1
  }

  endBatch(): void {
    this.#batches -= 1
    this.#wake()
  }

  /** Sets the time of the root itself once no batch is under way, since each of them changes it again. */
  async setRootTime(mtimeMs: number): Promise<void> {
    await this.#cleared
    this.#exclusiveWaiting += 1
    while (this.#isExclusive || this.#batches > 0) await this.#changed()
    this.#exclusiveWaiting -= 1
    this.#isExclusive = true
    try {
      this.folder.setRootTime(mtimeMs)
    } finally {
      this.#isExclusive = false
      this.#wake()
    }
  }

  #changed(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }
}

/** The roots of one transfer, opened when first needed. */
export class Targets implements AsyncDisposable {
  readonly #journal: Journal
  readonly #records: NameRecords
  readonly #reservedBytes: number
  readonly #isDryRun: boolean
  readonly #targets = new Map<string, Target>()
  readonly #clearing: Promise<void>
  /** Of earlier runs, by root and path: what could not be removed, or whose drive may be away. */
  readonly #left = new Set<string>()

  /** `reservedBytes`: what has to stay free below each of them. */
  constructor(
    journal: Journal,
    records: NameRecords,
    { reservedBytes = 0, isDryRun = false }: Pick<ReceiveRequest, 'reservedBytes' | 'isDryRun'>,
  ) {
    this.#journal = journal
    this.#records = records
    this.#reservedBytes = reservedBytes
    this.#isDryRun = isDryRun
    this.#clearing = this.#clear()
  }

  /** Fails with DRIVE_GONE, TARGET_NOT_WRITABLE. */
  at(root: string): Target {
    const known = this.#targets.get(root)
    if (known) return known
    const onStaging = (name: string) => {
      this.#journal.recordStaging(root, name)
      this.#journal.syncNow()
    }
    const onTrial = (folderPath: string, name: string) => {
      this.#journal.recordTrial(root, folderPath, name)
      this.#journal.syncNow()
    }
    const folder = new TargetFolder(root, { onStaging, onTrial, isUntouched: this.#isDryRun })
    const target = new Target(folder, this.#records, this.#reservedBytes, this.#clearing)
    this.#targets.set(root, target)
    return target
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#clearing
    const closed = new Set<string>()
    for (const [root, { folder }] of this.#targets) {
      try {
        await folder.tidyUp()
        closed.add(root)
      } catch {
        // Why it cannot be tidied up is why the transfer ends; what is left there waits for the next run.
      }
      await folder.close().catch(() => undefined)
    }
    // What an earlier run left at a root that was empty may be looked for in what it holds by now.
    for (const staging of this.#journal.staging()) {
      if (!closed.has(staging.root)) continue
      if (this.#left.has(keyOf(staging.root, staging.name))) await this.#clearStaging(staging)
      else this.#journal.recordStagingGone(staging.root, staging.name)
    }
    for (const trial of this.#journal.trials()) {
      const { target } = trial
      if (!closed.has(target.root)) continue
      if (this.#left.has(keyOf(target.root, target.path))) this.#clearTrial(trial)
      else this.#journal.recordTrialGone(target)
    }
    this.#targets.clear()
  }

  /** What earlier runs left at their roots, beside the transfer: thousands of files must not keep its content waiting. */
  async #clear(): Promise<void> {
    for (const trial of this.#journal.trials()) this.#clearTrial(trial)
    for (const staging of this.#journal.staging()) await this.#clearStaging(staging)
  }

  #clearTrial(trial: PartialStart): void {
    const { root, path } = trial.target
    try {
      if (removeTrial(this.#journal, trial)) return
    } catch {
      // It waits for the next run.
    }
    this.#left.add(keyOf(root, path))
  }

  async #clearStaging(staging: { readonly root: string; readonly name: string }): Promise<void> {
    try {
      if (await removeStaging(this.#journal, staging)) return
    } catch {
      // It waits for the next run.
    }
    this.#left.add(keyOf(staging.root, staging.name))
  }
}

function keyOf(root: string, path: string): string {
  return `${root}/${path}`
}
