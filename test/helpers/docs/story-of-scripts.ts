import type { StoredWorkspace } from '../wire/stored-workspace.ts'
import type { WireClient } from '../wire/wire-client.ts'
import type { WireExamples } from './wire-examples.ts'

interface Cast {
  readonly stored: StoredWorkspace
  readonly wire: WireClient
  readonly examples: WireExamples
}

/** An admin's scripts, which call each route once. */
export async function scripts(stored: StoredWorkspace, examples: WireExamples): Promise<void> {
  const cast = { stored, wire: await stored.wire(), examples }
  await looksAround(cast)
  await transfers(cast)
  await deliveries(cast)
  await people(cast)
  await places(cast)
  await filesAndCollections(cast)
  await settings(cast)
}

async function looksAround({ wire, examples }: Cast): Promise<void> {
  await examples.call(wire, 'GET', 'entitytypes')
  await examples.call(wire, 'GET', 'attributes', { data: { entitytype: 'queue', create: true } })
  await examples.call(wire, 'GET', 'user/api_key')
  await examples.call(wire, 'GET', 'workspace/find')
  const { id } = (await wire.find('workspace'))[0]
  await examples.call(wire, 'PUT', 'workspace/edit', { id, data: { description: 'Films and stills' } })
  await examples.call(wire, 'GET', 'compute/find')
  await examples.call(wire, 'POST', 'compute/create', { data: { code: 'farm' } }, true)
}

async function transfers({ stored, wire, examples }: Cast): Promise<void> {
  await stored.workspace.person('lisa@example.com', 'Lisa', 'employee', stored.john)
  await stored.john.connect()
  for (const name of ['a.mov', 'b.mov', 'c.mov']) stored.write(name, 'x'.repeat(1000))
  const tasks = ['a.mov', 'b.mov'].map((name) => ({ source: `share=films/${name}`, destination: 'lisa@example.com' }))
  const created = await examples.call(wire, 'POST', 'transfer/create', {
    data: { name: 'Rushes', status: 'paused', tasks },
  })
  const { id } = [created].flat()[0]
  await stored.john.job(id, ({ sizeBytes }) => sizeBytes === 2000)
  await examples.call(wire, 'GET', 'transfer/find', {
    query: "status=paused and name='rushes'",
    data: { attributes: ['id', 'name', 'status', 'size', 'created'], limit: 10 },
  })
  await examples.call(wire, 'PUT', 'transfer/edit', { id, data: { priority: 800 } })
  await examples.call(wire, 'GET', 'transfer/report', { query: "name='rushes'" })
  await examples.call(wire, 'GET', 'transfer/metrics', { query: "name='rushes'" })
  await examples.call(wire, 'GET', 'task/find', { data: { parent: id } })
  const more = { source: 'share=films/c.mov', destination: 'lisa@example.com' }
  await examples.call(wire, 'POST', 'task/create', { id, data: { tasks: [more] } })
  await stored.john.job(id, ({ sizeBytes }) => sizeBytes === 3000)
  await examples.call(wire, 'PUT', 'task/edit', { id, data: [{ uri: '0', status: 'onhold' }] })
  await examples.call(wire, 'DELETE', 'task/delete', { id, data: null }, true)
  await examples.call(wire, 'GET', 'log/find', { id, data: { entitytype: 'transfer' } })
  await examples.call(wire, 'GET', 'job/recipients', { id })
  await examples.call(wire, 'DELETE', 'transfer/delete', { id, data: { force: true } })
}

async function deliveries({ wire, examples }: Cast): Promise<void> {
  const data = { name: 'Dailies', files: ['share=films/a.mov'], recipients: ['lisa@example.com'] }
  const { id } = [await examples.call(wire, 'POST', 'delivery/create', { data })].flat()[0]
  await examples.call(wire, 'GET', 'delivery/find', { query: "name='dailies'" })
  await examples.call(wire, 'PUT', 'job/recipient/add', { id, data: { recipient: 'sam@example.com', invite: true } })
  await examples.call(wire, 'DELETE', 'job/recipient', { id, data: { recipient: 'sam@example.com' } })
  await examples.call(wire, 'PUT', 'delivery/edit', { id, data: { status: 'done' } })
  await examples.call(wire, 'DELETE', 'delivery/delete', { id, data: null })
}

async function people({ wire, examples }: Cast): Promise<void> {
  const { id } = [
    await examples.call(wire, 'POST', 'user/create', {
      data: { code: 'mia@example.com', name: 'Mia', role: 'standard' },
    }),
  ].flat()[0]
  await examples.call(wire, 'GET', 'user/find', { query: "code='mia@example.com'" })
  await examples.call(wire, 'PUT', 'user/edit', { id, data: { description: 'Colour' } })
  await examples.call(wire, 'DELETE', 'user/deactivate', { id })
  await examples.call(wire, 'POST', 'user/activate', { id })
  await examples.call(wire, 'DELETE', 'user/delete', { id })
  const [server] = await examples.call(wire, 'GET', 'client/find', { query: 'code=hq-1' })
  await examples.call(wire, 'PUT', 'client/edit', { id: server.id, data: { description: 'In the rack' } })
  const [app] = await wire.find('app', {}, 'code=lisas-pc')
  await examples.call(wire, 'DELETE', 'client/delete', { id: app.id })
}

