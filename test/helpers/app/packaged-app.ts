import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const projectFolder = join(import.meta.dirname, '../../..')
const variantFolder = join(projectFolder, 'dist/test-variant')

/**
 * The program of the package, which differs from the one that is given out by the one fuse that lets a test drive it.
 * Packaged anew when the build has changed since. Linux only.
 */
export async function packagedProgram(): Promise<string> {
  const stampFile = join(variantFolder, '.built-from')
  const builtFrom = await readFile(join(projectFolder, 'out/.built-from'), 'utf8').catch(() => '')
  const packagedFrom = await readFile(stampFile, 'utf8').catch(() => undefined)
  if (builtFrom === '' || packagedFrom !== builtFrom) {
    await promisify(execFile)(process.execPath, ['scripts/dist.mjs', '--test-variant'], { cwd: projectFolder })
    // Packaging builds first when the sources are newer.
    await writeFile(stampFile, await readFile(join(projectFolder, 'out/.built-from'), 'utf8'))
  }
  return join(variantFolder, 'linux-unpacked/tern')
}
