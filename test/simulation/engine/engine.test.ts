import { expect, test } from 'vitest'
import { simulateSeeds } from './simulated-engine.ts'

const sample = 300

test('a sample of schedules with kills, lost power, cuts, full disks and changing sources', {
  timeout: 120_000,
}, async () => {
  const { broken, told } = await simulateSeeds(0, Number(process.env.TERN_SEEDS ?? sample))
  console.log(told)
  expect(broken).toEqual([])
})
