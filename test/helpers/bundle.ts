import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const root = fileURLToPath(new URL('../..', import.meta.url))
const outFolder = join(root, 'node_modules', '.cache', `tern-bundles-${process.pid}`)
process.once('exit', () => rmSync(outFolder, { recursive: true, force: true }))

/** Plain Node cannot run the sources as they are: bundles entries by name into a folder, which ends with this process. */
export async function bundleForNode(name: string, entries: Readonly<Record<string, string>>): Promise<string> {
  const outDir = join(outFolder, name)
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    build: {
      ssr: true,
      target: 'node20.18',
      outDir,
      emptyOutDir: true,
      minify: false,
      rolldownOptions: {
        input: { ...entries },
        output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
      },
    },
  })
  return outDir
}
