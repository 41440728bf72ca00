import { buildWorkersForSources } from '../scripts/lib/workers.mjs'

/** Worker threads cannot be transformed by the test runner, so their bundles are made before the first test. */
export default async function setup(): Promise<void> {
  await buildWorkersForSources()
}
