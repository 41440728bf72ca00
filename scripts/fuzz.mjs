// `npm run fuzz`: made-up input into each parser of the job language, and into frames, messages,
// the journal and both roles of the peer protocol, for a minute each. Ends with `N passed, N failed`.
//   npm run fuzz -- --seconds 10 --seed 42
import { parseArgs } from 'node:util'
import { main } from './lib/run.mjs'
import { fuzzStages, runStages } from './lib/test-stages.mjs'
import { setup } from './setup.mjs'

main(async () => {
  const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string' } } })
  if (values.seed !== undefined) process.env.TERN_FUZZ_SEED = values.seed
  await setup('test')
  return runStages(fuzzStages(Number(values.seconds)))
})
