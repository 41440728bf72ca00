import './modelled-modules.ts'

/** The real engine on a disk, a network and a clock of the test's own. */
const { simulate } = await import('./simulation.ts')

/** Runs the schedules of these seeds; what does not hold is told with the line that plays it again. */
export async function simulateSeeds(first: number, count: number): Promise<{ broken: string[]; told: string }> {
  const only = process.env.TERN_SEED
  const seeds = only === undefined ? Array.from({ length: count }, (_, index) => first + index) : [Number(only)]
  const broken: string[] = []
  const sums: Record<string, number> = {}
  const startedMs = performance.now()
  for (const seed of seeds) {
    try {
      for (const [name, value] of Object.entries(await simulate(seed))) sums[name] = (sums[name] ?? 0) + value
    } catch (thrown) {
      const why = thrown instanceof Error ? thrown.message : String(thrown)
      broken.push(`TERN_SEED=${seed} npx vitest run test/simulation/engine: ${why}`)
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
