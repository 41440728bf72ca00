import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newEntityId } from '../../../src/platform/random-id.ts'
import type { DispatchOrder } from '../../../src/shared/contract/stream.ts'
import type { JobId } from '../../../src/shared/domain/ids.ts'
import type { Job } from '../../../src/shared/domain/job.ts'
import { fenceOf, type TestClient, TestWorkspace } from './support.ts'

let workspace: TestWorkspace
let hq: TestClient
let john: TestClient

beforeEach(async () => {
  workspace = await TestWorkspace.start()
  hq = await workspace.hq()
  john = await (await workspace.john()).connect()
})

afterEach(() => workspace[Symbol.asyncDispose]())

async function upload(spec: Record<string, unknown> = {}): Promise<JobId> {
  const { jobs } = await john.call('transfer/create', {
    spec: { source: '/Users/john/a.mov', destination: 'share=projects/a.mov', ...spec },
  })
  await john.measure()
  return jobs[0]?.id as JobId
}

async function running(
  spec: Record<string, unknown> = {},
): Promise<{ id: JobId; send: DispatchOrder; receive: DispatchOrder }> {
  const id = await upload(spec)
  return { id, send: await john.dispatch(), receive: await hq.dispatch() }
}

const twoTasks = {
  source: undefined,
  destination: undefined,
  tasks: ['a', 'b'].map((name) => ({ source: `/Users/john/${name}`, destination: `share=projects/${name}` })),
}
const fail = (error: 'INTEGRITY' | 'UNSUPPORTED' | 'DISK_FULL') => ({
  status: 'failed' as const,
  error: { code: error },
})

describe('fencing', () => {
  it('refuses reports of an older epoch, of a foreign client and after the end', async () => {
    const { id, send, receive } = await running()
    const mia = await workspace.person('mia@example.com', 'Mia', 'employee', john)
    const foreign = mia.call('dispatch/report', { ...fenceOf(receive), tasks: [] })
    await expect(foreign).rejects.toMatchObject({ code: 'FENCED' })
    await hq.call('dispatch/end', { ...fenceOf(receive), outcome: 'interrupted' })
    await john.job(id, (job) => job.status === 'waiting')
    const second = await hq.dispatch()
    expect(second.epoch).toBe(receive.epoch + 1)
    await expect(hq.reportDone(receive)).rejects.toMatchObject({ code: 'FENCED' })
    const mixed = { dispatchId: second.dispatchId, epoch: receive.epoch }
    await expect(hq.call('dispatch/end', { ...mixed, outcome: 'done' })).rejects.toMatchObject({ code: 'FENCED' })
    await expect(john.call('dispatch/report', { ...fenceOf(send), tasks: [] })).rejects.toMatchObject({
      code: 'FENCED',
    })
    await hq.reportDone(second)
    await hq.call('dispatch/end', { ...fenceOf(second), outcome: 'done' })
    await john.job(id, (job) => job.status === 'done')
  })

  it('a run that breaks off after its last task was reported has ended its job', async () => {
    const { id, receive } = await running()
    await hq.reportDone(receive)
    await hq.call('dispatch/end', { ...fenceOf(receive), outcome: 'interrupted', error: { code: 'PEER_LOST' } })
    expect(await john.job(id, ({ status }) => status === 'done')).toMatchObject({ taskCounts: { done: 1 } })
  })

  it('only the receiver can say that a task is done', async () => {
    const { id, send } = await running()
    await john.reportDone(send)
    const { job } = await john.call('transfer/get', { id })
    expect(job.taskCounts.done).toBe(0)
  })

  it('counts a repeated report once', async () => {
    const { id, receive } = await running()
    await hq.reportDone(receive)
    await hq.reportDone(receive)
    const { job } = await john.call('transfer/get', { id })
    expect(job).toMatchObject({ taskCounts: { done: 1 }, result: { filesDone: 1, bytesVerified: 100 } })
  })

  it('believes the receiver, not the sender, about what failed', async () => {
    const { id, send, receive } = await running()
    await hq.call('dispatch/report', { ...fenceOf(receive), tasks: [{ uri: '0', ...fail('INTEGRITY') }] })
    await john.reportDone(send)
    expect((await john.call('transfer/get', { id })).job.taskCounts).toMatchObject({ failed: 1, done: 0 })
  })
})

