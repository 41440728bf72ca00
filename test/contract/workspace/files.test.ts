import { mkdirSync, readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { newEntityId } from '../../../src/platform/random-id.ts'
import { operationPath } from '../../../src/shared/contract/stream.ts'
import type { ShareId } from '../../../src/shared/domain/ids.ts'
import { openDatabase } from '../../../src/workspace/store/open-database.ts'
import { StoredWorkspace } from '../../helpers/wire/stored-workspace.ts'
import { type TestClient, TestWorkspace } from './support.ts'

let stored: StoredWorkspace
let john: TestClient
beforeEach(async () => {
  stored = await StoredWorkspace.open()
  john = stored.john
})

/** Rows as sharing makes them. */
function inDatabase(statements: readonly (readonly [string, readonly unknown[]])[]): void {
  const database = openDatabase(join(stored.workspace.folder, 'workspace.db'))
  for (const [sql, values] of statements) database.run(sql, values as never)
  database.close()
}

async function shareId(code: string): Promise<ShareId> {
  const { shares } = await john.call('share/list', {})
  const found = shares.find((share) => share.code === code)
  if (!found) throw new Error(code)
  return found.id
}

function granted(person: TestClient, share: string, path: string, rights: { read?: boolean; write?: boolean }) {
  const values = [newEntityId(), person.user.id, share, path, rights.read ? 1 : 0, rights.write ? 1 : 0]
  return [
    `INSERT INTO acls (id, user_id, share_id, path, may_read, may_write, created_at, modified_at)
     VALUES (?, ?, ?, ?, ?, ?, 0, 0)`,
    values,
  ] as const
}

/** A folder of the volume `films` as a share of its own. */
function folderShare(id: string, code: string, volume: string, path: string) {
  return [
    `INSERT INTO shares (id, code, name, kind, site_code, path, parent_id, relative_path, created_at)
     VALUES (?, ?, ?, 'folder', 'hq', '', ?, ?, 0)`,
    [id, code, code, volume, path],
  ] as const
}

const told = async (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'done',
    (error) => error.code,
  )
const names = async (person: TestClient, path: string) =>
  (await person.call('file/list', { path })).entries.map(({ name }) => name)

describe('a standard person with a folder', () => {
  let mia: TestClient
  let reelId: string
  beforeEach(async () => {
    for (const path of ['reel/down/a.mov', 'reel/up/b.mov', 'reel/secret/c.mov', 'other/d.mov']) stored.write(path)
    mia = await stored.workspace.person('mia@example.com', 'Mia', 'standard', john)
    reelId = newEntityId()
    inDatabase([
      folderShare(reelId, 'reel', await shareId('films'), 'reel'),
      granted(mia, reelId, 'down', { read: true }),
      granted(mia, reelId, 'up', { write: true }),
    ])
    // The storage is told of shares when they are made; this one was put there behind everybody's back.
    await john.call('share/create', {
      code: 'spare',
      name: 'Spare',
      kind: 'volume',
      path: join(stored.folder, 'spare'),
    })
  })

  it('sees what leads to theirs, and lists what they may read', async () => {
    expect(await names(mia, 'share=reel')).toEqual(['down', 'up'])
    expect(await names(mia, 'share=reel/down')).toEqual(['a.mov'])
    const { entries } = await mia.call('file/list', { path: 'share=reel', isRecursive: true })
    expect(entries).toMatchObject([{ name: 'down', entries: [{ name: 'a.mov' }] }, { name: 'up' }])
    expect(entries[1]?.entries).toBeUndefined()
    for (const path of ['share=reel/up', 'share=reel/secret', 'share=reel/nothing', 'share=reel/secret/c.mov']) {
      expect(await told(mia.call('file/list', { path })), path).toBe('FORBIDDEN')
    }
    expect(await told(mia.call('file/list', { path: 'share=films/reel/down' }))).toBe('NOT_FOUND')
    expect(await told(mia.call('file/size', { path: 'share=reel/up' }))).toBe('FORBIDDEN')
    expect(await told(mia.call('file/exists', { path: 'share=reel/secret' }))).toBe('FORBIDDEN')
  })

  it('changes what they may write, and brings nothing out into what they may read', async () => {
    expect(await told(mia.call('file/make-folder', { path: 'share=reel/up/new' }))).toBe('done')
    expect(await told(mia.call('file/rename', { path: 'share=reel/up/new', to: 'newer' }))).toBe('done')
    expect(await told(mia.call('file/move', { path: 'share=reel/up/b.mov', to: 'share=reel/up/newer' }))).toBe('done')
    expect(await told(mia.call('file/move', { path: 'share=reel/up/newer/b.mov', to: 'share=reel/down' }))).toBe(
      'FORBIDDEN',
    )
    expect(await told(mia.call('file/move', { path: 'share=reel/up/newer/b.mov', to: '~/b.mov' }))).toBe('FORBIDDEN')
    for (const path of ['share=reel/down/x', 'share=reel/secret/x', 'share=reel/x']) {
      expect(await told(mia.call('file/make-folder', { path })), path).toBe('FORBIDDEN')
      expect(await told(mia.call('file/delete', { path })), path).toBe('FORBIDDEN')
    }
    expect(await told(mia.call('file/rename', { path: 'share=reel/down/a.mov', to: 'b.mov' }))).toBe('FORBIDDEN')
    expect(await told(mia.call('file/delete', { path: 'share=reel/up/newer', isForced: true }))).toBe('done')
  })

  it('keeps what is theirs when it is moved or renamed, and loses it when it is deleted or leaves the share', async () => {
    await john.call('file/move', { path: 'share=films/reel', to: 'share=films/other' })
    expect(await names(mia, 'share=reel/down')).toEqual(['a.mov'])
    await john.call('file/rename', { path: 'share=reel/down', to: 'for-mia' })
    expect(await names(mia, 'share=reel')).toEqual(['for-mia', 'up'])
    expect(await names(mia, 'share=reel/for-mia')).toEqual(['a.mov'])
    await john.call('file/move', { path: 'share=reel/for-mia', to: 'share=films/away' })
    expect(await told(mia.call('file/list', { path: 'share=reel/for-mia' }))).toBe('FORBIDDEN')
    await john.call('file/delete', { path: 'share=films/other', isForced: true })
    expect(await told(mia.call('file/list', { path: 'share=reel' }))).toBe('NOT_FOUND')
    expect((await john.call('share/list', {})).shares.map(({ code }) => code)).toContain('films')
  })
})

describe('moves', () => {
  it('stay on their volume, and never take another share’s folder along', async () => {
    mkdirSync(join(stored.films, 'deep/plates'), { recursive: true })
    const plates = { code: 'plates', name: 'Plates', kind: 'volume', path: join(stored.films, 'deep/plates') } as const
    await john.call('share/create', plates)
    stored.write('a.mov', 'abc')
    expect(await told(john.call('file/move', { path: 'share=films/a.mov', to: 'share=plates/a.mov' }))).toBe(
      'UNSUPPORTED',
    )
    const held = { path: 'share=films/deep', isForced: true }
    await expect(john.call('file/delete', held)).rejects.toMatchObject({ params: { problem: 'holds-share' } })
    expect(await told(john.call('file/rename', { path: 'share=films/deep', to: 'deeper' }))).toBe('PATH_INVALID')
    expect(readFileSync(join(stored.films, 'a.mov'), 'utf8')).toBe('abc')
  })
})

it('a share that is switched off is closed to everybody, and open again afterwards', async () => {
  const before = await names(john, 'share=films')
  await john.call('share/update', { id: 'films', status: 'disabled' })
  const closed = expect.objectContaining({
    code: 'CONFLICT',
    params: expect.objectContaining({ problem: 'share-disabled' }),
  })
  await expect(names(john, 'share=films')).rejects.toEqual(closed)
  await expect(john.call('file/make-folder', { path: 'share=films/new' })).rejects.toEqual(closed)
  await expect(john.call('file/delete', { path: `share=films/${before[0]}`, isForced: true })).rejects.toEqual(closed)
  await john.call('share/update', { id: 'films', status: 'enabled' })
  expect(await names(john, 'share=films')).toEqual(before)
})

it('a collection stays while jobs of it are not finished', async () => {
  const [name] = await names(john, 'share=films')
  await john.call('collection/create', { name: 'Used', files: [`share=films/${name}`] })
  const { jobs } = await john.call('transfer/create', {
    spec: { source: 'collection=used', destination: 'john@example.com', status: 'paused' },
  })
  await expect(john.call('collection/deactivate', { id: 'used' })).rejects.toMatchObject({
    code: 'CONFLICT',
    params: { problem: 'share-has-jobs' },
  })
  await john.call('transfer/update', { id: jobs[0]?.id as never, status: 'aborted' })
  await expect(john.call('collection/deactivate', { id: 'used' })).resolves.toEqual({})
})

describe('collections', () => {
  it('show files from several shares to those who may read the collection alone', async () => {
    for (const path of ['one/a.mov', 'two/a.mov', 'two/deep/b.mov']) stored.write(path, path)
    const files = ['share=films/one/a.mov', 'share=films/two/a.mov', 'share=films/two']
    const made = await john.call('collection/create', { name: 'For Mia', files })
    expect(made.collection.code).toBe('for-mia')
    expect(made.files.map(({ name }) => name)).toEqual(['a.mov', 'a (2).mov', 'two'])
    const mia = await stored.workspace.person('mia@example.com', 'Mia', 'standard', john)
    expect(await told(mia.call('collection/files', { id: 'for-mia' }))).toBe('NOT_FOUND')
    inDatabase([granted(mia, made.collection.id, '', { read: true })])
    expect(await names(mia, 'collection=for-mia')).toEqual(['two', 'a (2).mov', 'a.mov'])
    expect(await names(mia, 'collection=for-mia/two/deep')).toEqual(['b.mov'])
    expect(await told(mia.call('file/list', { path: 'share=films/two' }))).toBe('NOT_FOUND')
    expect((await mia.call('file/size', { path: 'collection=for-mia/a.mov' })).sizeBytes).toBe(9)
    for (const person of [mia, john]) {
      expect(await told(person.call('file/delete', { path: 'collection=for-mia/a.mov' }))).toBe('FORBIDDEN')
      expect(await told(person.call('file/make-folder', { path: 'collection=for-mia/two/x' }))).toBe('FORBIDDEN')
    }
    await john.call('file/rename', { path: 'share=films/two', to: 'second' })
    expect(await names(mia, 'collection=for-mia/two')).toEqual(['deep', 'a.mov'])
    await john.call('file/delete', { path: 'share=films/one', isForced: true })
    expect(await names(mia, 'collection=for-mia')).toEqual(['two', 'a (2).mov'])
    const [first] = (await john.call('collection/files', { id: made.collection.id })).files
    await john.call('collection/remove', { id: 'for-mia', files: [first?.id ?? ''] })
    expect(await told(mia.call('collection/add', { id: 'for-mia', files }))).toBe('FORBIDDEN')
    await john.call('collection/deactivate', { id: 'for-mia' })
    expect(await told(names(mia, 'collection=for-mia'))).toBe('NOT_FOUND')
    expect((await john.call('collection/list', { scope: 'inactive' })).collections).toHaveLength(1)
    await john.call('collection/activate', { id: 'for-mia' })
    expect(await names(mia, 'collection=for-mia')).toEqual(['two'])
  })

  it('are sent by their files, wherever they lie, and never sent to', async () => {
    for (const path of ['one/a.mov', 'two/deep/b.mov']) stored.write(path, path)
    await john.call('collection/create', { name: 'Dailies', files: ['share=films/one/a.mov', 'share=films/two'] })
    const mia = await stored.workspace.person('mia@example.com', 'Mia', 'standard', john)
    const { jobs } = await john.call('transfer/create', {
      spec: { source: 'collection=dailies', destination: 'mia@example.com' },
    })
    const { tasks } = await mia.call('task/list', { jobId: jobs[0]?.id ?? ('' as never) })
    expect(tasks.map(({ source }) => source.path)).toEqual(['a.mov', 'two'])
    await expect
      .poll(async () => (await john.call('transfer/get', { id: jobs[0]?.id ?? ('' as never) })).job.sizeBytes, {
        timeout: 5000,
      })
      .toBe(9 + 14)
    const spec = { source: 'mia@example.com:/x', destination: 'collection=dailies/x' }
    expect(await told(john.call('transfer/create', { spec }))).toBe('UNSUPPORTED')
  })
})

describe('who hangs up', () => {
  it('has nothing more read for them', async () => {
    await using workspace = await TestWorkspace.start()
    const person = await workspace.john()
    const hq = await workspace.hq()
    const [host, port] = workspace.server.address.split(':')
    const headers = { authorization: `Bearer ${person.token}` }
    const path = `${operationPath}file/list`
    const asking = request({ host, port, path, method: 'POST', headers, agent: false, rejectUnauthorized: false })
    const ended = new Promise((resolve) => asking.on('close', resolve))
    asking.on('error', () => undefined)
    asking.end(JSON.stringify({ path: 'share=projects' }))
    const { requestId } = await hq.frame('files.request')
    const entry = { name: 'a', kind: 'file', sizeBytes: 1, mtimeMs: 1, depth: 1 } as const
    hq.send({ type: 'files.answer', requestId, entries: [entry], isLast: false })
    await hq.frame('files.more')
    asking.destroy()
    await ended
    // Its end reaches the server in its own time: parts are asked for until then, and not for long.
    const answer = () => hq.send({ type: 'files.answer', requestId, entries: [entry], isLast: false })
    await expect
      .poll(() => {
        answer()
        return hq.frames.some((frame) => frame.type === 'files.stop' && frame.requestId === requestId)
      })
      .toBe(true)
  })
})
