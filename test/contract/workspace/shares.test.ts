import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ShareId } from '../../../src/shared/domain/ids.ts'
import { type TestClient, TestWorkspace } from './support.ts'

let workspace: TestWorkspace
let john: TestClient
let mia: TestClient
let lisa: TestClient
let sam: TestClient

beforeAll(async () => {
  workspace = await TestWorkspace.start({ rateLimits: { anonymous: { burst: 1000, perSecond: 1000 } } })
  john = await workspace.john()
  mia = await workspace.person('mia@example.com', 'Mia', 'standard', john)
  sam = await workspace.person('sam@example.com', 'Sam', 'standard', john)
  lisa = await workspace.person('lisa@example.com', 'Lisa', 'employee', john)
})

afterAll(() => workspace[Symbol.asyncDispose]())

const seenBy = async (person: TestClient) => (await person.call('share/list', {})).shares.map(({ code }) => code).sort()

describe('folders of a volume', () => {
  it('are made below it, by whoever runs the workspace, and lie wherever their volume does', async () => {
    const folder = await lisa.call('share/create', {
      kind: 'folder',
      name: 'The film',
      parent: 'projects',
      path: 'film',
    })
    expect(folder).toMatchObject({ code: 'the-film', kind: 'folder', relativePath: 'film', siteCode: 'hq' })
    const inner = await lisa.call('share/create', {
      kind: 'folder',
      name: 'Plates',
      parent: 'the-film',
      path: 'in/plates',
    })
    expect(inner).toMatchObject({ parentId: folder.parentId, relativePath: 'film/in/plates' })
    const hq = await workspace.hq()
    const { shares } = await hq.frame('site.shares')
    expect(shares.find(({ id }) => id === inner.id)?.path).toBe('/srv/projects/film/in/plates')
    hq.close()
    for (const path of ['../secret', '/etc', 'a/../../b', 'a\\..\\..\\b', 'C:\\x', 'a\0b']) {
      const made = lisa.call('share/create', { kind: 'folder', name: 'Out', parent: 'projects', path })
      await expect(made).rejects.toMatchObject({ code: 'PATH_INVALID' })
    }
    const whole = { kind: 'volume', name: 'Disk', path: '/srv/disk' } as const
    await expect(lisa.call('share/create', whole)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const byStandard = mia.call('share/create', { kind: 'folder', name: 'Mine', parent: 'projects', path: 'mine' })
    await expect(byStandard).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  it('are put away with their grants, which come back with them, and not while a job uses them', async () => {
    const { id } = await john.call('share/create', {
      kind: 'folder',
      code: 'away',
      name: 'Away',
      parent: 'projects',
      path: 'away',
    })
    await john.call('acl/create', { user: 'sam@example.com', share: id, mayRead: true, mayWrite: false })
    const { jobs } = await john.call('transfer/create', {
      spec: { source: 'share=away/x', destination: 'sam@example.com' },
    })
    await expect(john.call('share/deactivate', { id })).rejects.toMatchObject({
      code: 'CONFLICT',
      params: { problem: 'share-has-jobs' },
    })
    await john.call('transfer/update', { id: jobs[0]?.id as never, status: 'aborted' })
    await john.call('share/deactivate', { id: 'away' })
    expect(await seenBy(sam)).not.toContain('away')
    expect((await john.call('share/list', { scope: 'inactive' })).shares).toMatchObject([
      { code: 'away', isActive: false },
    ])
    const sent = john.call('transfer/create', { spec: { source: 'share=away/x', destination: 'sam@example.com' } })
    await expect(sent).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await john.call('share/activate', { id: 'away' })
    expect(await seenBy(sam)).toContain('away')
  })

  it('are deleted with their grants; their jobs are aborted', async () => {
    const { id } = await john.call('share/create', {
      kind: 'folder',
      code: 'gone',
      name: 'Gone',
      parent: 'projects',
      path: 'gone',
    })
    await john.call('acl/create', { user: 'sam@example.com', share: id, mayRead: true, mayWrite: false })
    const { jobs } = await john.call('transfer/create', {
      spec: { source: 'share=gone/x', destination: 'sam@example.com' },
    })
    await john.call('share/delete', { id })
    expect((await john.call('transfer/get', { id: jobs[0]?.id as never })).job.status).toBe('aborted')
    await expect(john.call('share/get', { id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect((await sam.call('acl/list', {})).acls.filter((acl) => acl.shareId === id)).toEqual([])
  })
})

describe('volumes', () => {
  it('have one default among them, which stays', async () => {
    await expect(john.call('share/delete', { id: 'projects' })).rejects.toMatchObject({
      params: { problem: 'default-volume' },
    })
    await john.call('share/create', {
      kind: 'volume',
      code: 'films',
      name: 'Films',
      path: '/srv/films',
      isDefault: true,
    })
    const { shares } = await john.call('share/list', { query: 'default=true' })
    expect(shares.map(({ code }) => code)).toEqual(['films'])
    await john.call('share/update', { id: 'projects', isDefault: true, description: 'All of it', queue: 'high' })
    expect(await john.call('share/get', { id: 'projects' })).toMatchObject({ isDefault: true, queue: 'high' })
  })

  it('are served by the servers that are named for them, and nothing is sent from where none is', async () => {
    const { shares } = await john.call('share/list', { query: "code='films'" })
    const { servers } = await john.call('share/servers', { id: 'films' })
    expect(servers).toEqual([{ siteCode: 'hq', path: '/srv/films' }])
    const { clients } = await john.call('workspace/snapshot', {})
    const server = clients.find(({ kind }) => kind === 'server')
    await john.call('share/assign', { id: 'films', clientId: server?.id as never, path: '/mnt/films' })
    expect((await john.call('share/servers', { id: 'films' })).servers).toMatchObject([
      { clientId: server?.id, path: '/mnt/films' },
    ])
    await john.call('share/deassign', { id: 'films', clientId: server?.id as never })
    const sent = john.call('transfer/create', { spec: { source: 'share=films/x', destination: 'mia@example.com' } })
    await expect(sent).rejects.toMatchObject({ code: 'PATH_INVALID', params: { problem: 'not-at-site' } })
    expect(shares).toHaveLength(1)
  })
})

describe('grants', () => {
  let best: ShareId

  beforeAll(async () => {
    best = (
      await john.call('share/create', { kind: 'folder', code: 'best', name: 'Best', parent: 'projects', path: 'best' })
    ).id
  })

  /** Whether the place may be taken from and sent to. */
  async function rights(person: TestClient, path: string): Promise<string> {
    const machine = `client=${person.clientId}:/Users/me/`
    const read = person.call('transfer/create', { spec: { source: `share=best/${path}`, destination: machine } })
    const write = person.call('transfer/create', { spec: { source: `${machine}x`, destination: `share=best/${path}` } })
    const [mayRead, mayWrite] = await Promise.all([read, write].map((each) => each.then(() => true).catch(() => false)))
    return `${mayRead ? 'r' : '-'}${mayWrite ? 'w' : '-'}`
  }

  // By what the reference says of read and write, on the path, above it, beside it and below it.
  it.each([
    ['read', { mayRead: true, mayWrite: false }, 'r-'],
    ['write', { mayRead: false, mayWrite: true }, '-w'],
    ['both', { mayRead: true, mayWrite: true }, 'rw'],
  ])('to %s hold at their path and below, and nowhere else', async (_name, given, wanted) => {
    const { acl } = await john.call('acl/create', { user: mia.user.id, share: 'best', path: '/A/dailies', ...given })
    const found: Record<string, string> = {}
    for (const path of [
      'A/dailies',
      'A/dailies/x/y',
      'A/dailies2',
      'A',
      'B/x',
      'a/dailies',
      'A/DAILIES',
      'A/dailies ',
    ]) {
      found[path] = await rights(mia, path)
    }
    expect(found).toEqual({
      'A/dailies': wanted,
      'A/dailies/x/y': wanted,
      'A/dailies2': '--',
      A: '--',
      'B/x': '--',
      'a/dailies': '--',
      'A/DAILIES': '--',
      'A/dailies ': '--',
    })
    for (const path of ['A/dailies/../../B', 'A/dailies/..', 'A/dailies/..\\..\\B', 'A/dailies/%2e%2e/../x']) {
      expect([path, await rights(mia, path)]).toEqual([path, '--'])
    }
    expect(await seenBy(mia)).toEqual(['best', 'mia@example.com'])
    expect(await rights(sam, 'A/dailies')).toBe('--')
    await john.call('acl/delete', { id: acl.id })
    expect(await rights(mia, 'A/dailies')).toBe('--')
    expect(await seenBy(mia)).toEqual(['mia@example.com'])
  })

  it('are the same in both ways to write an accent', async () => {
    const { acl } = await john.call('acl/create', {
      user: mia.user.id,
      share: 'best',
      path: 'e\u0301t\u00e9',
      mayRead: true,
      mayWrite: false,
    })
    expect(await rights(mia, '\u00e9te\u0301/x')).toBe('r-')
    await john.call('acl/delete', { id: acl.id })
  })

  it('take the place of what was given for the same path, and stand beside others', async () => {
    const put = (path: string, mayWrite: boolean) =>
      john.call('acl/create', { user: 'mia@example.com', share: best, path, mayRead: true, mayWrite })
    const first = await put('one', false)
    expect((await put('one/', true)).acl).toMatchObject({ id: first.acl.id, mayWrite: true })
    await put('two', false)
    const { acls } = await mia.call('acl/list', {})
    expect(acls.map(({ path, mayWrite }) => [path, mayWrite])).toEqual([
      ['one', true],
      ['two', false],
    ])
    expect((await mia.call('acl/acknowledge', { id: first.acl.id })).isAcknowledged).toBe(true)
    expect((await sam.call('acl/list', { share: undefined })).acls.some(({ userId }) => userId === mia.user.id)).toBe(
      false,
    )
    await expect(mia.call('acl/delete', { id: first.acl.id })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    for (const { id } of acls) await john.call('acl/delete', { id })
  })

  it('are given by whoever may write there; a volume is for those who run the workspace; strangers are invited', async () => {
    const give = { user: 'sam@example.com', share: 'best', mayRead: true, mayWrite: false }
    await expect(mia.call('acl/create', give)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(john.call('acl/create', { ...give, share: 'projects' })).rejects.toMatchObject({
      params: { problem: 'volume-for-operators' },
    })
    await expect(john.call('acl/create', { ...give, mayRead: false })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    await expect(john.call('acl/create', { ...give, path: '../up' })).rejects.toMatchObject({ code: 'PATH_INVALID' })
    await expect(lisa.call('acl/create', { ...give, user: 'new@example.com' })).rejects.toMatchObject({
      code: 'PARTY_UNKNOWN',
    })
    const invited = await lisa.call('acl/create', { ...give, user: 'new@example.com', invite: true })
    expect(invited.invitation).toMatch(/^tern:\/\/join\//)
    const own = await mia.call('acl/create', { ...give, share: 'mia@example.com' })
    expect(await seenBy(sam)).toContain('mia@example.com')
    await mia.call('acl/delete', { id: own.acl.id })
  })
})
