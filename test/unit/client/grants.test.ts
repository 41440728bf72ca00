import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EndpointResolver } from '../../../src/client/dispatches/endpoint-resolver.ts'
import { Grants } from '../../../src/client/grants/grants.ts'
import { StateFolder } from '../../../src/client/state-folder.ts'
import type { JobId, ShareId } from '../../../src/shared/domain/ids.ts'
import { jobId, otherWorkspaceId, workspaceId } from './job-samples.ts'

let folder: string
let grants: Grants
let resolver: EndpointResolver
const job = { workspaceId, jobId }
const otherJob = { workspaceId, jobId: '2'.repeat(24) as JobId }

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'tern-grants-')))
  await mkdir(join(folder, 'rushes/day 1'), { recursive: true })
  await writeFile(join(folder, 'rushes/day 1/a.mov'), 'a')
  await writeFile(join(folder, 'secret.txt'), 's')
  grants = await Grants.open(new StateFolder(join(folder, 'state')))
  resolver = new EndpointResolver(grants, [])
})

afterEach(() => rm(folder, { recursive: true, force: true }))

const at = (path: string) => join(folder, path)
const read = (path: string, reference = job) => resolver.resolve({ path: at(path) }, 'read', reference)
const needsConsent = { code: 'CONSENT_NEEDED' }

describe('a grant for one job', () => {
  beforeEach(() => grants.add(at('rushes'), 'read', { kind: 'job', ...job }, 'drop'))

  it('lets that job read the folder and what is in it, with its own name leading', async () => {
    expect(await read('rushes')).toEqual({ root: folder, path: 'rushes' })
    expect(await read('rushes/day 1/a.mov')).toEqual({ root: folder, path: 'rushes/day 1/a.mov' })
  })

  it('lets no other job, no other workspace, no other way and nothing beside it', async () => {
    await expect(read('rushes', otherJob)).rejects.toMatchObject(needsConsent)
    await expect(read('rushes', { ...job, workspaceId: otherWorkspaceId })).rejects.toMatchObject(needsConsent)
    await expect(resolver.resolve({ path: at('rushes') }, 'write', job)).rejects.toMatchObject(needsConsent)
    await expect(read('secret.txt')).rejects.toMatchObject({ params: { path: at('secret.txt'), mode: 'read' } })
    await expect(read('rushes-and-more')).rejects.toMatchObject(needsConsent)
    await expect(read('rushes/../secret.txt')).rejects.toMatchObject(needsConsent)
  })

  it('does not hold for what has become a link since', async () => {
    await rename(at('rushes'), at('elsewhere'))
    await symlink(at('elsewhere'), at('rushes'))
    await expect(read('rushes')).rejects.toMatchObject(needsConsent)
  })

  it('survives a restart and ends with the job', async () => {
    const again = await Grants.open(new StateFolder(join(folder, 'state')))
    expect(await again.find(at('rushes'), 'read', job)).toEqual({ granted: at('rushes'), way: '' })
    await again.endJob(job)
    expect(await again.find(at('rushes'), 'read', job)).toBeUndefined()
    expect((await Grants.open(new StateFolder(join(folder, 'state')))).all()).toEqual([])
  })
})

it('refuses a path that is not absolute or climbs before it looks for a grant', async () => {
  await expect(resolver.resolve({ path: 'rushes' }, 'read', job)).rejects.toMatchObject({ code: 'PATH_INVALID' })
  await expect(resolver.resolve({ path: '/a/../b' }, 'read', job)).rejects.toMatchObject({ code: 'PATH_INVALID' })
  await expect(resolver.resolve({ path: '/a\0' }, 'read', job)).rejects.toMatchObject({ code: 'PATH_INVALID' })
})

it('grants the folder behind a link that a person was asked for by its link', async () => {
  await symlink(at('rushes'), at('shortcut'))
  await grants.add(at('shortcut'), 'read', { kind: 'always', workspaceId }, 'consent')
  expect(await read('shortcut/day 1')).toEqual({ root: folder, path: 'rushes/day 1' })
  expect(await read('rushes/day 1', otherJob)).toEqual({ root: folder, path: 'rushes/day 1' })
})

