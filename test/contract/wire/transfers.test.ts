import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JobId } from '../../../src/shared/domain/ids.ts'
import { liftCallLimit, type WireClient, wireClientOf } from '../../helpers/wire/wire-client.ts'
import { type TestClient, TestWorkspace } from '../workspace/support.ts'

let workspace: TestWorkspace
let john: TestClient
let mia: TestClient
let scripts: WireClient
let miaScripts: WireClient

beforeAll(async () => {
  workspace = await TestWorkspace.start()
  john = await workspace.john('desk')
  await liftCallLimit(john)
  mia = await workspace.person('mia@example.com', 'Mia', 'standard', john)
  scripts = await wireClientOf(workspace, john)
  miaScripts = await wireClientOf(workspace, mia)
})
afterAll(() => workspace[Symbol.asyncDispose]())

const upload = (name: string, extra: object = {}) => ({
  source: '/home/john/a.mov',
  destination: 'share=projects/in/',
  name,
  status: 'paused',
  ...extra,
})
const names = (list: readonly { name: string }[]) => list.map(({ name }) => name)

describe('a transfer', () => {
  it('is made and found with all that the transfers document says of one', async () => {
    const made = await scripts.create('transfer', upload('whole', { metadata: { shot: 7 }, description: 'for you' }))
    const user = { user: john.user.id, user_hr: `user:john@example.com[admin](${john.user.id})` }
    const { id: workspaceId } = workspace.server.workspace
    const date = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/)
    expect(made).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{24}$/),
        code: 'whole',
        name: 'whole',
        description: 'for you',
        type: 1,
        status: 'paused',
        created: date,
        creator: john.user.id,
        creator_hr: user.user_hr,
        modified: date,
        modifier: john.user.id,
        modifier_hr: user.user_hr,
        finished: '',
        ...user,
        source: `user:${john.user.id}`,
        source_hr: user.user_hr,
        destination: `workspace:${workspaceId}`,
        destination_hr: `workspace:myworkspace(${workspaceId})`,
        queue: expect.any(String),
        queue_hr: expect.stringMatching(/^queue:medium/),
        parent: expect.any(String),
        parent_hr: expect.stringMatching(/^queue:medium/),
        uri: 'myworkspace/medium',
        priority: 500,
        size: 0,
        progress: 0,
        speed: -1,
        etr: '',
        metadata: { shot: 7 },
      },
    ])
    expect(await scripts.find('transfer', {}, 'name=whole')).toEqual(made)
    expect(await scripts.getEntity('Transfer', made[0].id)).toEqual(made[0])
    expect(await scripts.getEntity('Job', made[0].id)).toEqual(made[0])
  })

  it('goes by the wire through its life', async () => {
    const [{ id }] = await scripts.create('transfer', upload('life'))
    expect((await scripts.update('transfer', id, { status: 'waiting' }))[0]).toMatchObject({ id, status: 'waiting' })
    expect((await scripts.update('transfer', id, { name: 'renamed', priority: 7 }))[0]).toMatchObject({
      name: 'renamed',
      code: 'renamed',
      priority: 7,
    })
    const changes = { queue: 'high', description: 'soon', metadata: { shot: 8 } }
    expect((await scripts.update('transfer', id, changes))[0]).toMatchObject({
      uri: 'myworkspace/high',
      description: 'soon',
      metadata: { shot: 8 },
    })
    await expect(scripts.update('transfer', id, { queue: 'nowhere' })).rejects.toThrow()
    await expect(scripts.update('transfer', id, { size: 1 })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    await expect(scripts.update('transfer', id, { status: 'abrted' })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: '$.data.status: write one of waiting, paused, aborted, done, pending',
    })
    await expect(scripts.update('transfer', id, { status: 'init' })).rejects.toMatchObject({
      code: 'STATUS_NOT_WRITEABLE',
    })
    await expect(scripts.delete('transfer', id)).rejects.toMatchObject({ code: 'CONFLICT' })
    expect((await scripts.update('transfer', id, { status: 'aborted' }))[0]).toMatchObject({ status: 'aborted' })
    expect(await scripts.delete('transfer', id)).toBe(true)
    expect(await scripts.getEntity('transfer', id)).toBeUndefined()
    const [second] = await scripts.create('transfer', upload('forced'))
    expect(await scripts.delete('transfer', second.id, { force: true })).toBe(true)
  })

  it('tells who changed it last', async () => {
    const payload = { source: 'share=projects/x', destination: 'mia@example.com', status: 'paused' }
    const [{ id }] = await scripts.create('transfer', payload)
    await miaScripts.update('transfer', id, { status: 'waiting' })
    expect(await scripts.getEntity('transfer', id)).toMatchObject({ creator: john.user.id, modifier: mia.user.id })
  })

  it('is nothing to whoever takes no part in it, and cannot be changed by them', async () => {
    const [{ id }] = await scripts.create('transfer', upload('private'))
    expect(await miaScripts.getEntity('transfer', id)).toBeUndefined()
    expect(await miaScripts.find('transfer', {}, 'name=private')).toEqual([])
    await expect(miaScripts.update('transfer', id, { status: 'aborted' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(miaScripts.delete('transfer', id, { force: true })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('a payload', () => {
  const target = 'share=projects/in/'
  it.each([
    ['of one source and destination', { source: '/u/a', destination: target }, 1],
    ['as a list of tasks', { tasks: [{ source: '/u/a', destination: target }] }, 1],
    ['of tasks by their names', { tasks: { '0': { source: '/u/a', destination: target }, '7': '/u/b' } }, 2],
    ['of tasks with ids', { tasks: [{ id: 'x', source: '/u/a', destination: target, priority: 3, metadata: {} }] }, 1],
    ['without a destination, mirrored', { source: '/u/a', mirror: true }, 1],
    [
      'with flags of clients',
      { source: '/u/a', destination: target, allow_duplicates: false, replace_duplicates: 1 },
      1,
    ],
    ['with numbers in its settings', { source: '/u/a', destination: target, settings: { task_bucketsize: 1 } }, 1],
    ['to a person', { source: 'share=projects/x', destination: 'mia@example.com' }, 1],
    [
      'of a placeholder',
      { tasks: [{ source: 'site=hq:null', destination: 'mia@example.com', status: 'excluded' }] },
      1,
    ],
  ])('%s makes one transfer', async (name, payload, tasks) => {
    const made = await scripts.create('transfer', { status: 'paused', name, ...payload })
    expect(names(made)).toEqual([name])
    expect(await scripts.find('task', { parent: made[0].id })).toHaveLength(tasks)
  })

  it('that appends comes back as the job that was there', async () => {
    const payload = { source: '/u/app', destination: target, name: 'append', append: true }
    const [first] = await scripts.create('transfer', payload)
    const [again] = await scripts.create('job', { ...payload, source: '/u/app2' })
    expect(again.id).toBe(first.id)
    expect(await scripts.find('task', { parent: first.id })).toHaveLength(2)
  })

  it.each([
    ['that says nothing', {}, 'SPEC_INVALID'],
    [
      'of a queue that is none',
      { source: '/u/a', destination: target, queue: 'nowhere' },
      'NOT_FOUND|PARTY_UNKNOWN|QUEUE|SPEC',
    ],
    ['to nobody', { source: 'share=projects/x', destination: 'nobody@example.com' }, 'PARTY_UNKNOWN'],
    ['for a render farm', { engine: 'x', input: 'y' }, 'UNSUPPORTED|SPEC_INVALID'],
    [
      'of a name that breaks clients',
      { source: '/u/a', destination: target, name: '2026-13-45T99:99:99' },
      'NAME_NOT_ALLOWED',
    ],
  ])('%s is refused with a reason', async (_name, payload, code) => {
    const refused = await scripts.event('POST', 'transfer/create', { data: payload })
    expect(refused.body.message).toMatch(new RegExp(code))
    expect(refused.body.message_hr).toMatch(/\w+ \w+/)
  })
})

describe('finding', () => {
  let ids: string[]
  let own: TestWorkspace
  let client: WireClient
  beforeAll(async () => {
    own = await TestWorkspace.start()
    client = await wireClientOf(own, await own.john())
    ids = []
    for (const name of ['a', 'b', 'c', 'd', 'e']) ids.push((await client.create('transfer', upload(name)))[0].id)
    await client.update('transfer', ids[0] ?? '', { status: 'aborted' })
    await client.update('transfer', ids[1] ?? '', { status: 'done' })
  })
  afterAll(() => own[Symbol.asyncDispose]())

  it.each([
    ['live ones', {}, undefined, ['e', 'd', 'c']],
    ['live ones, said so', { finished: false, archived: false }, undefined, ['e', 'd', 'c']],
    ['finished ones', { finished: true }, undefined, ['b', 'a']],
    ['archived ones', { archived: true }, undefined, []],
    ['inactive ones, which no job is', { inactive: true }, undefined, []],
    ['those of a status', { finished: true }, 'status=aborted', ['a']],
    ['with the entity before the query', { finished: true }, 'transfer WHERE status=done', ['b']],
    ['in capitals', {}, 'Transfer WHERE NAME=C OR name="D"', ['d', 'c']],
    ['a few', { limit: 2 }, undefined, ['e', 'd']],
    ['and the next', { limit: 2, skip: 2 }, undefined, ['c']],
    ['none after the last', { skip: 9 }, undefined, []],
    ['one, wherever it is', { single_entity_query: true }, 'name=a', ['a']],
    ['one that is live', { single_entity_query: true }, undefined, ['e']],
    ['one that is nowhere', { single_entity_query: true }, 'name=x', []],
    ['of one queue', { parent: 'medium', limit: 1 }, undefined, ['e']],
    ['of another queue', { parent: 'high' }, undefined, []],
    ['by where it is among the queues', {}, 'uri=myworkspace/medium and name=c', ['c']],
    ['of a queue, by a query too', { parent: 'medium' }, 'name=c or name=d', ['d', 'c']],
    ['made since', {}, 'created>2020-01-01t00:00:00 and name=c', ['c']],
    ['sent to the workspace', { limit: 1 }, 'destination=hq and source=john@example.com', ['e']],
  ])('%s', async (_name, data, query, expected) => {
    expect(names(await client.find('transfer', data, query))).toEqual(expected)
  })

  it('gives the attributes that are asked for, and no others', async () => {
    expect(await client.find('transfer', { attributes: ['name', 'status'], limit: 1 })).toEqual([
      { name: 'e', status: 'paused' },
    ])
  })

  it('by an id looks everywhere', async () => {
    for (const id of ids) expect((await client.getEntity('transfer', id)).id).toBe(id)
    expect(await client.getEntity('transfer', 'f'.repeat(24))).toBeUndefined()
  })

  it.each([
    ['a flag that is none', { finished: 'yes' }, undefined],
    ['a limit below none', { limit: -1 }, undefined],
    ['a limit that is no number', { limit: '1' }, undefined],
    ['attributes that are no list', { attributes: 'name' }, undefined],
    ['an attribute that there is not', {}, 'colour=red'],
    ['a query that ends early', {}, 'name='],
  ])('%s is refused before anything is given', async (_name, data, query) => {
    const { body, status } = await client.event('GET', 'transfer/find', { data, ...(query && { query }) })
    expect(body).toEqual({
      message: expect.stringMatching(/^(BAD_REQUEST|QUERY_INVALID)$/),
      message_hr: expect.any(String),
    })
    expect(status).toBe(400)
  })
})

it('a list of several pages comes whole, newest first', async () => {
  await using own = await TestWorkspace.start()
  const owner = await own.john()
  const client = await wireClientOf(own, owner)
  const made = Array.from({ length: 250 }, (_, index) => `job ${index}`)
  await Promise.all(made.map((name) => owner.call('transfer/create', { spec: upload(name) })))
  expect(new Set(names(await client.find('transfer')))).toEqual(new Set(made))
  expect(await client.find('transfer', { skip: 120, limit: 110 })).toHaveLength(110)
  expect(await client.find('transfer', {}, 'name="job 1*"')).toHaveLength(111)
})

describe('paths on the caller’s own machine, which a script does not run on', () => {
  it('mean the one machine that the person has, and none of several', async () => {
    await using own = await TestWorkspace.start()
    const owner = await own.john()
    const client = await wireClientOf(own, owner)
    const [made] = await client.create('transfer', upload('one machine'))
    const [task] = await client.find('task', { parent: made.id })
    expect(task.source).toMatchObject({ client: owner.clientId, user: owner.user.id, path: '/home/john/a.mov' })
    const other = await own.john('other')
    const refused = await client.event('POST', 'transfer/create', { data: upload('two machines') })
    expect(refused.body.message).toBe('PATH_AMBIGUOUS')
    expect(refused.body.message_hr).toContain(owner.clientId)
    expect(refused.body.message_hr).toContain(other.clientId)
    const source = `client=${other.clientId}:/home/john/a.mov`
    expect(await client.create('transfer', upload('said', { source }))).toHaveLength(1)
  })
})

describe('figures', () => {
  it('of a transfer that runs are those of now, and of its tasks those of their run', async () => {
    await using own = await TestWorkspace.start()
    const owner = await (await own.john()).connect()
    const hq = await own.hq()
    const client = await wireClientOf(own, owner)
    const [{ id }] = await client.create('transfer', { source: '/home/john/a.mov', destination: 'share=projects/in/' })
    await owner.measure()
    const receive = await hq.dispatch()
    const fence = { dispatchId: receive.dispatchId, epoch: receive.epoch }
    hq.send({ type: 'progress', ...fence, progress: { ...progressOf(id), bytesVerified: 40, etrSeconds: 61 } })
    await owner.next((frame) => frame.type === 'progress')
    const [job] = await client.find('transfer')
    expect(job).toMatchObject({ status: 'running', size: 100, progress: 40, speed: 1.5, etr: '00h:01m:01s' })
    await hq.call('dispatch/report', {
      ...fence,
      tasks: [{ uri: '0', status: 'done', pathAbsFinal: '/srv/projects/in/a.mov', result: wholeResult }],
    })
    await hq.call('dispatch/end', { ...fence, outcome: 'done' })
    expect(await client.getEntity('transfer', id)).toMatchObject({ status: 'done', progress: 100, speed: -1, etr: '' })
    const [task] = await client.find('task', { parent: id })
    expect(task).toMatchObject({
      status: 'done',
      size: 100,
      time: expect.any(Number),
      finished: expect.stringMatching(/T/),
    })
    expect(task.destination.path_abs_final).toBe('/srv/projects/in/a.mov')
  })
})

const wholeResult = { filesDone: 1, filesAlreadyThere: 0, filesReplaced: 0, filesFailed: 0, bytesVerified: 100 }

function progressOf(jobId: JobId) {
  return {
    jobId,
    phase: 'transferring' as const,
    filesScanned: 1,
    filesCompared: 1,
    filesTotal: 1,
    filesDone: 0,
    filesAlreadyThere: 0,
    bytesVerified: 0,
    bytesTotal: 100,
    bytesPerSecond: 1_500_000,
  }
}
