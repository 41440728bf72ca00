import { existsSync, readdirSync, readFileSync, symlinkSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { StoredWorkspace } from '../../helpers/wire/stored-workspace.ts'
import type { WireClient } from '../../helpers/wire/wire-client.ts'

let stored: StoredWorkspace
let client: WireClient
beforeEach(async () => {
  stored = await StoredWorkspace.open()
  client = await stored.wire()
})

const file = (verb: 'GET' | 'POST' | 'PUT', data: Record<string, unknown>) =>
  client.call(verb, 'workspace/file', { data }).then(({ result }) => result)
const ls = (path: unknown, more: Record<string, unknown> = {}) =>
  file('GET', { op: 'ls', path, download: true, recursive: false, getsize: false, ...more })

interface Listed {
  readonly filename: string
  readonly files?: readonly Listed[]
}
/** `a(b, c)` for a folder that holds two. */
const told = (entries: readonly Listed[]): string =>
  entries.map(({ filename, files }) => (files ? `${filename}(${told(files)})` : filename)).join(', ')

describe('ls', () => {
  it('answers type, name, size and a wire date, of one path, of a list and of an object', async () => {
    stored.write('reel/TO_ME/pitch.mov', 'abc')
    utimesSync(join(stored.films, 'reel/TO_ME/pitch.mov'), 1769070959, 1769070959)
    const pitch = { type: 1, filename: 'pitch.mov', size: 3, modified: '2026-01-22T08:35:59' }
    expect(await ls('share=films/reel/TO_ME')).toEqual([pitch])
    expect(await ls('volume=films/reel')).toMatchObject([{ type: 0, filename: 'TO_ME', size: 0 }])
    expect(await ls(['share=films/reel/TO_ME', 'films'])).toMatchObject([
      { path: 'share=films/reel/TO_ME', result: [pitch] },
      { path: 'films', result: [{ filename: 'reel' }] },
    ])
    expect(await ls({ volume: 'films', path: '/reel/TO_ME' })).toEqual([pitch])
    expect(await ls(join(stored.films, 'reel/TO_ME'))).toEqual([pitch])
    expect(await ls('site=hq:share=films/reel/TO_ME')).toEqual([pitch])
  })

  it('goes down, as far as is asked, and leaves out what is not asked for', async () => {
    for (const path of ['a/1.mov', 'a/b/2.mov', 'a/b/3.tmp', 'empty/deep/x', '4.mov']) stored.write(path, 'abcd')
    expect(told(await ls('share=films'))).toBe('a, empty, 4.mov')
    expect(told(await ls('share=films', { recursive: true }))).toBe('a(b(2.mov, 3.tmp), 1.mov), empty(deep(x)), 4.mov')
    expect(told(await ls('share=films', { recursive: true, maxdepth: 2 }))).toBe('a(b, 1.mov), empty(deep), 4.mov')
    expect(told(await ls('share=films', { recursive: true, files_only: true, include: '*.mov' }))).toBe(
      'a(b(2.mov), 1.mov), 4.mov',
    )
    expect(told(await ls('share=films', { recursive: true, directories_only: true }))).toBe('a(b()), empty(deep())')
    expect(told(await ls('share=films', { files_only: true }))).toBe('4.mov')
    expect(told(await ls('share=films/a', { recursive: true, exclude: '*.tmp' }))).toBe('b(2.mov), 1.mov')
    expect(await ls('share=films', { getsize: true, directories_only: true })).toMatchObject([
      { size: 12 },
      { size: 4 },
    ])
  })

  it('says what is wrong: nothing there, a file, a way out, a storage that is away', async () => {
    stored.write('file')
    symlinkSync('/etc', join(stored.films, 'link'))
    const failing = async (path: unknown, more = {}) =>
      (await ls(path, more).catch((error) => error)) as { code: string; message: string }
    expect(await failing('share=films/gone')).toMatchObject({
      code: 'SOURCE_NOT_FOUND',
      message: 'share=films/gone is not there',
    })
    expect((await failing('share=films/file')).code).toBe('FOLDER_OVER_FILE')
    expect((await failing('share=films/link')).code).toBe('LINK_IN_PATH')
    expect((await failing('share=films/../x')).code).toBe('PATH_INVALID')
    expect((await failing('share=nothing')).code).toBe('NOT_FOUND')
    expect((await failing('john@example.com:/Users/john')).code).toBe('UNSUPPORTED')
    expect((await failing(7)).code).toBe('BAD_REQUEST')
    expect((await failing('share=films', { maxdepth: 'deep' })).code).toBe('BAD_REQUEST')
    for (const { message } of [await failing('share=films/gone'), await failing('share=films/link/x')]) {
      expect(message).not.toContain(stored.folder)
    }
    await stored.storage.stop()
    expect((await failing('share=films')).code).toBe('PEER_UNREACHABLE')
  })
})

describe('the other operations', () => {
  it('measure, look, make, rename, move and delete', async () => {
    stored.write('reel/1.mov', 'abc')
    stored.write('reel/2.tmp', 'abcd')
    expect(await file('GET', { op: 'getsize', path: 'share=films/reel' })).toBe(7)
    expect(await file('GET', { op: 'getsize', path: 'share=films/reel', exclude: '*.tmp' })).toBe(3)
    expect(await file('GET', { op: 'exists', path: 'share=films/reel' })).toBe(true)
    expect(await file('GET', { op: 'exists', path: ['share=films/reel/3', 'share=films'] })).toEqual([
      { path: 'share=films/reel/3', result: false },
      { path: 'share=films', result: true },
    ])
    expect(await file('POST', { op: 'mkdir', path: 'share=films/QT' })).toBe(true)
    await expect(file('POST', { op: 'mkdir', path: 'share=films/no/QT' })).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
    })
    expect(
      await file('PUT', { op: 'rename', path: 'share=films/reel/1.mov', path_to: 'share=films/reel/one.mov' }),
    ).toBe(true)
    await expect(
      file('PUT', { op: 'rename', path: 'share=films/reel/one.mov', path_to: 'share=films/one.mov' }),
    ).rejects.toMatchObject({ code: 'PATH_INVALID' })
    expect(await file('PUT', { op: 'move', path: 'share=films/reel/one.mov', path_to: 'share=films/QT' })).toBe(true)
    expect(await file('PUT', { op: 'move', path: 'share=films/reel/2.tmp', path_to: 'share=films/two' })).toBe(true)
    expect(readFileSync(join(stored.films, 'QT/one.mov'), 'utf8')).toBe('abc')
    expect(readFileSync(join(stored.films, 'two'), 'utf8')).toBe('abcd')
    await expect(file('POST', { op: 'delete', path: 'share=films/QT', force: false })).rejects.toMatchObject({
      code: 'FOLDER_NOT_EMPTY',
    })
    expect(await file('POST', { op: 'delete', path: 'share=films/QT', force: true })).toBe(true)
    expect(await file('GET', { op: 'exists', path: 'share=films/QT' })).toBe(false)
    await expect(file('POST', { op: 'delete', path: 'share=films', force: true })).rejects.toMatchObject({
      code: 'PATH_INVALID',
    })
    expect(existsSync(stored.films)).toBe(true)
    await expect(file('GET', { op: 'delete', path: 'share=films/two' })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: '$.data.op: write one of ls, getsize, exists',
    })
    expect(readdirSync(stored.films).sort()).toEqual(['reel', 'two'])
  })
})

