// Worker threads need a file of their own. The build makes one entry of each `src/**/*.worker.ts`; code that runs from
// its sources (the tests) gets the same bundles in node_modules/.cache/tern-workers.
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Where bundles for source runs go; `src/platform/worker-url.ts` looks here. */
export const sourceRunFolder = join(root, 'node_modules', '.cache', 'tern-workers')

/**
 * Every worker of the sources by its entry name, for example `store.worker` → …/store.worker.ts.
 * Two workers of one name are an error, because the name is what code asks for.
 */
export const workerEntries = () => {
  const entries = {}
  for (const entry of readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.worker.ts')) continue
    const name = basename(entry.name, '.ts')
    if (name in entries) throw new Error(`Two workers are called ${name}. Rename one.`)
    entries[name] = join(entry.parentPath, entry.name)
  }
  return entries
}

/** Bundles all workers for runs from the sources. Fast enough (tens of milliseconds) to do before every test run. */
export const buildWorkersForSources = async () => {
  const input = workerEntries()
  rmSync(sourceRunFolder, { recursive: true, force: true })
  if (Object.keys(input).length === 0) return
  mkdirSync(sourceRunFolder, { recursive: true })
  const { build } = await import('vite')
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    build: {
      ssr: true,
      target: 'node20.18',
      outDir: sourceRunFolder,
      emptyOutDir: true,
      minify: false,
      sourcemap: 'inline',
      rolldownOptions: {
        input,
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  })
}