describe('how a run ends', () => {
  it('tries what failed again by itself, then it is failed for good, and a person may retry', async () => {
    const id = await upload()
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      const order = await hq.dispatch()
      await hq.call('dispatch/report', { ...fenceOf(order), tasks: [{ uri: '0', ...fail('INTEGRITY') }] })
      await hq.call('dispatch/end', { ...fenceOf(order), outcome: 'failed' })
      // What is told of the tries before may still be on its way.
      const isOfThisTry = ({ reason }: Job) =>
        attempt <= 3 ? reason?.params?.attempt === attempt : reason?.code === 'failed'
      const failed = await john.job(id, (job) => job.status === 'failed' && isOfThisTry(job))
      expect(failed.reason).toMatchObject(
        attempt <= 3
          ? { code: 'retry', params: { error: 'INTEGRITY', attempt, maxAttempts: 3 }, action: 'try-now' }
          : { code: 'failed', params: { error: 'INTEGRITY' }, action: 'retry' },
      )
    }
    await john.call('transfer/update', { id, status: 'waiting' })
    const order = await hq.dispatch()
    await hq.reportDone(order)
    await hq.call('dispatch/end', { ...fenceOf(order), outcome: 'done' })
    await john.job(id, (job) => job.status === 'done')
  })

  it('does not try again what can never work, and takes the number of tries from the settings', async () => {
    const { id, receive } = await running()
    await hq.call('dispatch/end', { ...fenceOf(receive), outcome: 'failed', error: { code: 'UNSUPPORTED' } })
    const failed = await john.job(id, (job) => job.status === 'failed')
    expect(failed.reason).toMatchObject({ code: 'failed', params: { error: 'UNSUPPORTED' } })

    const other = await running({ settings: { job_max_retries: 0 } })
    await hq.call('dispatch/end', { ...fenceOf(other.receive), outcome: 'failed', error: { code: 'IO_ERROR' } })
    const once = await john.job(other.id, (job) => job.status === 'failed')
    expect(once.reason).toMatchObject({ code: 'failed', params: { error: 'IO_ERROR' } })
  })

  it('says how many of how many failed', async () => {
    const { id, receive } = await running({ ...twoTasks, settings: { job_max_retries: '0' } })
    const result = { filesDone: 1, filesAlreadyThere: 0, filesReplaced: 0, filesFailed: 0, bytesVerified: 100 }
    await hq.call('dispatch/report', {
      ...fenceOf(receive),
      tasks: [
        { uri: '0', status: 'done', result },
        { uri: '1', ...fail('DISK_FULL') },
      ],
    })
    await hq.call('dispatch/end', { ...fenceOf(receive), outcome: 'failed' })
    const failed = await john.job(id, (job) => job.status === 'failed')
    expect(failed.reason).toMatchObject({ code: 'failed-in-part', params: { done: 1, total: 2, failed: 1 } })
  })

  it('waits when it is blocked, says whose end it is, and looks again by itself', async () => {
    const { id, receive } = await running()
    await hq.call('dispatch/end', {
      ...fenceOf(receive),
      outcome: 'blocked',
      error: { code: 'DISK_FULL', params: { missingBytes: 5000 } },
    })
    const blocked = await john.job(id, (job) => job.reason?.code === 'blocked')
    expect(blocked).toMatchObject({
      status: 'waiting',
      reason: { params: { error: 'DISK_FULL', missingBytes: 5000, clientName: 'hq-1' }, action: 'retry' },
    })
    expect((await hq.dispatch()).epoch).toBe(2)
  })

  it('never shows as done what was not reported', async () => {
    const { id, receive } = await running({ settings: { job_max_retries: '0' } })
    await hq.call('dispatch/end', { ...fenceOf(receive), outcome: 'done' })
    expect(await john.job(id, (job) => job.status === 'failed')).toMatchObject({ taskCounts: { failed: 1, done: 0 } })
  })

  it('is asked again by itself when its source could not be measured, and says why meanwhile', async () => {
    const { jobs } = await john.call('transfer/create', {
      spec: { source: '/Users/john/a.mov', destination: 'share=projects/a.mov' },
    })
    const id = jobs[0]?.id as JobId
    await john.frame('transfer.measure')
    await john.call('transfer/measured', {
      jobId: id,
      tasks: [],
      isComplete: false,
      blocked: { code: 'DRIVE_GONE', params: { path: '/Users/john' } },
    })
    const blocked = await john.job(id, (job) => job.reason?.code === 'blocked')
    expect(blocked).toMatchObject({ status: 'init', reason: { params: { error: 'DRIVE_GONE' }, action: 'retry' } })
    await john.measure()
    await john.job(id, ({ status }) => status === 'running')
  })

  it('lets a concrete error beat an interruption that was reported just before', async () => {
    const { id, send, receive } = await running()
    await john.call('dispatch/end', { ...fenceOf(send), outcome: 'interrupted', error: { code: 'PEER_LOST' } })
    await hq.call('dispatch/end', { ...fenceOf(receive), outcome: 'blocked', error: { code: 'DRIVE_GONE' } })
    const blocked = await john.job(id, (job) => job.reason !== undefined)
    expect(blocked.reason).toMatchObject({ code: 'blocked', params: { error: 'DRIVE_GONE' } })
  })

  it('sends the rest after the first thousand tasks', async () => {
    const tasks = Array.from({ length: 1100 }, (_, index) => ({
      source: `/u/${index}`,
      destination: `share=projects/${index}`,
    }))
    const { jobs } = await john.call('transfer/create', { spec: { name: 'many', tasks } })
    await john.measure()
    await john.measure()
    const first = await hq.dispatch()
    expect(first.tasks).toHaveLength(1000)
    await hq.reportDone(first)
    await hq.call('dispatch/end', { ...fenceOf(first), outcome: 'done' })
    const second = await hq.dispatch()
    expect(second.tasks).toHaveLength(100)
    await hq.reportDone(second)
    await hq.call('dispatch/end', { ...fenceOf(second), outcome: 'done' })
    await john.job(jobs[0]?.id ?? '', (job) => job.status === 'done' && job.taskCounts.done === 1100)
  })
})

