import { caseList, other, shows } from './matrix-case.ts'
import type { Stage } from './matrix-support.ts'
import { machine, type TestClient } from './support.ts'

const { cases, on, each } = caseList()

/** People, what is theirs, the workspace, machines and shares. */
export const casesOfPlaces = cases

// People: employees look after standard people, everybody has their own name; addresses are known to all who may send.
const people = {
  'another admin': (s: Stage) => s.user('admin'),
  'another employee': (s: Stage) => s.user('employee'),
  'a standard person': (s: Stage) => s.user('standard'),
} as const
const disabled = async (s: Stage) => {
  const id = await s.user('standard')
  await s.call(s.john, 'user/update', { id, status: 'disabled' })
  return id
}
const putAway = async (s: Stage) => {
  const id = await s.user('standard')
  await s.call(s.john, 'user/deactivate', { id })
  return id
}
const self = async (_: Stage, who: TestClient) => who.user.id
for (const [of, make] of Object.entries(people)) {
  const [byAll, byOperators, lists] = [
    of === 'a standard person' ? '++F' : '+FF',
    of === 'a standard person' ? '++F' : '+FF',
    '+++',
  ]
  on('user/list', of, lists, async (s) => shows(await make(s)))
  each(['user/get'], of, '+++', make)
  on('user/update', `name of ${of}`, byAll, async (s) => ({ id: await make(s), name: 'Renamed' }))
  on('user/update', `status of ${of}`, byAll, async (s) => ({ id: await make(s), status: 'disabled' }))
  on('user/update', `queue of ${of}`, byAll, async (s) => ({ id: await make(s), queue: 'low' }))
  on('user/update', `role of ${of}`, '+FF', async (s) => ({
    id: await make(s),
    role: of === 'another employee' ? 'admin' : 'employee',
  }))
  each(['user/delete', 'user/deactivate'], of, byOperators, make)
  on('user/activate', of, byOperators, async (s) => {
    const id = await make(s)
    await s.call(s.john, 'user/deactivate', { id })
    return { id }
  })
  on('share/create-home', of, byAll, async (s) => ({ user: await make(s) }))
  on('share/create-home', `${of} who has one`, byAll, async (s) => ({
    user: await s.address(
      await (of === 'a standard person'
        ? s.user('standard', { hasHome: true })
        : s.user(of === 'another admin' ? 'admin' : 'employee', { hasHome: true })),
    ),
    description: 'x',
  }))
  // Whoever holds a new invitation becomes that person.
  on('invitation/create', `again of ${of}`, byOperators, async (s) => ({ email: await s.address(await make(s)) }))
  on('user/create', `again of ${of}`, byOperators, async (s) => ({
    email: await s.address(await make(s)),
    mail: false,
  }))
}
on('user/get', 'themselves', '+++', async (_, who) => ({ id: who.user.id }))
on('user/update', 'their own name', '+++', (_, who) => ({ id: who.user.id, name: who.user.name }))
// What somebody may do is not theirs to say.
on('user/update', 'their own queue', '+FF', (_, who) => ({ id: who.user.id, queue: 'medium' }))
on('user/update', 'their own role', '-FF', (_, who) => ({ id: who.user.id, role: 'admin' }))
on('user/update', 'their own status', '-FF', (_, who) => ({ id: who.user.id, status: 'disabled' }))
each(['user/delete', 'user/deactivate', 'user/activate'], 'themselves', '-FF', self)
on('user/list', 'somebody disabled', '++0', async (s) => shows(await disabled(s)))
on('user/list', 'somebody put away', '++0', async (s) => shows(await putAway(s), { scope: 'all' }))
each(['user/get'], 'somebody disabled', '++0', disabled)
each(['user/get'], 'somebody put away', '++0', putAway)
for (const [role, may] of [
  ['standard', '++F'],
  ['employee', '+FF'],
  ['admin', '+FF'],
] as const) {
  on('user/create', `a person, ${role}`, may, (s) => ({ email: `${s.fresh('new')}@example.com`, role, mail: false }))
  on('invitation/create', `for a person, ${role}`, may, (s) => ({ email: `${s.fresh('new')}@example.com`, role }))
  on('invitation/create', `for anybody, ${role}`, may, () => ({ role }))
}
on('invitation/create-server', 'the main site', '+FF', () => ({ site: 'hq' }))
on('invitation/list', 'their own', '+++', () => ({}))
on('invitation/list', 'those of others', '000', async (s, who) =>
  shows(await s.invitation(other(s, who)), { limit: 1000 }),
)
on('invitation/list', 'all', '+FF', () => ({ all: true }))
on('invitation/revoke', 'their own', '++-', async (s, who) => ({ id: await s.invitation(who) }))
on('invitation/revoke', 'of somebody else', '+00', async (s, who) => ({ id: await s.invitation(other(s, who)) }))
on('invitation/inspect', 'none', '+++', () => ({ code: 'x' }), 'INVITATION_MALFORMED')

