import type { ResultRange } from '../../protocol/messages.ts'
import type { WantedEntry } from './wanted-entry.ts'

/** Entries in the order in which they were sent, which is mostly that of their numbers. */
export function rangesOf(entries: readonly WantedEntry[], isDone: boolean): ResultRange[] {
  const ranges: { firstEntry: number; count: number; isDone: boolean }[] = []
  let last: { firstEntry: number; count: number; isDone: boolean } | undefined
  for (const { entry } of entries) {
    if (last && last.firstEntry + last.count === entry) last.count += 1
    else {
      last = { firstEntry: entry, count: 1, isDone }
      ranges.push(last)
    }
  }
  return ranges
}