describe('consent', () => {
  it('holds the job on a card of the machine’s owner; allowing lets it through', async () => {
    const { jobs } = await john.call('transfer/create', {
      spec: { source: '/Users/john/secret.mov', destination: 'share=projects/' },
    })
    const id = jobs[0]?.id as JobId
    await john.frame('transfer.measure')
    const error = { code: 'CONSENT_NEEDED' as const, params: { path: '/Users/john/secret.mov' } }
    await john.call('transfer/measured', { jobId: id, tasks: [], isComplete: false, blocked: error })
    const held = await john.job(id, (job) => job.reason?.code === 'consent')
    expect(held).toMatchObject({
      status: 'waiting',
      reason: {
        params: {
          path: '/Users/john/secret.mov',
          mode: 'read',
          userName: 'John',
          clientName: 'johns-mac',
          requestedBy: 'John',
        },
        action: 'look',
      },
    })
    // Nobody else may answer, and writing `waiting` is no answer.
    const otherMachine = await workspace.john('other')
    const foreign = otherMachine.call('transfer/consent', { jobId: id, decision: 'allow' })
    await expect(foreign).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect((await john.call('transfer/update', { id, status: 'waiting' })).reason?.code).toBe('consent')
    await john.call('transfer/consent', { jobId: id, decision: 'allow' })
    // One request came of the write, one of the consent; the answer to either does.
    await john.measure()
    expect((await hq.dispatch()).jobId).toBe(id)
  })

  it('refused, it ends the job with who and why', async () => {
    const { id, send } = await running()
    const error = { code: 'CONSENT_NEEDED' as const, params: { path: '/Users/john/a.mov' } }
    await john.call('dispatch/end', { ...fenceOf(send), outcome: 'blocked', error })
    await john.job(id, (job) => job.reason?.code === 'consent')
    await john.call('transfer/consent', { jobId: id, decision: 'refuse', reason: 'not yours' })
    const ended = await john.job(id, (job) => job.status === 'aborted')
    expect(ended.reason).toMatchObject({ code: 'declined', params: { userName: 'John', text: 'not yours' } })
  })
})

