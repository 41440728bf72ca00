// `npm run dist`: builds and packages the app with the Electron that is in node_modules, for this platform.
// `--test-variant` packages into dist/test-variant with one fuse turned on, so that Playwright can drive the package.
// Other arguments go to electron-builder, for example `npm run dist -- --linux tar.gz`.
import { fileURLToPath } from 'node:url'
import { installedElectron } from './electron-runtime.mjs'
import { ensureBuild } from './lib/build.mjs'
import { hasDisplay } from './lib/display.mjs'
import { main, run, step } from './lib/run.mjs'
import { setup } from './setup.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const targets = { linux: ['--linux', 'dir'], darwin: ['--mac', 'dir'], win32: ['--win', 'dir'] }

main(async () => {
  const given = process.argv.slice(2).filter((argument) => argument !== '--test-variant')
  const testVariant = process.argv.includes('--test-variant')
  await setup(hasDisplay() ? 'desktop' : 'virtual')
  await step('Build', ensureBuild)
  const args = [
    'node_modules/electron-builder/cli.js',
    ...(given.length > 0 ? given : targets[process.platform]),
    '--publish=never',
    '-c.electronDist=node_modules/electron/dist',
    `-c.electronVersion=${installedElectron()}`,
    ...(testVariant
      ? ['-c.electronFuses.enableNodeCliInspectArguments=true', '-c.directories.output=dist/test-variant']
      : []),
  ]
  // Hard links would let the fuses of the package reach the Electron in node_modules.
  const env = { ...process.env, USE_HARD_LINKS: 'false' }
  const { code } = await step('Package', () => run(process.execPath, args, { cwd: root, env }))
  return code
})
