import { expect, test } from 'vitest'
import { simulateJobSeeds } from './simulated-jobs.ts'

const sample = 40
/** What was reported lay below a folder that a killed run of another job had made, and whose name was not durable. */
const folderOfAnother = 972

test('a sample of schedules of jobs, with kills, lost power, cuts and new starts of the workspace', {
  timeout: 120_000,
}, async () => {
  const { broken, told } = await simulateJobSeeds(0, Number(process.env.TERN_SEEDS ?? sample))
  console.log(told)
  expect(broken).toEqual([])
})

test('schedules that have found something', async () => {
  expect((await simulateJobSeeds(folderOfAnother, 1)).broken).toEqual([])
})