describe('what people write', () => {
  it('pauses in flight and resumes', async () => {
    const { id, send, receive } = await running()
    const paused = await john.call('transfer/update', { id, status: 'paused' })
    expect(paused).toMatchObject({
      status: 'paused',
      taskCounts: { queued: 1 },
      reason: { code: 'paused', params: { userName: 'John', userId: john.user.id }, action: 'resume' },
    })
    expect(await john.frame('dispatch.stop')).toMatchObject(fenceOf(send))
    expect(await hq.frame('dispatch.stop')).toMatchObject(fenceOf(receive))
    await john.call('transfer/update', { id, status: 'waiting' })
    expect((await hq.dispatch()).epoch).toBe(2)
  })

  it('aborts for good, and comes back to life by waiting', async () => {
    const { id } = await running()
    const aborted = await john.call('transfer/update', { id, status: 'aborted' })
    expect(aborted).toMatchObject({ status: 'aborted', reason: { code: 'aborted', params: { userName: 'John' } } })
    await hq.frame('dispatch.stop')
    await john.call('transfer/update', { id, status: 'waiting' })
    expect((await hq.dispatch()).epoch).toBe(2)
  })

  it('finishes by decree without claiming that anything arrived', async () => {
    const { id } = await running()
    const done = await john.call('transfer/update', { id, status: 'done' })
    expect(done).toMatchObject({ status: 'done', taskCounts: { excluded: 1, done: 0 } })
  })

  it('refuses what the document does not let anybody write', async () => {
    const { id } = await running()
    for (const status of ['init', 'running', 'failed'] as const) {
      const write = john.call('transfer/update', { id, status })
      await expect(write).rejects.toMatchObject({ code: 'STATUS_NOT_WRITEABLE' })
    }
  })

  it('starts paused when asked to, and is measured all the same', async () => {
    const id = await upload({ status: 'paused' })
    const job = await john.job(id, ({ sizeBytes }) => sizeBytes === 100)
    expect(job.status).toBe('paused')
    await john.call('transfer/update', { id, status: 'waiting' })
    await hq.dispatch()
  })

  it('is done at once when every task is excluded (placeholder jobs)', async () => {
    const { jobs } = await john.call('transfer/create', {
      spec: { tasks: [{ source: '/Users/john/nofile', destination: 'site=hq', status: 'excluded' }] },
    })
    expect(jobs[0]).toMatchObject({ status: 'done', taskCounts: { excluded: 1 } })
  })

  it('holds, excludes and prefers single tasks', async () => {
    const id = await upload({ ...twoTasks, status: 'paused' })
    const { tasks } = await john.call('task/list', { jobId: id })
    const [first, second] = tasks
    if (!first || !second) throw new Error('two tasks expected')
    await john.call('task/update', {
      jobId: id,
      tasks: [
        { id: first.id, status: 'onhold' },
        { id: second.id, priority: 900 },
      ],
    })
    await john.call('transfer/update', { id, status: 'waiting' })
    const order = await hq.dispatch()
    expect(order.tasks.map((task) => task.uri)).toEqual(['1'])
    await hq.reportDone(order)
    await hq.call('dispatch/end', { ...fenceOf(order), outcome: 'done' })
    // Only a task on hold is left.
    await john.job(id, (job) => job.status === 'paused')
    await john.call('task/update', { jobId: id, tasks: [{ id: first.id, status: 'excluded' }] })
    await john.job(id, (job) => job.status === 'done')
    const write = john.call('task/update', { jobId: id, tasks: [{ id: first.id, status: 'executing' }] })
    await expect(write).rejects.toMatchObject({ code: 'STATUS_NOT_WRITEABLE' })
  })
})

it('metadata of single tasks can be written, and nothing that is too large to keep', async () => {
  const id = await upload({ ...twoTasks, status: 'paused' })
  const [first, second] = (await john.call('task/list', { jobId: id })).tasks
  if (!first || !second) throw new Error('two tasks expected')
  const written = await john.call('task/update', {
    jobId: id,
    tasks: [
      { id: first.id, metadata: { app: 'x' } },
      { id: second.id, priority: 7 },
    ],
  })
  expect(written.tasks).toMatchObject([{ metadata: { app: 'x' }, priority: first.priority }, { priority: 7 }])
  const { tasks } = await john.call('task/list', { jobId: id, query: 'metadata contains "app"' })
  expect(tasks.map((task) => task.id)).toEqual([first.id])
  const large = john.call('task/update', {
    jobId: id,
    tasks: [{ id: first.id, metadata: { pad: 'x'.repeat(70_000) } }],
  })
  await expect(large).rejects.toMatchObject({ params: { jsonPath: '$.tasks[0].metadata', advice: 'too-long' } })
})

