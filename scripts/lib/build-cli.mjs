// Builds the command line into one file that needs no packages, when its sources changed since the last build.
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { digestOf } from './build.mjs'
import { bundleForNode } from './bundle.mjs'
import { SetupError } from './run.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const inputs = ['src/cli', 'src/shared', 'src/platform', 'scripts/lib/build-cli.mjs', 'package-lock.json']
const outDir = join(root, 'out', 'cli')
const bundle = join(outDir, 'tern.mjs')

/** The first line says what the file was built from, so that the two are replaced in one step. */
const firstLine = (digest) => `// ${digest}\n`

const isFresh = (digest) => {
  if (!existsSync(bundle)) return false
  const wanted = Buffer.from(firstLine(digest))
  const head = Buffer.alloc(wanted.length)
  const file = openSync(bundle, 'r')
  try {
    readSync(file, head, 0, head.length, 0)
  } finally {
    closeSync(file)
  }
  return head.equals(wanted)
}

/**
 * Answers the file of the command line, built from exactly these sources. `beforeBuild` runs only when it has to be built,
 * and may install what building needs.
 */
export const ensureCli = async (beforeBuild = async () => {}) => {
  const digest = digestOf(inputs)
  if (isFresh(digest)) return bundle
  await beforeBuild()
  const next = join(outDir, `.next-${process.pid}`)
  try {
    const { build } = await import('vite')
    await build({
      root,
      configFile: false,
      logLevel: 'silent',
      publicDir: false,
      // Everything in one file: a call then reads nothing of node_modules, and goes on while packages are installed.
      ssr: { noExternal: true },
      build: {
        ssr: join(root, 'src', 'cli', 'index.ts'),
        target: 'node20.18',
        outDir: next,
        minify: false,
        rolldownOptions: { output: { format: 'es', entryFileNames: 'tern.mjs', codeSplitting: false } },
      },
    })
    writeFileSync(join(next, 'stamped.mjs'), firstLine(digest) + readFileSync(join(next, 'tern.mjs'), 'utf8'))
    mkdirSync(outDir, { recursive: true })
    renameSync(join(next, 'stamped.mjs'), bundle)
  } catch (error) {
    throw new SetupError(`The command line could not be built.\n${error.message}`)
  } finally {
    rmSync(next, { recursive: true, force: true })
  }
  return bundle
}

const hostingInputs = [
  ...['cli', 'hosting', 'client', 'engine', 'workspace', 'platform', 'shared'].map((room) => `src/${room}`),
  'scripts/lib/build-cli.mjs',
  'scripts/lib/bundle.mjs',
  'package-lock.json',
]
const hostingEntries = {
  hosting: 'src/cli/hosting/on-node.ts',
  'workspace-process': 'src/hosting/workspace-process.ts',
  'storage-process': 'src/hosting/storage-process.ts',
  'backup-process': 'src/hosting/backup-process.ts',
}

/**
 * Answers the file that runs workspaces, with the entries of its processes beside it. A folder for each state of the
 * sources, because processes that run go on reading theirs.
 */
export const ensureHosting = async (beforeBuild = async () => {}) => {
  const folder = join(outDir, `hosting-${digestOf(hostingInputs).slice(0, 16)}`)
  const file = join(folder, 'hosting.mjs')
  if (existsSync(file)) return file
  await beforeBuild()
  const next = `${folder}.next-${process.pid}`
  try {
    const entries = Object.entries(hostingEntries).map(([name, path]) => [name, join(root, path)])
    await bundleForNode(Object.fromEntries(entries), next)
    mkdirSync(outDir, { recursive: true })
    renameSync(next, folder)
  } catch (error) {
    // Another call may have built the same in the meantime.
    if (!existsSync(file)) throw new SetupError(`The command line could not be built.\n${error.message}`)
  } finally {
    rmSync(next, { recursive: true, force: true })
  }
  return file
}
