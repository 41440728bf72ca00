import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Task } from '../../../src/shared/domain/job.ts'
import { type TestClient, TestWorkspace } from './support.ts'

/** Examples of the job specification, named by its sections, and the decisions of DESIGN.md section 5. */

let workspace: TestWorkspace
let john: TestClient
let mia: TestClient
let home: string
let projects: string

beforeAll(async () => {
  workspace = await TestWorkspace.start()
  john = await workspace.john()
  mia = await workspace.person('mia@example.com', 'Mia', 'standard', john)
  const { shares } = await john.call('share/list', {})
  projects = shares.find((share) => share.code === 'projects')?.id ?? ''
  home = shares.find((share) => share.userId === mia.user.id)?.id ?? ''
})

afterAll(() => workspace[Symbol.asyncDispose]())

async function planned(spec: unknown, by = john): Promise<Task[]> {
  const { jobs } = await by.call('transfer/create', { spec })
  const { tasks } = await by.call('task/list', { jobId: jobs[0]?.id as never })
  await by.call('transfer/delete', { id: jobs[0]?.id as never, force: true })
  return tasks
}

async function ends(source: string, destination?: string, by = john) {
  const [task] = await planned({ source, ...(destination !== undefined && { destination }) }, by)
  return { source: task?.source, destination: task?.destination }
}

describe('places on the workspace', () => {
  it.each([
    ['Send a file to a user', 'myworkspace:/projects/lfm/114.jpg', 'lfm/114.jpg'],
    ['share=', 'share=projects/reference.tif', 'reference.tif'],
    ['volume=', 'volume=projects/reference.tif', 'reference.tif'],
    ['the default', 'share=(default)/reference.tif', 'reference.tif'],
    ['an absolute path on a root share', 'hq:/srv/projects/a/b', 'a/b'],
    ['a relative path on the default volume', 'myproject/reference.jpg', 'myproject/reference.jpg'],
    ['without the prefix share=', 'site=hq:projects/racing/x', 'racing/x'],
    ['an absolute path without a party that a volume holds', '/srv/projects/a', 'a'],
  ])('%s', async (_name, source, path) => {
    expect(await ends(source, 'mia@example.com')).toMatchObject({
      source: { siteCode: 'hq', shareId: projects, path },
      destination: { userId: mia.user.id, path: '', placement: 'into' },
    })
  })

  it('Upload to home share: share=<e-mail>', async () => {
    const { destination } = await ends('/Users/john/Desktop/delivery', 'share=mia@example.com')
    expect(destination).toEqual({ siteCode: 'hq', shareId: home, path: '', placement: 'into' })
  })

  it('a bare path is in one’s home for standard people', async () => {
    const { source } = await ends('UPLOAD/test.abc', '/Users/mia/Download/', mia)
    expect(source).toEqual({ siteCode: 'hq', shareId: home, path: 'UPLOAD/test.abc' })
    const { destination } = await ends('/Users/mia/a', '~/in/', mia)
    expect(destination).toEqual({ siteCode: 'hq', shareId: home, path: 'in', placement: 'into' })
  })

  it('Upload to share: a trailing slash puts it into, its absence names it', async () => {
    const into = await ends('/Users/john/new_scans', 'share=projects/from_john/20180413/')
    expect(into.destination).toMatchObject({ path: 'from_john/20180413', placement: 'into' })
    const as = await ends('/Users/john/new_scans', 'share=projects/from_john/20180413')
    expect(as.destination).toMatchObject({ path: 'from_john/20180413', placement: 'as' })
  })
})

