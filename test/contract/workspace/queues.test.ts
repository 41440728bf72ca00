import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TernError } from '../../../src/shared/domain/errors.ts'
import type { JobId, QueueId } from '../../../src/shared/domain/ids.ts'
import { type TestClient, TestWorkspace } from './support.ts'

let workspace: TestWorkspace
let john: TestClient

beforeEach(async () => {
  workspace = await TestWorkspace.start()
  john = await workspace.john()
})

afterEach(() => workspace[Symbol.asyncDispose]())

async function send(queue?: string, by = john): Promise<{ id: JobId; queue: string }> {
  const spec = { source: '/Users/john/a.mov', destination: 'share=projects/a.mov', ...(queue && { queue }) }
  const { jobs } = await by.call('transfer/create', { spec })
  return { id: jobs[0]?.id as JobId, queue: jobs[0]?.queue ?? '' }
}

async function queueNamed(code: string) {
  const { queues } = await john.call('queue/list', { query: `code=${code}` })
  return queues[0]?.id as QueueId
}

const queueOf = async (id: JobId) => (await john.call('transfer/get', { id })).job.queue

describe('the queue of a job', () => {
  it('is the one it names, in whatever case or by its id; one that is not there is told', async () => {
    expect((await send('LOW')).queue).toBe('low')
    expect((await send(await queueNamed('high'))).queue).toBe('high')
    const unknown = await send('nihgt').catch(TernError.from)
    expect(unknown).toMatchObject({ code: 'SPEC_INVALID', params: { jsonPath: '$.queue', advice: 'queue-unknown' } })
  })

  it('is that of who takes part where it names none, and else the default', async () => {
    expect((await send()).queue).toBe('medium')
    await john.call('user/update', { id: john.user.id, queue: 'low' })
    expect((await send()).queue).toBe('low')
    expect((await send('high')).queue).toBe('high')
    await john.call('user/update', { id: john.user.id, queue: null })
    await john.call('queue/update', { id: await queueNamed('high'), isDefault: true })
    expect((await send()).queue).toBe('high')
    const { queues } = await john.call('queue/list', { query: 'default=true' })
    expect(queues.map(({ code }) => code)).toEqual(['high'])
  })

  it('stays when the queue is renamed, with its settings, and is the default one when it is deleted', async () => {
    const { id } = await john.call('queue/create', { code: 'night' })
    await john.call('setting/set', { entity: 'queue', id: 'night', name: 'job_max_retries', value: 7 })
    const job = await send('night')
    await john.call('user/update', { id: john.user.id, queue: 'night' })
    await john.call('queue/update', { id, code: 'Evening' })
    expect(await queueOf(job.id)).toBe('Evening')
    expect((await john.call('setting/list', { entity: 'queue', id: 'evening' })).own).toEqual({ job_max_retries: '7' })
    expect((await john.call('user/get', { id: john.user.id })).queue).toBe('Evening')
    await john.call('queue/delete', { id })
    expect(await queueOf(job.id)).toBe('medium')
    expect((await john.call('setting/list', { entity: 'queue', id: 'medium' })).own).toEqual({})
  })
})

describe('queues', () => {
  it('always have a default, which cannot go', async () => {
    const gone = john.call('queue/delete', { id: await queueNamed('medium') })
    await expect(gone).rejects.toMatchObject({ code: 'CONFLICT', params: { problem: 'default-queue' } })
  })

  it('lie below one another and never below themselves', async () => {
    const top = await john.call('queue/create', { code: 'top' })
    const below = await john.call('queue/create', { code: 'below', parentId: top.id })
    expect(below.uri).toBe('myworkspace/top/below')
    const round = john.call('queue/update', { id: top.id, parentId: below.id })
    await expect(round).rejects.toMatchObject({ code: 'CONFLICT', params: { problem: 'queue-below-itself' } })
    const itself = john.call('queue/update', { id: top.id, parentId: top.id })
    await expect(itself).rejects.toMatchObject({ code: 'CONFLICT' })
    expect((await john.call('queue/update', { id: below.id, parentId: null })).uri).toBe('myworkspace/below')
  })

  it('take numbers after names that are taken', async () => {
    const codes: string[] = []
    for (const name of ['Über Nacht', 'uber nacht', 'x'.repeat(40), 'x'.repeat(40)]) {
      codes.push((await john.call('queue/create', { name })).code)
    }
    expect(codes).toEqual(['uber-nacht', 'uber-nacht-2', 'x'.repeat(32), `${'x'.repeat(30)}-2`])
  })

  it('tell the jobs in them when they pause', async () => {
    await john.connect()
    const job = await send('low')
    await john.call('queue/update', { id: await queueNamed('low'), status: 'paused' })
    const changed = await john.change((change) => change.entity === 'job' && 'value' in change)
    expect(changed).toMatchObject({ value: { id: job.id } })
  })
})
