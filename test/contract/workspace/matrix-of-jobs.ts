import { caseList, none, other, shows } from './matrix-case.ts'
import type { Stage } from './matrix-support.ts'
import type { TestClient } from './support.ts'

const { cases, on, each } = caseList()

/** Files, transfers and deliveries. */
export const casesOfJobs = cases

// Files; rights by path are in access-paths.test.ts. No storage is there to answer whoever may ask.
const places = {
  'their own home': ['+++', (_: Stage, who: TestClient) => `share=${who.user.email}/x`],
  'a volume': ['++0', () => 'share=projects/x'],
  'a standard person’s home': ['++0', () => 'share=sam@example.com/x'],
  'an admin’s home': ['+00', () => 'share=john@example.com/x'],
} as const
for (const [of, [may, place]] of Object.entries(places)) {
  for (const operation of ['file/list', 'file/size', 'file/exists', 'file/make-folder', 'file/delete'] as const)
    on(operation, of, may, (s, who) => ({ path: place(s, who) }), 'PEER_UNREACHABLE')
  on('file/rename', of, may, (s, who) => ({ path: place(s, who), to: 'y' }), 'PEER_UNREACHABLE')
  on('file/move', of, may, (s, who) => ({ path: place(s, who), to: `${place(s, who)}y` }), 'PEER_UNREACHABLE')
  on('transfer/create', `from ${of}`, may, (s, who) => ({
    spec: { source: place(s, who), destination: s.sam.user.email },
  }))
  on('transfer/create', `to ${of}`, may, (s, who) => ({ spec: { source: '/from/here', destination: place(s, who) } }))
  on('delivery/create', `of ${of}`, may.replace(/.$/, 'F'), (s, who) => ({
    name: 'D',
    files: [place(s, who)],
    recipients: [s.sam.user.id],
  }))
  on('delivery/create', `that asks for files to ${of}`, may.replace(/.$/, 'F'), (s, who) => ({
    name: 'D',
    kind: 'request',
    destination: place(s, who),
    recipients: [s.sam.user.id],
  }))
  on('task/create', `from ${of}`, may, async (s, who) => ({
    jobId: await s.transfer(who),
    spec: { tasks: [place(s, who)] },
  }))
}
on('transfer/create', 'from the machine of somebody else', '++F', async (s, who) => ({
  spec: { source: `client=${await s.machineOf(s.sam)}:/x`, destination: other(s, who).user.email },
}))

