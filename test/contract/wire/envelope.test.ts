import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asciiJson, liftCallLimit, type WireClient, wireClientOf } from '../../helpers/wire/wire-client.ts'
import { TestWorkspace } from '../workspace/support.ts'

let workspace: TestWorkspace
let scripts: WireClient

beforeAll(async () => {
  workspace = await TestWorkspace.start()
  const john = await workspace.john()
  await liftCallLimit(john)
  scripts = await wireClientOf(workspace, john)
})
afterAll(() => workspace[Symbol.asyncDispose]())

const target = 'share=projects/in/'
const put = (body: string | Buffer, headers: Record<string, string | undefined> = {}) =>
  scripts.send('POST', '/api/v3/event', body, headers)

describe('an envelope', () => {
  it.each([
    ['capitals in its uri', 'Transfer/Find'],
    ['all of them', 'TRANSFER/FIND'],
  ])('may have %s', async (_name, uri) => {
    expect((await scripts.event('GET', uri)).body).toHaveProperty('result')
  })

  it('of an address may be as long as two megabytes', async () => {
    const query = `name="${'x'.repeat(300)}" or name="${'ö'.repeat(3000)}"`
    const values = Array.from({ length: 20_000 }, (_, index) => `job-${index}`)
    const envelope = { ...scripts.envelope('transfer/find', { query }), more: values }
    expect(encodeURIComponent(asciiJson(envelope)).length).toBeGreaterThan(300_000)
    expect((await scripts.sendEnvelope('GET', envelope)).body).toEqual({ result: [] })
  })

  it.each(['GET', 'POST'] as const)('may hold its data packed, in a %s', async (verb) => {
    const tasks = Array.from({ length: 1200 }, (_, index) => ({
      source: `/u/${'x'.repeat(100)}${index}`,
      destination: target,
    }))
    const data =
      verb === 'POST' ? { name: 'packed', status: 'paused', tasks } : { attributes: ['name'], pad: 'x'.repeat(110_000) }
    const envelope = scripts.envelope(verb === 'POST' ? 'transfer/create' : 'transfer/find', { data })
    expect(envelope).toHaveProperty('gz_data')
    const { body } = await scripts.sendEnvelope(verb, envelope)
    expect(body).toHaveProperty('result')
  })

  it('is JSON whatever its type is said to be', async () => {
    const body = asciiJson(
      scripts.envelope('transfer/create', { data: { source: '/u/ä', destination: target, name: 'ä' } }),
    )
    for (const type of [
      undefined,
      'text/plain',
      'application/x-www-form-urlencoded',
      'no type; at all',
      'application/json',
    ]) {
      expect((await put(body, { 'Content-Type': type })).body.result[0].name).toBe('ä')
    }
  })

  it('may carry no data, and more than anybody asks for', async () => {
    const { data: _none, ...rest } = scripts.envelope('transfer/find')
    expect((await scripts.sendEnvelope('GET', { ...rest, data: null })).body).toHaveProperty('result')
    expect((await scripts.sendEnvelope('GET', { ...rest, other: [1] })).body).toHaveProperty('result')
  })
})

describe('is refused, in one object', () => {
  const bomb = gzipSync(Buffer.alloc(80 * 1024 * 1024, 0x20)).toString('base64')
  it.each<[string, unknown, string]>([
    ['a list', [], 'BAD_REQUEST'],
    ['a word', 'x', 'BAD_REQUEST'],
    ['null', null, 'BAD_REQUEST'],
    ['no uri', { data: {} }, 'BAD_REQUEST'],
    ['a uri that is a number', { uri: 7 }, 'BAD_REQUEST'],
    ['a query that is none', { uri: 'transfer/create', query: 7 }, 'BAD_REQUEST'],
    ['data that are a word', { uri: 'transfer/create', data: 'x' }, 'BAD_REQUEST'],
    ['packed data that are not', { uri: 'transfer/create', gz_data: 'xx' }, 'BAD_REQUEST'],
    [
      'packed data that are no JSON',
      { uri: 'transfer/create', gz_data: gzipSync('x').toString('base64') },
      'BAD_REQUEST',
    ],
    ['packed data that unpack to far too much', { uri: 'transfer/create', gz_data: bomb }, 'LIMIT_EXCEEDED'],
    ['packed data that unpack to too much for this', { uri: 'workspace/file', gz_data: bomb }, 'LIMIT_EXCEEDED'],
    ['an operation that there is not', { uri: 'transfer/explode' }, 'UNSUPPORTED'],
    ['an operation of another system', { uri: 'workspace/integration/x' }, 'UNSUPPORTED'],
    ['a name that all objects have', { uri: 'constructor' }, 'UNSUPPORTED'],
  ])('%s', async (_name, envelope, code) => {
    const { body, headers } = await put(JSON.stringify(envelope))
    expect(body).toEqual({ message: code, message_hr: expect.stringMatching(/\w+ \w+/) })
    expect(headers['content-type']).toMatch(/^application\/json/)
  })

  it.each<[string, string | Buffer]>([
    ['half of it', '{"uri": "transfer/find"'],
    ['HTML', '<html>'],
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0xfe])],
    ['brackets without end', '['.repeat(100_000)],
    ['objects in objects', '{"a":'.repeat(1000)],
    ['a key that reaches into all objects', '{"uri": "transfer/create", "data": {"__proto__": {"admin": true}}}'],
    ['the same, written otherwise', '{"uri": "transfer/create", "data": {"\\u005f_proto__": {"admin": true}}}'],
    ['nothing', ''],
  ])('%s', async (_name, body) => {
    const answer = await put(body)
    expect(answer.body).toEqual({ message: 'BAD_REQUEST', message_hr: expect.any(String) })
    expect(({} as { admin?: boolean }).admin).toBeUndefined()
  })

  it.each(['', '?', '?%', '?%7B%22', '?{}', '?%ff%fe', '?%22x%22', '?a=b'])(
    'an address that ends in %j',
    async (query) => {
      for (const verb of ['GET', 'DELETE']) {
        const { body } = await scripts.send(verb, `/api/v3/event${query}`)
        expect(body).toEqual({ message: 'BAD_REQUEST', message_hr: expect.any(String) })
      }
    },
  )

  it('more than a stranger may send, before it is read', async () => {
    const { status, headers } = await scripts.send('POST', '/api/v3/event', 'x'.repeat(100), {
      Authorization: undefined,
      'Content-Length': String(10 * 1024 * 1024),
      Expect: '100-continue',
    })
    expect([status, headers.connection]).toEqual([401, 'close'])
  })
})

describe('a text that looks like a date and is none', () => {
  it('in what people named before becomes another text, so that clients can read the rest', async () => {
    const data = {
      source: '/u/2026-13-45T99:99:99',
      destination: target,
      status: 'paused',
      metadata: { at: '226-01-01T00:00:00', ok: '2026-01-22T08:35:59' },
    }
    const [made] = await scripts.create('transfer', data)
    expect(made.name).toBe('2026-13-45 99:99:99')
    expect(made.metadata).toEqual({ at: '226-01-01 00:00:00', ok: '2026-01-22T08:35:59' })
    const [task] = await scripts.find('task', { parent: made.id })
    expect(task.source.path).toBe('/u/2026-13-45T99:99:99')
    await expect(scripts.update('transfer', made.id, { name: '2026-02-30T00:00:00' })).rejects.toMatchObject({
      code: 'NAME_NOT_ALLOWED',
    })
    expect(await scripts.update('transfer', made.id, { name: '2026-02-28T00:00:00' })).toHaveLength(1)
  })
})
