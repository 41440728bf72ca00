// `npm run bench`: measurements beside something else in the same run. `--only engine,workspace` names some of them; what
// follows is handed on. Each prints its figures; the last line is `N passed, N failed`.
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { main, run, SetupError } from './lib/run.mjs'
import { setup } from './setup.mjs'

const folder = fileURLToPath(new URL('./bench', import.meta.url))
const known = readdirSync(folder).map((file) => basename(file, '.mjs'))

main(async () => {
  const handedOn = process.argv.slice(2)
  const at = handedOn.indexOf('--only')
  const [, names] = at < 0 ? [] : handedOn.splice(at, 2)
  const wanted = names?.split(',') ?? known
  const unknown = wanted.find((name) => !known.includes(name))
  if (unknown !== undefined) throw new SetupError(`There is no bench ${unknown}: ${known.join(', ')}`)
  await setup('test')
  const codes = []
  for (const name of wanted) {
    console.log(`\n=== ${name}`)
    codes.push((await run(process.execPath, [join(folder, `${name}.mjs`), ...handedOn])).code)
  }
  const failed = codes.filter((code) => code !== 0).length
  console.log(`\n${codes.length - failed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
})
