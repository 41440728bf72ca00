import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { TestHost } from '../../helpers/client/test-host.ts'
import { admin, ServedWorkspace } from '../../helpers/served-workspace.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { ScriptSession } from '../../helpers/wire/script-session.ts'
import { WireClient } from '../../helpers/wire/wire-client.ts'

const write = (path: string, text: string) => {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
const read = (path: string) => readFileSync(path, 'utf8')
const uris = (tasks: readonly { uri: string }[]) => tasks.map(({ uri }) => uri).sort()

/** What the owner of the machine says to a job that no window of theirs made: yes, to all that comes for these folders. */
async function allow(app: TestHost): Promise<void> {
  for (const { key, waitsOnYou } of app.rows.values()) {
    if (waitsOnYou !== 'consent') continue
    const { consent } = await app.call('incomingDetails', { key })
    if (consent) await app.call('consentDecide', { key, decision: 'always', asked: consent.asked })
  }
}

/** A workspace in real processes, the app of its administrator on another folder, and that person's scripts. */
async function studio() {
  const workspace = await ServedWorkspace.make()
  const { address, fingerprint } = await workspace.serve(['--backup-hours', '0', '--port', '0'])
  const myproject = join(tempFolder(), 'myproject')
  mkdirSync(myproject)
  await workspace.tern(['volume', 'add', '--name', 'My project', '--code', 'myproject', '--path', myproject])
  const { stdout } = await workspace.tern(['key', 'create', '--user', admin.email])
  const app = await TestHost.start({ folder: join(workspace.folder, '../app'), computerName: 'edit-1' })
  await app.call('signInTo', { address, keyHash: fingerprint, ...admin, isHostedHere: false, isDemo: false })
  await app.untilOnline()
  const local = tempFolder()
  for (const folder of ['EDIT', 'Downloads', 'up']) mkdirSync(join(local, folder))
  const scripts = await ScriptSession.open(new WireClient({ address }, admin.email, stdout.trim(), 'studio'))
  return { app, scripts, myproject, projects: join(workspace.folder, 'files/projects'), local }
}

it('the scripts of the transfers document move real files through a served workspace', async () => {
  const { app, scripts, myproject, projects, local } = await studio()
  const status = async (id: string) => (await scripts.getEntity('Transfer', id)).status
  const allowedStatus = async (id: string) => {
    await allow(app)
    return status(id)
  }
  const until = (id: string, wanted: string) =>
    expect.poll(() => allowedStatus(id), { timeout: 10_000, interval: 100 }).toBe(wanted)

  // Query: nothing yet.
  expect(await scripts.find('Transfer')).toEqual([])
  expect(await scripts.findOne('Transfer WHERE name="x and y.png"')).toBeNull()

  // Create: a download, paused; its size is measured all the same.
  const trailer = 'the trailer, as it was screened'.repeat(10_000)
  write(join(myproject, 'delivery/TRAILER_screening_v003.mov'), trailer)
  const download = await scripts.create('Transfer', {
    source: 'share=myproject/delivery/TRAILER_screening_v003.mov',
    destination: join(local, 'EDIT/from_client'),
    status: 'paused',
  })
  expect(download).toMatchObject({ name: 'TRAILER_screening_v003.mov', status: 'paused', user: scripts.userId })
  const sizeOf = async () => (await scripts.getEntity('Transfer', download.id)).size
  await expect.poll(sizeOf, { timeout: 5000, interval: 100 }).toBe(trailer.length)
  expect(await status(download.id)).toBe('paused')

  // Job queries.
  for (const expression of [
    'name="trailer_screening_v003.mov"',
    `user=${admin.email}`,
    `destination=${admin.email}`,
    'source=hq',
    `id=${download.id}`,
  ]) {
    expect(await scripts.findOne(`Transfer WHERE ${expression}`), expression).toMatchObject({ id: download.id })
  }
  expect(await scripts.findOne('Transfer WHERE destination=stockholm')).toBeNull()

  // Modify: resume, and the file is there.
  await scripts.update('Transfer', download.id, { status: 'waiting' })
  await until(download.id, 'done')
  expect(await scripts.getEntity('Transfer', download.id)).toMatchObject({ progress: 100, finished: expect.any(Date) })
  const [task] = await scripts.find('Task', { entityid: download.id })
  expect(read(task.destination.path_abs_final)).toBe(trailer)
  expect(task.destination.path_abs_final.startsWith(join(local, 'EDIT/from_client'))).toBe(true)

  // Finished transfers.
  expect(await scripts.find('Transfer')).toEqual([])
  expect(await scripts.find('Transfer WHERE status=done', { finished: true })).toMatchObject([{ id: download.id }])
  expect(await scripts.find('Transfer WHERE status=done', { archived: true })).toEqual([])

  // Modify: abort. Delete.
  const source = 'share=myproject/delivery/TRAILER_screening_v003.mov'
  const unwanted = await scripts.create('Transfer', {
    source,
    destination: local,
    status: 'paused',
    name: 'x and y.png',
  })
  expect(await scripts.findOne('Transfer WHERE name="x and y.png"')).toMatchObject({ id: unwanted.id })
  expect(await scripts.update('Transfer', unwanted.id, { status: 'aborted' })).toMatchObject({ status: 'aborted' })
  expect(await scripts.find('Transfer WHERE status=aborted', { finished: true })).toMatchObject([{ id: unwanted.id }])
  expect(await scripts.deleteOne('Transfer', unwanted.id)).toBe(true)
  expect(await scripts.getEntity('Transfer', unwanted.id)).toBeNull()

  // Create: uploads as a list, by name, and one that is appended to.
  for (const name of ['a', 'b', 'c', 'd', 'e']) write(join(local, `up/${name}.mov`), `content of ${name}`)
  const up = (name: string) => ({
    source: join(local, `up/${name}.mov`),
    destination: `share=myproject/in/${name}.mov`,
  })
  const list = await scripts.create('Transfer', { tasks: [up('a'), { ...up('b'), priority: 900 }] })
  const named = await scripts.create('Transfer', { tasks: { '0': up('c'), '7': up('d') } })
  for (const { id } of [list, named]) await until(id, 'done')
  for (const name of ['a', 'b', 'c', 'd']) expect(read(join(myproject, `in/${name}.mov`))).toBe(`content of ${name}`)
  expect(uris(await scripts.find('Task', { entityid: named.id }))).toEqual(['0', '7'])
  const daily = await scripts.create('Transfer', { name: 'daily', ...up('a'), append: true })
  await until(daily.id, 'done')
  expect(await scripts.create('Transfer', { name: 'daily', ...up('e'), append: true })).toMatchObject({ id: daily.id })
  await until(daily.id, 'done')
  expect(read(join(myproject, 'in/e.mov'))).toBe('content of e')

  // Tasks: added in three shapes, put on hold, excluded.
  for (const name of ['showreel', 'held', 'left out', 'first'])
    write(join(projects, `_REF/${name}.mov`), `this is ${name}`)
  const down = (name: string) => ({ source: `_REF/${name}.mov`, destination: join(local, `Downloads/${name}.mov`) })
  const tasks = await scripts.create('Transfer', { tasks: [down('first')], status: 'paused', name: 'tasks' })
  expect(await scripts.create('Task', { tasks: down('showreel') }, tasks.id)).toMatchObject({ uri: '1', job: tasks.id })
  expect(uris(await scripts.create('Task', { tasks: [down('held'), down('left out')] }, tasks.id))).toEqual(['2', '3'])
  expect(await scripts.create('Task', { tasks: down('showreel') }, tasks.id)).toMatchObject({ uri: '1' })
  const all = await scripts.find('Task', { entityid: tasks.id })
  expect(all).toHaveLength(4)
  const changed = await scripts.updateMany('Task', tasks.id, [
    { id: all[2].id, status: 'onhold' },
    { id: all[3].id, status: 'excluded' },
  ])
  expect(changed).toMatchObject([{ status: 'onhold' }, { status: 'excluded' }])
  expect(await scripts.find('Task WHERE status=onhold', { entityid: tasks.id })).toMatchObject([{ id: all[2].id }])
  await scripts.update('Transfer', tasks.id, { status: 'waiting' })
  await until(tasks.id, 'paused')
  expect(await scripts.find('Task WHERE status=done', { entityid: tasks.id })).toHaveLength(2)
  expect(read(join(local, 'Downloads/showreel.mov'))).toBe('this is showreel')
  expect(read(join(local, 'Downloads/first.mov'))).toBe('this is first')
  for (const name of ['held', 'left out']) expect(existsSync(join(local, `Downloads/${name}.mov`))).toBe(false)
  await scripts.updateMany('Task', tasks.id, [{ uri: '2', status: 'queued' }])
  await scripts.update('Transfer', tasks.id, { status: 'waiting' })
  await until(tasks.id, 'done')
  expect(read(join(local, 'Downloads/held.mov'))).toBe('this is held')
  expect(existsSync(join(local, 'Downloads/left out.mov'))).toBe(false)

  // Tasks: a path alone, where the job keeps paths as they are.
  const mirrored = await scripts.create('Transfer', { source: join(local, 'up/a.mov'), mirror: true, status: 'paused' })
  const showreel = join(local, 'up/b.mov')
  expect(await scripts.create('Task', { tasks: [showreel] }, mirrored.id)).toMatchObject({ job: mirrored.id })

  // What is not there fails; on hold, the job is paused.
  const gone = await scripts.create('Transfer', {
    source: 'share=myproject/gone.mov',
    destination: join(local, 'gone.mov'),
  })
  await until(gone.id, 'failed')
  await scripts.updateMany('Task', gone.id, [{ uri: '0', status: 'onhold' }])
  expect(await status(gone.id)).toBe('paused')
  rmSync(local, { recursive: true, force: true })
}, 60_000)
