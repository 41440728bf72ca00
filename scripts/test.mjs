// `npm test`: sets up, builds, and runs every check and test. Ends with one line `N passed, N failed`.
// For humans: `npm test -- --only unit,arch` runs only these stages.
import { ensureBuild } from './lib/build.mjs'
import { main, step } from './lib/run.mjs'
import { chosenStages, runStages, testStages } from './lib/test-stages.mjs'
import { setup } from './setup.mjs'

main(async () => {
  const stages = chosenStages(testStages())
  await setup('test')
  await step('Build', ensureBuild)
  return runStages(stages)
})
