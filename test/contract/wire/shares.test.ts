import { afterAll, beforeAll, expect, it } from 'vitest'
import { type WireClient, wireClientOf } from '../../helpers/wire/wire-client.ts'
import { type TestClient, TestWorkspace } from '../workspace/support.ts'

let workspace: TestWorkspace
let john: TestClient
let mia: TestClient
let scripts: WireClient
let miasScripts: WireClient

beforeAll(async () => {
  workspace = await TestWorkspace.start({ rateLimits: { anonymous: { burst: 1000, perSecond: 1000 } } })
  john = await workspace.john()
  await john.call('setting/set', { entity: 'workspace', name: 'api_calls_per_second', value: -1 })
  mia = await workspace.person('mia@example.com', 'Mia', 'standard', john)
  scripts = await wireClientOf(workspace, john)
  miasScripts = await wireClientOf(workspace, mia)
})

afterAll(() => workspace[Symbol.asyncDispose]())

const find = async (by: WireClient, noun: string, query?: string, data = {}) =>
  (await by.call('GET', `${noun}/find`, { data, ...(query !== undefined && { query }) })).result

it('volumes and folders are made, found, changed, put away, brought back and deleted', async () => {
  const [projects] = await find(scripts, 'volume', "code='projects'")
  expect(projects).toMatchObject({ type: 'volume', default: true, path: '/srv/projects', status: 'enabled' })
  const { result } = await scripts.call('POST', 'folder/create', {
    data: { name: 'The Film', parent: projects.id, path: 'film/in', email: 'sam@example.com' },
  })
  expect(result).toMatchObject([
    { code: 'the-film', parent: projects.id, path: 'film/in', email: ['sam@example.com'], type: 'folder' },
  ])
  const { id } = result[0]
  expect(result[0].parent_hr).toBe(`share:projects[volume](${projects.id})`)
  expect(await find(scripts, 'folder', undefined, { parent: projects.id })).toHaveLength(1)
  expect(await find(scripts, 'Folder', `parent=projects and path="film/*"`)).toHaveLength(1)
  expect(await find(scripts, 'volume', "code='the-film'")).toEqual([])
  const edited = await scripts.call('PUT', 'folder/edit', { data: { name: 'Film', status: 'disabled' }, id })
  expect(edited.result).toMatchObject([{ name: 'Film', status: 'disabled', status_hr: 'Disabled' }])
  expect((await scripts.call('DELETE', 'folder/deactivate', { data: {}, id })).result).toBe(true)
  expect(await find(scripts, 'folder')).toEqual([])
  expect(await find(scripts, 'folder', undefined, { inactive: true })).toMatchObject([{ id, inactive: true }])
  expect(await find(scripts, 'folder', "code='the-film' and inactive=false")).toEqual([])
  expect((await scripts.call('POST', 'folder/activate', { data: {}, query: 'the-film' })).result).toBe(true)
  expect((await scripts.call('DELETE', 'share/delete', { data: null, id })).result).toBe(true)
  expect((await scripts.call('GET', 'share/find', { data: {}, id })).result).toEqual([])
  const server = (await find(scripts, 'server'))[0].id
  const volume = await scripts.call('POST', 'volume/create', {
    data: { name: 'Disk', paths: { linux: '/srv/disk' }, server },
  })
  expect(volume.result).toMatchObject([{ code: 'disk', type: 'volume', default: false, path: '/srv/disk' }])
  expect(await find(miasScripts, 'volume')).toEqual([])
  const refused = miasScripts.call('POST', 'folder/create', { data: { name: 'Mine', parent: projects.id, path: 'm' } })
  await expect(refused).rejects.toMatchObject({ code: 'FORBIDDEN' })
})

it('grants are given by id and by address, asked for in the scripts’ ways, and taken', async () => {
  const [projects] = await find(scripts, 'volume', "code='projects'")
  const made = await scripts.call('POST', 'folder/create', {
    data: { name: 'Open', parent: projects.id, path: 'open' },
  })
  const target = `share:${made.result[0].id}`
  const entity = `user:${mia.user.id}`
  const grant = { target, read: true, write: false, notify: true, message: '', path: '/A/b', invite: false }
  const { result } = await scripts.call('POST', 'acl/create', { data: { ...grant, entity } })
  expect(result).toMatchObject([{ entity, target, path: 'A/b', read: true, write: false, acknowledged: false }])
  expect(result[0].entity_hr).toBe(`user:mia@example.com[standard](${mia.user.id})`)
  await scripts.call('POST', 'acl/create', { data: { ...grant, entity: 'user:mia@example.com', path: '/' } })
  const asked = await find(scripts, 'acl', `acl WHERE target=${target}`, { recursive: false })
  expect(asked.map(({ path }: { path: string }) => path)).toEqual(['A/b', '/'])
  expect(await find(scripts, 'acl', `acl WHERE target=share:${projects.id}`, { recursive: true })).toHaveLength(2)
  expect(await find(scripts, 'acl', `acl WHERE target=share:${projects.id}`, { recursive: false })).toEqual([])
  expect(await find(miasScripts, 'folder')).toMatchObject([{ code: 'open' }])
  const own = await find(scripts, 'acl', `acl WHERE entity=${entity} AND target=${target}`)
  for (const { id } of own) expect((await scripts.call('DELETE', 'acl/delete', { data: {}, id })).result).toBe(true)
  expect(await find(miasScripts, 'folder')).toEqual([])
  const nothing = scripts.call('POST', 'acl/create', { data: { ...grant, entity, read: false } })
  await expect(nothing).rejects.toMatchObject({ code: 'BAD_REQUEST' })
})