// Sessions, keys, the workspace.
on(
  'session/join',
  'none',
  '+++',
  () => ({ code: 'x', email: 'a@example.com', name: 'A', password: 'tern tern 1', machine: machine('m') }),
  'INVITATION_MALFORMED',
)
on(
  'session/join-server',
  'none',
  '+++',
  () => ({ code: 'x', machine: { name: 'm', keyHash: 'b'.repeat(64) } }),
  'INVITATION_MALFORMED',
)
on(
  'session/login',
  'nobody',
  '+++',
  () => ({ email: 'a@example.com', password: 'x', machine: machine('m') }),
  'BAD_CREDENTIALS',
)
on('session/logout', 'their own', '+++', async (s, who) => ({ input: {}, token: (await s.session(who)).token }))
on('session/list', 'their own', '+++', () => ({}))
on('session/list', 'of somebody else', '000', async (s, who) => shows((await s.session(other(s, who))).id))
on('session/end', 'their own', '+++', async (s, who) => ({ id: (await s.session(who)).id }))
on('session/end', 'of somebody else', '000', async (s, who) => ({ id: (await s.session(other(s, who))).id }))
on(
  'session/password',
  'their own',
  '+++',
  () => ({ oldPassword: 'not it', newPassword: 'tern tern 1' }),
  'BAD_CREDENTIALS',
)
on('key/create', 'their own', '+++', () => ({}))
on('key/create', 'of somebody else', '+FF', (s, who) => ({ userId: other(s, who).user.id }))
on('key/list', 'their own', '+++', async (s, who) => shows(await s.key(who)))
on('key/list', 'of somebody else', '+FF', (s, who) => ({ userId: other(s, who).user.id }))
on('key/revoke', 'their own', '+++', async (s, who) => ({ id: await s.key(who) }))
on('key/revoke', 'of somebody else', '+00', async (s, who) => ({ id: await s.key(other(s, who)) }))
on('workspace/hello', 'it', '+++', () => ({}))
on('workspace/snapshot', 'it', '+++', () => ({}))
on('workspace/snapshot', 'a job of others', '++0', async (s) => shows(await s.transfer(s.john)))
on('workspace/snapshot', 'a volume', '++0', async (s) => shows(await s.volume()))
on('workspace/get', 'it', '++F', () => ({}))
on('workspace/update', 'it', '+FF', () => ({ description: 'x' }))
on('setting/list', 'the workspace', '+FF', () => ({ entity: 'workspace' }))
on('setting/set', 'the workspace', '+FF', () => ({ entity: 'workspace', name: 'transfer_mode', value: null }))
on('mail/get', 'it', '+FF', () => ({}))
on('mail/password', 'it', '+FF', () => ({ password: null }))
on('audit/list', 'it', '+FF', () => ({}))

