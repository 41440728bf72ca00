// `npm start`: sets up, builds and opens Tern. Without a display it plays the demo on a virtual one, and ends with its
// exit code. Arguments after `--` go to the app.
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
  const { openDesktop } = await import('../test/helpers/desktop/desktop.mjs')
  console.log('No display here: the demo plays on a virtual one, in a fresh profile, on loopback only.')
  const desktop = await openDesktop()
  try {
    const player = fileURLToPath(new URL('./demo/play.mjs', import.meta.url))
    const { code } = await run(process.execPath, [player, ...process.argv.slice(2)], { cwd: root, env: desktop.env })
    return code
  } finally {
    await desktop.close()
  }
}

main(async () => {
  const onScreen = hasDisplay()
  await setup(onScreen ? 'desktop' : 'virtual')
  await step('Build', ensureBuild)
  return onScreen ? openApp() : playDemo()
})
