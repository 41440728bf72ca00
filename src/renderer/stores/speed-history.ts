import type { TransferKey } from '../../shared/contract/view.ts'
import { type SpeedSample, SpeedTrace } from './speed-trace.ts'
import { useTransfers } from './transfers-store.ts'

export const historySpanMs = 10 * 60_000
const everyMs = 1000
/** More transfers than this at once are not followed: the graph of each then begins when its details are opened. */
const followedAtMost = 200

const traces = new Map<TransferKey, SpeedTrace>()
const asked = new Set<TransferKey>()

/** Once a second, the speed of each running transfer; outside React, because nothing is drawn from it until asked. */
export function recordSpeeds(): () => void {
  const timer = setInterval(() => {
    const nowMs = performance.now()
    const { rows } = useTransfers.getState().mirror
    for (const key of traces.keys()) if (!rows.has(key)) traces.delete(key)
    for (const row of rows.values()) {
      if (row.status !== 'running' || row.progress?.phase !== 'transferring') continue
      const trace = traces.get(row.key) ?? newTrace(row.key)
      trace?.add(nowMs, row.progress.bytesPerSecond)
    }
  }, everyMs)
  return () => clearInterval(timer)
}

/** The samples so far, oldest first, on the monotonic clock. */
export function speedHistory(key: TransferKey): readonly SpeedSample[] {
  asked.add(key)
  return traces.get(key)?.samples ?? []
}

function newTrace(key: TransferKey): SpeedTrace | undefined {
  if (traces.size >= followedAtMost && !asked.has(key)) return undefined
  const trace = new SpeedTrace(historySpanMs)
  traces.set(key, trace)
  return trace
}
