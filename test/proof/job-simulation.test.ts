import { expect, test } from 'vitest'
import { simulateJobSeeds } from '../simulation/jobs/simulated-jobs.ts'

test('1500 schedules of jobs', { timeout: 900_000 }, async () => {
  const { broken, told } = await simulateJobSeeds(0, 1500)
  console.log(told)
  expect(broken).toEqual([])
})
