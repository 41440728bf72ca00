import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { liftCallLimit, type WireClient, wireClientOf } from '../../helpers/wire/wire-client.ts'
import { TestWorkspace } from '../workspace/support.ts'

let workspace: TestWorkspace
let scripts: WireClient
let miaScripts: WireClient

beforeAll(async () => {
  workspace = await TestWorkspace.start()
  const john = await workspace.john()
  await liftCallLimit(john)
  scripts = await wireClientOf(workspace, john)
  miaScripts = await wireClientOf(workspace, await workspace.person('mia@example.com', 'Mia', 'standard', john))
})
afterAll(() => workspace[Symbol.asyncDispose]())

/** The answer's status line, and its body: always one object, never HTML, never a stack. */
async function broken(bytes: string) {
  const text = await scripts.raw(bytes)
  const [head = '', body = ''] = text.split('\r\n\r\n')
  expect(head).toMatch(/content-type: application\/json/i)
  return { status: Number(head.split(' ')[1]), body: JSON.parse(body) }
}

describe('what is no request is answered with one object', () => {
  const host = 'Host: x\r\nConnection: close\r\n\r\n'
  it.each([
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['a path that cannot be decoded', `GET /api/%E0%A4%A HTTP/1.1\r\n${host}`, 400],
    ['a path that there is not', `GET /nowhere HTTP/1.1\r\n${host}`, 404],
    ['a method that there is not here', `PROPFIND /api/v3/event HTTP/1.1\r\n${host}`, 404],
    ['another method', `PATCH /api/v3/event HTTP/1.1\r\n${host}`, 404],
    ['two lengths', `POST /api/v3/event HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n${host}`, 400],
    [
      'a length and chunks',
      `POST /api/v3/event HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n${host}`,
      400,
    ],
    ['long headers elsewhere', `GET /api/v3/stream HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n${host}`, 431],
    ['headers beyond all bounds', `GET /api/v3/event HTTP/1.1\r\nX: ${'x'.repeat(3 * 1024 * 1024)}\r\n${host}`, 431],
    ['no host', 'GET /nowhere HTTP/1.1\r\nConnection: close\r\n\r\n', 404],
  ])('%s', async (_name, bytes, status) => {
    const answer = await broken(bytes)
    expect(answer).toEqual({
      status,
      body: { message: expect.stringMatching(/^[A-Z_]+$/), message_hr: expect.any(String) },
    })
    expect(JSON.stringify(answer)).not.toMatch(/node_modules|at .*\.ts|fastify/i)
  })

  it('and the server goes on', async () => {
    expect((await scripts.login()).role).toBe('admin')
  })
})

it('connections beyond those of one network are cut, and the others go on', async () => {
  await using small = await TestWorkspace.start({ connectionsOfNetwork: 4 })
  const client = await wireClientOf(small, await small.john())
  const lines = await Promise.allSettled(Array.from({ length: 12 }, () => client.login()))
  const served = lines.filter(({ status }) => status === 'fulfilled').length
  expect(served).toBeGreaterThanOrEqual(4)
  expect(served).toBeLessThan(12)
  expect((await client.login()).role).toBe('admin')
})

describe('what there is', () => {
  it('is told by name', async () => {
    const { result } = await scripts.call('GET', 'entitytypes')
    expect(result).toEqual(expect.arrayContaining(['transfer', 'task', 'queue', 'user', 'site', 'volume', 'folder']))
  })

  it('with the attributes that an answer has', async () => {
    const [{ id }] = await scripts.create('transfer', {
      source: '/u/a',
      destination: 'share=projects/',
      status: 'paused',
    })
    const of = async (entitytype: string, data: object = {}) =>
      (await scripts.call('GET', 'attributes', { data: { entitytype, create: false, update: false, ...data } })).result
    expect(await of('transfer')).toEqual(Object.keys(await scripts.getEntity('transfer', id)).sort())
    expect(await of('Task')).toEqual(Object.keys((await scripts.find('task', { parent: id }))[0]).sort())
    expect(await of('transfer', { update: true })).toEqual([
      'code',
      'description',
      'metadata',
      'name',
      'priority',
      'queue',
      'status',
    ])
    expect(await of('transfer', { create: true })).toContain('source')
    expect(await of('delivery')).toEqual(expect.arrayContaining(['code', 'name', 'public']))
  })

  it('by role', async () => {
    const asked = { data: { entitytype: 'transfer', create: true, update: false } }
    expect((await miaScripts.call('GET', 'attributes', asked)).result).toContain('source')
    const share = { data: { entitytype: 'share', create: true, update: false } }
    expect((await miaScripts.call('GET', 'attributes', share)).result).toEqual([])
  })

  it.each([{ entitytype: 'nothing' }, { entitytype: 'constructor' }, {}, { entitytype: 7 }])(
    '%j is none',
    async (data) => {
      await expect(scripts.call('GET', 'attributes', { data })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    },
  )

  it('how it stands, as figures and as a text', async () => {
    const { result } = await scripts.call('GET', 'transfer/metrics', {
      data: { attributes: null },
      query: 'status=paused',
    })
    expect(result).toEqual({ transfers: 1, status: { paused: 1 }, size: 0, transferred: 0, progress: 0, speed: -1 })
    const few = await scripts.call('GET', 'transfer/metrics', { data: { attributes: ['transfers'] } })
    expect(few.result).toEqual({ transfers: 1 })
    expect((await scripts.call('GET', 'transfer/report')).report).toMatch(/^1 transfer\n1 paused\n/)
  })

  it.each(['compute', 'engine', 'lane', 'stream'])('of %s is nothing, and none can be made', async (entity) => {
    expect(await scripts.find(entity)).toEqual([])
    await expect(scripts.create(entity, { name: 'x' })).rejects.toMatchObject({ code: 'UNSUPPORTED' })
  })
})