// Transfers: everybody’s own; those who run the workspace see and change all.
const jobs = {
  made: (s: Stage, who: TestClient) => s.transfer(who),
  received: (s: Stage, who: TestClient) => s.transfer(other(s, who), who.user.email),
  'of others': (s: Stage, who: TestClient) => s.transfer(other(s, who)),
} as const
const rights = {
  see: { made: '+++', received: '+++', 'of others': '++0' },
  // Gone for good: for who made it, and admins.
  delete: { made: '+++', received: '+FF', 'of others': '+F0' },
  add: { made: '+++', received: '++F', 'of others': '++0' },
  receive: { made: 'FFF', received: '+++', 'of others': 'FF0' },
  // Asked of the machines at its ends, which none of these is.
  machine: { made: '000', received: '000', 'of others': '000' },
} as const
for (const [of, make] of Object.entries(jobs) as [keyof typeof jobs, (typeof jobs)[keyof typeof jobs]][]) {
  const { see } = rights
  for (const operation of ['transfer/list', 'task/list'] as const) {
    on(operation, of, see[of], async (s, who) => {
      const jobId = await make(s, who)
      return shows(jobId, operation === 'task/list' ? { jobId } : { limit: 1000 })
    })
  }
  each(['transfer/get'], of, see[of], make)
  each(['transfer/preview', 'transfer/remind', 'transfer/log'], of, see[of], make, 'jobId')
  each(['recipient/list'], of, see[of], make)
  for (const status of ['paused', 'waiting', 'aborted', 'done'] as const)
    on('transfer/update', `${of}: ${status}`, see[of], async (s, who) => ({ id: await make(s, who), status }))
  on('transfer/update', `${of}: name`, see[of], async (s, who) => ({
    id: await make(s, who),
    name: 'X',
    priority: 7,
    metadata: {},
  }))
  on('transfer/delete', of, rights.delete[of], async (s, who) => ({ id: await make(s, who), force: true }))
  on('task/create', of, rights.add[of], async (s, who) => ({
    jobId: await make(s, who),
    spec: { tasks: [`share=${who.user.email}/y`] },
  }))
  on('task/update', of, see[of], async (s, who) => {
    const jobId = await make(s, who)
    return { jobId, tasks: [{ id: await s.task(jobId), status: 'onhold' }] }
  })
  on('transfer/resolve', of, rights.receive[of], async (s, who) => ({
    jobId: await make(s, who),
    path: '/x',
    revision: 0,
  }))
  each(['transfer/decline'], of, rights.receive[of], make, 'jobId')
  on('transfer/consent', of, rights.machine[of], async (s, who) => ({ jobId: await make(s, who), decision: 'allow' }))
  on('transfer/measured', of, rights.machine[of], async (s, who) => ({
    jobId: await make(s, who),
    tasks: [],
    isComplete: true,
  }))
  on('recipient/add', of, of === 'made' ? '+++' : of === 'received' ? '+FF' : '+F0', async (s, who) => ({
    id: await make(s, who),
    recipient: s.sam.user.id,
  }))
  on('recipient/remove', of, of === 'made' ? '+++' : of === 'received' ? '+FF' : '+F0', async (s, who) => ({
    id: await make(s, who),
    recipient: s.sam.user.id,
  }))
}
on('dispatch/claim', 'none', '+++', () => ({ dispatches: [{ dispatchId: none, epoch: 1 }] }))
on('dispatch/report', 'none', '+++', () => ({ dispatchId: none, epoch: 1, tasks: [] }), 'FENCED')
on('dispatch/end', 'none', '+++', () => ({ dispatchId: none, epoch: 1, outcome: 'done' }), 'FENCED')

// Deliveries and requests: made by those who run the workspace, changed by who made them, seen by whom they are for.
on('delivery/create', 'nothing yet', '++F', () => ({ name: 'Dailies' }))
for (const kind of ['delivery', 'request'] as const) {
  const ofOthers = (s: Stage, who: TestClient) => s.delivery(other(s, who), [s.sam.user.id], kind)
  const toThem = (s: Stage, who: TestClient) => s.delivery(other(s, who), [who.user.id], kind)
  const own = (s: Stage, who: TestClient) => s.delivery(who, [s.sam.user.id], kind)
  for (const [of, make, seen] of [
    [`a ${kind} of others`, ofOthers, '++0'],
    [`a ${kind} for them`, toThem, '+++'],
  ] as const) {
    on('delivery/list', of, seen, async (s, who) => shows(await make(s, who), { limit: 1000 }))
    each(['delivery/get', 'recipient/list'], of, seen, make)
    each(['delivery/update'], of, '+FF', make)
    on('delivery/delete', of, '+FF', async (s, who) => ({ id: await make(s, who), force: true }))
    for (const operation of ['recipient/add', 'recipient/remove'] as const)
      on(operation, of, '+F0', async (s, who) => ({ id: await make(s, who), recipient: s.sam.user.id }))
  }
  each(['delivery/update'], `their own ${kind}`, '++-', own)
  on('delivery/delete', `their own ${kind}`, '++-', async (s, who) => ({ id: await own(s, who), force: true }))
  for (const operation of ['recipient/add', 'recipient/remove'] as const)
    on(operation, `their own ${kind}`, '++-', async (s, who) => ({ id: await own(s, who), recipient: s.sam.user.id }))
}
on('delivery/get', 'one for them that is not submitted', '++0', async (s, who) => {
  const id = await s.delivery(other(s, who))
  await s.call(other(s, who), 'recipient/add', { id, recipient: who.user.id })
  return { id }
})
