import { vi } from 'vitest'
import '../engine/modelled-modules.ts'

vi.mock('node:fs/promises', async () => (await import('./modelled-promises.ts')).modelledPromises())

/** The workspace's scheduler, its clients and their engines on a disk, a network and a clock of the test's own. */
const { simulateJobs } = await import('./simulation.ts')

/** As `simulateSeeds` of the engine. */
export async function simulateJobSeeds(first: number, count: number): Promise<{ broken: string[]; told: string }> {
  const only = process.env.TERN_SEED
  const seeds = only === undefined ? Array.from({ length: count }, (_, index) => first + index) : [Number(only)]
  const broken: string[] = []
  const sums: Record<string, number> = {}
  const startedMs = performance.now()
  for (const seed of seeds) {
    try {
      for (const [name, value] of Object.entries(await simulateJobs(seed))) sums[name] = (sums[name] ?? 0) + value
    } catch (thrown) {
      const why = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
      broken.push(`TERN_SEED=${seed} npx vitest run test/simulation/jobs: ${why}`)
    }
  }
  const seconds = (performance.now() - startedMs) / 1000
  const figures = Object.entries(sums).map(([name, value]) => `${value} ${name}`)
  return { broken, told: `${seeds.length} schedules in ${seconds.toFixed(1)} s: ${figures.join(', ')}` }
}
