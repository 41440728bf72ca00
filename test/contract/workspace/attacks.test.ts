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
    const code = await codeOf(mia, { role: 'employee' })
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