// Sites and queues: for those who run the workspace to know, for admins to change. Servers too; a machine is its person's.
on('site/list', 'a site', '++F', async (s) => shows(await s.site()))
each(['site/get'], 'a site', '++F', (s) => s.site())
each(['site/update', 'site/delete'], 'a site', '+FF', (s) => s.site())
on('site/create', 'a site', '+FF', (s) => ({ name: s.fresh('site') }))
on('queue/list', 'a queue', '++F', async (s) => shows(await s.queue()))
each(['queue/get'], 'a queue', '++F', (s) => s.queue())
each(['queue/update', 'queue/delete'], 'a queue', '+FF', (s) => s.queue())
on('queue/create', 'a queue', '+FF', (s) => ({ name: s.fresh('queue') }))
const machines = {
  'their own machine': ['+++', '+++', (s: Stage, who: TestClient) => s.machineOf(who)],
  'a standard person’s machine': ['++0', '++0', (s: Stage) => s.machineOf(s.sam)],
  'another admin’s machine': ['++0', '+F0', (s: Stage) => s.machineOf(s.john)],
  'a server': ['++0', '+F0', (s: Stage) => s.serverId()],
} as const
for (const [of, [seen, changed, make]] of Object.entries(machines)) {
  on('client/list', of, seen, async (s, who) => shows(await make(s, who)))
  each(['client/get'], of, seen, make)
  each(['client/update', 'client/delete'], of, changed, make)
}
on('client/update', 'the site of a server', '+F0', async (s) => ({ id: await s.serverId(), siteCode: 'hq' }))
on('client/register', 'a machine of their own', '+++', (s) => machine(s.fresh('machine')))
on('client/register', 'a server', '-FF', (s) => machine(s.fresh('server'), 'server'))
on('client/announce', 'their own', '+++', () => ({ candidates: [] }))

