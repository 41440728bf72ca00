import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { adminPassword, machine, type TestClient, TestWorkspace } from './support.ts'

let workspace: TestWorkspace
let john: TestClient

beforeEach(async () => {
  workspace = await TestWorkspace.start()
  john = await workspace.john()
})

afterEach(() => workspace[Symbol.asyncDispose]())

async function codeFor(email?: string): Promise<string> {
  const { invitation } = await john.call('invitation/create', { ...(email && { email, name: 'Mia' }) })
  return invitation.split('/').at(-1) ?? ''
}

describe('invitations', () => {
  it('are one string with address, key and code, and work once', async () => {
    const { invitation, user } = await john.call('invitation/create', { email: 'mia@example.com', name: 'Mia' })
    const { address, keyHash } = workspace.server
    expect(invitation).toMatch(new RegExp(`^tern://join/${address}/${keyHash}/[A-Za-z0-9_-]{32}$`))
    expect(user).toMatchObject({ email: 'mia@example.com', status: 'invited', role: 'standard', online: false })
    const code = invitation.split('/').at(-1) ?? ''
    const stranger = workspace.client()
    expect(await stranger.call('invitation/inspect', { code })).toMatchObject({
      invitedBy: 'John',
      email: 'mia@example.com',
      role: 'standard',
      workspace: { code: 'myworkspace' },
    })
    const mia = await workspace.client().join(code, 'mia@example.com', 'Mia M')
    expect(mia.user).toMatchObject({ name: 'Mia M', status: 'enabled' })
    const again = workspace.client().join(code, 'other@example.com', 'Sam')
    await expect(again).rejects.toMatchObject({ code: 'INVITATION_USED' })
    await expect(stranger.call('invitation/inspect', { code })).rejects.toMatchObject({ code: 'INVITATION_USED' })
  })

  it('for one address are for nobody else, and an open one takes no known address', async () => {
    const code = await codeFor('mia@example.com')
    const other = workspace.client().join(code, 'sam@example.com', 'Sam')
    await expect(other).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const open = await codeFor()
    const taken = workspace.client().join(open, 'John@Example.com', 'Not John')
    await expect(taken).rejects.toMatchObject({ code: 'EMAIL_TAKEN' })
    // Somebody else's pending invitation cannot be taken over with an open one either.
    const hijack = workspace.client().join(open, 'mia@example.com', 'Not Mia')
    await expect(hijack).rejects.toMatchObject({ code: 'EMAIL_TAKEN' })
    await workspace.client().join(open, 'sam@example.com', 'Sam')
  })

  it('that are made anew for a person replace nothing until one is used; then all are', async () => {
    const first = await codeFor('mia@example.com')
    const second = await codeFor('mia@example.com')
    await workspace.client().join(first, 'mia@example.com', 'Mia')
    const late = workspace.client().join(second, 'mia@example.com', 'Mia')
    await expect(late).rejects.toMatchObject({ code: 'INVITATION_USED' })
  })

  it('that nobody made are told apart from used ones', async () => {
    const stranger = workspace.client()
    const unknown = stranger.call('invitation/inspect', { code: 'nonsense' })
    await expect(unknown).rejects.toMatchObject({ code: 'INVITATION_MALFORMED' })
  })

  it('want a password worth the name', async () => {
    const code = await codeFor('mia@example.com')
    for (const password of ['short', 'aaaaaaaaaaaa']) {
      const weak = workspace.client().join(code, 'mia@example.com', 'Mia', password)
      await expect(weak).rejects.toMatchObject({ code: 'PASSWORD_WEAK' })
    }
  })

  it('to be an admin are for admins to give', async () => {
    const employee = await workspace.person('mia@example.com', 'Mia', 'employee', john)
    const asAdmin = employee.call('invitation/create', { role: 'admin' })
    await expect(asAdmin).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const standard = await workspace.person('sam@example.com', 'Sam', 'standard', john)
    await expect(standard.call('invitation/create', {})).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  it('of the hosting app come from the workspace’s own door', async () => {
    const invitation = await workspace.server.invite({ email: 'lisa@example.com', role: 'employee' })
    const code = invitation.split('/').at(-1) ?? ''
    expect(await workspace.client().call('invitation/inspect', { code })).toMatchObject({
      invitedBy: 'John',
      role: 'employee',
    })
  })
})

describe('sign-in', () => {
  it('tells nothing about which half was wrong', async () => {
    const wrong = workspace.client().login('john@example.com', 'wrong password')
    await expect(wrong).rejects.toMatchObject({ code: 'BAD_CREDENTIALS' })
    const unknown = workspace.client().login('nobody@example.com', adminPassword)
    await expect(unknown).rejects.toMatchObject({ code: 'BAD_CREDENTIALS' })
    await codeFor('mia@example.com')
    const invited = workspace.client().login('mia@example.com', adminPassword)
    await expect(invited).rejects.toMatchObject({ code: 'BAD_CREDENTIALS' })
  })

  it('is the same client for the same machine key', async () => {
    const same = machine('desk')
    const first = await john.call('session/login', {
      email: 'john@example.com',
      password: adminPassword,
      machine: same,
    })
    const again = { ...same, name: 'renamed' }
    const second = await john.call('session/login', {
      email: 'john@example.com',
      password: adminPassword,
      machine: again,
    })
    expect(second.client.id).toBe(first.client.id)
    expect(second.client.name).toBe('renamed')
    expect(second.sessionToken).not.toBe(first.sessionToken)
  })

  it('brings a server only for admins', async () => {
    const mia = await workspace.person('mia@example.com', 'Mia', 'employee', john)
    const asServer = mia.call('client/register', machine('nas', 'server'))
    await expect(asServer).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const server = await john.call('client/register', machine('nas', 'server'))
    expect(server).toMatchObject({ kind: 'server', siteCode: 'hq' })
  })

  it('ends with its stream when it is signed out, and its token opens nothing any more', async () => {
    await john.connect()
    await john.call('session/logout', {})
    await john.frame('session.ended')
    expect(await john.closed()).toBe(4001)
    await expect(john.call('user/list', {})).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' })
    await expect(john.connect()).rejects.toThrow('401')
  })

  it('is limited by account: after several wrong passwords even the right one has to wait', async () => {
    await using strict = await TestWorkspace.start({ rateLimits: { failures: { burst: 3, perSecond: 0.01 } } })
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await expect(strict.client().login('john@example.com', 'wrong one')).rejects.toMatchObject({
        code: 'BAD_CREDENTIALS',
      })
    }
    const body = JSON.stringify({ email: 'john@example.com', password: adminPassword, machine: machine('desk') })
    const refused = await strict.client().post('session/login', body)
    expect(refused.status).toBe(429)
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(1)
    expect(refused.body.error?.code).toBe('TOO_MANY_REQUESTS')
  })

  it('is limited by address, joining and looking at invitations with it', async () => {
    await using strict = await TestWorkspace.start({ rateLimits: { anonymous: { burst: 2, perSecond: 0.01 } } })
    const stranger = strict.client()
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await expect(stranger.call('invitation/inspect', { code: 'x' })).rejects.toMatchObject({
        code: 'INVITATION_MALFORMED',
      })
    }
    for (const name of ['invitation/inspect', 'session/join', 'session/login'] as const) {
      const body = { code: 'x', email: 'a@example.com', name: 'A', password: 'tern tern 1', machine: machine('desk') }
      expect((await stranger.post(name, JSON.stringify(body))).status).toBe(429)
    }
  })
})

