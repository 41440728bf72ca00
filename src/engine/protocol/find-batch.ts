interface Batch {
  readonly firstEntry: number
  /** How many entries it has, whatever became of them. */
  readonly count: number
}

/**
 * The place of the first batch that ends behind an entry, which is the one that holds it if any does, by halving. They are
 * in the order of their entries; their number: none does.
 */
export function findBatch(batches: readonly Batch[], entry: number): number {
  let low = 0
  let high = batches.length
  while (low < high) {
    const middle = (low + high) >> 1
    const batch = batches[middle] as Batch
    if (batch.firstEntry + batch.count <= entry) low = middle + 1
    else high = middle
  }
  return low
}
