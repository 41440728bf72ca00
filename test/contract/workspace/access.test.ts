import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OperationInput, OperationName } from '../../../src/shared/contract/operations.ts'
import { operationAudience, operationNames } from '../../../src/shared/contract/operations.ts'
import type { JobId } from '../../../src/shared/domain/ids.ts'
import { machine, type TestClient, TestWorkspace } from './support.ts'

const someId = '0123456789abcdef01234567'
const someTask = '26468234-c9ee-48d6-8d28-e900b5957129'
const fence = { dispatchId: someId, epoch: 1 }

/** An input of the right shape for each operation. */
const wellFormed: { readonly [Name in OperationName]: unknown } = {
  'workspace/hello': {},
  'workspace/snapshot': {},
  'invitation/inspect': { code: 'x' },
  'invitation/create': {},
  'session/join': { code: 'x', email: 'a@example.com', name: 'A', password: 'tern tern 1', machine: machine('m') },
  'session/join-server': { code: 'x', machine: { name: 'm', keyHash: 'b'.repeat(64) } },
  'invitation/create-server': { site: 'hq' },
  'session/login': { email: 'a@example.com', password: 'x', machine: machine('m') },
  'session/logout': {},
  'user/list': {},
  'user/update': { id: someId, role: 'standard' },
  'share/list': {},
  'share/create': { code: 'x', name: 'X', kind: 'volume', path: '/x' },
  'share/get': { id: someId },
  'share/create-home': { user: someId },
  'share/update': { id: someId, name: 'X' },
  'share/delete': { id: someId },
  'share/deactivate': { id: someId },
  'share/activate': { id: someId },
  'share/servers': { id: someId },
  'share/assign': { id: someId, clientId: someId },
  'share/deassign': { id: someId, clientId: someId },
  'acl/list': {},
  'acl/create': { user: someId, share: someId, mayRead: true, mayWrite: false },
  'acl/acknowledge': { id: someId },
  'acl/delete': { id: someId },
  'share/folder': { shareId: someId, path: '' },
  'collection/list': {},
  'collection/get': { id: someId },
  'collection/update': { id: someId, name: 'X' },
  'collection/deactivate': { id: someId },
  'collection/activate': { id: someId },
  'collection/delete': { id: someId },
  'collection/create': { name: 'X' },
  'collection/files': { id: someId },
  'collection/add': { id: someId, files: ['share=projects/x'] },
  'collection/remove': { id: someId, files: [someId] },
  'file/list': { path: 'share=projects' },
  'file/size': { path: 'share=projects' },
  'file/exists': { path: 'share=projects' },
  'file/make-folder': { path: 'share=projects/x' },
  'file/rename': { path: 'share=projects/x', to: 'y' },
  'file/move': { path: 'share=projects/x', to: 'share=projects/y' },
  'file/delete': { path: 'share=projects/x' },
  'setting/list': { entity: 'workspace' },
  'setting/set': { entity: 'workspace', name: 'transfer_mode', value: null },
  'client/register': machine('m'),
  'client/announce': { candidates: [] },
  'transfer/create': { spec: { source: 'share=projects/x', destination: 'mia@example.com' } },
  'transfer/list': {},
  'mail/get': {},
  'invitation/list': {},
  'invitation/revoke': { id: 'f'.repeat(24) as never },
  'mail/password': { password: null },
  'delivery/create': { name: 'Dailies' },
  'delivery/list': {},
  'delivery/get': { id: someId },
  'delivery/update': { id: someId, name: 'Rushes' },
  'delivery/delete': { id: someId },
  'recipient/list': { id: someId },
  'recipient/add': { id: someId, recipient: 'mia@example.com' },
  'recipient/remove': { id: someId, recipient: 'mia@example.com' },
  'transfer/get': { id: someId },
  'transfer/update': { id: someId, priority: 5 },
  'transfer/delete': { id: someId },
  'transfer/measured': { jobId: someId, tasks: [], isComplete: true },
  'transfer/preview': { jobId: someId },
  'transfer/resolve': { jobId: someId, path: '/x', revision: 0 },
  'transfer/decline': { jobId: someId },
  'transfer/consent': { jobId: someId, decision: 'allow' },
  'transfer/remind': { jobId: someId },
  'transfer/log': { jobId: someId },
  'task/list': { jobId: someId },
  'task/create': { jobId: someId, spec: { tasks: ['/a'] } },
  'task/update': { jobId: someId, tasks: [{ id: someTask, priority: 5 }] },
  'dispatch/claim': { dispatches: [fence] },
  'dispatch/report': { ...fence, tasks: [] },
  'dispatch/end': { ...fence, outcome: 'done' },
  'user/get': { id: someId },
  'user/create': { email: 'a@example.com' },
  'user/delete': { id: someId },
  'user/deactivate': { id: someId },
  'user/activate': { id: someId },
  'site/list': {},
  'site/get': { id: someId },
  'site/create': { name: 'X' },
  'site/update': { id: someId },
  'site/delete': { id: someId },
  'queue/list': {},
  'queue/get': { id: someId },
  'queue/create': { name: 'X' },
  'queue/update': { id: someId },
  'queue/delete': { id: someId },
  'client/list': {},
  'client/get': { id: someId },
  'client/update': { id: someId },
  'client/delete': { id: someId },
  'workspace/get': {},
  'workspace/update': {},
  'session/list': {},
  'session/end': { id: someId },
  'session/password': { oldPassword: 'x', newPassword: 'tern tern 1' },
  'audit/list': {},
  'key/create': {},
  'key/list': {},
  'key/revoke': { id: someId },
}

