// `npm start`: sets up, builds and opens Tern. Without a display it plays the demo on a virtual one, and ends with its
// exit code. Arguments after `--` go to the app. The demo itself is `test/demo/demo.spec.ts`.
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import { ensureBuild } from './lib/build.mjs'
import { checkChromiumSandbox } from './lib/chromium-sandbox.mjs'
import { hasDisplay } from './lib/display.mjs'
import { main, run, step } from './lib/run.mjs'
import { setup } from './setup.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const appArguments = process.argv.slice(2)

/** Chromium's own sandbox cannot start for root; each window stays sandboxed by its own setting. */
const withoutSandbox = () => process.getuid?.() === 0 || appArguments.includes('--no-sandbox')

const openApp = async () => {
  const electron = createRequire(import.meta.url)('electron')
  if (process.platform === 'linux' && !withoutSandbox()) await checkChromiumSandbox(electron)
  console.log('Tern opens, or comes to the front if it is open already. Ctrl-C here quits it.')
  // Of Chromium's own remarks only those that end it: many a healthy desktop makes it complain.
  const flags = ['--log-level=3', ...(withoutSandbox() ? ['--no-sandbox'] : [])]
  const { code } = await run(electron, [...flags, root, ...appArguments])
  const wasAsked = ['SIGHUP', 'SIGINT', 'SIGTERM'].some((signal) => code === 128 + constants.signals[signal])
  if (code !== 0 && !wasAsked) {
    const screen = process.env.DISPLAY ? ` Its display was ${process.env.DISPLAY}.` : ''
    console.error(`Tern ended with ${code}.${screen} \`npm start -- --log-level=0\` tells more.`)
  }
  return code
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
