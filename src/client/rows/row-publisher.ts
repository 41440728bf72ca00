import { isDeepStrictEqual } from 'node:util'
import { newSecret } from '../../platform/random-id.ts'
import type {
  TransferKey,
  TransferRow,
  TransfersDelta,
  TransfersSnapshot,
  TransferTotals,
  ViewRevision,
} from '../../shared/contract/view.ts'

const intervalMs = 100
const shownFinished = 500

/**
 * The rows of this host over all workspaces, as a snapshot and as deltas with a revision. Changes are gathered for a tenth
 * of a second; a status that changed goes out at once.
 */
export class RowPublisher implements Disposable {
  readonly #rows = new Map<TransferKey, TransferRow>()
  readonly #epoch = newSecret(6)
  readonly #publish: (delta: TransfersDelta) => void
  #finishedTotal: () => number
  #number = 0
  #changed = new Set<TransferKey>()
  #totals: TransferTotals
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(publish: (delta: TransfersDelta) => void, finishedTotal: () => number) {
    this.#publish = publish
    this.#finishedTotal = finishedTotal
    this.#totals = totalsOf([], 0)
  }

  row(key: TransferKey): TransferRow | undefined {
    return this.#rows.get(key)
  }

  /** `undefined` removes the row. */
  put(key: TransferKey, row: TransferRow | undefined): void {
    const before = this.#rows.get(key)
    if (isDeepStrictEqual(before, row)) return
    if (row) this.#rows.set(key, row)
    else this.#rows.delete(key)
    this.#changed.add(key)
    if (before?.status !== row?.status) this.flush()
    else this.touch()
  }

  /** Totals may have changed without any row. */
  touch(): void {
    this.#timer ??= setTimeout(() => this.flush(), intervalMs)
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#isClosed) return
    const totals = totalsOf(this.#rows.values(), this.#finishedTotal())
    if (this.#changed.size === 0 && isDeepStrictEqual(totals, this.#totals)) return
    const keys = [...this.#changed]
    this.#changed = new Set()
    this.#totals = totals
    const from = this.#revision()
    this.#number += 1
    this.#publish({
      from,
      to: this.#revision(),
      upserts: keys.flatMap((key) => this.#rows.get(key) ?? []),
      removed: keys.filter((key) => !this.#rows.has(key)),
      totals,
    })
  }

  snapshot(): TransfersSnapshot {
    this.flush()
    const rows = [...this.#rows.values()]
    const live = rows.filter((row) => row.finishedAtMs === undefined)
    const finished = rows
      .filter((row) => row.finishedAtMs !== undefined)
      .sort((one, other) => (other.finishedAtMs ?? 0) - (one.finishedAtMs ?? 0))
      .slice(0, shownFinished)
    return { revision: this.#revision(), rows: [...live, ...finished], totals: this.#totals }
  }

  [Symbol.dispose](): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  #revision(): ViewRevision {
    return { epoch: this.#epoch, number: this.#number }
  }
}

function totalsOf(rows: Iterable<TransferRow>, finishedTotal: number): TransferTotals {
  let bytesPerSecondOut = 0
  let bytesPerSecondIn = 0
  let running = 0
  let waiting = 0
  let failed = 0
  let waitingOnYou = 0
  for (const row of rows) {
    if (row.status === 'running') running += 1
    if (row.status === 'failed') failed += 1
    if (row.waitsOnYou !== undefined) waitingOnYou += 1
    else if (row.status === 'waiting' || row.status === 'init') waiting += 1
    if (row.direction === 'out') bytesPerSecondOut += row.progress?.bytesPerSecond ?? 0
    if (row.direction === 'in') bytesPerSecondIn += row.progress?.bytesPerSecond ?? 0
  }
  return { bytesPerSecondOut, bytesPerSecondIn, running, waiting, failed, waitingOnYou, finishedTotal }
}
