// `npm run bench`: measurements beside something else in the same run. Prints its figures; the last line is `N passed, N
// failed`. `--only large,workspace` names some of them, `--json` puts one object on standard output and what people read
// on the other one (`npm run -s bench -- --json`); what follows is handed on.
import { loadEngineBench } from './bench/engine.mjs'
import { loadWorkspaceBench } from './bench/workspace.mjs'
import { main, SetupError } from './lib/run.mjs'
import { setup } from './setup.mjs'

const workspace = 'workspace'
const engine = 'engine'

const takeFlag = (args, name) => {
  const at = args.indexOf(name)
  return at >= 0 && args.splice(at, 1).length > 0
}

const takeOption = (args, name) => {
  const at = args.indexOf(name)
  return at < 0 ? undefined : args.splice(at, 2)[1]
}

main(async () => {
  const handedOn = process.argv.slice(2)
  const isJson = takeFlag(handedOn, '--json')
  const asked = takeOption(handedOn, '--only')?.split(',')
  // Whoever reads the object must not find anything else beside it.
  if (isJson) console.log = console.error
  await setup('bench')
  const { benchEngine, bundleFolder, workNames } = await loadEngineBench()
  const known = [engine, workspace, ...workNames]
  const unknown = asked?.find((name) => !known.includes(name))
  if (unknown !== undefined) throw new SetupError(`There is no bench ${unknown}: ${known.join(', ')}`)
  const wanted = asked ?? (isJson ? [engine] : [engine, workspace])
  const works = wanted.includes(engine) ? workNames : workNames.filter((name) => wanted.includes(name))

  const outcomes = []
  if (works.length > 0) {
    console.log(`\n=== ${engine}`)
    const bench = await benchEngine({ bundleFolder, only: works, args: handedOn, print: (line) => console.log(line) })
    const { results, memory, isGood } = bench
    outcomes.push(isGood)
    if (isJson) process.stdout.write(`${JSON.stringify({ results, ...(memory && { memory }) })}\n`)
  }
  if (wanted.includes(workspace)) {
    console.log(`\n=== ${workspace}`)
    const { benchWorkspace } = await loadWorkspaceBench()
    outcomes.push((await benchWorkspace(handedOn)) === 0)
  }
  const failed = outcomes.filter((isGood) => !isGood).length
  console.log(`\n${outcomes.length - failed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
})
