import type { JobId } from '../../../src/shared/domain/ids.ts'
import { fenceOf, machine, type TestClient, type TestWorkspace } from '../../contract/workspace/support.ts'
import type { OperationExamples } from './operation-examples.ts'

/** A session of an operator, an invited person and a storage that answers by hand, who call each operation once. */
export interface Cast {
  readonly workspace: TestWorkspace
  readonly examples: OperationExamples
  readonly hq: TestClient
  readonly john: TestClient
  readonly lisa: TestClient
  readonly stranger: TestClient
}

export async function openCast(workspace: TestWorkspace, examples: OperationExamples): Promise<Cast> {
  const stranger = workspace.client()
  await examples.call(stranger, 'workspace/hello', {})
  const { email, password } = { email: 'john@example.com', password: 'correct horse 9' }
  const desk = { ...machine('desk'), keyHash: 'c'.repeat(64) }
  const session = await examples.call(stranger, 'session/login', { email, password, machine: desk })
  const john = workspace.client(session.sessionToken)
  john.user = session.user
  john.machine = session.client
  await john.connect()
  const invited = { email: 'lisa@example.com', name: 'Lisa', role: 'employee' as const }
  const { invitation } = await examples.call(john, 'invitation/create', invited)
  const code = invitation.split('/').at(-1) ?? ''
  await examples.call(stranger, 'invitation/inspect', { code })
  const joined = await examples.call(stranger, 'session/join', {
    code,
    email: 'lisa@example.com',
    name: 'Lisa',
    password: 'tern tern 123',
    machine: { ...machine('laptop'), keyHash: 'd'.repeat(64) },
  })
  const lisa = workspace.client(joined.sessionToken)
  lisa.user = joined.user
  lisa.machine = joined.client
  await lisa.connect()
  return { workspace, examples, hq: await workspace.hq(), john, lisa, stranger }
}

export async function signIn({ examples, workspace, john, lisa }: Cast): Promise<void> {
  await john.call('invitation/create', { email: 'sam@example.com' })
  const { invitations } = await examples.call(john, 'invitation/list', {})
  const open = invitations.find((each) => each.usedAtMs === undefined)
  if (open) await examples.call(john, 'invitation/revoke', { id: open.id })
  const { invitation } = await examples.call(john, 'invitation/create-server', { site: 'hq' })
  await examples.call(workspace.client(), 'session/join-server', {
    code: invitation.split('/').at(-1) ?? '',
    machine: { ...machine('rack-2', 'server'), keyHash: 'f'.repeat(64) },
  })
  const { apiKey } = await examples.call(john, 'key/create', { label: 'nightly', isReadOnly: true })
  await examples.call(john, 'key/list', {})
  await examples.call(john, 'key/revoke', { id: apiKey.id })
  await workspace.client().login('lisa@example.com', 'tern tern 123', 'tablet')
  const { sessions } = await examples.call(lisa, 'session/list', {})
  const ended = sessions.find(({ isCurrent }) => !isCurrent)
  if (ended) await examples.call(lisa, 'session/end', { id: ended.id })
  const tablet = await workspace.client().login('lisa@example.com', 'tern tern 123', 'tablet')
  await examples.call(tablet, 'session/logout', {})
  await examples.call(lisa, 'session/password', { oldPassword: 'tern tern 123', newPassword: 'fewer terns 45' })
}

export async function people({ examples, john }: Cast): Promise<void> {
  await examples.call(john, 'user/list', { query: 'role=employee' })
  const { user } = await examples.call(john, 'user/create', { email: 'mia@example.com', name: 'Mia' })
  await examples.call(john, 'user/get', { id: user.id })
  await examples.call(john, 'user/update', { id: user.id, description: 'Colour', queue: 'high' })
  await examples.call(john, 'user/deactivate', { id: user.id })
  await examples.call(john, 'user/activate', { id: user.id })
  await examples.call(john, 'user/delete', { id: user.id })
  const { clients } = await examples.call(john, 'client/list', { query: "name='hq-1'" })
  const id = clients[0]?.id
  if (id) await examples.call(john, 'client/get', { id })
  await examples.call(john, 'client/update', { id: john.clientId, description: 'In the grading room' })
  const spare = { name: 'spare', kind: 'app' as const, keyHash: 'e'.repeat(64) }
  const registered = await examples.call(john, 'client/register', spare)
  await john.call('client/register', { ...machine('desk'), keyHash: 'c'.repeat(64) })
  await examples.call(john, 'client/delete', { id: registered.id })
  const candidates = [{ host: '192.0.2.7', port: 9443 }]
  await examples.call(john, 'client/announce', { candidates, os: 'linux', hostname: 'desk' })
}

