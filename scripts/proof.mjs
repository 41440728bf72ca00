// `npm run proof`: the long runs (kills, repeats, soak), which print figures. Ends with one line `N passed, N failed`.
import { ensureBuild } from './lib/build.mjs'
import { main, SetupError, step } from './lib/run.mjs'
import { proofStages, runStages } from './lib/test-stages.mjs'
import { setup } from './setup.mjs'

main(async () => {
  const stages = proofStages().filter((stage) => !stage.skip)
  if (stages.length === 0) throw new SetupError('There are no proofs: test/proof does not exist.')
  await setup('test')
  await step('Build', ensureBuild)
  return runStages(stages)
})
