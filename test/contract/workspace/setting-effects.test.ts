import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JobId } from '../../../src/shared/domain/ids.ts'
import { fenceOf, type TestClient, TestWorkspace } from './support.ts'

let workspace: TestWorkspace
let hq: TestClient
let john: TestClient

beforeEach(async () => {
  workspace = await TestWorkspace.start()
  hq = await workspace.hq()
  john = await (await workspace.john()).connect()
  await john.call('queue/create', { code: 'night' })
})

afterEach(() => workspace[Symbol.asyncDispose]())

const whole = { entity: 'workspace' } as const
const projects = { entity: 'share', id: 'projects' } as const
const night = { entity: 'queue', id: 'night' } as const

async function create(spec: Record<string, unknown> = {}): Promise<JobId> {
  const { jobs } = await john.call('transfer/create', {
    spec: { source: '/Users/john/a.mov', destination: 'share=projects/a.mov', ...spec },
  })
  return jobs[0]?.id as JobId
}

const manyTasks = (
  names: readonly string[],
  destination: (name: string) => string = (name) => `share=projects/${name}`,
) => ({
  source: undefined,
  destination: undefined,
  tasks: names.map((name) => ({ source: `/Users/john/${name}`, destination: destination(name) })),
})

describe('what a run carries', () => {
  it('a value of the job beats that of the queue, of the share, of the workspace; filters of all hold', async () => {
    await john.call('setting/set', { ...whole, name: 'transfer_exclude', value: '*.bak' })
    for (const [entity, value] of [
      [whole, 'files'],
      [projects, 'info'],
      [night, 'warning'],
    ] as const) {
      await john.call('setting/set', { ...entity, name: 'transfer_log', value })
    }
    await john.call('setting/set', { ...whole, name: 'transfer_on_conflict', value: 'rename' })
    await john.call('setting/set', { ...projects, name: 'transfer_on_conflict', value: 'skip' })
    await john.call('setting/set', { ...whole, name: 'transfer_resume', value: 'disable' })
    await create({ queue: 'night', settings: { transfer_exclude: '*.tmp', transfer_log: '' } })
    const wanted = {
      transfer_exclude: '*.bak,*.tmp',
      transfer_log: '',
      transfer_on_conflict: 'skip',
      transfer_resume: 'disable',
    }
    expect((await john.measure()).settings).toEqual(wanted)
    expect((await john.dispatch()).settings).toEqual(wanted)
    expect((await hq.dispatch()).settings).toEqual(wanted)
  })

  it('what the workspace itself does stays there', async () => {
    await john.call('setting/set', { ...whole, name: 'hook_conf', value: '{"enable":true}' })
    await create({ settings: { job_max_retries: '1', transfer_log: 'files' } })
    await john.measure()
    expect((await hq.dispatch()).settings).toEqual({ transfer_log: 'files' })
  })

  it('holds tasks whose shares have the same settings', async () => {
    await john.call('share/create', { code: 'other', name: 'Other', kind: 'volume', path: '/srv/other' })
    await john.call('setting/set', { ...projects, name: 'transfer_exclude', value: '*.bak' })
    await create(manyTasks(['a', 'b', 'c'], (name) => (name === 'b' ? `share=other/b` : `share=projects/${name}`)))
    const asked = [await john.measure(), await john.measure()]
    expect(asked.map(({ tasks, settings }) => [tasks.map(({ uri }) => uri), settings])).toEqual([
      [['0', '2'], { transfer_exclude: '*.bak' }],
      [['1'], {}],
    ])
    const first = await hq.dispatch()
    expect(first.tasks.map(({ uri }) => uri)).toEqual(['0', '2'])
    expect(first.settings).toEqual({ transfer_exclude: '*.bak' })
    await hq.reportDone(first)
    await hq.call('dispatch/end', { ...fenceOf(first), outcome: 'done' })
    const second = await hq.dispatch()
    expect(second.tasks.map(({ uri }) => uri)).toEqual(['1'])
    expect(second.settings).toEqual({})
  })

  it('task_bucketsize: not more tasks than that', async () => {
    await john.call('setting/set', { ...whole, name: 'task_bucketsize', value: 2 })
    const id = await create(manyTasks(['a', 'b', 'c']))
    await john.measure()
    for (const uris of [['0', '1'], ['2']]) {
      const order = await hq.dispatch()
      expect(order.tasks.map(({ uri }) => uri)).toEqual(uris)
      await hq.reportDone(order)
      await hq.call('dispatch/end', { ...fenceOf(order), outcome: 'done' })
    }
    await john.job(id, ({ status }) => status === 'done')
  })
})