describe('people', () => {
  it('are cut off at once when they are disabled, and their work stops', async () => {
    const mia = await (await workspace.person('mia@example.com', 'Mia', 'standard', john)).connect()
    await john.call('user/update', { id: mia.user.id, status: 'disabled' })
    await mia.frame('session.ended')
    await expect(mia.call('user/list', {})).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' })
    await expect(workspace.client().login('mia@example.com', 'tern tern 123')).rejects.toMatchObject({
      code: 'BAD_CREDENTIALS',
    })
    await john.call('user/update', { id: mia.user.id, status: 'enabled' })
    // What opened a door before they were sent away opens none when they are back.
    await expect(mia.call('user/list', {})).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' })
    await workspace.client().login('mia@example.com', 'tern tern 123')
  })

  it('always have an admin left', async () => {
    for (const change of [{ role: 'standard' }, { status: 'disabled' }] as const) {
      await expect(john.call('user/update', { id: john.user.id, ...change })).rejects.toMatchObject({
        code: 'CONFLICT',
      })
    }
  })

  it('take a new snapshot when their role changes', async () => {
    const mia = await (await workspace.person('mia@example.com', 'Mia', 'standard', john)).connect()
    expect((await mia.call('share/list', {})).shares.map((share) => share.kind)).toEqual(['home'])
    await john.call('user/update', { id: mia.user.id, role: 'employee' })
    await mia.frame('reset')
    expect((await mia.call('share/list', {})).shares.map((share) => share.code)).toContain('projects')
  })
})