it('a job whose tasks a person set to failed blames no error of Tern', async () => {
  const id = await upload({ status: 'paused' })
  const { tasks } = await john.call('task/list', { jobId: id })
  const failed = tasks.map((task) => ({ id: task.id, status: 'failed' as const }))
  await john.call('task/update', { jobId: id, tasks: failed })
  await john.call('transfer/update', { id, status: 'waiting' })
  await john.call('task/update', { jobId: id, tasks: failed })
  const { reason } = await john.job(id, ({ status }) => status === 'failed')
  expect(reason).toEqual({ code: 'failed', params: {}, action: 'retry' })
})

describe('tasks that come later', () => {
  it('are added to a job, which runs again; the same ones are retried or refused', async () => {
    const { id, receive } = await running()
    await hq.reportDone(receive)
    await hq.call('dispatch/end', { ...fenceOf(receive), outcome: 'done' })
    await john.job(id, (job) => job.status === 'done')
    const spec = { tasks: [{ source: '/Users/john/b.mov', destination: 'share=projects/b.mov' }] }
    const added = await john.call('task/create', { jobId: id, spec })
    expect(added.tasks).toMatchObject([{ uri: '1', status: 'queued' }])
    await john.measure()
    expect((await hq.dispatch()).tasks.map((task) => task.uri)).toEqual(['1'])
    await expect(john.call('task/create', { jobId: id, spec, allowDuplicates: false })).rejects.toMatchObject({
      code: 'DUPLICATE_TASK',
    })
    const elsewhere = { tasks: [{ source: 'share=projects/x', destination: '/Users/john/x' }] }
    await expect(john.call('task/create', { jobId: id, spec: elsewhere })).rejects.toMatchObject({
      code: 'SPEC_INVALID',
    })
  })

  it('go into it once, however often the call is repeated', async () => {
    const daily = { name: 'repeated', append: true, destination: 'share=projects/in/' }
    const first = await john.call('transfer/create', { spec: { ...daily, source: '/Users/john/a' } })
    const call = { id: newEntityId<JobId>(), spec: { ...daily, source: '/Users/john/b', allow_duplicates: false } }
    const created = [await john.call('transfer/create', call), await john.call('transfer/create', call)]
    const [jobId] = first.jobs.map(({ id }) => id)
    expect(created.map(({ jobs }) => jobs.map(({ id }) => id))).toEqual([[jobId], [jobId]])
    expect((await john.call('task/list', { jobId: jobId as JobId })).tasks).toHaveLength(2)
  })

  it('go into the same job with append', async () => {
    const id = await upload({ name: 'daily' })
    await hq.dispatch()
    const { jobs } = await john.call('transfer/create', {
      spec: { name: 'daily', append: true, source: '/Users/john/c', destination: 'share=projects/c' },
    })
    expect(jobs).toMatchObject([{ id, taskCounts: { booting: 1, queued: 1 } }])
  })

  it('make a new job where they would go elsewhere, or by other settings', async () => {
    const daily = { name: 'daily', append: true, source: 'share=projects/a' }
    const create = async (spec: object) => {
      const { jobs } = await john.call('transfer/create', { spec: { ...daily, ...spec } })
      return jobs[0]?.id
    }
    const chosen = await create({ destination: 'john@example.com' })
    const named = await create({ destination: '/Users/john/daily/' })
    const filtered = await create({ destination: '/Users/john/daily/', settings: { transfer_exclude: '*.tmp' } })
    expect(new Set([chosen, named, filtered]).size).toBe(3)
    expect(await create({ source: 'share=projects/b', destination: 'john@example.com:b' })).toBe(chosen)
    expect(await create({ source: 'share=projects/b', destination: '/Users/john/daily/' })).toBe(named)
    const settings = { transfer_exclude: '*.tmp' }
    expect(await create({ source: 'share=projects/b', destination: '/Users/john/daily/', settings })).toBe(filtered)
  })
})

