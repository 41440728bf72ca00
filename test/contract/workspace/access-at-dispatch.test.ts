import { afterEach, beforeEach, expect, it } from 'vitest'
import { type TestClient, TestWorkspace } from './support.ts'

let workspace: TestWorkspace
let john: TestClient
let mia: TestClient
let hq: TestClient
let reel: string
let acl: string

beforeEach(async () => {
  workspace = await TestWorkspace.start()
  john = await (await workspace.john()).connect()
  mia = await workspace.person('mia@example.com', 'Mia', 'standard', john)
  const folder = { code: 'reel', name: 'Reel', kind: 'folder', parent: 'projects', path: 'reel' } as const
  reel = (await john.call('share/create', folder)).id
  await grant('', true, true)
})
afterEach(() => workspace[Symbol.asyncDispose]())

async function grant(path: string, mayRead: boolean, mayWrite: boolean): Promise<void> {
  acl = (await john.call('acl/create', { user: mia.user.id, share: reel, path, mayRead, mayWrite })).acl.id
}

/** A job that only waits for the other end to come. */
async function upload(): Promise<string> {
  await mia.connect()
  const spec = { source: '/Users/mia/x', destination: 'share=reel/in/' }
  const { jobs } = await mia.call('transfer/create', { spec })
  await mia.measure()
  return jobs[0]?.id ?? ''
}

async function download(source: string): Promise<string> {
  hq = await workspace.hq()
  const { jobs } = await mia.call('transfer/create', { spec: { source, destination: '/Users/mia/in/' } })
  await hq.measure()
  const id = jobs[0]?.id ?? ''
  await john.job(id, (job) => job.sizeBytes > 0)
  return id
}

const failed = { status: 'failed', reason: { code: 'failed', params: { error: 'FORBIDDEN' } } }
const site = async (may: { mayRead?: boolean; mayWrite?: boolean }) => {
  const { sites } = await john.call('site/list', {})
  await john.call('site/update', { id: sites[0]?.id as never, ...may })
}
const revoke = () => john.call('acl/delete', { id: acl })
const elsewhere = async () => {
  await revoke()
  await grant('other', true, true)
}

const taken: Readonly<Record<string, readonly [upload: () => unknown, download: () => unknown]>> = {
  'the grant is gone': [revoke, revoke],
  'the grant is for another path': [elsewhere, elsewhere],
  'the grant is for the other direction': [() => grant('', true, false), () => grant('', false, true)],
  'the site lets nobody': [() => site({ mayWrite: false }), () => site({ mayRead: false })],
}

it.each(Object.entries(taken))('what is sent there is stopped when %s', async (_, [take]) => {
  const id = await upload()
  await take()
  await workspace.hq()
  expect(await john.job(id, (job) => job.status === 'failed')).toMatchObject(failed)
})

it.each(Object.entries(taken))('what is taken from there is stopped when %s', async (_, [, take]) => {
  const id = await download('share=reel/a.mov')
  await take()
  await mia.connect()
  expect(await john.job(id, (job) => job.status === 'failed')).toMatchObject(failed)
})

it('what is not in a collection any more is told to no storage', async () => {
  const made = await john.call('collection/create', { code: 'best', name: 'Best', files: ['share=projects/a.mov'] })
  const { id: collection } = made.collection
  await john.call('acl/create', { user: mia.user.id, share: collection, mayRead: true, mayWrite: false })
  const id = await download('share=best/a.mov')
  await john.call('collection/remove', { id: collection, files: made.files.map((file) => file.id) })
  await mia.connect()
  const order = await hq.dispatch(id)
  // By its name in the collection, which no storage is told of: to those it is a share that is none.
  expect(order.tasks.map(({ source }) => source)).toMatchObject([{ shareId: collection, path: 'a.mov' }])
  await hq.drop()
  hq.frames.length = 0
  const { shares } = await (await hq.connect()).frame('site.shares')
  expect(shares.map(({ code }) => code)).toContain('projects')
  expect(shares.map(({ code }) => code)).not.toContain('best')
  expect(shares.filter(({ path }) => path === '')).toEqual([])
})

it('what is taken from a collection is stopped when the collection is not theirs any more', async () => {
  const made = await john.call('collection/create', { code: 'best', name: 'Best', files: ['share=projects/a.mov'] })
  const given = { user: mia.user.id, share: made.collection.id, mayRead: true, mayWrite: false }
  const { acl: grantOfIt } = await john.call('acl/create', given)
  const id = await download('share=best/a.mov')
  await john.call('acl/delete', { id: grantOfIt.id })
  await mia.connect()
  expect(await john.job(id, (job) => job.status === 'failed')).toMatchObject(failed)
})

it.each([
  ['was switched off', { status: 'disabled' }],
  ['lost their role', { role: 'standard' }],
] as const)('nothing goes on in the name of who %s', async (_, change) => {
  const lisa = await workspace.person('lisa@example.com', 'Lisa', 'employee', john)
  const spec = { source: 'share=projects/x', destination: 'john@example.com' }
  const { jobs } = await lisa.call('transfer/create', { spec })
  const id = jobs[0]?.id as NonNullable<(typeof jobs)[0]>['id']
  await john.call('transfer/resolve', { jobId: id, path: '/Users/john/in', revision: 0 })
  await john.call('user/update', { id: lisa.user.id, ...change })
  hq = await workspace.hq()
  await hq.measure()
  expect(await john.job(id, (job) => job.status === 'failed')).toMatchObject(failed)
})
