import type { Job } from '../../../src/shared/domain/job.ts'
import { adminPassword } from '../../contract/workspace/support.ts'
import { BenchApi } from './api.ts'
import { ServerChild } from './child.ts'
import { timeDecisions } from './decisions.ts'
import { percentile95 } from './figures.ts'

/** Milliseconds, the 95th percentile, in the order of the folders. */
export type Latency = { readonly name: string; readonly p95Ms: readonly number[] }

export interface Latencies {
  readonly figures: readonly Latency[]
  readonly residentBytes: readonly number[]
}

type Run = (index: number) => Promise<unknown>

const warmUpRuns = 10

/**
 * What a person or a script waits for, one call after another, in several workspaces by turns: whatever else the machine
 * does then slows down all of them.
 */
export async function measureLatencies(folders: readonly string[]): Promise<Latencies> {
  const figures: Latency[] = []
  figures.push({ name: 'start of the server', p95Ms: (await startsOf(folders)).map(percentile95) })
  figures.push({
    name: 'decision of the scheduler',
    p95Ms: folders.map((folder) => percentile95(timeDecisions(folder))),
  })
  const benches = await Promise.all(folders.map((folder) => Bench.open(folder)))
  try {
    for (const [name, runOf, count] of calls) {
      const runs = await Promise.all(benches.map(runOf))
      figures.push({ name, p95Ms: (await byTurns(benches, runs, count ?? 200)).map(percentile95) })
    }
    return { figures, residentBytes: await Promise.all(benches.map((bench) => bench.residentBytes())) }
  } finally {
    for (const bench of benches) await bench.close()
  }
}

async function startsOf(folders: readonly string[]): Promise<number[][]> {
  const startsMs: number[][] = folders.map(() => [])
  for (let round = 0; round < 5; round += 1) {
    for (const [index, folder] of folders.entries()) {
      const server = await ServerChild.start('server-process', folder)
      startsMs[index]?.push(server.startMs)
      await server.stop()
    }
  }
  return startsMs
}

async function byTurns(benches: readonly Bench[], runs: readonly Run[], count: number): Promise<number[][]> {
  const timesMs: number[][] = runs.map(() => [])
  for (let index = 0; index < warmUpRuns + count; index += 1) {
    for (const [at, run] of runs.entries()) {
      await benches[at]?.change(index)
      const startedMs = performance.now()
      await run(index)
      if (index >= warmUpRuns) timesMs[at]?.push(performance.now() - startedMs)
    }
  }
  return timesMs
}

const limit = 100

/** Holds as many jobs as there are, up to 1,200: a workspace of few jobs has a smaller one. */
export const snapshotName = 'snapshot of an app, of up to 1,200 jobs'
const listOf =
  (input: object) =>
  async ({ api }: Bench) =>
  () =>
    api.call('transfer/list', { limit, ...input })

const calls: readonly (readonly [name: string, runOf: (bench: Bench) => Promise<Run>, count?: number])[] = [
  ['first page of live jobs', listOf({})],
  ['first page of finished jobs', listOf({ state: 'finished' })],
  ['first page of archived jobs', listOf({ state: 'archived' })],
  [
    'first page of tasks',
    async (bench) => (index) => bench.api.call('task/list', { jobId: bench.jobOf(index), limit }),
  ],
  [
    'first page of a log',
    async (bench) => (index) => bench.api.call('transfer/log', { jobId: bench.jobOf(index), limit }),
  ],
  [
    'users',
    async ({ api }) =>
      () =>
        api.call('user/list', {}),
  ],
  [
    'shares',
    async ({ api }) =>
      () =>
        api.call('share/list', {}),
  ],
  [
    'queues',
    async ({ api }) =>
      () =>
        api.call('queue/list', {}),
  ],
  ['one job', async (bench) => (index) => bench.api.call('transfer/get', { id: bench.jobOf(index) })],
  [
    'snapshot of an app',
    async ({ api }) =>
      () =>
        api.call('workspace/snapshot', {}),
    50,
  ],
  ...[
    'status=waiting',
    'user=lisa@example.com',
    'name="film 42 renders*" and status=waiting',
    'destination=lisa@example.com or priority>900',
    'created>2020-01-01T00:00:00 and status=paused',
  ].map((query) => [`jobs where ${query}`, listOf({ query })] as const),
  [
    'jobs by a word of their name',
    async ({ api }) =>
      (index) =>
        api.call('transfer/list', { limit, search: `film ${index % 200} renders` }),
  ],
  [
    'create of a job of 10 tasks',
    async ({ api }) =>
      (index) =>
        api.call('transfer/create', { spec: { name: `New ${index}`, tasks: tenTasks } }),
  ],
  ['change of a status until it is pushed', pushedChange],
]

const tenTasks = Array.from({ length: 10 }, (_, task) => ({
  source: `share=projects/new/${task}.mov`,
  destination: 'lisa@example.com',
}))

/** From the call until another stream is told. */
async function pushedChange(bench: Bench): Promise<Run> {
  let wanted: { id: string; status: string; told: () => void } | undefined
  await bench.api.stream(bench.api.token, (frame) => {
    if (frame.type !== 'changes') return
    for (const change of frame.changes) {
      if (change.entity !== 'job' || !('value' in change)) continue
      if (change.value.id === wanted?.id && change.value.status === wanted.status) wanted.told()
    }
  })
  return async (index) => {
    const id = bench.jobOf(index >> 1)
    const status = index % 2 === 0 ? 'paused' : 'waiting'
    const told = new Promise<void>((resolve) => {
      wanted = { id, status, told: resolve }
    })
    await bench.api.call('transfer/update', { id, status })
    await told
  }
}

/** A workspace that is asked. */
class Bench {
  readonly api: BenchApi
  readonly #server: ServerChild
  readonly #jobs: readonly Job[]

  private constructor(server: ServerChild, api: BenchApi, jobs: readonly Job[]) {
    this.#server = server
    this.api = api
    this.#jobs = jobs
  }

  static async open(folder: string): Promise<Bench> {
    const server = await ServerChild.start('server-process', folder)
    const api = new BenchApi(server.address)
    const machine = { name: 'bench', kind: 'app' as const, keyHash: 'b'.repeat(64) }
    const signedIn = await api.call('session/login', { email: 'john@example.com', password: adminPassword, machine })
    api.token = signedIn.sessionToken
    const { jobs } = await api.call('transfer/list', { limit })
    return new Bench(server, api, jobs)
  }

  jobOf(index: number): Job['id'] {
    return (this.#jobs[index % this.#jobs.length] as Job).id
  }

  /** What nobody changed since is answered from memory, which is not what is measured here. */
  async change(index: number): Promise<void> {
    await this.api.call('transfer/update', { id: this.jobOf(0), priority: 1 + (index % 1000) })
  }

  async residentBytes(): Promise<number> {
    return (await this.#server.usage()).residentBytes
  }

  async close(): Promise<void> {
    this.api.close()
    await this.#server.stop()
  }
}