describe('shares', () => {
  it('of a new person are told to the site’s server, and to admins who ask', async () => {
    const hq = await workspace.hq()
    await hq.frame('site.shares')
    await john.connect()
    const mia = await workspace.person('mia@example.com', 'Mia', 'standard', john)
    const { shares } = await hq.frame('site.shares')
    expect(shares.map((share) => share.path)).toContain('/srv/homes/mia@example.com')
    expect(john.frames.some((frame) => frame.type === 'site.shares')).toBe(false)
    expect(JSON.stringify(await john.call('workspace/snapshot', {}))).not.toContain('/srv/')
    const own = await mia.call('share/list', {})
    expect(own.shares).toHaveLength(1)
    expect(JSON.stringify(own)).not.toContain('/srv/')
  })

  it('are made by admins, and every code is used once', async () => {
    const share = { code: 'plates', name: 'Plates', kind: 'volume', path: '/srv/plates' } as const
    expect(await john.call('share/create', share)).toMatchObject({ code: 'plates', mayWrite: true, siteCode: 'hq' })
    await expect(john.call('share/create', share)).rejects.toMatchObject({ code: 'CONFLICT' })
    const relative = { ...share, code: 'other', path: 'plates' }
    await expect(john.call('share/create', relative)).rejects.toMatchObject({ code: 'PATH_INVALID' })
    const mia = await workspace.person('mia@example.com', 'Mia', 'employee', john)
    await expect(mia.call('share/create', { ...share, code: 'mine' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  it('are browsed live through their site’s server', async () => {
    const { shares } = await john.call('share/list', {})
    const projects = shares.find((share) => share.code === 'projects')
    if (!projects) throw new Error('no projects')
    const offline = john.call('share/folder', { shareId: projects.id, path: '' })
    await expect(offline).rejects.toMatchObject({ code: 'PEER_UNREACHABLE' })
    const hq = await workspace.hq()
    const asked = john.call('share/folder', { shareId: projects.id, path: 'lfm' })
    const { requestId, order } = await hq.frame('files.request')
    expect(order).toMatchObject({ op: 'list', path: 'lfm', depth: 1 })
    const entries = [{ name: '114', kind: 'folder' as const, sizeBytes: 0, mtimeMs: 5 }]
    const answered = entries.map((entry) => ({ ...entry, depth: 1 }))
    // Another client's answer to the same question is not taken.
    await john.connect()
    john.send({ type: 'files.answer', requestId, entries: [], isLast: true })
    hq.send({ type: 'files.answer', requestId, entries: answered, isLast: true })
    expect(await asked).toEqual({ entries, isComplete: true })
    const outside = john.call('share/folder', { shareId: projects.id, path: '../etc' })
    await expect(outside).rejects.toMatchObject({ code: 'PATH_INVALID' })
    const mia = await workspace.person('mia@example.com', 'Mia', 'standard', john)
    const foreign = mia.call('share/folder', { shareId: projects.id, path: '' })
    await expect(foreign).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const failing = john.call('share/folder', { shareId: projects.id, path: 'gone' })
    const question = await hq.frame('files.request')
    hq.send({
      type: 'files.answer',
      requestId: question.requestId,
      isLast: true,
      error: { code: 'SOURCE_NOT_FOUND' },
    })
    await expect(failing).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' })
  })
})

describe('what standard people see of others', () => {
  it('is who they may send to, the servers, and machines they share a job with', async () => {
    const hq = await workspace.hq()
    const mia = await workspace.person('mia@example.com', 'Mia', 'standard', john)
    const sam = await workspace.person('sam@example.com', 'Sam', 'standard', john)
    const before = await mia.call('workspace/snapshot', {})
    expect(before.clients.map((client) => client.id).sort()).toEqual([hq.clientId, mia.clientId].sort())
    expect(before.users.map((user) => user.name).sort()).toEqual(['John', 'Mia', 'Sam'])
    await sam.call('transfer/create', { spec: { source: '/Users/sam/x', destination: 'mia@example.com' } })
    expect((await mia.call('workspace/snapshot', {})).clients.map((client) => client.id)).toContain(sam.clientId)
    await mia.connect()
    await john.call('user/update', { id: sam.user.id, status: 'disabled' })
    await mia.change((change) => 'removed' in change && change.removed === sam.user.id)
    expect((await mia.call('user/list', {})).users.map((user) => user.name).sort()).toEqual(['John', 'Mia'])
    expect((await john.call('user/list', {})).users).toHaveLength(3)
  })
})