describe('collections', () => {
  it('are made, filled, listed, emptied, put away and deleted', async () => {
    for (const path of ['one/a.mov', 'two/b.mov']) stored.write(path, path)
    const { result } = await client.call('GET', 'attributes', {
      data: { entitytype: 'collection', create: true, update: false },
    })
    expect(result).toContain('files')
    const [made] = await client.create('collection', { name: 'Dailies', files: ['volume=films/one/a.mov'] })
    const readable = await client.call('GET', 'attributes', {
      data: { entitytype: 'collection', create: false, update: false },
    })
    expect([...readable.result].sort()).toEqual(Object.keys(made).sort())
    expect(made).toMatchObject({ code: 'dailies', name: 'Dailies', type: 'collection', inactive: false })
    const added = await client.call('POST', 'file/add', { id: made.id, data: { files: ['share=films/two'] } })
    expect(added.result).toMatchObject([{ name: 'two', path: 'two', share_hr: 'films', collection: made.id }])
    expect(told(await ls('collection=dailies', { recursive: true }))).toBe('two(b.mov), a.mov')
    const files = await client.find('file', { parent: made.id })
    expect(files.map(({ name }: { name: string }) => name)).toEqual(['a.mov', 'two'])
    const removed = await client.call('DELETE', 'collection/file/remove', {
      id: made.id,
      data: { files: [files[0].id] },
    })
    expect(removed).toEqual({ result: true })
    expect(told(await ls('collection=dailies'))).toBe('two')
    expect(await client.find('collection', {}, 'code="dailies"')).toMatchObject([{ id: made.id }])
    expect(await client.update('collection', made.id, { description: 'of today' })).toMatchObject([
      { id: made.id, description: 'of today' },
    ])
    expect(await client.call('DELETE', 'collection/deactivate', { id: made.id })).toEqual({ result: true })
    expect(await client.find('collection')).toEqual([])
    expect(await client.find('collection', { inactive: true })).toHaveLength(1)
    expect(await client.call('POST', 'collection/activate', { query: 'dailies' })).toEqual({ result: true })
    expect(await client.delete('collection', made.id)).toBe(true)
    expect(await client.getEntity('Collection', made.id)).toBeUndefined()
    expect(existsSync(join(stored.films, 'two/b.mov'))).toBe(true)
  })
})
