import type { Job } from '../../shared/domain/job.ts'
import { queryOfSearch } from '../../shared/domain/query/search-query.ts'
import { isFinished } from '../../shared/domain/status/job-status.ts'
import type { WorkspaceConnection } from '../connection/workspace-connection.ts'
import { CursorWindow } from '../rows/cursor-window.ts'

const keptSearches = 4

/** The finished jobs of one workspace, newest first, by windows; dropped and read anew when one is added or taken up again. */
export class FinishedJobs {
  readonly #connection: WorkspaceConnection
  readonly #windows = new Map<string, CursorWindow<Job>>()
  #total = 0

  constructor(connection: WorkspaceConnection) {
    this.#connection = connection
  }

  /** As last heard, kept up with what has finished since. */
  get total(): number {
    return this.#total
  }

  async refresh(): Promise<void> {
    this.#windows.clear()
    this.#total = await this.window(undefined).total()
  }

  window(search: string | undefined): CursorWindow<Job> {
    const name = search ?? ''
    const known = this.#windows.get(name)
    if (known) return known
    const asked = search === undefined ? {} : queryOfSearch(search) ? { query: search } : { search }
    const opened = new CursorWindow<Job>(async (cursor, limit) => {
      const input = { state: 'finished' as const, limit, ...(cursor && { cursor }), ...asked }
      const { jobs, nextCursor, total } = await this.#connection.call('transfer/list', input)
      return { items: jobs, nextCursor, total }
    })
    const oldest = this.#windows.keys().next().value
    if (this.#windows.size >= keptSearches && oldest !== undefined) this.#windows.delete(oldest)
    this.#windows.set(name, opened)
    return opened
  }

  onJob(before: Job | undefined, after: Job | undefined): void {
    // A snapshot brings finished jobs that were counted already, and the mirror drops old ones that still count.
    if (before && after) this.#count(isFinished(before.status), isFinished(after.status))
  }

  onJobRemoved(before: Job | undefined): void {
    if (before) this.#count(isFinished(before.status), false)
  }

  #count(was: boolean, is: boolean): void {
    if (was === is) return
    this.#total = Math.max(0, this.#total + (is ? 1 : -1))
    this.#windows.clear()
  }
}