describe('a volume that workstations have under folders of their own', () => {
  let plates: string
  beforeAll(async () => {
    const paths = { windows: 'p:\\Plates\\', mac: '/Volumes/plates', linux: '/mnt/plates' }
    const share = { code: 'plates', name: 'Plates', kind: 'volume', path: '/srv/plates', paths } as const
    plates = (await john.call('share/create', share)).id
  })

  it.each([
    ['on the server', '/srv/plates/sh01/a.exr'],
    ['macOS', '/Volumes/plates/sh01/a.exr'],
    ['Linux', '/mnt/plates/sh01/a.exr'],
    ['Windows', 'P:\\plates\\sh01\\a.exr'],
    ['Windows, as a long path', '\\\\?\\P:\\PLATES\\sh01\\a.exr'],
  ])('%s', async (_system, source) => {
    const { source: meant } = await ends(source, 'mia@example.com')
    expect(meant).toEqual({ siteCode: 'hq', shareId: plates, path: 'sh01/a.exr' })
  })

  it('is for those who may read it: the same path of others is on their machine', async () => {
    const { source } = await ends('/Volumes/plates/a', 'john@example.com', mia)
    expect(source).toMatchObject({ userId: mia.user.id, path: '/Volumes/plates/a' })
  })

  it('is told to admins alone, and has to be whole paths of the systems', async () => {
    const sam = await workspace.person('sams-other@example.com', 'Sam', 'employee', john)
    const { shares } = await sam.call('share/list', {})
    expect(shares.some(({ kind }) => kind === 'volume')).toBe(true)
    expect(JSON.stringify(shares)).not.toContain('/Volumes')
    expect(JSON.stringify(await john.call('workspace/snapshot', {}))).not.toContain('/Volumes')
    const share = { code: 'bad', name: 'Bad', kind: 'volume', path: '/srv/bad' } as const
    for (const paths of [{ windows: '/Volumes/x' }, { mac: 'P:\\x' }, { linux: 'x' }]) {
      const refused = john.call('share/create', { ...share, paths })
      await expect(refused).rejects.toMatchObject({ code: 'PATH_INVALID', params: { problem: 'absolute-needed' } })
    }
  })
})

describe('a task that joins a job', () => {
  const added = async (job: object, task: object | string, by = john) => {
    const { jobs } = await by.call('transfer/create', { spec: job })
    const jobId = jobs[0]?.id as never
    try {
      const { tasks } = await by.call('task/create', { jobId, spec: { tasks: [task] } })
      return tasks[0]
    } finally {
      await by.call('transfer/delete', { id: jobId, force: true })
    }
  }

  it('is from the job’s machine and to its site', async () => {
    const task = await added({ source: '/Users/john/a', destination: 'hq:' }, '/Users/john/b')
    expect(task?.source).toMatchObject({ clientId: john.clientId, path: '/Users/john/b' })
    expect(task?.destination).toMatchObject({ siteCode: 'hq', shareId: projects })
  })

  it('is from the workspace and to the job’s machine', async () => {
    const job = { source: '_REF/x.mov', destination: '/Users/john/Downloads/x.mov' }
    const task = await added(job, { source: '_REF/y.mov', destination: '/Users/john/Downloads/y.mov' })
    expect(task?.source).toMatchObject({ siteCode: 'hq', path: '_REF/y.mov' })
    expect(task?.destination).toMatchObject({ clientId: john.clientId, path: '/Users/john/Downloads/y.mov' })
  })

  it('is from a volume by the folder that a workstation has it under', async () => {
    const task = await added({ source: 'share=projects/a', destination: 'mia@example.com' }, '/srv/projects/b')
    expect(task?.source).toMatchObject({ siteCode: 'hq', shareId: projects, path: 'b' })
    expect(task?.destination).toMatchObject({ userId: mia.user.id, path: '' })
  })

  it('needs its destination where the job does not keep paths (transfers document, Create tasks)', async () => {
    const job = { source: '/Users/john/a', destination: 'share=projects/in/' }
    await expect(added(job, '/Users/john/b')).rejects.toMatchObject({ params: { advice: 'destination-missing' } })
    const task = await added(job, { source: '/Users/john/b', destination: 'share=projects/in/' })
    expect(task?.destination).toMatchObject({ shareId: projects, path: 'in' })
  })

  it('keeps its path below the share where the job does', async () => {
    const job = { source: 'share=projects/a/b', destination: 'mia@example.com', mirror_paths: true }
    expect((await added(job, 'share=projects/c/d'))?.destination).toMatchObject({ path: 'c/d', placement: 'as' })
  })

  it('leaves the job as it is: what is for all of it is refused, not lost', async () => {
    const { jobs } = await john.call('transfer/create', {
      spec: { source: 'share=projects/a', destination: 'mia@example.com' },
    })
    const jobId = jobs[0]?.id as never
    const add = (spec: unknown) => john.call('task/create', { jobId, spec })
    const task = { source: 'share=projects/b', destination: 'mia@example.com' }
    const refused: readonly (readonly [string, unknown])[] = [
      ['$.settings', { tasks: [task], settings: { transfer_exclude: '*.tmp' } }],
      ['$.priority', { ...task, priority: 900 }],
      ['$.metadata', JSON.stringify({ ...task, metadata: { app: 'x' } })],
      ['$.status', { tasks: [task], status: 'paused' }],
      ['$.recipients', { tasks: [{ source: 'share=projects/b' }], recipients: ['lisa@example.com'] }],
    ]
    for (const [jsonPath, spec] of refused) {
      await expect(add(spec)).rejects.toMatchObject({ params: { jsonPath, advice: 'attribute-of-job' } })
    }
    expect((await john.call('task/list', { jobId })).tasks).toHaveLength(1)
    const { tasks } = await add({
      tasks: { ...task, priority: 900, settings: { transfer_exclude: '*.tmp' } },
      queue: null,
    })
    expect(tasks).toMatchObject([{ priority: 900 }])
    expect((await add({ ...task, source: 'share=projects/c', status: 'excluded' })).tasks).toMatchObject([
      { status: 'excluded' },
    ])
    await john.call('transfer/delete', { id: jobId, force: true })
  })

  it('has the parties of the job', async () => {
    const job = { source: 'share=projects/a', destination: 'mia@example.com' }
    await expect(added(job, '/Users/john/b')).rejects.toMatchObject({ params: { advice: 'one-party' } })
  })
})

