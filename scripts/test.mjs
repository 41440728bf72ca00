// `npm test`: sets up, builds, and runs every check and test. Ends with one line `N passed, N failed`.
// For humans: `npm test -- --only unit,arch` runs only these stages.
import { ensureBuild } from './lib/build.mjs'
import { main, SetupError, step } from './lib/run.mjs'
import { runStages, testStages } from './lib/test-stages.mjs'
import { setup } from './setup.mjs'

const wantedNames = () => {
  const at = process.argv.indexOf('--only')
  return at === -1 ? undefined : (process.argv[at + 1] ?? '').split(',')
}

main(async () => {
  const all = testStages()
  const only = wantedNames()
  const unknown = only?.filter((name) => !all.some((stage) => stage.name === name)) ?? []
  if (unknown.length > 0) {
    throw new SetupError(`No such stage: ${unknown.join(', ')}. Stages: ${all.map(({ name }) => name).join(', ')}.`)
  }
  await setup('test')
  await step('Build', ensureBuild)
  const stages = all.filter((stage) => (only === undefined ? !stage.skip : only.includes(stage.name)))
  return runStages(stages)
})