// Shares. Volumes are for admins to change; folders, and homes of standard people, for employees too.
const putAwayShare = (make: (s: Stage, who: TestClient) => Promise<string>) => async (s: Stage, who: TestClient) => {
  const id = await make(s, who)
  await s.call(s.john, 'share/deactivate', { id })
  return id
}
const shares = {
  'a volume': { get: '++0', list: '++0', change: '+FF', grant: '++0', make: (s: Stage) => s.volume() },
  'a folder': { get: '++0', list: '++0', change: '++F', grant: '++0', make: (s: Stage) => s.folder() },
  // Its files and who else may use them are its person's; its name, queue and being there are the workspace's.
  'a standard person’s home': {
    get: '++0',
    list: '++0',
    change: '++F',
    grant: '++0',
    make: async (s: Stage) => s.home(await s.user('standard', { hasHome: true })),
  },
  'another employee’s home': {
    get: '+00',
    list: '+00',
    change: '+0F',
    grant: '+00',
    make: async (s: Stage) => s.home(await s.user('employee', { hasHome: true })),
  },
  'another admin’s home': {
    get: '+00',
    list: '+00',
    change: '+0F',
    grant: '+00',
    make: async (s: Stage) => s.home(await s.user('admin', { hasHome: true })),
  },
} as const
for (const [of, { get, list, change, grant, make }] of Object.entries(shares)) {
  on('share/list', of, list, async (s) => shows(await make(s)))
  each(['share/get'], of, get, make)
  on('share/update', of, change, async (s) => ({ id: await make(s), name: 'Renamed' }))
  each(['share/delete'], of, change, make)
  // A home goes and comes with its person.
  each(['share/deactivate'], of, change, make, 'id', 'CONFLICT')
  each(['share/activate'], of, change, of.endsWith('home') ? make : putAwayShare(make))
  each(['share/servers'], of, change === '+0F' ? '+0F' : '++F', make)
  on('share/folder', of, get, async (s) => ({ shareId: await make(s), path: '' }), 'PEER_UNREACHABLE')
  on('acl/create', of, grant, async (s) => ({
    user: await s.user('employee'),
    share: await make(s),
    mayRead: true,
    mayWrite: false,
  }))
  on('acl/list', `at ${of}`, grant, async (s) => shows(await s.acl(await s.user('employee'), await make(s))))
  on('acl/list', `of ${of}`, grant, async (s) => ({ share: await make(s) }))
  on('acl/delete', `at ${of}`, grant, async (s) => ({ id: await s.acl(await s.user('employee'), await make(s)) }))
  on('acl/acknowledge', `of somebody else at ${of}`, grant.replaceAll('+', 'F'), async (s) => ({
    id: await s.acl(await s.user('employee'), await make(s)),
  }))
}
const ownHome = (s: Stage, who: TestClient) => s.home(who.user.id)
each(['share/get'], 'their own home', '+++', ownHome)
on('share/list', 'their own home', '+++', async (s, who) => shows(await ownHome(s, who)))
on('share/update', 'their own home', '++F', async (s, who) => ({ id: await ownHome(s, who), description: 'x' }))
on(
  'share/folder',
  'their own home',
  '+++',
  async (s, who) => ({ shareId: await ownHome(s, who), path: '' }),
  'PEER_UNREACHABLE',
)
on('acl/create', 'their own home', '+++', async (s, who) => ({
  user: await s.user('standard'),
  share: await ownHome(s, who),
  mayRead: true,
  mayWrite: false,
}))
on('acl/delete', 'at their own home', '+++', async (s, who) => ({
  id: await s.acl(await s.user('standard'), await ownHome(s, who)),
}))
const ownGrant = async (s: Stage, who: TestClient) => s.acl(who.user.id, await s.folder())
on('acl/list', 'their own', '+++', async (s, who) => shows(await ownGrant(s, who)))
each(['acl/acknowledge'], 'their own', '+++', ownGrant)
each(['acl/delete'], 'their own', '++F', ownGrant)
on('share/create', 'a volume', '+FF', (s) => ({ code: s.fresh('volume'), name: 'X', kind: 'volume', path: '/srv/x' }))
on('share/create', 'a folder anywhere on a server', '+FF', (s) => ({
  code: s.fresh('folder'),
  name: 'X',
  kind: 'folder',
  path: '/srv/x',
}))
on('share/create', 'a folder in a volume', '++F', (s) => ({
  code: s.fresh('folder'),
  name: 'X',
  kind: 'folder',
  parent: 'projects',
  path: 'x',
}))
on('share/assign', 'a volume', '+FF', async (s) => ({ id: await s.volume(), clientId: await s.serverId() }))
on(
  'share/deassign',
  'a volume',
  '+FF',
  async (s) => ({ id: await s.volume(), clientId: await s.serverId() }),
  'CONFLICT',
)

// Collections: read only, made by those who run the workspace, for those whom they are given to.
const collection = (s: Stage) => s.collection()
on('collection/list', 'a collection', '++0', async (s) => shows(await collection(s)))
each(['collection/get', 'collection/files'], 'a collection', '++0', collection)
each(
  ['collection/update', 'collection/deactivate', 'collection/activate', 'collection/delete'],
  'a collection',
  '++F',
  collection,
)
on('collection/create', 'a collection', '++F', (s) => ({ name: s.fresh('collection') }))
on('collection/add', 'a collection', '++F', async (s) => ({ id: await collection(s), files: ['share=projects/x'] }))
on('collection/create', 'of an admin’s home', '+0F', (s) => ({
  name: s.fresh('collection'),
  files: ['share=john@example.com/x'],
}))
on('collection/remove', 'a collection', '++F', async (s) => {
  const id = await s.collection(['share=projects/x'])
  const { files } = (await s.call(s.john, 'collection/files', { id })) as { files: { id: string }[] }
  return { id, files: files.map((file) => file.id) }
})
const given = async (s: Stage, who: TestClient) => {
  const id = await collection(s)
  await s.acl(who.user.id, id)
  return id
}
on('collection/list', 'one given to them', '+++', async (s, who) => shows(await given(s, who)))
each(['collection/get', 'collection/files'], 'one given to them', '+++', given)
each(['collection/update', 'collection/delete'], 'one given to them', '++F', given)
