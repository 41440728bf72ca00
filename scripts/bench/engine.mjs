// Side by side with rsync and rclone from the system's packages, on the same files in the same run, and what a million
// files take of memory. Prints each figure with whether it is as good as it has to be.
//   npm run bench -- --only large,small --leg memory --pairs 7
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleForNode } from '../lib/bundle.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Answers the module of the bench, and where its processes lie. */
export const loadEngineBench = async () => {
  const bundleFolder = await bundleForNode(
    {
      main: join(root, 'test/bench/engine/main.ts'),
      'slow-link-process': join(root, 'test/bench/engine/slow-link-process.ts'),
      'engine-process': join(root, 'test/helpers/engine-process/main.ts'),
    },
    join(root, 'node_modules', '.cache', 'tern-bench-engine'),
  )
  return { bundleFolder, ...(await import(join(bundleFolder, 'main.mjs'))) }
}
