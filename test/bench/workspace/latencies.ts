import type { Job } from '../../../src/shared/domain/job.ts'
import { adminPassword } from '../../contract/workspace/support.ts'
import { BenchApi } from './api.ts'
import { ServerChild } from './child.ts'
import { timeDecisions } from './decisions.ts'
import { percentile95, timesOf } from './figures.ts'

export interface Latencies {
  /** Milliseconds, the 95th percentile of each. */
  readonly p95Ms: ReadonlyMap<string, number>
  readonly residentBytes: number
}

const runs = 200

/** What a person or a script waits for, one call after another. */
export async function measureLatencies(folder: string): Promise<Latencies> {
  const p95Ms = new Map<string, number>()
  const starts: number[] = []
  for (let round = 0; round < 4; round += 1) {
    const server = await ServerChild.start('server-process', folder)
    starts.push(server.startMs)
    await server.stop()
  }
  p95Ms.set('start of the server', percentile95(starts))
  p95Ms.set('decision of the scheduler', percentile95(timeDecisions(folder)))

  const server = await ServerChild.start('server-process', folder)
  const api = new BenchApi(server.address)
  try {
    const session = await api.call('session/login', {
      email: 'john@example.com',
      password: adminPassword,
      machine: { name: 'bench', kind: 'app', keyHash: 'b'.repeat(64) },
    })
    api.token = session.sessionToken
    const measure = async (name: string, run: (index: number) => Promise<unknown>, count = runs) => {
      const changed = async (index: number) => {
        // What nobody changed since is answered from memory, which is not what is measured here.
        await api.call('transfer/update', { id: jobOf(0), priority: 1 + (index % 1000) })
      }
      p95Ms.set(name, percentile95(await timesOf(count, run, changed)))
    }
    const { jobs } = await api.call('transfer/list', { limit: 100 })
    const jobOf = (index: number) => (jobs[index % jobs.length] as Job).id
    await measure('first page of live jobs', () => api.call('transfer/list', { limit: 100 }))
    await measure('first page of finished jobs', () => api.call('transfer/list', { limit: 100, state: 'finished' }))
    await measure('first page of tasks', (index) => api.call('task/list', { jobId: jobOf(index), limit: 100 }))
    await measure('first page of a log', (index) => api.call('transfer/log', { jobId: jobOf(index), limit: 100 }))
    await measure('users', () => api.call('user/list', {}))
    await measure('shares', () => api.call('share/list', {}))
    await measure('one job', (index) => api.call('transfer/get', { id: jobOf(index) }))
    await measure('snapshot of an app', () => api.call('workspace/snapshot', {}), 50)
    for (const query of [
      'status=waiting',
      'user=lisa@example.com',
      'name="film 42 renders*" and status=waiting',
      'destination=lisa@example.com or priority>900',
      'created>2020-01-01T00:00:00 and status=paused',
    ]) {
      await measure(`jobs where ${query}`, () => api.call('transfer/list', { limit: 100, query }))
    }
    await measure('jobs by a word of their name', (index) =>
      api.call('transfer/list', { limit: 100, search: `renders ${index}` }),
    )
    const tasks = Array.from({ length: 10 }, (_, task) => ({
      source: `share=projects/new/${task}.mov`,
      destination: 'lisa@example.com',
    }))
    await measure('create of a job of 10 tasks', (index) =>
      api.call('transfer/create', { spec: { name: `New ${index}`, tasks } }),
    )
    await measure('change of a status until it is pushed', await pushedChange(api, jobOf))
    const { residentBytes } = await server.usage()
    return { p95Ms, residentBytes }
  } finally {
    api.close()
    await server.stop()
  }
}

/** From the call until another stream is told. */
async function pushedChange(api: BenchApi, jobOf: (index: number) => Job['id']) {
  let wanted: { id: string; status: string; told: () => void } | undefined
  await api.stream(api.token, (frame) => {
    if (frame.type !== 'changes') return
    for (const change of frame.changes) {
      if (change.entity !== 'job' || !('value' in change)) continue
      if (change.value.id === wanted?.id && change.value.status === wanted.status) wanted.told()
    }
  })
  return async (index: number) => {
    const id = jobOf(index >> 1)
    const status = index % 2 === 0 ? 'paused' : 'waiting'
    const told = new Promise<void>((resolve) => {
      wanted = { id, status, told: resolve }
    })
    await api.call('transfer/update', { id, status })
    await told
  }
}
