// `npm run proof`: the long runs (kills, repeats, soak), which print figures. Ends with one line `N passed, N failed`.
// For humans: `npm run proof -- --only kills,simulation` runs only these stages.
import { ensureBuild } from './lib/build.mjs'
import { main, SetupError, step } from './lib/run.mjs'
import { chosenStages, proofStages, runStages } from './lib/test-stages.mjs'
import { setup } from './setup.mjs'

main(async () => {
  const stages = chosenStages(proofStages())
  if (stages.length === 0) throw new SetupError('There are no proofs: test/proof does not exist.')
  await setup('test')
  await step('Build', ensureBuild)
  return runStages(stages)
})
