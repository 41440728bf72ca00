import { create } from 'zustand'
import type { TransferKey, TransferRow } from '../../../shared/contract/view.ts'
import { useTransfers } from '../../stores/transfers-store.ts'

interface FinishedState {
  /** Rows of the Finished filter that were fetched by windows. */
  readonly rows: ReadonlyMap<TransferKey, TransferRow>
}

/** Finished rows beyond the mirror: only what was looked at. */
export const useFinished = create<FinishedState>()(() => ({ rows: new Map() }))

export function keepFinished(rows: readonly TransferRow[]): void {
  useFinished.setState((state) => {
    const kept = new Map(state.rows)
    for (const row of rows) kept.set(row.key, row)
    return { rows: kept }
  })
}

export function rowOf(key: TransferKey): TransferRow | undefined {
  return useTransfers.getState().mirror.rows.get(key) ?? useFinished.getState().rows.get(key)
}

/** The newest form of one row, live. */
export function useRow(key: TransferKey): TransferRow | undefined {
  const live = useTransfers((state) => state.mirror.rows.get(key))
  const finished = useFinished((state) => state.rows.get(key))
  return live ?? finished
}
