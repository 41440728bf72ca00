import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestClient, TestWorkspace } from './support.ts'

let workspace: TestWorkspace
let john: TestClient

beforeAll(async () => {
  workspace = await TestWorkspace.start()
  await workspace.hq()
  john = await (await workspace.john()).connect()
})

afterAll(() => workspace[Symbol.asyncDispose]())

const spec = {
  description: 'For the edit',
  tasks: { b: { source: 'share=projects/b.mov', uri: 'b' }, 1: 'share=projects/a.mov', a: 'share=projects/c.mov' },
  status: 'paused',
  priority: '7',
}

it('a description is the note of the job, unless the request has its own', async () => {
  const described = await john.call('transfer/create', { spec })
  expect(described.jobs[0]).toMatchObject({ name: 'a.mov', note: 'For the edit', priority: 7, status: 'paused' })
  const noted = await john.call('transfer/create', { spec, note: 'The new cut' })
  expect(noted.jobs[0]).toMatchObject({ note: 'The new cut' })
})

it('a text keeps its tasks in the order they are written in, numbers among them', async () => {
  const text = '{"tasks":{"b":"share=projects/b.mov","1":"share=projects/a.mov","0":"share=projects/c.mov"}}'
  const { jobs } = await john.call('transfer/create', { spec: text })
  const job = jobs[0]
  if (job === undefined) throw new Error('no job')
  expect(job.name).toBe('b.mov')
  const { tasks } = await john.call('task/list', { jobId: job.id })
  expect(tasks.map(({ uri }) => uri)).toEqual(['b', '1', '0'])
})

it('a text is kept as what it says, to be looked at and sent again', async () => {
  const given = { source: 'share=projects/b.mov', destination: '/Users/john/', status: 'paused' }
  const { jobs } = await john.call('transfer/create', { spec: `\uFEFF${JSON.stringify(given)}\n` })
  const { spec: kept } = await john.call('transfer/get', { id: jobs[0]?.id as never })
  expect(kept).toEqual(given)
})

it('a key that stands twice is refused, so that no task is lost in silence', async () => {
  const text = '{"tasks":{"0":"share=projects/a.mov",\n"0":"share=projects/b.mov"}}'
  await expect(john.call('transfer/create', { spec: text })).rejects.toMatchObject({
    code: 'SPEC_INVALID',
    params: { advice: 'json-key-twice', jsonPath: '$.tasks["0"]', line: 2, column: 1 },
  })
})
