/** The value in the middle; of an even number of values the mean of the two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right)
  const upper = sorted.length >> 1
  const high = sorted[upper] ?? Number.NaN
  return sorted.length % 2 === 1 ? high : ((sorted[upper - 1] ?? Number.NaN) + high) / 2
}

const confidence = 0.95

/**
 * Below the true median of what was sampled with a confidence of 95 %, whatever its distribution: the highest order
 * statistic for which the chance that the median lies under it is at most 5 %. From 5 values on; 7 give the smallest,
 * 8 the second.
 */
export function lowerBoundOfMedian(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right)
  let bound = Number.NaN
  let chance = 0
  for (let below = 0; below < sorted.length; below += 1) {
    chance += binomial(sorted.length, below) / 2 ** sorted.length
    if (chance > 1 - confidence) break
    bound = sorted[below] ?? Number.NaN
  }
  return bound
}

function binomial(total: number, chosen: number): number {
  let result = 1
  for (let index = 1; index <= chosen; index += 1) result = (result * (total - chosen + index)) / index
  return result
}