describe('sources that cannot be measured', () => {
  it('fail the job with the cause, and are measured again on retry', async () => {
    const { jobs } = await john.call('transfer/create', {
      spec: { source: '/Users/john/gone', destination: 'share=projects/', settings: { job_max_retries: '0' } },
    })
    const id = jobs[0]?.id as JobId
    await john.measure({ error: { code: 'SOURCE_NOT_FOUND', params: { path: '/Users/john/gone' } } })
    const failed = await john.job(id, (job) => job.status === 'failed')
    expect(failed.reason).toMatchObject({ code: 'failed', params: { error: 'SOURCE_NOT_FOUND' } })
    await john.call('transfer/update', { id, status: 'waiting' })
    await hq.dispatch()
  })
})

describe('the order of jobs', () => {
  it('is one at a time between two ends, by priority and then by age', async () => {
    await john.call('setting/set', { entity: 'workspace', name: 'queue_interrupt_policy', value: 'never' })
    const first = await running({ priority: 500 })
    const late = await upload({ source: '/u/2', destination: 'share=projects/2', priority: 500 })
    const urgent = await upload({ source: '/u/3', destination: 'share=projects/3', priority: 900 })
    const queued = await john.job(late, (job) => job.reason?.code === 'queue')
    expect(queued.reason).toMatchObject({ params: { position: 2, queue: 'medium' } })
    await hq.reportDone(first.receive)
    await hq.call('dispatch/end', { ...fenceOf(first.receive), outcome: 'done' })
    const second = await hq.dispatch()
    expect(second.jobId).toBe(urgent)
    await hq.reportDone(second)
    await hq.call('dispatch/end', { ...fenceOf(second), outcome: 'done' })
    expect((await hq.dispatch()).jobId).toBe(late)
  })
})

