import { formatBytes, formatCount, formatSpeed } from '../domain/units/units.ts'

/** How several transfers stand, one fact a line. */
export function transferReport(figures: {
  readonly transfers: number
  readonly statuses: Readonly<Record<string, number>>
  readonly sizeBytes: number
  readonly doneBytes: number
  readonly bytesPerSecond: number
}): string {
  const { transfers, statuses, sizeBytes, doneBytes, bytesPerSecond } = figures
  const lines = [
    `${formatCount(transfers)} ${transfers === 1 ? 'transfer' : 'transfers'}`,
    ...Object.entries(statuses).map(([status, count]) => `${formatCount(count)} ${status}`),
    `${formatBytes(doneBytes)} of ${formatBytes(sizeBytes)} transferred`,
    ...(bytesPerSecond > 0 ? [formatSpeed(bytesPerSecond)] : []),
  ]
  return lines.join('\n')
}
