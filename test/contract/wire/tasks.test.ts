import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { writeableTaskStatuses } from '../../../src/shared/domain/status/task-status.ts'
import { liftCallLimit, type WireClient, wireClientOf } from '../../helpers/wire/wire-client.ts'
import { type TestClient, TestWorkspace } from '../workspace/support.ts'

let workspace: TestWorkspace
let john: TestClient
let scripts: WireClient
let miaScripts: WireClient
let jobId: string

beforeAll(async () => {
  workspace = await TestWorkspace.start()
  john = await workspace.john('desk')
  await liftCallLimit(john)
  const mia = await workspace.person('mia@example.com', 'Mia', 'standard', john)
  scripts = await wireClientOf(workspace, john)
  miaScripts = await wireClientOf(workspace, mia)
})
afterAll(() => workspace[Symbol.asyncDispose]())

const target = 'share=projects/in/'
beforeEach(async () => {
  const tasks = [
    { source: '/u/a.mov', destination: target },
    { source: '/u/b.mov', destination: target },
  ]
  const [job] = await scripts.create('transfer', { name: 'tasks', status: 'paused', tasks })
  jobId = job.id
})

const uris = (list: readonly { uri: string }[]) => list.map(({ uri }) => uri)

it('a task is found with all that the transfers document says of one', async () => {
  const [task, second] = await scripts.find('task', { parent: jobId })
  expect(task).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
    uri: '0',
    job: jobId,
    job_hr: `tasks[1](${jobId})`,
    status: 'queued',
    created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/),
    finished: '',
    priority: 500,
    size: 0,
    time: 0,
    source: { client: john.clientId, path: '/u/a.mov', user: john.user.id },
    destination: {
      client: expect.stringMatching(/^[0-9a-f]{24}$/),
      path: 'in',
      v: expect.any(String),
      volume: expect.any(String),
    },
    metadata: {},
  })
  expect(second.uri).toBe('1')
})

