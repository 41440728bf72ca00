import { vi } from 'vitest'

vi.mock('node:fs', async () => (await import('./disk/fs-module.ts')).modelledFs())
vi.mock('node:child_process', async () => (await import('./sync-program.ts')).modelledPrograms())
vi.mock('node:timers/promises', async () => (await import('./timers.ts')).modelledTimers())
vi.mock('../../../src/platform/clock.ts', async () => (await import('./timers.ts')).modelledClock())
vi.mock('node:crypto', async (real) => (await import('./scaled-numbers.ts')).modelledCrypto(await real()))
vi.mock('../../../src/engine/protocol/limits.ts', async (real) =>
  (await import('./scaled-numbers.ts')).scaledLimits(await real()),
)
vi.mock('../../../src/engine/transport/meeting.ts', async () => (await import('./network.ts')).modelledMeeting())
vi.mock('../../../src/engine/transport/tls.ts', () => ({ secureContextOf: () => ({}) }))
// The working folder is the process's own; where it is not to be had the engine goes by paths.
vi.mock('../../../src/engine/storage/folders/working-folder.ts', () => ({
  visitFolder: () => 0,
  isVisiting: () => false,
  leaveFolder: () => undefined,
}))
vi.mock('../../../src/engine/transfer/compare-pace.ts', async () =>
  (await import('./scaled-numbers.ts')).scaledComparePace(),
)
vi.mock('../../../src/engine/transfer/receiving/sync-pace.ts', async (real) =>
  (await import('./scaled-numbers.ts')).scaledPace(await real()),
)

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