describe('machines that come and go', () => {
  it('interrupts a dispatch whose client is lost, says who is offline, and goes on when it is back', async () => {
    const { id } = await running()
    await hq.drop()
    const waiting = await john.job(id, (job) => job.reason?.code === 'peer-offline')
    expect(waiting).toMatchObject({ status: 'waiting', reason: { params: { name: 'hq' } } })
    await hq.connect()
    const again = await hq.dispatch()
    expect(again.epoch).toBe(2)
    expect((await john.call('transfer/get', { id })).job.status).toBe('running')
  })

  it('lets a client that comes back in time go on with what it claims', async () => {
    await using slow = await TestWorkspace.start({ scheduler: { lostMs: 20_000, graceMs: 5000 } })
    const server = await slow.hq()
    const sender = await (await slow.john()).connect()
    const { jobs } = await sender.call('transfer/create', { spec: { source: '/u/a', destination: 'share=projects/a' } })
    await sender.measure()
    const receive = await server.dispatch()
    await server.drop()
    await server.connect()
    expect(await server.call('dispatch/claim', { dispatches: [fenceOf(receive)] })).toEqual({
      valid: [fenceOf(receive)],
    })
    await server.reportDone(receive)
    await server.call('dispatch/end', { ...fenceOf(receive), outcome: 'done' })
    await sender.job(jobs[0]?.id ?? '', (job) => job.status === 'done')
  })

  it('ends at once what a client that is back does not claim', async () => {
    await using slow = await TestWorkspace.start({ scheduler: { lostMs: 20_000, graceMs: 15_000 } })
    const server = await slow.hq()
    const sender = await (await slow.john()).connect()
    await sender.call('transfer/create', { spec: { source: '/u/a', destination: 'share=projects/a' } })
    await sender.measure()
    const receive = await server.dispatch()
    await server.drop()
    await server.connect()
    expect(await server.call('dispatch/claim', { dispatches: [] })).toEqual({ valid: [] })
    expect((await server.dispatch()).epoch).toBe(receive.epoch + 1)
  })

  it('lets runs of a client that is lost go on as long as their lease, without a second one', async () => {
    await using patient = await TestWorkspace.start({ scheduler: { lostMs: 20_000, graceMs: 5000 } })
    const server = await patient.hq()
    const sender = await (await patient.john()).connect()
    const { jobs } = await sender.call('transfer/create', { spec: { source: '/u/a', destination: 'share=projects/a' } })
    const id = jobs[0]?.id as JobId
    await sender.measure()
    const receive = await server.dispatch()
    await server.drop()
    await sender.change((change) => change.entity === 'client' && 'value' in change && !change.value.online)
    // Said over another line meanwhile: the run has never ended.
    await server.reportDone(receive)
    expect((await sender.call('transfer/get', { id })).job).toMatchObject({
      status: 'running',
      taskCounts: { done: 1 },
    })
    await server.connect()
    await server.call('dispatch/claim', { dispatches: [fenceOf(receive)] })
    await server.call('dispatch/end', { ...fenceOf(receive), outcome: 'done' })
    await sender.job(id, (job) => job.status === 'done')
  })

  it('keeps dispatches running over a restart of the workspace', async () => {
    await using restarted = await TestWorkspace.start({ scheduler: { graceMs: 5000 } })
    const server = await restarted.hq()
    const sender = await (await restarted.john()).connect()
    const { jobs } = await sender.call('transfer/create', { spec: { source: '/u/a', destination: 'share=projects/a' } })
    const id = jobs[0]?.id as JobId
    await sender.measure()
    const [send, receive] = [await sender.dispatch(), await server.dispatch()]
    await restarted.restart()
    await sender.connect()
    await server.connect()
    const unknown = { dispatchId: receive.dispatchId, epoch: receive.epoch + 5 }
    expect(await server.call('dispatch/claim', { dispatches: [fenceOf(receive), unknown] })).toEqual({
      valid: [fenceOf(receive)],
    })
    expect(await sender.call('dispatch/claim', { dispatches: [fenceOf(send)] })).toEqual({ valid: [fenceOf(send)] })
    expect((await sender.call('transfer/get', { id })).job.status).toBe('running')
    await server.reportDone(receive)
    await server.call('dispatch/end', { ...fenceOf(receive), outcome: 'done' })
    await sender.job(id, (job) => job.status === 'done')
  })

  it('ends a dispatch whose lease nobody renews', async () => {
    await using short = await TestWorkspace.start({ scheduler: { leaseMs: 150 } })
    const server = await short.hq()
    const sender = await (await short.john()).connect()
    await sender.call('transfer/create', { spec: { source: '/u/a', destination: 'share=projects/a' } })
    await sender.measure()
    const receive = await server.dispatch()
    await server.frame('dispatch.stop')
    expect((await server.dispatch()).epoch).toBe(receive.epoch + 1)
  })

  it('measures when the source comes online', async () => {
    const mia = await workspace.person('mia@example.com', 'Mia')
    const { jobs } = await mia.call('transfer/create', { spec: { source: '/Users/mia/x', destination: 'hq' } })
    expect(jobs[0]).toMatchObject({ status: 'init', reason: { code: 'peer-offline', params: { name: 'Mias-pc' } } })
    await mia.connect()
    await mia.measure()
    await mia.job(jobs[0]?.id ?? '', (job) => job.status === 'running')
  })
})

it('keeps sums of what clients claim readable, whatever they claim', async () => {
  const tasks = Array.from({ length: 20 }, (_, index) => ({
    source: `/u/${index}`,
    destination: `share=projects/${index}`,
  }))
  const { jobs } = await john.call('transfer/create', { spec: { name: 'huge', tasks } })
  await john.measure({ sizeBytes: Number.MAX_SAFE_INTEGER, fileCount: Number.MAX_SAFE_INTEGER })
  const order = await hq.dispatch()
  const most = Number.MAX_SAFE_INTEGER
  const result = {
    filesDone: most,
    filesAlreadyThere: most,
    filesReplaced: most,
    filesFailed: most,
    bytesVerified: most,
  }
  await hq.call('dispatch/report', {
    ...fenceOf(order),
    tasks: order.tasks.map(({ uri }) => ({ uri, status: 'done' as const, result })),
  })
  const { job } = await john.call('transfer/get', { id: jobs[0]?.id as JobId })
  expect(job.sizeBytes).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER)
  expect(job.result.bytesVerified).toBe(Number.MAX_SAFE_INTEGER)
})
