import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleForNode as bundleInto } from '../../scripts/lib/bundle.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const outFolder = join(root, 'node_modules', '.cache', `tern-bundles-${process.pid}`)
process.once('exit', () => rmSync(outFolder, { recursive: true, force: true }))

/** Bundles entries by name into a folder, which ends with this process. */
export function bundleForNode(name: string, entries: Readonly<Record<string, string>>): Promise<string> {
  return bundleInto(entries, join(outFolder, name))
}
