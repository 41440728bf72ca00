import { create } from 'zustand'
import type { TransfersDelta, TransfersSnapshot } from '../../shared/contract/view.ts'
import { emptyMirror, isBehind, type TransfersMirror, withDelta, withSnapshot } from './transfers-mirror.ts'

interface TransfersState {
  readonly mirror: TransfersMirror
  readonly isLoaded: boolean
}

/** Written by `bridge/connect.ts` only. */
export const useTransfers = create<TransfersState>()(() => ({ mirror: emptyMirror, isLoaded: false }))

export function takeSnapshot(snapshot: TransfersSnapshot): void {
  useTransfers.setState(({ mirror }) => ({ mirror: withSnapshot(mirror, snapshot), isLoaded: true }))
}

/** False when the delta does not follow what is here: the caller takes a snapshot. */
export function takeDelta(delta: TransfersDelta): boolean {
  const { mirror } = useTransfers.getState()
  if (isBehind(mirror, delta)) return true
  const next = withDelta(mirror, delta)
  if (next === undefined) return false
  useTransfers.setState({ mirror: next })
  return true
}
