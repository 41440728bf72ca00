import { create } from 'zustand'
import type { TransferKey } from '../../../shared/contract/view.ts'
import { emptySelection, type Selection } from '../../stores/selection.ts'

/** Which rows are chosen; outlives a change of place, so that a menu key still finds them. */
export const useSelection = create<{ readonly selection: Selection<TransferKey> }>()(() => ({
  selection: emptySelection<TransferKey>(),
}))

export function setSelection(selection: Selection<TransferKey>): void {
  useSelection.setState({ selection })
}