export async function places({ examples, workspace, john, lisa, hq }: Cast): Promise<void> {
  await examples.call(john, 'workspace/get', {})
  await examples.call(john, 'workspace/update', { name: 'Our workspace' })
  await examples.call(john, 'site/list', {})
  const site = await examples.call(john, 'site/create', { code: 'berlin', name: 'Berlin' })
  await examples.call(john, 'site/get', { id: site.id })
  await examples.call(john, 'site/update', { id: site.id, mayWrite: false })
  await examples.call(john, 'share/list', { query: 'type=volume' })
  const films = { code: 'films', name: 'Films', kind: 'volume' as const, path: '/srv/films' }
  const share = await examples.call(john, 'share/create', films)
  await examples.call(john, 'share/get', { id: 'films' })
  await examples.call(john, 'share/update', { id: 'films', paths: { windows: 'F:\\films' } })
  const listed = examples.call(john, 'share/folder', { shareId: share.id, path: '' })
  const { requestId } = await hq.frame('files.request')
  const entries = [{ name: 'reel', kind: 'folder' as const, sizeBytes: 0, mtimeMs: Date.now(), depth: 1 }]
  hq.send({ type: 'files.answer', requestId, entries, isLast: true })
  await listed
  const server = (await john.call('client/list', { query: "name='hq-1'" })).clients[0]?.id
  if (server) {
    await examples.call(john, 'share/assign', { id: 'films', clientId: server, path: '/mnt/films' })
    await examples.call(john, 'share/servers', { id: 'films' })
    await examples.call(john, 'share/deassign', { id: 'films', clientId: server })
  }
  await examples.call(john, 'share/create-home', { user: 'lisa@example.com' })
  const { invitation } = await john.call('invitation/create', { email: 'sam@example.com', name: 'Sam' })
  const sam = await workspace.client().join(invitation.split('/').at(-1) ?? '', 'sam@example.com', 'Sam')
  const trailer = { code: 'trailer', name: 'Trailer', kind: 'folder' as const, parent: 'films', path: 'trailer' }
  await john.call('share/create', trailer)
  const grant = { user: 'sam@example.com', share: 'trailer', path: 'stills', mayRead: true, mayWrite: false }
  const { acl } = await examples.call(john, 'acl/create', grant)
  await examples.call(john, 'acl/list', { share: 'trailer' })
  await examples.call(sam, 'acl/acknowledge', { id: acl.id })
  await examples.call(john, 'acl/delete', { id: acl.id })
  await examples.call(lisa, 'workspace/snapshot', {})
  await examples.call(john, 'share/deactivate', { id: 'films' })
  await examples.call(john, 'share/activate', { id: 'films' })
  await examples.call(john, 'share/delete', { id: 'films' })
  await examples.call(john, 'site/delete', { id: site.id })
}

export async function queues({ examples, john }: Cast): Promise<void> {
  await examples.call(john, 'queue/list', { query: 'priority>500' })
  const queue = await examples.call(john, 'queue/create', { code: 'night', name: 'By night', priority: 200 })
  await examples.call(john, 'queue/get', { id: queue.id })
  await examples.call(john, 'queue/update', { id: queue.id, status: 'paused' })
  await examples.call(john, 'queue/delete', { id: queue.id })
}

export async function transfers(cast: Cast): Promise<void> {
  const { examples, john, lisa, hq } = cast
  const { jobs } = await examples.call(john, 'transfer/create', {
    spec: { name: 'Rushes', source: 'share=projects/rushes', destination: 'lisa@example.com', metadata: { shot: 12 } },
  })
  const id = jobs[0]?.id as JobId
  await measured(cast, hq, id)
  const seen = await lisa.job(id, (job) => job.reason?.code === 'location')
  await examples.call(lisa, 'transfer/preview', { jobId: id })
  await examples.call(john, 'transfer/remind', { jobId: id })
  const chosen = { jobId: id, path: '/home/lisa/in', revision: seen.revision }
  await examples.call(lisa, 'transfer/resolve', chosen)
  const order = await lisa.dispatch(id)
  await examples.call(lisa, 'dispatch/claim', { dispatches: [fenceOf(order)] })
  const result = { filesDone: 1, filesAlreadyThere: 0, filesReplaced: 0, filesFailed: 0, bytesVerified: 100 }
  const tasks = [{ uri: '0', status: 'done' as const, kind: 'folder' as const, pathAbsFinal: '/home/lisa/in/rushes' }]
  await examples.call(lisa, 'dispatch/report', {
    ...fenceOf(order),
    tasks: tasks.map((task) => ({ ...task, result })),
  })
  await examples.call(lisa, 'dispatch/end', { ...fenceOf(order), outcome: 'done' })
  await john.job(id, (job) => job.status === 'done')
  await examples.call(john, 'transfer/list', { state: 'finished', query: 'name="Rushes"' })
  await examples.call(john, 'transfer/get', { id })
  await examples.call(john, 'transfer/log', { jobId: id, order: 'oldest' })
  await tasksOf(cast)
  await declined(cast)
  await consent(cast)
  await examples.call(john, 'transfer/delete', { id })
}

