import { adminPassword } from '../../contract/workspace/support.ts'
import { BenchApi } from './api.ts'
import { ServerChild } from './child.ts'

export interface Load {
  readonly requests: number
  readonly errors: number
  /** For each second of one core's time. */
  readonly perCoreSecond: number
  readonly meanBytes: number
  readonly residentBytes: readonly number[]
}

const inFlight = 16
const subscribers = 200

type Next = (index: number) => Promise<{ readonly status: number; readonly bytes: number }>

/** As scripts and apps read: mostly single jobs and first pages. */
export async function measureLoad(folder: string, seconds: number): Promise<Load> {
  const server = await ServerChild.start('server-process', folder)
  const api = new BenchApi(server.address)
  try {
    const session = await api.call('session/login', {
      email: 'john@example.com',
      password: adminPassword,
      machine: { name: 'bench', kind: 'app', keyHash: 'c'.repeat(64) },
    })
    api.token = session.sessionToken
    const { jobs } = await api.call('transfer/list', { limit: 100 })
    for (let count = 0; count < subscribers; count += 1) {
      const { sessionToken } = await api.call('session/login', {
        email: 'john@example.com',
        password: adminPassword,
        machine: { name: `subscriber-${count}`, kind: 'app', keyHash: count.toString(16).padStart(64, '0') },
      })
      await api.stream(sessionToken, () => {})
    }
    const idOf = (index: number) => jobs[index % jobs.length]?.id
    const reads: readonly ((index: number) => readonly [string, object])[] = [
      (index) => ['transfer/get', { id: idOf(index) }],
      (index) => ['transfer/get', { id: idOf(index * 7) }],
      (index) => ['transfer/get', { id: idOf(index * 13) }],
      (index) => ['task/list', { jobId: idOf(index), limit: 20 }],
      () => ['transfer/list', { limit: 20 }],
      () => ['transfer/list', { limit: 20, state: 'finished' }],
      () => ['transfer/list', { limit: 20, query: 'status=waiting' }],
      () => ['user/list', {}],
      () => ['share/list', {}],
      () => ['workspace/hello', {}],
    ]
    return await pressed(server, seconds, (index) => {
      const [name, input] = reads[index % reads.length]?.(index) ?? ['workspace/hello', {}]
      return api.post(name, JSON.stringify(input))
    })
  } finally {
    api.close()
    await server.stop()
  }
}

/** The same number of connections and bytes, without any work behind. */
export async function measureConstant(folder: string, seconds: number, sizeBytes: number): Promise<Load> {
  const server = await ServerChild.start('constant-process', folder)
  const api = new BenchApi(server.address)
  try {
    server.send({ kind: 'answer', sizeBytes })
    return await pressed(server, seconds, () => api.post('transfer/get', '{"id":"000000000000000000000000"}'))
  } finally {
    api.close()
    await server.stop()
  }
}

async function pressed(server: ServerChild, seconds: number, next: Next): Promise<Load> {
  let [requests, errors, bytes, started] = [0, 0, 0, 0]
  const press = async (untilMs: number) => {
    while (performance.now() < untilMs) {
      const answer = await next(started++).catch(() => undefined)
      requests += 1
      bytes += answer?.bytes ?? 0
      if (answer?.status !== 200) errors += 1
    }
  }
  const round = (lengthMs: number) =>
    Promise.all(Array.from({ length: inFlight }, () => press(performance.now() + lengthMs)))
  await round(2000)
  ;[requests, errors, bytes] = [0, 0, 0]
  const before = await server.usage()
  const residentBytes: number[] = []
  for (let tenth = 0; tenth < 10; tenth += 1) {
    await round(seconds * 100)
    residentBytes.push((await server.usage()).residentBytes)
  }
  const cpuMs = (await server.usage()).cpuMs - before.cpuMs
  return { requests, errors, perCoreSecond: requests / (cpuMs / 1000), meanBytes: bytes / requests, residentBytes }
}
