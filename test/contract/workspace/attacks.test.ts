import { describe, expect, it, onTestFinished } from 'vitest'
import { networkOf } from '../../../src/workspace/api/rate-limit.ts'
import { adminPassword, type TestClient, TestWorkspace } from './support.ts'

async function open(extra: ConstructorParameters<typeof TestWorkspace>[0] = {}) {
  const workspace = await TestWorkspace.start(extra)
  onTestFinished(() => workspace[Symbol.asyncDispose]())
  return { workspace, john: await workspace.john() }
}

async function codeOf(by: TestClient, wish: { email?: string; role?: 'admin' | 'employee' | 'standard' }) {
  const { invitation } = await by.call('invitation/create', wish)
  return invitation.split('/').at(-1) ?? ''
}

describe('an invitation', () => {
  it('for an admin cannot be made anew by an employee, who would become that admin', async () => {
    const { workspace, john } = await open()
    const mia = await workspace.person('mia@example.com', 'Mia', 'employee', john)
    const code = await codeOf(john, { email: 'lisa@example.com', role: 'admin' })
    await expect(codeOf(mia, { email: 'lisa@example.com' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const lisa = await workspace.client().join(code, 'lisa@example.com', 'Lisa')
    expect(lisa.user.role).toBe('admin')
  })

  it.each([{ status: 'disabled' }, { role: 'standard' }] as const)('dies with its inviter: %o', async (change) => {
    const { workspace, john } = await open()
    const mia = await workspace.person('mia@example.com', 'Mia', 'employee', john)
    const code = await codeOf(mia, {})
    await john.call('user/update', { id: mia.user.id, ...change })
    const late = workspace.client().join(code, 'sam@example.com', 'Sam')
    await expect(late).rejects.toMatchObject({ code: 'INVITATION_EXPIRED' })
  })
})

it('no two people share a home, however alike their addresses are', async () => {
  const { workspace, john } = await open()
  await workspace.person("o'brien@example.com", 'Lisa', 'standard', john)
  await workspace.person('o_brien@example.com', 'Sam', 'standard', john)
  const hq = await workspace.hq()
  const { shares } = await hq.frame('site.shares')
  const paths = shares.map((share) => share.path)
  expect(paths).toContain('/srv/homes/o_brien@example.com')
  expect(new Set(paths).size).toBe(paths.length)
})

describe('guessing a password', () => {
  const wrong = (workspace: TestWorkspace) => workspace.client().login('john@example.com', 'wrong password')

  it('gets no more tries by making them all at once', async () => {
    const { workspace } = await open({ rateLimits: { failures: { burst: 3, perSecond: 0.001 } } })
    const tries = await Promise.allSettled(Array.from({ length: 12 }, () => wrong(workspace)))
    const codes = tries.map((one) => (one.status === 'rejected' ? (one.reason as { code: string }).code : 'in'))
    expect(codes.filter((code) => code === 'BAD_CREDENTIALS')).toHaveLength(3)
    expect(codes.filter((code) => code === 'TOO_MANY_REQUESTS')).toHaveLength(9)
  })

  it('costs nothing to who knows it', async () => {
    const { workspace } = await open({ rateLimits: { failures: { burst: 2, perSecond: 0.001 } } })
    for (let round = 0; round < 4; round += 1) {
      await workspace.client().login('john@example.com', adminPassword)
    }
    await expect(wrong(workspace)).rejects.toMatchObject({ code: 'BAD_CREDENTIALS' })
  })

  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::ffff:10.0.0.7', '10.0.0.7'],
    ['2001:db8:1:2:aaaa::1', '2001:db8:1:2'],
    ['2001:db8:1:2:bbbb:cccc:dddd:eeee', '2001:db8:1:2'],
    ['2001:db8::7', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['', ''],
  ])('counts by network: %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})
it('figures that no disk can hold do not make a workspace unreadable for the others', async () => {
  const { workspace, john } = await open()
  const sam = await (await workspace.person('sam@example.com', 'Sam', 'standard', john)).connect()
  const spec = { tasks: ['/one', '/two', '/three'].map((path) => ({ source: path, destination: '~/' })) }
  const { jobs } = await sam.call('transfer/create', { spec })
  await sam.measure({ sizeBytes: Number.MAX_SAFE_INTEGER, fileCount: Number.MAX_SAFE_INTEGER })
  // The client's own check of the answer is what would fail.
  const snapshot = await john.call('workspace/snapshot', {})
  expect(snapshot.jobs.map((job) => job.id)).toEqual(jobs.map((job) => job.id))
  await john.call('transfer/list', {})
})

describe('a receiver', () => {
  it('learns neither who else got it nor where it lay at its sender', async () => {
    const { workspace, john } = await open()
    await workspace.person('mia@example.com', 'Mia', 'standard', john)
    const sam = await workspace.person('sam@example.com', 'Sam', 'standard', john)
    const spec = {
      name: 'The cut',
      recipients: ['mia@example.com', 'sam@example.com'],
      tasks: [{ source: '/home/john/secret client/cut.mov' }],
    }
    const { jobs } = await john.call('transfer/create', { spec })
    const job = jobs.find(({ destination }) => destination.kind === 'user' && destination.userId === sam.user.id)
    if (!job) throw new Error('no job')
    const seen = [await sam.call('transfer/get', { id: job.id }), await sam.call('task/list', { jobId: job.id })]
    expect(JSON.stringify(seen)).not.toMatch(/mia@example|secret client/)
    expect(seen[0]).toMatchObject({ spec: { name: 'The cut' } })
    expect(seen[1]).toMatchObject({ tasks: [{ source: { path: 'cut.mov' } }] })
    expect((await john.call('transfer/get', { id: job.id })).spec).toEqual(spec)
    const { tasks } = await john.call('task/list', { jobId: job.id })
    expect(tasks[0]?.source.path).toBe('/home/john/secret client/cut.mov')
  })
})

it('nobody asks a machine in the name of its own owner', async () => {
  const { workspace, john } = await open()
  const sam = await workspace.person('sam@example.com', 'Sam', 'standard', john)
  const { jobs } = await sam.call('transfer/create', { spec: { source: '/home/sam/a', destination: '~/' } })
  const [job] = jobs
  if (!job) throw new Error('no job')
  const spec = { tasks: [{ source: `client=${sam.clientId}:/home/sam/.ssh/id_rsa`, destination: 'share=projects/x/' }] }
  await expect(john.call('task/create', { jobId: job.id, spec })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  expect((await sam.call('task/list', { jobId: job.id })).total).toBe(1)
})

it('who lost the right to see a job hears no figures of it any more', async () => {
  const { workspace, john } = await open()
  await john.connect()
  const mia = await (await workspace.person('mia@example.com', 'Mia', 'employee', john)).connect()
  const hq = await workspace.hq()
  const { jobs } = await john.call('transfer/create', { spec: { source: '/a/x', destination: 'share=projects/' } })
  const [job] = jobs
  if (!job) throw new Error('no job')
  await john.measure()
  const { dispatchId, epoch } = await hq.dispatch(job.id)
  await john.call('user/update', { id: mia.user.id, role: 'standard' })
  await mia.frame('reset')
  const none = { filesScanned: 0, filesCompared: 0, filesTotal: 0, filesDone: 0, filesAlreadyThere: 0 }
  const bytes = { bytesVerified: 1, bytesTotal: 2, bytesPerSecond: 1 }
  hq.send({
    type: 'progress',
    dispatchId,
    epoch,
    progress: { jobId: job.id, phase: 'transferring', ...none, ...bytes },
  })
  await john.frame('progress')
  // Answered after all that was sent before it.
  mia.send({ type: 'subscribe', since: { epoch: 'another', number: 0 } })
  await mia.frame('reset')
  expect(mia.frames.filter((frame) => frame.type === 'progress')).toEqual([])
})

it.each([
  ['a path', { source: `/${'x/'.repeat(2100)}`, destination: '~/' }],
  ['a task', { tasks: { ['u'.repeat(65)]: { source: '/a', destination: '~/' } } }],
])('%s that no message could name is refused at once', async (_what, spec) => {
  const { john } = await open()
  await expect(john.call('transfer/create', { spec })).rejects.toMatchObject({
    code: 'SPEC_INVALID',
    params: { advice: 'too-long' },
  })
})
