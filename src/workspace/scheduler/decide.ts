import type { JobId } from '../../shared/domain/ids.ts'

/** The job that is next in line of one endpoint pair. */
export interface PairHead {
  readonly jobId: JobId
  readonly sourceKey: string
  readonly destinationKey: string
  readonly priority: number
  readonly queuedAtMs: number
  /** How many may run between the two for this job to start; absent: as for all. */
  readonly maxPerPair?: number
}

export interface Capacities {
  /** Whether a client acts at this end now. */
  readonly isOnline: (key: string) => boolean
  /** Dispatches that run between the two. */
  readonly runningOfPair: (sourceKey: string, destinationKey: string) => number
  readonly runningAt: (key: string) => number
  readonly maxPerPair: number
  readonly maxPerEnd: number
}

/**
 * Which of the heads start now: the highest priority first, then the one that waited longest. One job at a time between
 * two endpoints by default, because their line is shared; both ends online.
 */
export function decide(heads: readonly PairHead[], capacities: Capacities): readonly PairHead[] {
  const started: PairHead[] = []
  const startedAt = new Map<string, number>()
  const busy = (key: string) => capacities.runningAt(key) + (startedAt.get(key) ?? 0) >= capacities.maxPerEnd
  const inOrder = [...heads].sort(
    (a, b) => b.priority - a.priority || a.queuedAtMs - b.queuedAtMs || (a.jobId < b.jobId ? -1 : 1),
  )
  for (const head of inOrder) {
    const { sourceKey, destinationKey } = head
    if (sourceKey === destinationKey) continue
    if (!capacities.isOnline(sourceKey) || !capacities.isOnline(destinationKey)) continue
    const startedOfPair = started.filter(
      (each) => each.sourceKey === sourceKey && each.destinationKey === destinationKey,
    ).length
    const limit = head.maxPerPair ?? capacities.maxPerPair
    if (capacities.runningOfPair(sourceKey, destinationKey) + startedOfPair >= limit) continue
    if (busy(sourceKey) || busy(destinationKey)) continue
    started.push(head)
    for (const key of [sourceKey, destinationKey]) startedAt.set(key, (startedAt.get(key) ?? 0) + 1)
  }
  return started
}
