interface SeedsRun {
  /** What does not hold, with the line that plays it again. */
  readonly broken: string[]
  readonly told: string
}

/** Runs the schedules of these seeds, or of the one in `TERN_SEED`. `folder`: the tests that play one again. */
export async function runSeeds<Figures extends object>(
  folder: string,
  first: number,
  count: number,
  simulate: (seed: number) => Promise<Figures>,
): Promise<SeedsRun> {
  const only = process.env.TERN_SEED
  const seeds = only === undefined ? Array.from({ length: count }, (_, index) => first + index) : [Number(only)]
  const broken: string[] = []
  const sums: Record<string, number> = {}
  const startedMs = performance.now()
  for (const seed of seeds) {
    try {
      for (const [name, value] of Object.entries(await simulate(seed))) sums[name] = (sums[name] ?? 0) + value
    } catch (thrown) {
      const why = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
      broken.push(`TERN_SEED=${seed} npx vitest run ${folder}: ${why}`)
    }
  }
  const seconds = (performance.now() - startedMs) / 1000
  const figures = Object.entries(sums).map(([name, value]) => `${value} ${name}`)
  const perMinute = Math.round((seeds.length / seconds) * 60)
  return {
    broken,
    told: `${seeds.length} schedules in ${seconds.toFixed(1)} s (${perMinute} a minute): ${figures.join(', ')}`,
  }
}
