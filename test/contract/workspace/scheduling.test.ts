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
})

afterEach(() => workspace[Symbol.asyncDispose]())

let number = 0
async function upload(spec: Record<string, unknown> = {}): Promise<JobId> {
  number += 1
  const { jobs } = await john.call('transfer/create', {
    spec: { source: `/u/${number}`, destination: `share=projects/${number}`, ...spec },
  })
  await john.measure()
  return jobs[0]?.id as JobId
}

async function queueId(code: string) {
  const { queues } = await john.call('queue/list', {})
  const found = queues.find((queue) => queue.code === code)
  if (found === undefined) throw new Error(`no queue ${code}`)
  return found.id
}

it('a job behind one of another share that the same server has by name says what it waits for', async () => {
  const films = await john.call('share/create', { code: 'films', name: 'Films', kind: 'volume', path: '/srv/films' })
  await hq.dispatch(await upload())
  await john.call('share/assign', { id: films.id, clientId: hq.clientId })
  const waiting = await upload({ destination: 'share=films/a' })
  expect((await john.job(waiting, ({ status }) => status === 'waiting')).reason).toMatchObject({
    code: 'queue',
    params: { position: 1 },
  })
})

describe('queues', () => {
  it('of higher priority interrupt what runs, which goes on afterwards and says meanwhile what it waits for', async () => {
    const low = await upload({ queue: 'low' })
    const first = await hq.dispatch(low)
    const high = await upload({ queue: 'high' })
    expect(await hq.frame('dispatch.stop')).toMatchObject(fenceOf(first))
    const second = await hq.dispatch(high)
    const waiting = await john.job(low, ({ reason }) => reason !== undefined)
    expect(waiting).toMatchObject({
      status: 'waiting',
      reason: { code: 'queue', params: { position: 1, queue: 'low' } },
    })
    await expect(hq.reportDone(first)).rejects.toMatchObject({ code: 'FENCED' })
    await hq.reportDone(second)
    await hq.call('dispatch/end', { ...fenceOf(second), outcome: 'done' })
    expect(await hq.dispatch(low)).toMatchObject({ epoch: 2 })
  })

  it('interrupt nothing where that is not wanted', async () => {
    await john.call('setting/set', { entity: 'queue', id: 'low', name: 'queue_interrupt_policy', value: 'never' })
    const low = await upload({ queue: 'low' })
    const first = await hq.dispatch(low)
    const high = await upload({ queue: 'high' })
    const waiting = await john.job(high, ({ reason }) => reason?.code === 'queue')
    expect(waiting.reason).toMatchObject({ params: { position: 1 } })
    await hq.reportDone(first)
    await hq.call('dispatch/end', { ...fenceOf(first), outcome: 'done' })
    await hq.dispatch(high)
  })

  it('that are paused hold their jobs, say so, and hold nobody else', async () => {
    const id = await queueId('high')
    await john.call('queue/update', { id, status: 'paused' })
    const held = await upload({ queue: 'high' })
    const waiting = await john.job(held, ({ status }) => status === 'waiting')
    expect(waiting.reason).toEqual({ code: 'queue-paused', params: { queue: 'high' } })
    const other = await upload({ queue: 'low' })
    await hq.dispatch(other)
    await john.call('queue/update', { id, status: 'waiting' })
    await hq.dispatch(held)
  })
})

describe('a machine that is switched off', () => {
  it('has its runs stopped; they wait without a try lost, and go on when it is on again', async () => {
    const id = await upload()
    const first = await hq.dispatch(id)
    await john.call('client/update', { id: first.peer.clientId, isDisabled: true })
    expect(await hq.frame('dispatch.stop')).toMatchObject(fenceOf(first))
    const waiting = await john.job(id, ({ reason }) => reason !== undefined)
    expect(waiting).toMatchObject({
      status: 'waiting',
      reason: { code: 'disabled', params: { what: 'client', name: 'johns-mac' } },
    })
    await john.call('client/update', { id: first.peer.clientId, isDisabled: false })
    expect(await hq.dispatch(id)).toMatchObject({ epoch: 2 })
  })
})
