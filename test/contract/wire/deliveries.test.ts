import { expect, it } from 'vitest'
import { wireClientOf } from '../../helpers/wire/wire-client.ts'
import { TestWorkspace } from '../workspace/support.ts'

const common = ['id', 'code', 'name', 'description', 'metadata', 'created', 'creator', 'modified', 'modifier', 'status']

it('makes a delivery, fills it, submits it, and tells of its recipients', async () => {
  await using workspace = await TestWorkspace.start()
  const john = await workspace.john()
  const mia = await workspace.person('mia@example.com', 'Mia', 'standard', john)
  const scripts = await wireClientOf(workspace, john)
  const miasScripts = await wireClientOf(workspace, mia)
  const made = await scripts.call('POST', 'delivery/create', { data: { name: 'Dailies', metadata: { day: 3 } } })
  expect(made.result).toMatchObject([{ name: 'Dailies', status: 'init', public: false, type: 7, metadata: { day: 3 } }])
  expect(Object.keys(made.result[0])).toEqual(expect.arrayContaining([...common, 'user', 'user_hr', 'expires']))
  expect(Object.keys(made.result[0])).not.toEqual(expect.arrayContaining(['tasks']))
  for (const entitytype of ['delivery', 'request']) {
    const { result: names } = await scripts.call('GET', 'attributes', {
      data: { entitytype, create: false, update: false },
    })
    const sample = await scripts.call('POST', `${entitytype}/create`, { data: { name: 'Sample' } })
    expect(Object.keys(sample.result[0]).sort()).toEqual([...names].sort())
  }
  const { id } = made.result[0]
  await expect(scripts.call('PUT', 'delivery/edit', { data: { status: 'pending' }, id })).rejects.toMatchObject({
    code: 'CONFLICT',
  })
  const added = { data: { recipient: 'mia@example.com', invite: true }, id }
  expect((await scripts.call('PUT', 'job/recipient/add', added)).result).toBe(true)
  expect((await scripts.call('PUT', 'job/recipient/add', added)).result).toBe(false)
  const uploading = { data: { parent: id, source: 'john@example.com:/Users/john/cut.mov', name: 'Cut' } }
  const upload = await scripts.call('POST', 'transfer/create', uploading)
  expect(upload.result).toMatchObject([{ name: 'Cut', destination: expect.stringMatching(/^workspace:/) }])
  const submitted = await scripts.call('PUT', 'delivery/edit', { data: { status: 'pending', message: 'Hi' }, id })
  expect(submitted.result).toMatchObject([{ status: 'pending', message: 'Hi' }])
  const { result: recipients } = await scripts.call('GET', 'job/recipients', { data: {}, id })
  expect(recipients).toEqual([{ user: mia.user.id, user_hr: 'mia@example.com', actioned: false }])
  const find = { data: {}, query: 'name="dailies"' }
  expect((await scripts.call('GET', 'delivery/find', find)).result).toMatchObject([{ id }])
  expect((await miasScripts.call('GET', 'Delivery/find', { data: {}, id })).result).toMatchObject([{ id }])
  await expect(miasScripts.call('PUT', 'delivery/edit', { data: { status: 'done' }, id })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  })
  expect((await scripts.call('DELETE', 'job/recipient', { data: { recipient: mia.user.id }, id })).result).toBe(true)
  expect((await miasScripts.call('GET', 'delivery/find', { data: {}, id })).result).toEqual([])
  await scripts.call('PUT', 'delivery/edit', { data: { status: 'done' }, id })
  expect((await scripts.call('GET', 'delivery/find', { data: {}, query: 'name=dailies' })).result).toEqual([])
  expect((await scripts.call('GET', 'delivery/find', { data: { finished: true } })).result).toMatchObject([
    { id, status: 'done' },
  ])
  expect((await scripts.call('DELETE', 'delivery/delete', { data: null, id })).result).toBe(true)
  expect((await scripts.call('GET', 'delivery/find', { data: {}, id })).result).toEqual([])
})

it('submits at once what comes with files and recipients, and downloads it by its name as a parent', async () => {
  await using workspace = await TestWorkspace.start()
  const john = await workspace.john()
  const mia = await (await workspace.person('mia@example.com', 'Mia', 'standard', john)).connect()
  const scripts = await wireClientOf(workspace, john)
  const miasScripts = await wireClientOf(workspace, mia)
  const { result } = await scripts.call('POST', 'delivery/create', {
    data: { name: 'Cut', tasks: ['share=projects/cut.mov'], recipients: ['mia@example.com'] },
  })
  expect(result).toMatchObject([{ status: 'waiting' }])
  const taken = await miasScripts.call('POST', 'transfer/create', {
    data: { parent: result[0].id, destination: `client=${mia.clientId}:/Users/mia/in` },
  })
  expect(taken.result).toMatchObject([{ name: 'Cut', destination: `user:${mia.user.id}` }])
  const request = await scripts.call('POST', 'request/create', {
    data: { name: 'Plates', destination: 'share=(default)/source/from_client', recipients: ['mia@example.com'] },
  })
  expect(request.result).toMatchObject([{ status: 'waiting', type: 8 }])
  expect((await scripts.call('GET', 'request/find', { data: {} })).result).toHaveLength(1)
  expect((await scripts.call('GET', 'delivery/find', { data: {}, id: request.result[0].id })).result).toEqual([])
  await expect(
    scripts.call('POST', 'delivery/create', { data: { name: 'x', tasks: ['share=nothing/a'] } }),
  ).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

it('tells what a job has been through, in the order and the part that a script asks for', async () => {
  await using workspace = await TestWorkspace.start()
  const john = await workspace.john()
  const scripts = await wireClientOf(workspace, john)
  const spec = { source: 'share=projects/a.mov', destination: 'john@example.com:/tmp/a.mov', status: 'paused' }
  const { result } = await scripts.call('POST', 'transfer/create', { data: spec })
  const { id } = result[0]
  await scripts.call('PUT', 'transfer/edit', { data: { status: 'aborted' }, id })
  const log = async (data: Record<string, unknown>) => {
    const answer = await scripts.call('GET', 'log/find', { data: { entitytype: 'transfer', ...data }, id })
    return answer.result.map(({ code }: { code: string }) => code)
  }
  const all = await log({ sort: 'date', sort_reverse: false })
  expect([all[0], all.at(-1)]).toEqual(['job.created', 'job.aborted'])
  expect(await log({ sort_reverse: true })).toEqual([...all].reverse())
  expect(await log({ search: 'ABORT' })).toEqual(['job.aborted'])
  expect(await log({ pagination: { page: 2, limit: 1 } })).toEqual([all[1]])
  expect(await log({ pagination: { skip: 1 } })).toEqual(all.slice(1))
  const lines = await scripts.call('GET', 'log/find', { data: {}, id })
  expect(lines.result[0]).toMatchObject({ job: id, level: 'info', message: 'Created by John' })
  await expect(log({ pagination: { limit: -1 } })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
})
