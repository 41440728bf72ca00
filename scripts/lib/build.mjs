// Builds the app when its sources changed since the last build.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run, SetupError } from './run.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const inputs = ['src', 'assets', 'electron.vite.config.ts', 'package.json', 'package-lock.json']
const stampFile = join(root, 'out', '.built-from')

const filesUnder = (path) => {
  if (!existsSync(path)) return []
  if (statSync(path).isFile()) return [path]
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

/** One digest of the files in and under `paths` of the repository. Content, not times: a fresh clone has new times. */
export const digestOf = (paths) => {
  const digest = createHash('sha256')
  for (const file of paths.flatMap((path) => filesUnder(join(root, path))).sort()) {
    digest.update(`${file.slice(root.length)}\0`).update(readFileSync(file))
  }
  return digest.digest('hex')
}

/** Builds into `out` unless that holds a build of exactly these sources. Answers what it did, for the progress line. */
export const ensureBuild = async () => {
  const digest = digestOf(inputs)
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === digest) return 'up to date'
  const electronVite = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  const { code, output } = await run(process.execPath, [electronVite, 'build'], { cwd: root, quiet: true })
  if (code !== 0) throw new SetupError(`The build failed.\n${output.trim().slice(-6000)}`)
  mkdirSync(join(root, 'out'), { recursive: true })
  writeFileSync(stampFile, digest)
  return 'built'
}