async function measured({ examples }: Cast, source: TestClient, jobId: JobId): Promise<void> {
  await measureAsked(source, jobId)
  const size = { kind: 'file' as const, sizeBytes: 100, fileCount: 1 }
  await examples.call(source, 'transfer/measured', {
    jobId,
    tasks: [{ uri: '0', ...size }],
    isComplete: true,
    preview: [{ path: 'rushes/a.mov', kind: 'file', sizeBytes: 100, mtimeMs: Date.now() }],
    isPreviewComplete: true,
  })
}

/** Others may have been asked for before it. */
async function measureAsked(source: TestClient, jobId: JobId): Promise<void> {
  await source.next((frame) => frame.type === 'transfer.measure' && frame.jobId === jobId)
}

async function tasksOf({ examples, john }: Cast): Promise<void> {
  const spec = { name: 'Stills', source: '/home/john/a.jpg', destination: 'share=projects/in/', status: 'paused' }
  const { jobs } = await john.call('transfer/create', { spec })
  const jobId = jobs[0]?.id as JobId
  const { tasks } = await examples.call(john, 'task/create', {
    jobId,
    spec: { tasks: [{ source: '/home/john/b.jpg', destination: 'share=projects/in/' }] },
  })
  await examples.call(john, 'task/list', { jobId, query: 'status!=done', limit: 1 })
  const id = tasks[0]?.id
  if (id) await examples.call(john, 'task/update', { jobId, tasks: [{ id, status: 'onhold' }] })
  await examples.call(john, 'transfer/update', { id: jobId, priority: 900, queue: 'high' })
  await john.call('transfer/update', { id: jobId, status: 'aborted' })
}

async function declined(cast: Cast): Promise<void> {
  const { examples, john, lisa } = cast
  const { jobs } = await john.call('transfer/create', {
    spec: { name: 'Notes', source: '/home/john/notes.pdf', destination: 'lisa@example.com' },
  })
  const jobId = jobs[0]?.id as JobId
  await measured(cast, john, jobId)
  await lisa.job(jobId, (job) => job.reason?.code === 'location')
  await examples.call(lisa, 'transfer/decline', { jobId, reason: 'I have them' })
}

async function consent({ examples, john }: Cast): Promise<void> {
  const { jobs } = await john.call('transfer/create', {
    spec: { name: 'Secret', source: '/home/john/secret.mov', destination: 'share=projects/' },
  })
  const jobId = jobs[0]?.id as JobId
  await measureAsked(john, jobId)
  const error = { code: 'CONSENT_NEEDED' as const, params: { path: '/home/john/secret.mov' } }
  await john.call('transfer/measured', { jobId, tasks: [], isComplete: false, blocked: error })
  await john.job(jobId, (job) => job.reason?.code === 'consent')
  await examples.call(john, 'transfer/consent', { jobId, decision: 'refuse', reason: 'Not this one' })
}

export async function deliveries({ examples, john }: Cast): Promise<void> {
  const { delivery } = await examples.call(john, 'delivery/create', {
    name: 'Dailies',
    message: 'Have a look',
    files: ['share=projects/film/a.mov'],
    recipients: ['lisa@example.com'],
  })
  const { id } = delivery
  await examples.call(john, 'delivery/list', { kind: 'delivery' })
  await examples.call(john, 'delivery/get', { id })
  await examples.call(john, 'recipient/add', { id, recipient: 'sam@example.com' })
  await examples.call(john, 'recipient/list', { id })
  await examples.call(john, 'recipient/remove', { id, recipient: 'sam@example.com' })
  await examples.call(john, 'delivery/update', { id, status: 'done' })
  await examples.call(john, 'delivery/delete', { id })
}

export async function administration({ examples, john }: Cast): Promise<void> {
  await examples.call(john, 'setting/set', { entity: 'queue', id: 'high', name: 'job_max_retries', value: 5 })
  await examples.call(john, 'setting/list', { entity: 'queue', id: 'high' })
  await examples.call(john, 'mail/get', {})
  await examples.call(john, 'mail/password', { password: null })
  await examples.call(john, 'audit/list', { limit: 2 })
}
