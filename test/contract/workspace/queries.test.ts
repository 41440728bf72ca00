import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OperationInput } from '../../../src/shared/contract/operations.ts'
import type { JobId } from '../../../src/shared/domain/ids.ts'
import { type TestClient, TestWorkspace } from './support.ts'

let workspace: TestWorkspace
let john: TestClient
let lisa: TestClient
let hqId: string

const download = (path: string) => ({ source: `share=projects/${path}`, destination: '/Volumes/EDIT' })

async function send(client: TestClient, spec: Record<string, unknown>): Promise<JobId> {
  const { jobs } = await client.call('transfer/create', { spec })
  return jobs[0]?.id as JobId
}

beforeAll(async () => {
  workspace = await TestWorkspace.start()
  john = await workspace.john()
  lisa = await workspace.person('lisa@example.com', 'Lisa', 'standard', john)
  await send(john, { ...download('a'), name: 'x and y.png', status: 'paused' })
  await send(john, { ...download('b'), name: 'Åsa night backup', status: 'paused', priority: 900 })
  await send(lisa, { source: '/Users/lisa/c.mov', destination: 'home=lisa@example.com/in', name: 'c.mov' })
  const toLisa = await send(john, { source: 'share=projects/d', destination: 'lisa@example.com', name: 'for Lisa' })
  await john.call('transfer/update', { id: toLisa, status: 'aborted' })
  hqId = (await john.call('workspace/hello', {})).workspace.id
})

afterAll(() => workspace[Symbol.asyncDispose]())

async function names(client: TestClient, query: string, state: 'live' | 'finished' = 'live'): Promise<string[]> {
  const found: string[] = []
  let cursor: string | undefined
  // A page may be cut short, so that a busy workspace is never held up by a list.
  do {
    const page = await client.call('transfer/list', { query, state, ...(cursor && { cursor }) })
    found.push(...page.jobs.map((job) => job.name))
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return found.sort()
}

describe('transfer/list', () => {
  it.each([
    ['Transfer WHERE name="x and y.png"', ['x and y.png']],
    ['name="åsa night BACKUP"', ['Åsa night backup']],
    ['code="* backup"', ['Åsa night backup']],
    ['user=lisa@example.com', ['c.mov']],
    ['source=hq', ['x and y.png', 'Åsa night backup']],
    ['source=myworkspace', ['x and y.png', 'Åsa night backup']],
    ['destination=hq', ['c.mov']],
    ['destination=stockholm', []],
    ['status=paused and priority>800', ['Åsa night backup']],
    ['((user=lisa@example.com and destination=hq) or status<>paused) and name="c*"', ['c.mov']],
    ['name matches "^x.*png$" or name matches "\\.mov$"', ['c.mov', 'x and y.png']],
    ['created>2026-01-01t00:00:00', ['c.mov', 'x and y.png', 'Åsa night backup']],
    ['created<2026-01-01', []],
    ['queue=medium and description=""', ['c.mov', 'x and y.png', 'Åsa night backup']],
  ])('%s', async (query, wanted) => {
    expect(await names(john, query)).toEqual(wanted)
  })

  it('asks the finished ones apart, and by the id of the main site', async () => {
    expect(await names(john, 'status=aborted', 'finished')).toEqual(['for Lisa'])
    expect(await names(john, `source=workspace:${hqId} and finished!=""`, 'finished')).toEqual(['for Lisa'])
    expect(await names(john, 'status=aborted')).toEqual([])
  })

  it('shows nobody what is not theirs', async () => {
    expect(await names(lisa, 'status=paused or name="*"')).toEqual(['c.mov'])
    expect(await names(lisa, 'name="*"', 'finished')).toEqual(['for Lisa'])
  })

  it('leads through all answers by cursor, with a total that grows to the right one', async () => {
    const seen: string[] = []
    const totals: number[] = []
    let cursor: string | undefined
    do {
      const input: OperationInput<'transfer/list'> = { query: 'status=paused', limit: 1, ...(cursor && { cursor }) }
      const page = await john.call('transfer/list', input)
      seen.push(...page.jobs.map((job) => job.name))
      totals.push(page.total)
      cursor = page.nextCursor
    } while (cursor !== undefined)
    expect(seen).toEqual(['Åsa night backup', 'x and y.png'])
    expect(totals).toEqual([2, 2])
  })

  it('finds a job under its new name', async () => {
    const id = await send(john, { ...download('e'), name: 'before', status: 'paused' })
    await john.call('transfer/update', { id, name: 'ÄFTER' })
    expect(await names(john, 'name=äfter')).toEqual(['ÄFTER'])
    expect(await names(john, 'name=before')).toEqual([])
    await john.call('transfer/delete', { id, force: true })
  })

  it('says what is wrong with a query, and where', async () => {
    await expect(names(john, 'statsu=done')).rejects.toMatchObject({
      code: 'QUERY_INVALID',
      params: { position: 1, advice: 'attribute-unknown', allowed: 'status' },
    })
    for (const attribute of ['speed', 'etr', 'modifier', 'modifier.code']) {
      const params = { position: 12, advice: 'attribute-unanswered', attribute }
      await expect(names(john, `size>0 and ${attribute}=""`)).rejects.toMatchObject({
        params,
      })
    }
    await expect(names(john, 'User WHERE role=admin')).rejects.toMatchObject({ params: { advice: 'entity-other' } })
    await expect(john.call('transfer/list', { query: 'size>1', cursor: 'x' })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    })
  })
})

