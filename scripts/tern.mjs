// `npm run -s tern -- …`: the command line. Sets up and builds what is missing, then runs it in this process.
// package.json keeps the young generation small: nearly all that a large job is read into stays, and copying it first from
// one half to the other costs 40 MB and time.
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { ensureCli, ensureHosting } from './lib/build-cli.mjs'
import { main } from './lib/run.mjs'
import { setup } from './setup.mjs'

// Standard output belongs to the answer: progress goes where errors go.
console.log = console.error

const prepare = async () => {
  await setup('command')
  console.error('     building the command line')
}

main(async () => {
  const bundle = await ensureCli(prepare)
  const { runTern } = await import(pathToFileURL(bundle).href)
  // npm runs scripts in the repository's root; files on the command line are meant from where it was typed.
  if (process.env.npm_lifecycle_event === 'tern' && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD)
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  const loadHosting = async () => (await import(pathToFileURL(await ensureHosting(prepare)).href)).openHostingOnNode()
  return runTern({ args: process.argv.slice(2), version, loadHosting })
})
