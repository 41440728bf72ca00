import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ServerFrame } from '../../../src/shared/contract/stream.ts'
import type { ClientId, JobId } from '../../../src/shared/domain/ids.ts'
import { type TestClient, TestWorkspace } from './support.ts'

let workspace: TestWorkspace
let john: TestClient

beforeEach(async () => {
  workspace = await TestWorkspace.start()
  await workspace.hq()
  john = await (await workspace.john()).connect()
})

afterEach(() => workspace[Symbol.asyncDispose]())

const nextSettings = (dispatchId: string) =>
  john.next(
    (frame): frame is Extract<ServerFrame, { type: 'dispatch.settings' }> =>
      frame.type === 'dispatch.settings' && frame.dispatchId === dispatchId,
  )

const nextOwn = (client: TestClient) =>
  client.next((frame): frame is Extract<ServerFrame, { type: 'client.settings' }> => frame.type === 'client.settings')

async function run(settings: Record<string, string> = {}): Promise<{ jobId: JobId; dispatchId: string }> {
  const spec = { source: '/Users/john/a.mov', destination: 'share=projects/a.mov', settings }
  const { jobs } = await john.call('transfer/create', { spec })
  await john.measure()
  const { dispatchId } = await john.dispatch()
  return { jobId: jobs[0]?.id as JobId, dispatchId }
}

it('a limit of the job that changes is told to who sends, while it runs', async () => {
  const { jobId, dispatchId } = await run({ transfer_speedlimit: '5' })
  await john.call('transfer/update', { id: jobId, settings: { transfer_speedlimit: 20 } })
  expect((await nextSettings(dispatchId)).settings).toEqual({ transfer_speedlimit: '20' })
  await john.call('transfer/update', { id: jobId, settings: { transfer_speedlimit_timetable: 'mon 7' } })
  expect((await nextSettings(dispatchId)).settings).toMatchObject({ transfer_speedlimit_timetable: 'mon 7' })
  await john.call('transfer/update', {
    id: jobId,
    settings: { transfer_speedlimit: null, transfer_speedlimit_timetable: null },
  })
  expect((await nextSettings(dispatchId)).settings).toEqual({})
  expect((await john.call('transfer/get', { id: jobId })).settings).toEqual({})
})

it.each([[{ entity: 'workspace' }], [{ entity: 'share', id: 'projects' }]] as const)(
  'so is one of %j',
  async (entity) => {
    const { dispatchId } = await run()
    await john.call('setting/set', { ...entity, name: 'transfer_speedlimit', value: 3 })
    expect((await nextSettings(dispatchId)).settings).toEqual({ transfer_speedlimit: '3' })
  },
)

it('what is no limit, and what is no number, is refused', async () => {
  const { jobId } = await run()
  const settings = { transfer_speedlimit: 'fast' }
  await expect(john.call('transfer/update', { id: jobId, settings })).rejects.toMatchObject({
    params: { jsonPath: '$.settings.transfer_speedlimit' },
  })
  const other = { transfer_mode: 'onewaysync' } as object
  await expect(john.call('transfer/update', { id: jobId, settings: other })).rejects.toMatchObject({
    code: 'BAD_REQUEST',
  })
})

it('a machine hears of its own limit at once, when it comes and until it is taken back', async () => {
  expect((await nextOwn(john)).settings).toEqual({})
  const entity = { entity: 'client', id: john.clientId as ClientId } as const
  const { own } = await john.call('setting/set', { ...entity, name: 'transfer_speedlimit', value: 10 })
  expect(own).toEqual({ transfer_speedlimit: '10' })
  expect((await nextOwn(john)).settings).toEqual({ transfer_speedlimit: '10' })
  expect((await john.call('setting/list', entity)).own).toEqual({ transfer_speedlimit: '10' })
  const { dispatchId } = await run()
  john.close()
  await john.connect()
  expect((await nextOwn(john)).settings).toEqual({ transfer_speedlimit: '10' })
  expect((await nextSettings(dispatchId)).settings).toEqual({})
  await john.call('setting/set', { ...entity, name: 'transfer_speedlimit', value: null })
  expect((await nextOwn(john)).settings).toEqual({})
})

it('a machine that nobody knows has no limit, and a machine has no filters', async () => {
  const unknown = { entity: 'client', id: 'f'.repeat(24) } as const
  await expect(john.call('setting/list', unknown)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  const entity = { entity: 'client', id: john.clientId as ClientId } as const
  await expect(john.call('setting/set', { ...entity, name: 'transfer_exclude', value: 'a' })).rejects.toThrow()
})