describe('task/list', () => {
  let jobId: JobId

  beforeAll(async () => {
    const tasks = ['a/one.exr', 'a/two.exr', 'b/THREE.exr'].map((path, index) => ({
      source: `share=projects/${path}`,
      destination: 'lisa@example.com',
      priority: index + 1,
    }))
    jobId = await send(john, { name: 'tasks', tasks, status: 'paused' })
    const { tasks: made } = await john.call('task/list', { jobId })
    await john.call('task/update', { jobId, tasks: [{ id: made[1]?.id ?? ('' as never), status: 'onhold' }] })
  })

  async function uris(client: TestClient, input: OperationInput<'task/list'>): Promise<string[]> {
    const found: string[] = []
    let cursor: string | undefined
    do {
      const page = await client.call('task/list', { ...input, ...(cursor && { cursor }) })
      found.push(...page.tasks.map((task) => task.uri))
      cursor = page.nextCursor
    } while (cursor !== undefined)
    return found
  }

  it.each([
    ['Task WHERE status=onhold', ['1']],
    ['status!=onhold', ['0', '2']],
    ['source.path="b/*"', ['2']],
    ['source.path contains "THREE"', ['2']],
    ['source.share=projects and priority<=2', ['0', '1']],
    ['source.v=projects and destination.user=lisa@example.com', ['0', '1', '2']],
    ['source=hq and source.site=hq and destination=lisa@example.com', ['0', '1', '2']],
    ['destination.user=john@example.com', []],
    ['job=tasks and uri in 0,2', ['0', '2']],
    ['finished="" and time=""', ['0', '1', '2']],
    ['job.code=TASKS and job_hr="tasks*"', ['0', '1', '2']],
  ])('%s', async (query, wanted) => {
    expect(await uris(john, { jobId, query })).toEqual(wanted)
  })

  it('takes the job from the query, as scripts without a parent write it', async () => {
    expect(await uris(john, { query: `task WHERE job.id=${jobId}` })).toEqual(['0', '1', '2'])
    expect(await uris(john, { query: `job=transfer:${jobId.toUpperCase()} and status=onhold` })).toEqual(['1'])
    expect(await uris(john, { jobId, query: 'job.id=5a7325f8b7ef72f5f9d74bf4' })).toEqual([])
    await expect(uris(john, { query: 'status=onhold' })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    await expect(uris(john, {})).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    await expect(uris(john, { query: 'job.id=5a7325f8b7ef72f5f9d74bf4' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('goes by cursor, together with a status', async () => {
    const input = { jobId, query: 'source.path="*"', limit: 1 }
    const first = await john.call('task/list', input)
    const second = await john.call('task/list', { ...input, cursor: first.nextCursor })
    expect([first, second].map(({ tasks, total }) => [tasks.map((task) => task.uri), total])).toEqual([
      [['0'], 2],
      [['1'], 3],
    ])
    expect(await uris(john, { jobId, query: 'priority>1', status: 'onhold' })).toEqual(['1'])
    expect(await uris(john, { jobId, query: 'Task', status: 'onhold' })).toEqual(['1'])
  })

  it('looks for a path only in what the person may see of it', async () => {
    const id = await send(john, { source: '/Users/john/secret/e.mov', destination: 'lisa@example.com', name: 'e' })
    const query = 'source.path contains secret'
    expect(await uris(john, { jobId: id, query })).toEqual(['0'])
    expect(await uris(lisa, { jobId: id, query })).toEqual([])
    expect(await uris(lisa, { jobId: id, query: 'source.path=e.mov' })).toEqual(['0'])
  })
})

describe('people and shares', () => {
  it.each([
    ['User WHERE code="lisa@example.com"', ['lisa@example.com']],
    ['role in admin,employee', ['john@example.com']],
    ['status=disabled', []],
  ])('user/list: %s', async (query, wanted) => {
    const { users } = await john.call('user/list', { query })
    expect(users.map((user) => user.email)).toEqual(wanted)
  })

  it('says what is not kept of them', async () => {
    const refused = { params: { advice: 'attribute-unanswered' } }
    await expect(john.call('share/list', { query: 'licensed=true' })).rejects.toMatchObject(refused)
  })

  it.each([
    ['default=true', ['projects']],
    ['Volume', ['projects']],
    ['Home WHERE user=lisa@example.com', ['lisa@example.com']],
    ['site=hq and code=projects', ['projects']],
  ])('share/list: %s', async (query, wanted) => {
    const { shares } = await john.call('share/list', { query })
    expect(shares.map((share) => share.code)).toEqual(wanted)
  })
})
