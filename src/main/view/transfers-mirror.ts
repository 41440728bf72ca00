import {
  noTotals,
  type TransferKey,
  type TransferRow,
  type TransfersDelta,
  type TransfersSnapshot,
  type TransferTotals,
} from '../../shared/contract/view.ts'

/** What the tray shows: the rows that move or wait on the user, kept up by the same deltas that the window gets. */
export class TransfersMirror {
  readonly #rows = new Map<TransferKey, TransferRow>()
  #totals: TransferTotals = noTotals

  get totals(): TransferTotals {
    return this.#totals
  }

  /** Oldest first. */
  get waitingOnYou(): readonly TransferRow[] {
    return this.#sorted((row) => row.waitsOnYou !== undefined)
  }

  get running(): readonly TransferRow[] {
    return this.#sorted((row) => row.status === 'running')
  }

  reset(snapshot: Pick<TransfersSnapshot, 'rows' | 'totals'>): void {
    this.#rows.clear()
    this.#upsert(snapshot.rows)
    this.#totals = snapshot.totals
  }

  apply(delta: TransfersDelta): void {
    for (const key of delta.removed) this.#rows.delete(key)
    this.#upsert(delta.upserts)
    this.#totals = delta.totals
  }

  clear(): void {
    this.#rows.clear()
    this.#totals = noTotals
  }

  #upsert(rows: readonly TransferRow[]): void {
    for (const row of rows) {
      if (row.status === 'running' || row.waitsOnYou !== undefined) this.#rows.set(row.key, row)
      else this.#rows.delete(row.key)
    }
  }

  #sorted(isWanted: (row: TransferRow) => boolean): readonly TransferRow[] {
    return [...this.#rows.values()].filter(isWanted).sort((left, right) => left.createdAtMs - right.createdAtMs)
  }
}