it('writes below a granted folder, or as a granted name in its folder', async () => {
  await grants.add(at('rushes'), 'write', { kind: 'job', ...job }, 'delivery')
  await grants.add(at('new/one.mov'), 'write', { kind: 'job', ...job }, 'consent')
  const write = (path: string) => resolver.resolve({ path: at(path), placement: 'as' }, 'write', job)
  expect(await write('rushes/x/y.mov')).toEqual({ root: at('rushes'), path: 'x/y.mov' })
  expect(await write('new/one.mov')).toEqual({ root: at('new'), path: 'one.mov' })
})

it('remembers what a person picked for this run only', async () => {
  await grants.pick(at('rushes'), 'read', 'drop')
  expect(grants.pickedOrigin(at('rushes/day 1'), 'read')).toBe('drop')
  expect(grants.pickedOrigin(at('rushes'), 'write')).toBeUndefined()
  expect(grants.pickedOrigin(at('secret.txt'), 'read')).toBeUndefined()
  expect((await Grants.open(new StateFolder(join(folder, 'state')))).pickedOrigin(at('rushes'), 'read')).toBeUndefined()
})

describe('shares of a site', () => {
  const projects = 'a1'.repeat(12) as ShareId
  const home = 'a2'.repeat(12) as ShareId
  const stray = 'a3'.repeat(12) as ShareId

  beforeEach(async () => {
    await mkdir(at('volumes'))
    resolver = new EndpointResolver(grants, [at('volumes'), at('homes')])
    resolver.setShares([
      { id: projects, path: at('volumes') },
      { id: home, path: at('volumes/homes/lisa@example.com') },
      { id: stray, path: folder },
    ])
  })

  it('resolves below an allowed root and makes a share that is missing there', async () => {
    expect(await resolver.resolve({ shareId: projects, path: 'lfm/114' }, 'write', job)).toEqual({
      root: at('volumes'),
      path: 'lfm/114',
    })
    expect((await resolver.resolve({ shareId: home, path: '' }, 'read', job)).root).toBe(
      at('volumes/homes/lisa@example.com'),
    )
  })

  it('refuses a share outside of them, an unknown one, and a way out', async () => {
    const resolve = (shareId: ShareId, path: string) => resolver.resolve({ shareId, path }, 'read', job)
    await expect(resolve(stray, 'secret.txt')).rejects.toMatchObject({
      code: 'PATH_NOT_GRANTED',
      params: { problem: 'outside-files' },
    })
    await expect(resolve('a4'.repeat(12) as ShareId, '')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(resolve(projects, '../secret.txt')).rejects.toMatchObject({ code: 'PATH_INVALID' })
    await expect(resolve(projects, '/etc')).rejects.toMatchObject({ code: 'PATH_INVALID' })
  })

  it('refuses a share that a link leads out of the allowed roots', async () => {
    await symlink(folder, at('volumes/out'))
    resolver.setShares([{ id: projects, path: at('volumes/out') }])
    await expect(resolver.shareRoot(projects)).rejects.toMatchObject({ code: 'PATH_NOT_GRANTED' })
  })
})

it('another workspace that ends a job of the same id takes no grant away', async () => {
  await grants.add(at('rushes'), 'read', { kind: 'job', ...job }, 'drop')
  await grants.endJob({ workspaceId: otherWorkspaceId, jobId })
  expect(await read('rushes')).toEqual({ root: folder, path: 'rushes' })
  await grants.endJob(job)
  await expect(read('rushes')).rejects.toMatchObject(needsConsent)
})

describe('folders that are protected', () => {
  it('are neither granted nor covered by a grant above them', async () => {
    await mkdir(at('profile/hosted'), { recursive: true })
    const guarded = await Grants.open(new StateFolder(at('profile/engine')), [at('profile')])
    const always = { kind: 'always', workspaceId } as const
    const refused = { code: 'PATH_NOT_GRANTED' }
    for (const path of ['profile', 'profile/engine/grants.json', 'profile/hosted/new/server.pem']) {
      await expect(guarded.add(at(path), 'read', always, 'consent')).rejects.toMatchObject(refused)
      await expect(guarded.pick(at(path), 'read', 'drop')).rejects.toMatchObject(refused)
    }
    await symlink(at('profile/hosted'), at('harmless'))
    await expect(guarded.add(at('harmless'), 'write', always, 'consent')).rejects.toMatchObject(refused)
    await guarded.add(folder, 'read', always, 'dialog')
    expect(await guarded.find(at('profile/hosted/server.pem'), 'read', job)).toBeUndefined()
    expect(await guarded.find(at('secret.txt'), 'read', job)).toEqual({ granted: folder, way: 'secret.txt' })
  })
})
