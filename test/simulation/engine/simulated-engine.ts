import { runSeeds } from '../run-seeds.ts'
import './modelled-modules.ts'

/** The real engine on a disk, a network and a clock of the test's own. */
const { simulate } = await import('./simulation.ts')

export function simulateSeeds(first: number, count: number): ReturnType<typeof runSeeds> {
  return runSeeds('test/simulation/engine', first, count, simulate)
}