const serverMay: readonly OperationName[] = [
  'workspace/snapshot',
  'session/logout',
  'share/list',
  'client/announce',
  'transfer/measured',
  'dispatch/claim',
  'dispatch/report',
  'dispatch/end',
]

let workspace: TestWorkspace
let john: TestClient
let mia: TestClient
let sam: TestClient
let hq: TestClient

beforeAll(async () => {
  workspace = await TestWorkspace.start({ rateLimits: { anonymous: { burst: 1000, perSecond: 1000 } } })
  john = await workspace.john()
  mia = await workspace.person('mia@example.com', 'Mia', 'standard', john)
  sam = await workspace.person('sam@example.com', 'Sam', 'standard', john)
  hq = workspace.client(workspace.serverToken)
})

afterAll(() => workspace[Symbol.asyncDispose]())

const guarded = operationNames.filter((name) => operationAudience[name] !== 'anyone')

describe.each(operationNames)('%s', (name) => {
  it('refuses malformed input before it does anything', async () => {
    for (const body of ['[]', '"x"', '5', 'null']) {
      const { status, body: answer } = await john.post(name, body)
      expect([status, answer.error?.code]).toEqual([400, 'BAD_REQUEST'])
    }
    const broken = await john.post(name, '{"a":')
    expect([broken.status, broken.body.error]).toEqual([400, { code: 'BAD_REQUEST', params: { problem: 'json' } }])
  })
})

describe.each(guarded)('%s', (name) => {
  it('needs a session', async () => {
    const body = JSON.stringify(wellFormed[name])
    const without = await workspace.client().post(name, body)
    expect([without.status, without.body.error?.code]).toEqual([401, 'NOT_SIGNED_IN'])
    const forged = await workspace.client('A'.repeat(43)).post(name, body)
    expect([forged.status, forged.body.error?.code]).toEqual([401, 'NOT_SIGNED_IN'])
  })

  it('is for its audience', async () => {
    const audience = operationAudience[name]
    if (audience === 'admin' || audience === 'employee') {
      const { body } = await mia.post(name, JSON.stringify(wellFormed[name]))
      expect(body.error?.code).toBe('FORBIDDEN')
    }
    if (!serverMay.includes(name)) {
      const { body } = await hq.post(name, JSON.stringify(wellFormed[name]))
      expect(body.error?.code).toBe('FORBIDDEN')
    }
  })
})

