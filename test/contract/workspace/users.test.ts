import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { callerOfApiKey } from '../../../src/workspace/sessions/api-keys.ts'
import { openDatabase } from '../../../src/workspace/store/open-database.ts'
import { adminPassword, machine, type TestClient, TestWorkspace } from './support.ts'

let workspace: TestWorkspace
let john: TestClient

const plenty = { burst: 1000, perSecond: 1000 }

beforeEach(async () => {
  workspace = await TestWorkspace.start({ rateLimits: { anonymous: plenty, failures: plenty } })
  john = await workspace.john()
})

afterEach(() => workspace[Symbol.asyncDispose]())

const password = 'tern tern 123'
const conflict = (problem: string) => expect.objectContaining({ code: 'CONFLICT', params: { problem } })

describe('who may change whom', () => {
  it.each([
    ['admin', 'admin', { role: 'employee' }, true],
    ['admin', 'standard', { status: 'disabled' }, true],
    ['employee', 'standard', { name: 'X', status: 'disabled', queue: 'low' }, true],
    ['employee', 'standard', { role: 'employee' }, false],
    ['employee', 'employee', { name: 'X' }, false],
    ['employee', 'admin', { name: 'X' }, false],
    ['employee', 'own', { name: 'X', description: 'Y' }, true],
    ['employee', 'own', { role: 'admin' }, false],
    ['standard', 'own', { name: 'X', metadata: { a: 1 } }, true],
    ['standard', 'own', { queue: 'high' }, false],
    ['standard', 'own', { status: 'disabled' }, false],
    ['standard', 'standard', { name: 'X' }, false],
  ] as const)('%s changes %s: %j', async (role, target, change, isAllowed) => {
    const by = await workspace.person('mia@example.com', 'Mia', role, john)
    const other = target === 'own' ? by : await workspace.person('sam@example.com', 'Sam', target, john)
    const update = by.call('user/update', { id: other.user.id, ...change })
    if (isAllowed) expect(await update).toMatchObject(change)
    else await expect(update).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  it.each(['user/delete', 'user/deactivate'] as const)('%s: elevated people by admins alone', async (name) => {
    const mia = await workspace.person('mia@example.com', 'Mia', 'employee', john)
    const sam = await workspace.person('sam@example.com', 'Sam', 'standard', john)
    await expect(mia.call(name, { id: john.user.id })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(sam.call(name, { id: mia.user.id })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(john.call(name, { id: john.user.id })).rejects.toEqual(conflict('last-admin'))
    await mia.call(name, { id: sam.user.id })
    await john.call(name, { id: mia.user.id })
  })

  it('an elevated person is invited by an admin, a standard one by employees too', async () => {
    const mia = await workspace.person('mia@example.com', 'Mia', 'employee', john)
    const made = await mia.call('user/create', { email: 'Lisa@Example.com' })
    expect(made.user).toMatchObject({
      email: 'Lisa@Example.com',
      status: 'invited',
      role: 'standard',
      createdBy: mia.user.id,
    })
    const elevated = mia.call('user/create', { email: 'sam@example.com', role: 'employee' })
    await expect(elevated).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const again = mia.call('user/create', { email: 'mia@EXAMPLE.com' })
    await expect(again).rejects.toMatchObject({ code: 'EMAIL_TAKEN' })
  })
})

describe('a person', () => {
  it('is made with or without a home, and with access to volumes', async () => {
    const bare = await john.call('user/create', { email: 'lisa@example.com', createHomeShare: false, role: 'employee' })
    const { shares } = await john.call('share/list', {})
    expect(shares.map(({ userId }) => userId)).not.toContain(bare.user.id)
    const volume = shares.find(({ kind }) => kind === 'volume')
    await john.call('user/create', { email: 'sam@example.com', role: 'employee', giveDefaultVolumeAccess: true })
    using database = openDatabase(`${workspace.folder}/workspace.db`)
    expect(database.all('SELECT share_id, may_read, may_write FROM acls')).toEqual([
      { share_id: volume?.id, may_read: 1, may_write: 1 },
    ])
  })

  it('that is disabled is signed out and locked out, with every key', async () => {
    const mia = await workspace.person('mia@example.com', 'Mia', 'standard', john)
    const { key } = await mia.call('key/create', {})
    await mia.connect()
    await john.call('user/update', { id: mia.user.id, status: 'disabled' })
    await mia.frame('session.ended')
    await expect(mia.call('user/list', {})).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' })
    const login = workspace.client().login('mia@example.com', password)
    await expect(login).rejects.toMatchObject({ code: 'BAD_CREDENTIALS' })
    using database = openDatabase(`${workspace.folder}/workspace.db`)
    expect(callerOfApiKey(database, 'mia@example.com', key, Date.now())).toBeUndefined()
  })

  it('is put away unless live jobs name them, and comes back by being activated or invited again', async () => {
    const mia = await workspace.person('mia@example.com', 'Mia', 'standard', john)
    const { jobs } = await john.call('transfer/create', {
      spec: { source: 'share=projects/x', destination: 'mia@example.com' },
    })
    const { id } = mia.user
    await expect(john.call('user/deactivate', { id })).rejects.toEqual(conflict('user-has-jobs'))
    await john.call('transfer/update', { id: jobs[0]?.id as never, status: 'aborted' })
    expect(await john.call('user/deactivate', { id })).toMatchObject({ status: 'disabled' })
    expect((await john.call('user/list', {})).users.map(({ email }) => email)).toEqual(['john@example.com'])
    const away = await john.call('user/list', { scope: 'inactive' })
    expect(away.users).toMatchObject([{ id, inactiveAtMs: expect.any(Number) }])
    const { shares } = await john.call('share/list', {})
    expect(shares.map(({ code }) => code)).not.toContain('mia@example.com')
    const enable = john.call('user/update', { id, status: 'enabled' })
    await expect(enable).rejects.toEqual(conflict('inactive'))
    expect(await john.call('user/activate', { id })).toMatchObject({ status: 'enabled' })
    await workspace.client().login('mia@example.com', password)
    await john.call('user/deactivate', { id })
    const { invitation, user } = await john.call('user/create', { email: 'mia@example.com' })
    expect(user).toMatchObject({ id, status: 'invited' })
    const code = invitation.split('/').at(-1) ?? ''
    await workspace.client().join(code, 'mia@example.com', 'Mia', 'a new one 123')
    await workspace.client().login('mia@example.com', 'a new one 123')
  })

  it('that is deleted leaves jobs that are aborted, and an address that is free', async () => {
    const mia = await workspace.person('mia@example.com', 'Mia', 'standard', john)
    const { jobs } = await john.call('transfer/create', {
      spec: { source: 'share=projects/x', destination: 'mia@example.com' },
    })
    await john.connect()
    await john.call('user/delete', { id: mia.user.id })
    await john.change((change) => change.entity === 'user' && 'removed' in change && change.removed === mia.user.id)
    const { job } = await john.call('transfer/get', { id: jobs[0]?.id as never })
    expect(job.status).toBe('aborted')
    await expect(mia.call('user/list', {})).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' })
    await expect(john.call('user/get', { id: mia.user.id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const again = await workspace.person('mia@example.com', 'Mia', 'standard', john)
    expect(again.user.id).not.toBe(mia.user.id)
  })

  it('loses what was granted when their role changes', async () => {
    const { user } = await john.call('user/create', {
      ...{ email: 'mia@example.com', role: 'employee', giveAllVolumesAccess: true },
    })
    await john.call('user/update', { id: user.id, role: 'standard' })
    using database = openDatabase(`${workspace.folder}/workspace.db`)
    expect(database.all('SELECT * FROM acls')).toEqual([])
  })
})

describe('sessions', () => {
  it('are told apart on one machine that signed in twice', async () => {
    const desk = machine('desk')
    const signIn = async () => {
      const { sessionToken } = await john.call('session/login', {
        email: 'john@example.com',
        password: adminPassword,
        machine: desk,
      })
      return workspace.client(sessionToken)
    }
    const current: (string | undefined)[] = []
    for (const client of [await signIn(), await signIn()]) {
      // Asked of both while nothing changes.
      const { sessions } = await client.call('session/list', {})
      current.push(sessions.find(({ isCurrent }) => isCurrent)?.id)
    }
    expect(new Set(current).size).toBe(2)
  })

  it('are listed and ended by whose they are; a server of a site is none of them', async () => {
    const second = await workspace.john('second')
    const { sessions } = await john.call('session/list', {})
    expect(sessions.map(({ clientName, isCurrent }) => [clientName, isCurrent]).sort()).toEqual([
      ['johns-mac', true],
      ['second', false],
    ])
    const other = sessions.find(({ isCurrent }) => !isCurrent)
    expect(other?.remote).toBe('127.0.0.1')
    const mia = await workspace.person('mia@example.com', 'Mia', 'standard', john)
    const foreign = mia.call('session/end', { id: other?.id as never })
    await expect(foreign).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await second.connect()
    await john.call('session/end', { id: other?.id as never })
    await second.frame('session.ended')
    await expect(second.call('user/list', {})).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' })
  })

  it('end, but for one’s own, with the password, which the old one is needed for', async () => {
    const second = await workspace.john('second')
    const change = (oldPassword: string, newPassword: string) =>
      john.call('session/password', { oldPassword, newPassword })
    await expect(change('wrong', 'new one 123')).rejects.toMatchObject({ code: 'BAD_CREDENTIALS' })
    await expect(change(adminPassword, 'short')).rejects.toMatchObject({ code: 'PASSWORD_WEAK' })
    const { key } = await john.call('key/create', {})
    await change(adminPassword, 'new one 123')
    await john.call('user/list', {})
    await expect(second.call('user/list', {})).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' })
    await expect(workspace.john('third')).rejects.toMatchObject({ code: 'BAD_CREDENTIALS' })
    await workspace.client().login('john@example.com', 'new one 123')
    using database = openDatabase(`${workspace.folder}/workspace.db`)
    expect(callerOfApiKey(database, 'john@example.com', key, Date.now())).toBeDefined()
  })
})

describe('the audit', () => {
  it('says who did what and from where, newest first, in windows, to admins', async () => {
    const mia = await workspace.person('mia@example.com', 'Mia', 'employee', john)
    const { user } = await mia.call('user/create', { email: 'lisa@example.com' })
    await mia.call('user/update', { id: user.id, name: 'Lisa L' })
    await expect(mia.call('audit/list', {})).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const ofLisa = await john.call('audit/list', { subject: user.id })
    expect(ofLisa.entries.map(({ action, userName, remote }) => [action, userName, remote])).toEqual([
      ['user/update', 'Mia', '127.0.0.1'],
      ['user/create', 'Mia', '127.0.0.1'],
    ])
    const first = await john.call('audit/list', { limit: 2 })
    const second = await john.call('audit/list', { limit: 2, ...(first.nextCursor && { cursor: first.nextCursor }) })
    const numbers = [...first.entries, ...second.entries].map(({ number }) => number)
    expect(numbers).toEqual([...numbers].sort((one, other) => other - one))
    expect(new Set(numbers).size).toBe(4)
  })
})
