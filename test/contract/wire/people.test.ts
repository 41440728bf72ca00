import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WireClient, wireClientOf } from '../../helpers/wire/wire-client.ts'
import { type TestClient, TestWorkspace } from '../workspace/support.ts'

let workspace: TestWorkspace
let john: TestClient
let mia: TestClient
let scripts: WireClient
let miasScripts: WireClient

beforeAll(async () => {
  workspace = await TestWorkspace.start({
    rateLimits: { failures: { burst: 1000, perSecond: 1000 }, anonymous: { burst: 1000, perSecond: 1000 } },
  })
  john = await workspace.john()
  await john.call('setting/set', { entity: 'workspace', name: 'api_calls_per_second', value: -1 })
  mia = await workspace.person('mia@example.com', 'Mia', 'standard', john)
  scripts = await wireClientOf(workspace, john)
  miasScripts = await wireClientOf(workspace, mia)
})

afterAll(() => workspace[Symbol.asyncDispose]())

/** Every attribute that the reference lists for nearly all entities. */
const common = ['id', 'code', 'name', 'description', 'metadata', 'created', 'creator', 'modified', 'modifier']
const wireDate = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?$/

describe('User', () => {
  it('is found with all that the reference lists, by query, by id, and no more than asked for', async () => {
    const { result } = await scripts.call('GET', 'user/find', { data: {}, query: "code='mia@example.com'" })
    expect(result).toHaveLength(1)
    expect(Object.keys(result[0])).toEqual(expect.arrayContaining([...common, 'role', 'status', 'logged_in', 'queue']))
    expect(result[0]).toMatchObject({ id: mia.user.id, code: 'mia@example.com', role: 'standard', status: 'enabled' })
    expect(result[0].created).toMatch(wireDate)
    const byId = await scripts.call('GET', 'User/find', { data: {}, id: mia.user.id })
    expect(byId.result).toEqual(result)
    const nobody = await scripts.call('GET', 'user/find', { data: {}, id: 'f'.repeat(24) })
    expect(nobody.result).toEqual([])
    const names = await scripts.call('GET', 'user/find', { data: { attributes: ['code'], limit: 1, skip: 1 } })
    expect(names.result).toEqual([{ code: 'mia@example.com' }])
    expect(
      (await scripts.call('GET', 'user/find', { data: null, query: 'nobody=1 or code="*"' }).catch((e) => e)).code,
    ).toBe('QUERY_INVALID')
  })

  it('is created, changed, put away, brought back and deleted', async () => {
    const { result } = await scripts.call('POST', 'user/create', {
      data: { code: 'lisa@example.com', name: 'Lisa', role: 'employee', description: 'Edit', metadata: { room: 4 } },
    })
    expect(result).toMatchObject([{ code: 'lisa@example.com', role: 'employee', metadata: { room: 4 } }])
    expect(result[0].creator_hr).toBe(`user:john@example.com[admin](${john.user.id})`)
    const { id } = result[0]
    const changed = await scripts.call('PUT', 'user/edit', { data: { name: 'Lisa L', queue: 'low' }, id })
    expect(changed.result).toMatchObject([{ name: 'Lisa L', queue_hr: expect.stringMatching(/^queue:low\(/) }])
    expect((await scripts.call('DELETE', 'user/deactivate', { data: {}, id })).result).toBe(true)
    expect((await scripts.call('GET', 'user/find', { data: {}, query: 'name="lisa l"' })).result).toEqual([])
    const away = await scripts.call('GET', 'user/find', { data: { inactive: true } })
    expect(away.result).toMatchObject([{ id, inactive: true }])
    const asked = await scripts.call('GET', 'user/find', { data: {}, query: 'name="lisa l" and inactive=true' })
    expect(asked.result).toHaveLength(1)
    expect((await scripts.call('POST', 'user/activate', { data: {}, query: 'lisa@example.com' })).result).toBe(true)
    expect((await scripts.call('GET', 'user/find', { data: {}, id })).result).toMatchObject([{ inactive: false }])
    expect((await scripts.call('DELETE', 'user/delete', { data: null, id })).result).toBe(true)
    expect((await scripts.call('GET', 'user/find', { data: {}, id })).result).toEqual([])
    const again = await scripts.call('POST', 'user/create', { data: { code: 'lisa@example.com' } })
    expect(again.result[0].id).not.toBe(id)
  })

  it.each([
    ['user/create', 'POST', { code: 'no address' }, 'BAD_REQUEST'],
    ['user/create', 'POST', { code: 'mia@example.com' }, 'EMAIL_TAKEN'],
    ['user/create', 'POST', { code: 'x@example.com', role: 'god' }, 'BAD_REQUEST'],
    ['user/create', 'POST', { code: 'x@example.com', password: 'x' }, 'BAD_REQUEST'],
    ['user/create', 'POST', { code: 'x@example.com', volumes: ['f'.repeat(24)] }, 'NOT_FOUND'],
    ['user/create', 'POST', {}, 'BAD_REQUEST'],
    ['user/edit', 'PUT', { name: 'x' }, 'BAD_REQUEST'],
  ] as const)('%s %s %j is refused', async (uri, verb, data, code) => {
    await expect(scripts.call(verb, uri, { data })).rejects.toMatchObject({ code })
  })

  it('a key is made when a script asks for its own, which it cannot be shown again', async () => {
    const { api_key: key } = await miasScripts.call('GET', 'user/api_key', { data: {} })
    expect(key).not.toBe(miasScripts.key)
    const other = new WireClient(workspace.server, 'mia@example.com', key)
    expect(await other.login()).toMatchObject({ id: mia.user.id })
    for (let count = 0; count < 11; count += 1) await miasScripts.call('GET', 'user/api_key', { data: {} })
    await expect(other.login()).rejects.toMatchObject({ code: 'BAD_CREDENTIALS' })
    await miasScripts.login()
  })

  it('is not for standard people to make, change or remove, but for their own name', async () => {
    const refused = { code: 'FORBIDDEN' }
    await expect(miasScripts.call('POST', 'user/create', { data: { code: 'y@example.com' } })).rejects.toMatchObject(
      refused,
    )
    const edit = (data: Record<string, unknown>, id: string) => miasScripts.call('PUT', 'user/edit', { data, id })
    await expect(edit({ name: 'x' }, john.user.id)).rejects.toMatchObject(refused)
    await expect(edit({ role: 'admin' }, mia.user.id)).rejects.toMatchObject(refused)
    await expect(edit({ status: 'disabled' }, mia.user.id)).rejects.toMatchObject(refused)
    expect((await edit({ name: 'Mia M' }, mia.user.id)).result).toMatchObject([{ name: 'Mia M' }])
    await expect(miasScripts.call('DELETE', 'user/delete', { id: john.user.id })).rejects.toMatchObject(refused)
  })
})

describe('Site', () => {
  it('is made with a code from its name, found, changed and deleted', async () => {
    const { result } = await scripts.call('POST', 'site/create', { data: { name: 'Köln, Büro 2' } })
    expect(result).toMatchObject([{ code: 'koln-buro-2', name: 'Köln, Büro 2', main: false, status: 'enabled' }])
    expect(Object.keys(result[0])).toEqual(expect.arrayContaining([...common, 'accsyn', 'main', 'status']))
    const { id } = result[0]
    const off = await scripts.call('PUT', 'site/edit', { data: { status: 'disabled', write: false }, id })
    expect(off.result).toMatchObject([{ status: 'disabled', read: true, write: false }])
    const main = await scripts.call('GET', 'site/find', { data: {}, query: 'main=true' })
    expect(main.result).toMatchObject([{ code: 'hq', main: true }])
    expect((await scripts.call('GET', 'site/find', { data: {}, query: `id=${id}` })).result).toHaveLength(1)
    expect((await scripts.call('DELETE', 'site/delete', { id })).result).toBe(true)
    expect((await scripts.call('GET', 'site/find', { data: {}, id })).result).toEqual([])
  })

  it.each(['hq', 'HQ', 'myworkspace', 'MyWorkspace', 'accsyn', 'roaming', 'projects'])('%s is taken', async (code) => {
    await expect(scripts.call('POST', 'site/create', { data: { code } })).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  it.each([{ code: 'ä' }, { code: '' }, { name: '☃' }, { code: 'x'.repeat(33) }, { name: 5 }])(
    '%j is no site',
    async (data) => {
      await expect(scripts.call('POST', 'site/create', { data })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    },
  )

  it('is for admins to change', async () => {
    await expect(miasScripts.call('GET', 'site/find', { data: {} })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect((await miasScripts.call('GET', 'site/find', { data: {}, id: 'f'.repeat(24) })).result).toEqual([])
    expect((await miasScripts.call('GET', 'server/find', { data: {} })).result).toEqual([])
    await expect(miasScripts.call('POST', 'site/create', { data: { name: 'X' } })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
  })
})

describe('Queue', () => {
  it('there are three to begin with, of which one is the default', async () => {
    const { result } = await scripts.call('GET', 'queue/find', { data: {} })
    expect(result.map(({ code, priority, default: isDefault }: never) => [code, priority, isDefault])).toEqual([
      ['high', 999, false],
      ['medium', 500, true],
      ['low', 1, false],
    ])
    expect(result[1]).toMatchObject({ type: 2, status: 'waiting', uri: 'myworkspace/medium', compute_default: false })
    expect(Object.keys(result[0])).toEqual(expect.arrayContaining(common))
  })

  it('is made below another, paused by either word, renamed and deleted', async () => {
    const top = await scripts.call('POST', 'queue/create', { data: { name: 'Night', priority: 700 } })
    const { result } = await scripts.call('POST', 'queue/create', { data: { code: 'deep', parent: 'night' } })
    expect(result).toMatchObject([{ uri: 'myworkspace/night/deep', parent: top.result[0].id, priority: 500 }])
    const { id } = result[0]
    const paused = await scripts.call('PUT', 'queue/edit', { data: { status: 'disabled', code: 'deeper' }, id })
    expect(paused.result).toMatchObject([{ status: 'paused', uri: 'myworkspace/night/deeper' }])
    await scripts.call('DELETE', 'queue/delete', { id: top.result[0].id })
    const left = await scripts.call('GET', 'queue/find', { data: {}, query: 'status=paused' })
    expect(left.result).toMatchObject([{ uri: 'myworkspace/deeper', parent: null }])
    await scripts.call('DELETE', 'queue/delete', { id })
  })

  it.each([
    [{ code: 'HIGH' }, 'CONFLICT'],
    [{ name: 'X', priority: 1001 }, 'BAD_REQUEST'],
    [{ name: 'X', parent: 'nowhere' }, 'NOT_FOUND'],
    [{ name: 'X', status: 'done' }, 'STATUS_NOT_WRITEABLE'],
    [{ name: 'X', colour: 'red' }, 'BAD_REQUEST'],
  ])('%j is refused', async (data, code) => {
    await expect(scripts.call('POST', 'queue/create', { data })).rejects.toMatchObject({ code })
  })
})

describe('Client', () => {
  it('is seen by its kind, switched off and on, and deleted while it is away', async () => {
    const sam = await workspace.person('sam@example.com', 'Sam', 'standard', john)
    const query = `user=${sam.user.id} AND code=Sams-pc AND type=0`
    const { result } = await scripts.call('GET', 'client/find', { data: {}, query })
    expect(result).toMatchObject([{ code: 'Sams-pc', type: 0, type_hr: 'app', status: 'offline', user: sam.user.id }])
    expect(Object.keys(result[0])).toEqual(
      expect.arrayContaining([...common, 'host_ident', 'last_checkin', 'os', 'roles', 'site', 'username', 'wan_ip']),
    )
    const servers = await scripts.call('GET', 'server/find', { data: {} })
    expect(servers.result).toMatchObject([{ type: 1, site_hr: expect.stringContaining('myworkspace') }])
    expect((await scripts.call('GET', 'app/find', { data: {}, query })).result).toHaveLength(1)
    expect((await scripts.call('GET', 'lane/find', { data: {} })).result).toEqual([])
    const { id } = result[0]
    const edit = async (status: string) => (await scripts.call('PUT', 'client/edit', { data: { status }, id })).result
    expect(await edit('disabled')).toMatchObject([{ status: 'disabled-offline' }])
    expect(await edit('online')).toMatchObject([{ status: 'offline' }])
    await edit('disabled')
    expect(await edit('enabled')).toMatchObject([{ status: 'offline' }])
    await expect(edit('offline')).rejects.toMatchObject({ code: 'STATUS_NOT_WRITEABLE' })
    await sam.connect()
    await expect(scripts.call('DELETE', 'client/delete', { id })).rejects.toMatchObject({ code: 'CONFLICT' })
    const other = await workspace.client().login('sam@example.com', 'tern tern 123', 'other')
    expect((await scripts.call('DELETE', 'client/delete', { id: other.machine.id })).result).toBe(true)
    await expect(scripts.call('POST', 'client/create', { data: {} })).rejects.toMatchObject({ code: 'UNSUPPORTED' })
  })
})

describe('Workspace and settings', () => {
  it('the workspace is one, and its name may change', async () => {
    const { result } = await scripts.call('GET', 'workspace/find', { data: {} })
    expect(result).toMatchObject([{ code: 'myworkspace', name: 'My workspace', status: 'enabled', type: 'byos' }])
    expect(Object.keys(result[0])).toEqual(expect.arrayContaining(common))
    const renamed = await scripts.call('PUT', 'workspace/edit', { data: { name: 'Ours' }, id: result[0].id })
    expect(renamed.result).toMatchObject([{ name: 'Ours', code: 'myworkspace' }])
    await expect(scripts.call('PUT', 'workspace/edit', { data: { code: 'x' } })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    })
  })

  it('settings are texts, written, inherited and taken back', async () => {
    const queues = await scripts.call('GET', 'queue/find', { data: {}, query: 'code=low' })
    const { id } = queues.result[0]
    const ofQueue = { entitytype: 'queue' }
    const read = async (data: Record<string, unknown>) => (await scripts.call('GET', 'setting', { data, id })).result
    const all = { ...ofQueue, recursive: false, upstream: false, omit_defaults: true }
    const write = { ...ofQueue, name: 'job_max_retries', value: '5' }
    expect((await scripts.call('PUT', 'setting', { data: write, id })).result).toBe(true)
    const speed = { entitytype: 'workspace', name: 'transfer_speedlimit', value: '10' }
    await scripts.call('PUT', 'setting', { data: speed })
    expect(await read(all)).toEqual({ job_max_retries: '5' })
    expect(await read({ ...all, upstream: true })).toMatchObject({ job_max_retries: '5', transfer_speedlimit: '10' })
    expect(await read({ ...all, omit_defaults: false })).toMatchObject({ transfer_mode: 'copy' })
    expect(await read({ ...ofQueue, name: 'transfer_speedlimit', data: null })).toBe('10')
    const taken = await scripts.call('DELETE', 'setting', { data: { ...ofQueue, name: 'job_max_retries' }, id })
    expect(taken.result).toBe(true)
    expect(await read(all)).toEqual({})
    await expect(read({ ...ofQueue, name: 'transfer_colour' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const wrong = { ...ofQueue, name: 'job_max_retries', value: 'many' }
    await expect(scripts.call('PUT', 'setting', { data: wrong, id })).rejects.toMatchObject({ code: 'SPEC_INVALID' })
    await expect(read({ entitytype: 'engine' })).rejects.toMatchObject({ code: 'UNSUPPORTED' })
  })
})

describe('find("attributes WHERE entitytype=…")', () => {
  it.each(['user', 'site', 'queue', 'client', 'app', 'server', 'workspace'])(
    '%s: all that a record has',
    async (entitytype) => {
      const read = await scripts.call('GET', 'attributes', { data: { entitytype, create: false, update: false } })
      const { result } = await scripts.call('GET', `${entitytype}/find`, { data: {} })
      expect(Object.keys(result[0]).sort()).toEqual(read.result)
      const updatable = await scripts.call('GET', 'attributes', { data: { entitytype, create: false, update: true } })
      expect(updatable.result).toEqual(expect.arrayContaining(['description', 'metadata', 'name']))
    },
  )

  it('what can be given to make one is for who may', async () => {
    const data = { entitytype: 'site', create: true, update: false }
    const ofAdmin = await scripts.call('GET', 'attributes', { data })
    expect(ofAdmin.result).toEqual(['code', 'description', 'metadata', 'name', 'read', 'write'])
    expect((await miasScripts.call('GET', 'attributes', { data })).result).toEqual([])
    const clients = await scripts.call('GET', 'attributes', { data: { ...data, entitytype: 'client' } })
    expect(clients.result).toEqual([])
  })
})

describe('calls of scripts', () => {
  it('are so many a second for each key, with a word when to come again', async () => {
    await john.call('setting/set', { entity: 'workspace', name: 'api_calls_per_second', value: 1 })
    const key = await mia.call('key/create', {})
    const busy = new WireClient(workspace.server, 'mia@example.com', key.key)
    const replies = await Promise.all(Array.from({ length: 4 }, () => busy.event('GET', 'app/find', { data: {} })))
    const refused = replies.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThan(0)
    expect(refused[0]?.headers['retry-after']).toBe('1')
    expect(refused[0]?.body).toMatchObject({ message: 'TOO_MANY_REQUESTS', message_hr: expect.any(String) })
    // Another key is another matter.
    expect((await miasScripts.event('GET', 'app/find', { data: {} })).status).toBe(200)
    await john.call('setting/set', { entity: 'workspace', name: 'api_calls_per_second', value: -1 })
  })
})
