import type { JobId } from '../../../src/shared/domain/ids.ts'
import type { TestClient } from './support.ts'

export { TestWorkspace } from './support.ts'

/** One job of one file for each name, from the workspace to the caller's machine. */
export async function createTransfers(client: TestClient, names: readonly string[]): Promise<JobId[]> {
  const ids: JobId[] = []
  for (const name of names) {
    const spec = { name, source: 'share=projects/a.mov', destination: `${client.user.email}:/tmp/${ids.length}.mov` }
    const { jobs } = await client.call('transfer/create', { spec })
    if (jobs[0]) ids.push(jobs[0].id)
  }
  return ids
}
