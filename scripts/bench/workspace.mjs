// A workspace with 100,000 jobs and 1,000,000 tasks beside one with 1,000 jobs, and its reads beside a bare server of the
// same library. Prints each figure with whether it is as good as it has to be.
//   npm run bench -- --only workspace --jobs 20000 --seconds 20
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleForNode } from '../lib/bundle.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Answers the module of the bench. */
export const loadWorkspaceBench = async () => {
  const names = ['main', 'server-process', 'constant-process']
  const entries = Object.fromEntries(names.map((name) => [name, join(root, 'test/bench/workspace', `${name}.ts`)]))
  const bundleFolder = await bundleForNode(entries, join(root, 'node_modules', '.cache', 'tern-bench-workspace'))
  return import(join(bundleFolder, 'main.mjs'))
}