describe('what a person is no part of', () => {
  let jobId: JobId

  beforeAll(async () => {
    const { jobs } = await john.call('transfer/create', {
      spec: wellFormed['transfer/create'] && { source: 'share=projects/x', destination: 'mia@example.com' },
    })
    jobId = jobs[0]?.id as JobId
  })

  it('does not exist for them, whatever they ask', async () => {
    const asks: { [Name in OperationName]?: OperationInput<Name> } = {
      'transfer/get': { id: jobId },
      'transfer/update': { id: jobId, status: 'aborted' },
      'transfer/delete': { id: jobId, force: true },
      'transfer/preview': { jobId },
      'transfer/resolve': { jobId, path: '/x', revision: 0 },
      'transfer/decline': { jobId },
      'transfer/consent': { jobId, decision: 'allow' },
      'transfer/remind': { jobId },
      'transfer/log': { jobId },
      'transfer/measured': { jobId, tasks: [], isComplete: true },
      'task/list': { jobId },
      'task/create': { jobId, spec: { tasks: ['/a'] } },
      'task/update': { jobId, tasks: [{ id: someTask as never, priority: 5 }] },
    }
    for (const [name, input] of Object.entries(asks)) {
      const { body } = await sam.post(name, JSON.stringify(input))
      expect([name, body.error?.code]).toEqual([name, 'NOT_FOUND'])
    }
    expect((await sam.call('transfer/list', {})).jobs).toEqual([])
    expect((await sam.call('workspace/snapshot', {})).jobs).toEqual([])
    expect((await mia.call('transfer/list', {})).jobs).toHaveLength(1)
  })

  it('is theirs to act on when they are a party, but not to delete or add to', async () => {
    expect((await mia.call('transfer/get', { id: jobId })).job.id).toBe(jobId)
    await expect(mia.call('transfer/delete', { id: jobId, force: true })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const added = mia.call('task/create', { jobId, spec: { tasks: ['share=projects/secret'] } })
    await expect(added).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect((await mia.call('transfer/update', { id: jobId, status: 'paused' })).status).toBe('paused')
  })

  it('is deleted for good, with force while it lives', async () => {
    await expect(john.call('transfer/delete', { id: jobId })).rejects.toMatchObject({ code: 'CONFLICT' })
    await mia.connect()
    await john.call('transfer/delete', { id: jobId, force: true })
    await mia.change((change) => 'removed' in change && change.removed === jobId)
    await expect(john.call('transfer/get', { id: jobId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await mia.drop()
  })
})

describe('places that a standard person has no right to', () => {
  it('are refused as source and destination, other homes and machines with them', async () => {
    const asks = [
      [{ source: 'share=projects/x', destination: 'sam@example.com' }, 'NOT_FOUND'],
      [{ source: '/Users/mia/x', destination: 'share=projects/' }, 'NOT_FOUND'],
      [{ source: '/Users/mia/x', destination: 'home=sam@example.com/' }, 'NOT_FOUND'],
      [{ source: `client=${sam.clientId}:/Users/sam/x`, destination: 'hq' }, 'FORBIDDEN'],
      [{ source: 'share=john@example.com/x', destination: '/Users/mia/' }, 'NOT_FOUND'],
      [{ source: '/Users/mia/x', destination: `client=${sam.clientId}:/Users/sam/` }, 'FORBIDDEN'],
    ] as const
    for (const [spec, code] of asks) {
      await expect(mia.call('transfer/create', { spec })).rejects.toMatchObject({ code })
    }
    const { jobs } = await mia.call('transfer/create', {
      spec: { source: '/Users/mia/x', destination: 'sam@example.com' },
    })
    expect(jobs).toHaveLength(1)
  })

  it('are checked again when the job is dispatched', async () => {
    await using other = await TestWorkspace.start()
    const admin = await other.john()
    const lisa = await (await other.person('lisa@example.com', 'Lisa', 'employee', admin)).connect()
    const { jobs } = await lisa.call('transfer/create', {
      spec: { source: '/Users/lisa/x', destination: 'share=projects/' },
    })
    await lisa.measure()
    await admin.call('user/update', { id: lisa.user.id, role: 'standard' })
    await other.hq()
    const failed = await lisa.job(jobs[0]?.id ?? '', (job) => job.status === 'failed')
    expect(failed.reason).toMatchObject({ code: 'failed', params: { error: 'FORBIDDEN' } })
  })
})

describe('hostile requests', () => {
  it('are refused by size, depth, method and name', async () => {
    const big = await workspace.client().post('session/login', `{"email":"${'a'.repeat(300_000)}"}`)
    expect([big.status, big.body.error?.code]).toEqual([413, 'LIMIT_EXCEEDED'])
    const deep = await john.post('transfer/create', `{"spec":${'['.repeat(100_000)}`)
    expect(deep.body.error).toEqual({ code: 'BAD_REQUEST', params: { problem: 'too-deep' } })
    expect((await john.post('user/list', '', { method: 'GET' })).status).toBe(400)
    expect((await john.post('user/nothing', '{}')).body.error?.code).toBe('NOT_FOUND')
    expect((await john.post('__proto__', '{}')).body.error?.code).toBe('NOT_FOUND')
    expect((await john.post('user/%zz', '{}')).body.error).toEqual({
      code: 'BAD_REQUEST',
      params: { problem: 'percent' },
    })
    expect((await john.post('/etc/passwd', '')).status).toBe(404)
  })

  it('cannot smuggle a prototype in', async () => {
    const spec =
      '{"spec":{"source":"share=projects/x","destination":"mia@example.com","metadata":{"__proto__":{"evil":1}}}}'
    const { status } = await john.post('transfer/create', spec)
    expect(status).toBeLessThan(500)
    expect(({} as { evil?: number }).evil).toBeUndefined()
  })

  it('never answer more than a code and parameters', async () => {
    const { body } = await john.post('transfer/get', JSON.stringify({ id: 'x' }))
    expect(body).toEqual({ error: { code: 'BAD_REQUEST', params: { jsonPath: '$.id', problem: 'malformed' } } })
  })
})

describe('a call that is repeated', () => {
  it('makes its jobs once', async () => {
    const id = 'abcdefabcdefabcdefabcdef' as JobId
    const input = {
      id,
      spec: { source: '/Users/john/x', recipients: ['mia@example.com', 'sam@example.com'] },
      deliverFrom: 'workspace' as const,
    }
    const first = await john.call('transfer/create', input)
    const second = await john.call('transfer/create', input)
    expect(first.jobs.map((job) => job.id)).toEqual(second.jobs.map((job) => job.id))
    expect(first.jobs).toHaveLength(3)
    expect(first.jobs.map((job) => job.afterJobId)).toEqual([undefined, id, id])
    await expect(sam.call('transfer/create', input)).rejects.toMatchObject({ code: 'CONFLICT' })
  })
})
