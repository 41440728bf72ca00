import { expect, test } from 'vitest'
import { simulateSeeds } from '../simulation/engine/simulated-engine.ts'

// Two files, so that both cores are used.
test('5000 schedules, the second half', { timeout: 600_000 }, async () => {
  const { broken, told } = await simulateSeeds(5000, 5000)
  console.log(told)
  expect(broken).toEqual([])
})