describe('what the scheduler asks', () => {
  it('transfer_concurrent: so many run between two machines at once', async () => {
    await john.call('setting/set', { ...whole, name: 'transfer_concurrent', value: 2 })
    const ids = [await create(), await create(), await create()]
    for (const _ of ids) await john.measure()
    const first = await hq.dispatch()
    const second = await hq.dispatch()
    const third = await john.job(
      ids[2] as JobId,
      ({ status, reason }) => status === 'waiting' && reason?.code === 'queue',
    )
    expect([first.jobId, second.jobId]).toEqual(ids.slice(0, 2))
    expect(third.reason?.params).toMatchObject({ position: 1 })
  })

  it.each([
    ['upload_enable', 'uploads-off', { source: '/Users/john/a.mov', destination: 'share=projects/a.mov' }],
    ['download_enable', 'downloads-off', { source: 'share=projects/a.mov', destination: '/Users/john/a.mov' }],
  ])('%s=false: jobs wait and say so, and go on when it is back', async (name, code, spec) => {
    await john.call('setting/set', { ...whole, name, value: false })
    const id = await create(spec)
    await (spec.source.startsWith('share=') ? hq : john).measure()
    await john.job(id, ({ status, reason }) => status === 'waiting' && reason?.code === code)
    await john.call('setting/set', { ...whole, name, value: null })
    expect((await hq.dispatch()).jobId).toBe(id)
  })

  it('switching uploads off leaves downloads alone', async () => {
    await john.call('setting/set', { ...whole, name: 'upload_enable', value: false })
    const id = await create({ source: 'share=projects/a.mov', destination: '/Users/john/a.mov' })
    await hq.measure()
    expect((await hq.dispatch()).jobId).toBe(id)
  })
})

describe('what follows from failures', () => {
  const gone = { code: 'SOURCE_NOT_FOUND', params: { path: '/Users/john/a.mov' } } as const

  it('job_max_retries of the workspace holds, and a job has its own', async () => {
    await john.call('setting/set', { ...whole, name: 'job_max_retries', value: 0 })
    for (const [spec, code] of [
      [{}, 'failed'],
      [{ settings: { job_max_retries: '1', job_autoretry_delay_s: '3600' } }, 'retry'],
    ] as const) {
      const id = await create(spec)
      await john.measure()
      const order = await hq.dispatch(id)
      const failed = { uri: '0', status: 'failed', error: { code: 'INTEGRITY' } } as const
      await hq.call('dispatch/report', { ...fenceOf(order), tasks: [failed] })
      await hq.call('dispatch/end', { ...fenceOf(order), outcome: 'done' })
      const job = await john.job(id, ({ status }) => status === 'failed')
      expect(job.reason?.code).toBe(code)
    }
  })

  it('job_on_missing=ignore: what is not there counts as done, when it is measured and when it is sent', async () => {
    await john.call('setting/set', { ...night, name: 'job_on_missing', value: 'ignore' })
    const measured = await create({ queue: 'night' })
    await john.measure({ error: gone })
    expect(await john.job(measured, ({ status }) => status === 'done')).toMatchObject({ taskCounts: { done: 1 } })

    const sent = await create({ queue: 'night' })
    await john.measure()
    const order = await hq.dispatch(sent)
    await hq.call('dispatch/report', { ...fenceOf(order), tasks: [{ uri: '0', status: 'failed', error: gone }] })
    await hq.call('dispatch/end', { ...fenceOf(order), outcome: 'failed', error: gone })
    expect(await john.job(sent, ({ status }) => status === 'done')).toMatchObject({ taskCounts: { done: 1 } })
    const { entries } = await john.call('transfer/log', { jobId: sent })
    expect(entries).toContainEqual(expect.objectContaining({ level: 'warning', code: 'SOURCE_NOT_FOUND' }))
  })

  it('by default it fails', async () => {
    const id = await create()
    await john.measure({ error: gone })
    expect(await john.job(id, ({ status }) => status === 'failed')).toMatchObject({ taskCounts: { failed: 1 } })
  })
})
