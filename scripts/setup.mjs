// Everything a fresh clone needs before it can be built: packages from npm, system packages, an Electron to run.
// Quick when all of it is there. Usage: node scripts/setup.mjs [desktop|virtual|test|command|bench]
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { hasDisplay } from './lib/display.mjs'
import { main, run, SetupError, step } from './lib/run.mjs'
import { ensureSystemPackages } from './lib/system-packages.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const oldestNode = [20, 18]

const checkNode = () => {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1])) {
    throw new SetupError(`Tern needs Node ${oldestNode.join('.')} or newer; this is ${process.versions.node}.`)
  }
  return process.versions.node
}

/**
 * `npm ci`. A download that stops without an error would hold npm up for ever, so npm tells of each one, and when it has
 * been silent for long it starts again; what it has already fetched is in its cache.
 */
const installModules = async () => {
  const attempts = 3
  const silenceMs = 120_000
  for (let attempt = 1; ; attempt += 1) {
    const { code, output } = await run('npm', ['ci', '--loglevel=http'], { cwd: root, quiet: true, silenceMs })
    if (code === 0) return
    const wasSilent = code === 128 + constants.signals.SIGKILL
    if (!wasSilent || attempt === attempts) throw new SetupError(`npm ci failed.\n${output.trim().slice(-4000)}`)
    console.log(`     npm was silent for ${silenceMs / 1000} s; trying again`)
  }
}

const packagesIn = (lockFile) => JSON.parse(readFileSync(at(lockFile), 'utf8')).packages

/** Whether npm has put in place what the lock file says, by its own record of it: a package was added by hand. */
const isInstalledByHand = () => {
  const present = packagesIn('node_modules/.package-lock.json')
  return Object.entries(packagesIn('package-lock.json')).every(
    ([path, { version, optional }]) => path === '' || (present[path] ? present[path].version === version : optional),
  )
}

/** `npm ci`, unless exactly this lock file has been installed already, for this Node on this system. */
const ensureModules = async () => {
  const stampFile = at('node_modules/.tern-setup')
  const system = `${process.platform} ${process.arch} ${process.versions.modules}`
  const stamp = `${system} ${createHash('sha256')
    .update(readFileSync(at('package-lock.json')))
    .digest('hex')}`
  const installed = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : ''
  if (installed === stamp) return 'up to date'
  if (installed.startsWith(`${system} `) && isInstalledByHand()) {
    writeFileSync(stampFile, stamp)
    return 'up to date'
  }
  console.log('     installing, usually within a minute')
  await installModules()
  writeFileSync(stampFile, stamp)
  return 'installed'
}

/** The browser of the ui tests: the system's, else the one that Playwright downloads for itself. */
const ensureBrowser = async () => {
  if (existsSync('/usr/bin/chromium')) return "the system's"
  const { chromium } = await import('@playwright/test')
  if (existsSync(chromium.executablePath())) return "Playwright's"
  console.log('     downloading Chromium for the ui tests')
  const { code, output } = await run(
    process.execPath,
    [at('node_modules/@playwright/test/cli.js'), 'install', 'chromium'],
    {
      quiet: true,
    },
  )
  if (code !== 0) throw new SetupError(`The browser for the ui tests could not be had.\n${output.trim().slice(-2000)}`)
  return "Playwright's"
}

/**
 * Sets this clone up for `purpose`: `desktop` (run the app on a screen), `virtual` (without one), `test`, `bench`, or
 * `command` (the command line, which is plain Node and needs nothing of the system).
 */
export const setup = async (purpose) => {
  await step('Node', async () => checkNode())
  if (purpose === 'command') {
    await step('Packages from npm', ensureModules)
    return
  }
  // Before npm's half minute: whoever has to install packages by hand is told at once.
  await step('System packages', () => ensureSystemPackages(purpose))
  await step('Packages from npm', ensureModules)
  if (purpose === 'bench') return
  const { ensureElectron } = await import('./electron-runtime.mjs')
  await step('Electron', ensureElectron)
  if (purpose === 'test') await step('Browser', ensureBrowser)
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main(async () => {
    const purpose = process.argv[2] ?? (hasDisplay() ? 'desktop' : 'virtual')
    if (!['desktop', 'virtual', 'test', 'command', 'bench'].includes(purpose))
      throw new SetupError(`Unknown purpose: ${purpose}.`)
    await setup(purpose)
  })
}
