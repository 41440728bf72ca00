import { expect, test } from 'vitest'
import { simulateSeeds } from '../simulation/engine/simulated-engine.ts'

// Two files, so that both cores are used.
test('5000 schedules, the first half', { timeout: 600_000 }, async () => {
  const { broken, told } = await simulateSeeds(0, 5000)
  console.log(told)
  expect(broken).toEqual([])
})
