// `npm start`: sets up, builds and opens Tern. Without a display it plays the demo on a virtual one, and ends with its
// exit code. Arguments after `--` go to the app. The demo itself is `test/demo/demo.spec.ts`.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { ensureBuild } from './lib/build.mjs'
import { hasDisplay } from './lib/display.mjs'
import { main, run, step } from './lib/run.mjs'
import { setup } from './setup.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Chromium's own sandbox cannot start for root; each window stays sandboxed by its own setting. */
const rootFlags = () => (process.getuid?.() === 0 ? ['--no-sandbox'] : [])

const openApp = async () => {
  const { createRequire } = await import('node:module')
  const electron = createRequire(import.meta.url)('electron')
  return spawnSync(electron, [...rootFlags(), root, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1
}

const playDemo = async () => {
  console.log('No display here: the demo plays on a virtual one, in a fresh profile, on loopback only.')
  const player = fileURLToPath(new URL('../node_modules/@playwright/test/cli.js', import.meta.url))
  const { code } = await run(process.execPath, [player, 'test', '--config', 'test/demo/playwright.config.ts'], {
    cwd: root,
  })
  return code
}

main(async () => {
  const onScreen = hasDisplay()
  await setup(onScreen ? 'desktop' : 'virtual')
  await step('Build', ensureBuild)
  return onScreen ? openApp() : playDemo()
})