async function places({ wire, examples }: Cast): Promise<void> {
  const site = [
    await examples.call(wire, 'POST', 'site/create', { data: { code: 'berlin', name: 'Berlin' } }),
  ].flat()[0]
  await examples.call(wire, 'GET', 'site/find', { query: 'code=berlin' })
  await examples.call(wire, 'PUT', 'site/edit', { id: site.id, data: { write: false } })
  await examples.call(wire, 'DELETE', 'site/delete', { id: site.id })
  const night = { code: 'night', name: 'By night', priority: 200 }
  const queue = [await examples.call(wire, 'POST', 'queue/create', { data: night })].flat()[0]
  await examples.call(wire, 'GET', 'queue/find', { query: 'code=night' })
  await examples.call(wire, 'PUT', 'queue/edit', { id: queue.id, data: { status: 'paused' } })
  await examples.call(wire, 'DELETE', 'queue/delete', { id: queue.id })
  await shares({ wire, examples })
}

async function shares({ wire, examples }: Omit<Cast, 'stored'>): Promise<void> {
  const [volume] = await wire.find('volume', {}, "code='films'")
  const data = { code: 'trailer', name: 'Trailer', parent: volume.id, path: 'trailer' }
  const { id } = [await examples.call(wire, 'POST', 'share/create', { data })].flat()[0]
  await examples.call(wire, 'GET', 'share/find', { query: "code='trailer'" })
  await examples.call(wire, 'PUT', 'share/edit', { id, data: { description: 'For the trailer' } })
  const [lisa] = await wire.find('user', {}, "code='lisa@example.com'")
  const grant = { entity: `user:${lisa.id}`, target: `share:${id}`, read: true, write: false, path: '/' }
  const [acl] = [await examples.call(wire, 'POST', 'acl/create', { data: grant })].flat()
  await examples.call(wire, 'GET', 'acl/find', { query: `acl WHERE target=share:${id}` })
  await examples.call(wire, 'DELETE', 'acl/delete', { id: acl.id })
  const [server] = await wire.find('server', {}, 'code=hq-1')
  await examples.call(wire, 'PUT', 'share/server', { id: volume.id, data: { client: server.id } })
  await examples.call(wire, 'GET', 'share/servers', { id: volume.id })
  await examples.call(wire, 'DELETE', 'share/server', { id: volume.id, data: { client: server.id } })
  await wire.call('PUT', 'share/server', { id: volume.id, data: { client: server.id } })
  await examples.call(wire, 'DELETE', 'share/deactivate', { id })
  await examples.call(wire, 'POST', 'share/activate', { id })
  await examples.call(wire, 'DELETE', 'share/delete', { id })
}

async function filesAndCollections({ stored, wire, examples }: Cast): Promise<void> {
  stored.write('reel/a.mov', 'a'.repeat(1000))
  await examples.call(wire, 'GET', 'workspace/file', { data: { op: 'ls', path: 'volume=films/reel', getsize: true } })
  await examples.call(wire, 'POST', 'workspace/file', { data: { op: 'mkdir', path: 'volume=films/old' } })
  const rename = { op: 'rename', path: 'volume=films/old', path_to: 'older' }
  await examples.call(wire, 'PUT', 'workspace/file', { data: rename })
  const { id } = [
    await examples.call(wire, 'POST', 'collection/create', { data: { code: 'selects', name: 'Selects' } }),
  ].flat()[0]
  await examples.call(wire, 'GET', 'collection/find', { query: "code='selects'" })
  await examples.call(wire, 'PUT', 'collection/edit', { id, data: { description: 'The best' } })
  const added = await examples.call(wire, 'POST', 'file/add', { id, data: { files: ['volume=films/reel/a.mov'] } })
  await examples.call(wire, 'GET', 'file/find', { data: { parent: id } })
  const first = [added].flat()[0]
  await examples.call(wire, 'DELETE', 'collection/file/remove', { id, data: { files: [first.id] } })
  await examples.call(wire, 'DELETE', 'collection/deactivate', { id })
  await examples.call(wire, 'POST', 'collection/activate', { id })
  await examples.call(wire, 'DELETE', 'collection/delete', { id })
}

async function settings({ wire, examples }: Cast): Promise<void> {
  const name = 'transfer_speedlimit'
  await examples.call(wire, 'PUT', 'setting', { data: { entitytype: 'workspace', name, value: 100 } })
  await examples.call(wire, 'GET', 'setting', { data: { entitytype: 'workspace', name } })
  await examples.call(wire, 'DELETE', 'setting', { data: { entitytype: 'workspace', name } })
}