describe('finding tasks', () => {
  it.each([
    ['of a job', () => ({ data: { parent: jobId } }), ['0', '1']],
    ['by a query alone', () => ({ query: `job.id=${jobId}` }), ['0', '1']],
    ['with the entity before it', () => ({ query: `task WHERE job.id=${jobId} and uri=1` }), ['1']],
    ['of a status', () => ({ data: { parent: jobId }, query: 'status=queued' }), ['0', '1']],
    ['of another status', () => ({ data: { parent: jobId }, query: 'status=onhold' }), []],
    ['one', () => ({ data: { parent: jobId, single_entity_query: true } }), ['0']],
    ['a few', () => ({ data: { parent: jobId, limit: 1, skip: 1 } }), ['1']],
  ])('%s', async (_name, options, expected) => {
    expect(uris((await scripts.call('GET', 'task/find', options())).result)).toEqual(expected)
  })

  it('of nobody says what is missing, and of a job that is not the caller’s to see nothing', async () => {
    expect((await scripts.event('GET', 'task/find')).body.message_hr).toMatch(/id of the job/)
    await expect(miaScripts.find('task', { parent: jobId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(scripts.find('task', { parent: 'x' })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  })

  it('of a large job gives all of them, piece by piece, while others are answered', async () => {
    const tasks = Array.from({ length: 5000 }, (_, index) => ({ source: `/u/${index}`, destination: target }))
    const [{ id }] = await scripts.create('transfer', { name: 'large', status: 'paused', tasks })
    const events: string[] = []
    const whole = scripts.find('task', { parent: id }).then((list) => {
      events.push('list')
      return list
    })
    const [list] = await Promise.all([whole, scripts.login().then(() => events.push('login'))])
    expect(events).toEqual(['login', 'list'])
    expect(uris(list)).toEqual(tasks.map((_, index) => `${index}`))
  })
})

describe('adding tasks', () => {
  it.each([
    ['a list of objects', [{ source: '/u/c', destination: target }], ['2']],
    ['one object', { source: '/u/c', destination: target }, ['2']],
    [
      'objects by their names',
      { x: { source: '/u/c', destination: target }, y: { source: '/u/d', destination: target } },
      ['x', 'y'],
    ],
    ['one that is there, which is tried again', { source: '/u/a.mov', destination: target }, ['0']],
  ])('as %s', async (_name, tasks, expected) => {
    expect(uris(await scripts.create('task', { tasks }, jobId))).toEqual(expected)
  })

  it('as paths of a job that keeps them', async () => {
    const [{ id }] = await scripts.create('transfer', { source: '/u/a', mirror: true, status: 'paused' })
    expect(uris(await scripts.create('task', { tasks: ['/u/b', '/u/c'] }, id))).toEqual(['1', '2'])
    expect(uris(await scripts.create('task', { tasks: '/u/d' }, id))).toEqual(['3'])
  })

  it('twice is refused where that is asked for', async () => {
    const tasks = { source: '/u/a.mov', destination: target }
    await expect(scripts.create('task', { tasks, allow_duplicates: false }, jobId)).rejects.toMatchObject({
      code: 'DUPLICATE_TASK',
    })
  })

  it.each([
    ['paths, where the job does not keep them', { tasks: ['/u/c'] }],
    ['nothing', { tasks: [] }],
    ['no tasks at all', {}],
    ['what is for the whole job', { tasks: ['/u/c'], queue: 'high' }],
  ])('is refused for %s', async (_name, data) => {
    await expect(scripts.create('task', data, jobId)).rejects.toMatchObject({
      code: expect.stringMatching(/SPEC|PATH/),
    })
  })
})

describe('changing tasks', () => {
  it('takes a list of changes, by id or uri, and answers the tasks', async () => {
    const [first] = await scripts.find('task', { parent: jobId })
    const changed = await scripts.update('task', jobId, [
      { id: first.id, status: 'onhold', priority: 900 },
      { uri: '1', status: 'excluded', metadata: { a: 1 } },
    ])
    expect(changed).toMatchObject([
      { id: first.id, status: 'onhold', priority: 900 },
      { uri: '1', status: 'excluded', metadata: { a: 1 } },
    ])
    expect(await scripts.find('task', { parent: jobId }, 'status=onhold')).toHaveLength(1)
  })

  it.each([
    ['no list', { uri: '0', status: 'onhold' }, 'BAD_REQUEST'],
    ['an empty list', [], 'BAD_REQUEST'],
    ['a word', ['0'], 'BAD_REQUEST'],
    ['no name', [{ status: 'onhold' }], 'BAD_REQUEST'],
    ['a task that is not there', [{ uri: '9', status: 'onhold' }], 'NOT_FOUND'],
    ['an id that is none', [{ id: 'x', status: 'onhold' }], 'BAD_REQUEST'],
    ['its path', [{ uri: '0', source: '/u/z' }], 'BAD_REQUEST'],
    ['nothing of it', [{ uri: '0' }], 'BAD_REQUEST'],
    ['a status that nobody writes', [{ uri: '0', status: 'executing' }], 'STATUS_NOT_WRITEABLE'],
    ['a status that there is not', [{ uri: '0', status: 'green' }], 'BAD_REQUEST'],
  ])('is refused for %s, and changes nothing', async (_name, data, code) => {
    const before = await scripts.find('task', { parent: jobId })
    await expect(scripts.update('task', jobId, data)).rejects.toMatchObject({ code })
    expect(await scripts.find('task', { parent: jobId })).toEqual(before)
  })

  it('says which statuses can be written, for a word that is none', async () => {
    await expect(scripts.update('task', jobId, [{ uri: '0', status: 'exclude' }])).rejects.toMatchObject({
      message: `$.data.status: write one of ${writeableTaskStatuses.join(', ')}`,
    })
  })

  it('is not for whoever may not see the job', async () => {
    await expect(miaScripts.update('task', jobId, [{ uri: '0', status: 'onhold' }])).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })
})

it('a task is never deleted, and its status is what to set instead', async () => {
  const { body, status } = await scripts.event('DELETE', 'task/delete', { id: jobId })
  expect(body).toEqual({ message: 'UNSUPPORTED', message_hr: expect.stringContaining('excluded') })
  expect(status).toBe(501)
})
