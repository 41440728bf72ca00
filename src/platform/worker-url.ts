/**
 * Where the worker `name` (the file `<name>.worker.ts` anywhere under `src`) can be started from.
 *
 * The build puts all workers into `out/main/workers`, beside the entries that this code is bundled into. When the
 * sources run as they are, in tests, the same bundles stand in `node_modules/.cache/tern-workers`.
 *
 * Use: `new Worker(workerUrl('store'), { workerData })`.
 */
export const workerUrl = (name: string): URL => {
  const here = import.meta.url
  const fromSources = here.endsWith('/src/platform/worker-url.ts')
  const folder = fromSources ? '../../node_modules/.cache/tern-workers/' : './workers/'
  return new URL(`${folder}${name}.worker.js`, here)
}
