import { TernError } from '../../../shared/domain/errors.ts'

export interface SyncCounts {
  /** Entries of the source below the item's own folder. */
  readonly listed: number
  /** What lies at the destination below it, of what filters include. */
  readonly present: number
  /** What of that the source does not have. */
  readonly extra: number
}

const alwaysRemovable = 10

/**
 * Whether so much may go. An empty source is more often a drive that is not mounted than a wish; and a folder of which
 * more than half would go is more often the wrong folder. Pure.
 * @throws TernError SYNC_GUARD `{reason: 'source-empty' | 'more-than-half', path, count, total}`
 */
export function guardRemoval(path: string, { listed, present, extra }: SyncCounts): void {
  if (extra === 0) return
  const params = { path, count: extra, total: present }
  if (listed === 0) throw new TernError('SYNC_GUARD', { ...params, reason: 'source-empty' })
  if (extra > alwaysRemovable && extra * 2 > present) {
    throw new TernError('SYNC_GUARD', { ...params, reason: 'more-than-half' })
  }
}