describe('places on machines', () => {
  it('Download from user share: the caller’s own machine', async () => {
    const { destination } = await ends('myworkspace:20180413/script_v001.pdf', 'C:\\Users\\John\\Download\\accsyn\\')
    expect(destination).toMatchObject({ userId: john.user.id, clientId: john.clientId, placement: 'into' })
    expect(destination?.path.replaceAll('\\', '/')).toBe('C:/Users/John/Download/accsyn')
  })

  it('a certain machine by client=, a person’s by user@host', async () => {
    const named = await ends('share=projects/x', `client=${mia.clientId}:/Volumes/EDIT/`)
    expect(named.destination).toMatchObject({ userId: mia.user.id, clientId: mia.clientId, path: '/Volumes/EDIT' })
    const byHost = await ends('share=projects/x', 'mia@example.com@Mias-pc:/Volumes/EDIT/')
    expect(byHost.destination).toMatchObject({ clientId: mia.clientId })
    await expect(ends('share=projects/x', 'mia@example.com@nowhere:/x')).rejects.toMatchObject({
      code: 'PARTY_UNKNOWN',
    })
  })

  it('a relative path at a person’s end keeps below what they will choose', async () => {
    const { destination } = await ends('share=projects/lfm.jpg', 'mia@example.com:projects/lfm/lfm.jpg')
    expect(destination).toEqual({ userId: mia.user.id, path: 'projects/lfm/lfm.jpg', placement: 'as' })
  })

  it('from here to a person: a path that no volume holds is this machine’s', async () => {
    const { source } = await ends('/media/disk/brief_v001.pdf', 'mia@example.com')
    expect(source).toMatchObject({ userId: john.user.id, clientId: john.clientId, path: '/media/disk/brief_v001.pdf' })
  })

  it('no destination at all: to the workspace from here, to here from the workspace', async () => {
    expect((await ends('/Users/mia/x', undefined, mia)).destination).toMatchObject({ shareId: home, path: '' })
    expect((await ends('share=projects/a/x')).destination).toMatchObject({ userId: john.user.id, path: 'a/x' })
  })

  it('a path below a share is kept where that is asked for, for one task as for all', async () => {
    const destinations = async (spec: object) =>
      (await planned(spec)).map(({ destination: { path, placement } }) => `${path} ${placement}`)
    const source = 'share=projects/lfm/114.jpg'
    expect(await destinations({ source, destination: 'mia@example.com' })).toEqual([' into'])
    expect(await destinations({ source, destination: 'mia@example.com', mirror_paths: true })).toEqual([
      'lfm/114.jpg as',
    ])
    const tasks = [
      { source, destination: 'mia@example.com', mirror_paths: false },
      { source: 'share=projects/lfm/115.jpg', destination: 'mia@example.com' },
    ]
    expect(await destinations({ tasks, mirror_paths: true })).toEqual([' into', 'lfm/115.jpg as'])
  })
})

