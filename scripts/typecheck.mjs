// Checks every TypeScript project of the repository and reports all of them, not only the first that fails.
// Usage: node scripts/typecheck.mjs [project…], for example `node scripts/typecheck.mjs shared renderer`.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url))
const projects = { shared: 'src/shared', node: 'src', preload: 'src/preload', renderer: 'src/renderer', test: 'test' }

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !(name in projects))
if (unknown.length > 0) {
  console.error(`No such project: ${unknown.join(', ')}. Projects: ${Object.keys(projects).join(', ')}.`)
  process.exit(2)
}

let failed = 0
for (const [name, folder] of Object.entries(projects)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  if (!existsSync(new URL(`../${folder}`, import.meta.url))) continue
  const result = spawnSync(process.execPath, [tsc, '-p', `tsconfig.${name}.json`, '--pretty', 'false'], {
    cwd: root,
    encoding: 'utf8',
  })
  if (result.status !== 0) {
    failed += 1
    console.error(`typecheck ${name} failed\n${result.stdout}${result.stderr}`)
  }
}
process.exitCode = failed === 0 ? 0 : 1
