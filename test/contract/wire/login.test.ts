import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WireClient, wireClientOf } from '../../helpers/wire/wire-client.ts'
import { type TestClient, TestWorkspace } from '../workspace/support.ts'

let workspace: TestWorkspace
let john: TestClient
let scripts: WireClient

beforeAll(async () => {
  workspace = await TestWorkspace.start({ rateLimits: { failures: { burst: 1000, perSecond: 1000 } } })
  john = await workspace.john()
  scripts = await wireClientOf(workspace, john)
})
afterAll(() => workspace[Symbol.asyncDispose]())

const basic = (user: string, key: string) => `Basic ${Buffer.from(`${user}:${key}`).toString('base64')}`
const login = (headers: Record<string, string | undefined>) => scripts.send('PUT', '/api/v3/api/login', '{}', headers)

it('a script signs in with its key and is told who it is', async () => {
  const { status, headers, body } = await login({})
  expect(status).toBe(200)
  expect(headers['content-type']).toMatch(/^application\/json/)
  expect(body).toEqual({ result: { id: john.user.id, role: 'admin', session_id: expect.stringMatching(/.{16}/) } })
})

it.each([
  ['as scripts write it', () => scripts.authorization],
  ['in capitals', () => scripts.authorization.replace('basic', 'BASIC')],
  ['as a file of passwords replaces it', () => basic(scripts.email, scripts.key)],
  ['with the address in other letters', () => basic(scripts.email.toUpperCase(), scripts.key)],
])('its key counts %s', async (_name, authorization) => {
  expect((await login({ Authorization: authorization() })).body.result.id).toBe(john.user.id)
})

it.each([
  ['no key', undefined, 'NOT_SIGNED_IN'],
  ['a word', 'basic', 'BAD_CREDENTIALS'],
  ['no base64', 'basic ä:ö', 'BAD_CREDENTIALS'],
  ['three parts', 'basic YQ==:Yg==:Yw==', 'BAD_CREDENTIALS'],
  ['no name', basic('', 'key'), 'BAD_CREDENTIALS'],
  ['a key that is none', basic('john@example.com', 'key'), 'BAD_CREDENTIALS'],
  ['somebody unknown', basic('nobody@example.com', 'key'), 'BAD_CREDENTIALS'],
  ['a session', 'Bearer abcdefghijklmnopqrstuvwxyz', 'BAD_CREDENTIALS'],
  ['a very long one', `basic ${'A'.repeat(8000)}`, 'BAD_CREDENTIALS'],
])('%s opens nothing, and is told so in one object', async (_name, authorization, code) => {
  const latin = authorization && Buffer.from(authorization, 'utf8').toString('latin1')
  for (const path of ['/api/v3/api/login', '/api/v3/event']) {
    const { status, body, headers } = await scripts.send('PUT', path, '{}', { Authorization: latin })
    expect(status).toBe(401)
    expect(headers['content-type']).toMatch(/^application\/json/)
    expect(body).toEqual({ message: code, message_hr: expect.stringMatching(/API key|e-mail/) })
  }
})

it('a key that was revoked opens nothing any more, in the middle of a session', async () => {
  const { key, apiKey } = await john.call('key/create', {})
  const other = new WireClient(workspace.server, john.user.email, key)
  await other.login()
  expect(await other.find('transfer')).toEqual([])
  await john.call('key/revoke', { id: apiKey.id })
  await expect(other.find('transfer')).rejects.toMatchObject({ code: 'BAD_CREDENTIALS' })
})

it('the key counts, and not the session that is echoed', async () => {
  scripts.session = 'something else'
  expect(await scripts.find('transfer')).toEqual([])
})

describe('the workspace that is meant', () => {
  it.each([
    ['in the header', { 'X-Accsyn-Workspace': 'other' }],
    ['in the header, empty', { 'X-Accsyn-Workspace': '' }],
    ['not at all', { 'X-Accsyn-Workspace': undefined }],
    ['in other letters', { 'X-Accsyn-Workspace': 'MyWorkspace' }],
  ])('%s', async (name, headers) => {
    const { body } = await login(headers)
    if (name === 'in the header') expect(body).toMatchObject({ message: 'WRONG_WORKSPACE' })
    else expect(body).toHaveProperty('result')
  })

  it.each(['workspace', 'domain'])('in the envelope, as %s', async (key) => {
    const { workspace: _left, ...rest } = scripts.envelope('transfer/find')
    expect((await scripts.sendEnvelope('GET', { ...rest, [key]: 'myworkspace' })).body).toEqual({ result: [] })
    expect((await scripts.sendEnvelope('GET', { ...rest, [key]: 'other' })).body.message).toBe('WRONG_WORKSPACE')
    expect((await scripts.sendEnvelope('GET', rest)).body).toEqual({ result: [] })
  })
})

describe('the look-up', () => {
  const look = (query: string) =>
    scripts.send('GET', `/api/v3/J3PKTtDvolDMBtTy6AFGA${query}`, undefined, {
      Authorization: undefined,
      'X-Accsyn-Workspace': undefined,
    })

  it('tells without a key where the workspace is', async () => {
    const { body } = await look('?%7B%22ident%22%3A%20%22myworkspace%22%7D')
    expect(body).toEqual({ result: { hostname: scripts.host, port: scripts.port } })
    expect((await look('')).body).toEqual(body)
  })

  it.each([
    ['?%7B%22ident%22%3A%20%22other%22%7D', 'WRONG_WORKSPACE'],
    ['?%7B', 'BAD_REQUEST'],
    ['?%', 'BAD_REQUEST'],
  ])('%s is refused', async (query, code) => {
    expect((await look(query)).body).toMatchObject({ message: code })
  })
})

it('who tries keys again and again has to wait, and who has one does not', async () => {
  await using strict = await TestWorkspace.start({ rateLimits: { failures: { burst: 3, perSecond: 1 / 60 } } })
  const client = await wireClientOf(strict, await strict.john())
  const wrong = new WireClient(strict.server, client.email, 'wrong')
  for (let count = 0; count < 3; count += 1) {
    await expect(wrong.login()).rejects.toMatchObject({ code: 'BAD_CREDENTIALS' })
  }
  const { status, headers, body } = await wrong.send('PUT', '/api/v3/api/login', '{}')
  expect([status, body.message]).toEqual([429, 'TOO_MANY_REQUESTS'])
  expect(Number(headers['retry-after'])).toBeGreaterThan(0)
  expect((await client.login()).role).toBe('admin')
})
