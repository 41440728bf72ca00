import type { TransferRow } from '../../shared/contract/view.ts'

export type RowFilter = 'running' | 'waiting' | 'failed' | 'finished'

export type FilterCounts = Readonly<Record<RowFilter, number>>

/** The one filter beside "All" that a row stands under. */
export function filterOf(row: TransferRow): RowFilter {
  switch (row.status) {
    case 'running':
      return 'running'
    case 'init':
    case 'waiting':
    case 'paused':
      return 'waiting'
    case 'failed':
      return 'failed'
    case 'done':
    case 'aborted':
      return 'finished'
  }
}

export function countRows(rows: Iterable<TransferRow>): FilterCounts {
  const counts = { running: 0, waiting: 0, failed: 0, finished: 0 }
  for (const row of rows) counts[filterOf(row)] += 1
  return counts
}
