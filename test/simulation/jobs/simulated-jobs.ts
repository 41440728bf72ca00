import { vi } from 'vitest'
import '../engine/modelled-modules.ts'
import { runSeeds } from '../run-seeds.ts'

vi.mock('node:fs/promises', async () => (await import('./modelled-promises.ts')).modelledPromises())

/** The workspace's scheduler, its clients and their engines on a disk, a network and a clock of the test's own. */
const { simulateJobs } = await import('./simulation.ts')

export function simulateJobSeeds(first: number, count: number): ReturnType<typeof runSeeds> {
  return runSeeds('test/simulation/jobs', first, count, simulateJobs)
}