describe('what cannot be meant', () => {
  it.each([
    ['an unknown site', 'share=projects/x', 'site=berlin', 'PARTY_UNKNOWN'],
    ['an unknown workspace', 'other:share=projects/x', 'mia@example.com', 'PARTY_UNKNOWN'],
    ['an unknown person', 'share=projects/x', 'nobody@example.com', 'PARTY_UNKNOWN'],
    ['an unknown share', 'share=nothing/x', 'mia@example.com', 'NOT_FOUND'],
    ['a share of another kind', 'home=projects/x', 'mia@example.com', 'NOT_FOUND'],
    ['an absolute path that no volume holds', 'hq:/etc/passwd', 'mia@example.com', 'PATH_INVALID'],
    ['two absolute paths that no volume holds', '/a/b', '/c/d', 'PATH_AMBIGUOUS'],
    ['both ends on the same site', 'share=projects/x', 'hq:share=projects/y', 'SPEC_INVALID'],
    ['a person’s file without a whole path', 'mia@example.com:x/y', 'share=projects/', 'PATH_INVALID'],
    ['a way out of a share', 'share=projects/../../etc/passwd', 'mia@example.com', 'PATH_INVALID'],
  ])('%s', async (_name, source, destination, code) => {
    await expect(ends(source, destination)).rejects.toMatchObject({ code })
  })

  it('says in which of several tasks it is', async () => {
    const tasks = { a: { source: 'share=projects/x', destination: 'mia@example.com' }, 'b c': 'share=nothing/x' }
    const params = { entity: 'share', id: 'nothing', jsonPath: '$.tasks["b c"]' }
    await expect(planned({ tasks })).rejects.toMatchObject({ code: 'NOT_FOUND', params })
  })

  it('several parties in one job (best practices: one source, one destination)', async () => {
    const tasks = [
      { source: 'share=projects/x', destination: 'mia@example.com' },
      { source: 'share=projects/y', destination: '/Users/john/' },
    ]
    await expect(planned({ tasks })).rejects.toMatchObject({ code: 'SPEC_INVALID', params: { advice: 'one-party' } })
  })

  it('names what it could have meant', async () => {
    const failure = await ends('/a/b', '/c/d').catch((error) => error)
    expect(failure.params.readings).toContain('hq:/a/b')
  })
})

it('keeps priorities, settings, metadata and identifiers of tasks', async () => {
  const tasks = await planned({
    tasks: {
      brief: {
        source: 'share=projects/brief.pdf',
        destination: 'mia@example.com',
        priority: 999,
        metadata: { app: 'x' },
      },
      rest: {
        source: 'share=projects/rest.rar',
        destination: 'mia@example.com',
        settings: { transfer_exclude: '*tmp' },
      },
    },
  })
  expect(tasks).toMatchObject([
    { uri: 'brief', priority: 999, metadata: { app: 'x' } },
    { uri: 'rest', priority: 500, settings: { transfer_exclude: '*tmp' } },
  ])
})
