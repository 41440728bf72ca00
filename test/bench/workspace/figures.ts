/** The 95th percentile: what all but the slowest twentieth stay under. */
export function percentile95(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * 0.95) - 1)] ?? Number.NaN
}

/** Milliseconds that each of `count` runs took, after a few that only warm up; what comes `before` each is not counted. */
export async function timesOf(
  count: number,
  run: (index: number) => Promise<unknown>,
  before: (index: number) => Promise<unknown> = async () => {},
): Promise<number[]> {
  const warmUp = Math.min(10, count)
  const times: number[] = []
  for (let index = 0; index < warmUp + count; index += 1) {
    await before(index)
    const startedMs = performance.now()
    await run(index)
    if (index >= warmUp) times.push(performance.now() - startedMs)
  }
  return times
}
