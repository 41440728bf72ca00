import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  type PartialFile,
  removePartial,
  removeStagingLeftover,
  TargetFolder,
} from '../../../src/engine/storage/index.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

const mtimeMs = 1_700_000_000_123
const bytes = (text: string): Uint8Array => Buffer.from(text)

/** Both ways of reaching files must behave alike: handle-relative (Linux) and checked paths (elsewhere). */
describe.each([
  ['handles', true],
  ['checked paths', false],
])('TargetFolder by %s', (_name, useHandles) => {
  function open(root = tempFolder(), options: { onStaging?: (name: string) => void } = {}) {
    const target = new TargetFolder(root, { useHandles, ...options })
    onTestFinished(() => target.close())
    return { root, target }
  }

  function partialOf(target: TargetFolder, path: string, content: string, knownName?: string): PartialFile {
    const key = { onNewName: () => undefined, ...(knownName === undefined ? {} : { knownName }) }
    const partial = target.openPartial(path, key, content.length)
    onTestFinished(() => partial.close())
    if (content.length > 0) partial.write(bytes(content), 0)
    return partial
  }

  const place = (
    target: TargetFolder,
    path: string,
    content: string,
    onConflict: 'replace' | 'skip' | 'rename' = 'replace',
  ) => partialOf(target, path, content).commit({ mtimeMs, onConflict })

  describe('inspect', () => {
    it('tells what lies there', () => {
      const { root, target } = open()
      mkdirSync(join(root, 'folder/inner'), { recursive: true })
      writeFileSync(join(root, 'folder/file'), 'four')
      symlinkSync('file', join(root, 'folder/link'))
      expect(target.inspect('')).toMatchObject({ kind: 'folder' })
      expect(target.inspect('folder/inner')).toMatchObject({ kind: 'folder' })
      expect(target.inspect('folder/file')).toMatchObject({
        kind: 'file',
        sizeBytes: 4,
      })
      expect(target.inspect('folder/none')).toEqual({ kind: 'absent' })
      expect(target.inspect('none/deeper/still')).toEqual({ kind: 'absent' })
      expect(target.inspect('folder/link')).toMatchObject({ kind: 'other', error: { code: 'LINK_IN_PATH' } })
      expect(() => target.inspect('folder/file/beneath')).toThrow(expect.objectContaining({ code: 'FOLDER_OVER_FILE' }))
      expect(() => target.inspect('folder/link/beneath')).toThrow(expect.objectContaining({ code: 'LINK_IN_PATH' }))
    })
  })

  describe('makeFolder', () => {
    it('makes missing folders and is content with existing ones', () => {
      const { root, target } = open()
      target.makeFolder('a/b/c')
      target.makeFolder('a/b')
      target.makeFolder('')
      expect(statSync(join(root, 'a/b/c')).isDirectory()).toBe(true)
    })

    it('goes 20 levels deep with names of every kind', async () => {
      const { root, target } = open()
      const path = Array.from({ length: 20 }, (_, level) => `${level} 映像 🎬 é`).join('/')
      target.makeFolder(path)
      await place(target, `${path}/x`, 'deep')
      expect(readFileSync(join(root, path, 'x'), 'utf8')).toBe('deep')
    })

    it('refuses to make a folder where a file or a link is', () => {
      const { root, target } = open()
      writeFileSync(join(root, 'file'), '')
      symlinkSync('/tmp', join(root, 'link'))
      expect(() => target.makeFolder('file')).toThrow(expect.objectContaining({ code: 'FOLDER_OVER_FILE' }))
      expect(() => target.makeFolder('file/x')).toThrow(expect.objectContaining({ code: 'FOLDER_OVER_FILE' }))
      expect(() => target.makeFolder('link')).toThrow(expect.objectContaining({ code: 'LINK_IN_PATH' }))
      expect(() => target.makeFolder('link/x')).toThrow(expect.objectContaining({ code: 'LINK_IN_PATH' }))
    })

    it('sets times of folders, and that of the root after the staging folder is gone from it', async () => {
      const { root, target } = open()
      target.makeFolder('a')
      await target.writeSmallBatch([{ path: 'a/y', bytes: bytes('2'), mtimeMs }], 'replace')
      target.setFolderTime('a', mtimeMs)
      target.setFolderTime('gone', mtimeMs)
      target.setRootTime(mtimeMs - 9000)
      await target.close()
      expect(Math.floor(statSync(join(root, 'a')).mtimeMs)).toBe(mtimeMs)
      expect(Math.floor(statSync(root).mtimeMs)).toBe(mtimeMs - 9000)
    })

    it('looks into a folder, never through a link, and into none that leads elsewhere', () => {
      const { root, target } = open()
      writeFileSync(join(root, 'file'), '12')
      symlinkSync('file', join(root, 'link'))
      const look = target.lookInto('')
      expect(look.at('file')?.size).toBe(2)
      expect(look.at('link')?.isSymbolicLink()).toBe(true)
      expect(look.at('none')).toBeUndefined()
      expect(target.lookInto('none').at('file')).toBeUndefined()
      expect(() => target.lookInto('..')).toThrow('PATH_ESCAPES_ROOT')
      expect(() => target.lookInto('link').at('x')).toThrow()
    })
  })

  describe('partials', () => {
    it('become the file in one step, with its time, and nothing else is left', async () => {
      const { root, target } = open()
      const partial = target.openPartial('a/file.exr', { onNewName: () => undefined }, 10)
      partial.write(bytes('56789'), 5)
      partial.write(bytes('01234'), 0)
      expect(readdirSync(join(root, 'a'))).toEqual([partial.name])
      expect(statSync(join(root, 'a', partial.name)).mode & 0o777).toBe(0o600)
      expect(await partial.commit({ mtimeMs, mode: 0o6777, onConflict: 'replace' })).toEqual({
        status: 'placed',
        path: 'a/file.exr',
      })
      await target.syncFolders()
      expect(readdirSync(join(root, 'a'))).toEqual(['file.exr'])
      const stats = statSync(join(root, 'a/file.exr'))
      expect(readFileSync(join(root, 'a/file.exr'), 'utf8')).toBe('0123456789')
      expect(Math.floor(stats.mtimeMs)).toBe(mtimeMs)
      // No set-id bits, not writable by everyone.
      expect(stats.mode & 0o7002).toBe(0)
      expect(stats.mode & 0o700).toBe(0o700)
    })

    it.each([-86_400_500, 0, 1, 999, 1_700_000_000_001, 4_102_444_800_999])(
      'keep the time %d ms exactly',
      async (timeMs) => {
        const { root, target } = open()
        await partialOf(target, 'x', '1').commit({ mtimeMs: timeMs, onConflict: 'replace' })
        expect(Number(statSync(join(root, 'x'), { bigint: true }).mtimeMs)).toBe(timeMs)
      },
    )

    it('of no bytes work too, and names of 255 bytes', async () => {
      const { root, target } = open()
      const name = '映'.repeat(85)
      await place(target, name, '')
      expect(statSync(join(root, name)).size).toBe(0)
    })

    it('read back what they hold, for the check of a prefix', () => {
      const { target } = open()
      const partial = partialOf(target, 'x', '0123456789')
      const buffer = Buffer.alloc(8)
      expect(partial.read(buffer, 4)).toBe(6)
      expect(buffer.toString('utf8', 0, 6)).toBe('456789')
      expect(partial.lengthBytes).toBe(10)
    })

    it('refuse bytes beyond the announced size and odd positions', () => {
      const { target } = open()
      const partial = partialOf(target, 'x', '0123')
      for (const position of [1, -1, 0.5, Number.NaN, 2 ** 60]) {
        expect(() => partial.write(bytes('0123'), position)).toThrow(
          expect.objectContaining({ code: 'PROTOCOL_ERROR' }),
        )
      }
      for (const size of [-1, 1.5, 2 ** 60, Number.NaN]) {
        expect(() => target.openPartial('y', { onNewName: () => undefined }, size)).toThrow(
          expect.objectContaining({ code: 'PROTOCOL_ERROR' }),
        )
      }
    })

    it('are not placed when they are too short', async () => {
      const { root, target } = open()
      const partial = target.openPartial('x', { onNewName: () => undefined }, 10)
      partial.write(bytes('01234'), 0)
      await expect(partial.commit({ mtimeMs, onConflict: 'replace' })).rejects.toMatchObject({ code: 'INTEGRITY' })
      expect(readdirSync(root)).toEqual([partial.name])
    })

    it('of huge announced sizes cost nothing until written', async () => {
      const { root, target } = open()
      const sizeBytes = 2 ** 40
      const partial = target.openPartial('x', { onNewName: () => undefined }, sizeBytes)
      partial.write(bytes('end'), sizeBytes - 3)
      await partial.commit({ mtimeMs, onConflict: 'replace' })
      expect(statSync(join(root, 'x')).size).toBe(sizeBytes)
      expect(statSync(join(root, 'x')).blocks).toBeLessThan(100)
    })

    it('tell their new name before they are made', () => {
      const { root, target } = open()
      const seen: string[][] = []
      target.openPartial('x', { onNewName: () => seen.push(readdirSync(root)) }, 1).close()
      expect(seen).toEqual([[]])
    })

    it('are continued under their known name, with what they hold', async () => {
      const { target } = open()
      const first = partialOf(target, 'x', '0123456789')
      first.close()
      const again = target.openPartial('x', { knownName: first.name, onNewName: () => expect.unreachable() }, 10)
      expect(again.isNew).toBe(false)
      expect(again.lengthBytes).toBe(10)
      again.close()
      const shorter = target.openPartial('x', { knownName: first.name, onNewName: () => expect.unreachable() }, 4)
      expect(shorter.lengthBytes).toBe(4)
      shorter.close()
    })

    it.each([
      ['a link', (at: string) => symlinkSync('victim', at)],
      ['a second name of another file', (at: string) => linkSync(join(at, '../victim'), at)],
      ['a folder', (at: string) => mkdirSync(at)],
    ])('get a new name where the known one is %s', async (_what, spoil) => {
      const { root, target } = open()
      writeFileSync(join(root, 'victim'), 'precious')
      const first = partialOf(target, 'x', '0123456789')
      first.close()
      rmSync(join(root, first.name))
      spoil(join(root, first.name))
      const names: string[] = []
      const again = target.openPartial('x', { knownName: first.name, onNewName: (name) => names.push(name) }, 10)
      expect(again.isNew).toBe(true)
      expect(names).toEqual([again.name])
      expect(again.name).not.toBe(first.name)
      again.write(bytes('abcdefghij'), 0)
      await again.commit({ mtimeMs, onConflict: 'replace' })
      expect(readFileSync(join(root, 'victim'), 'utf8')).toBe('precious')
    })

    it('are made under the known name when nothing is there by it', () => {
      const { root, target } = open()
      const onNewName = () => expect.unreachable('the journal knows it')
      const partial = target.openPartial('x', { knownName: '.tern-0a.part', onNewName }, 10)
      expect(partial.isNew).toBe(true)
      expect(readdirSync(root)).toEqual(['.tern-0a.part'])
      partial.discard()
    })

    it('are removed when discarded, and only they', () => {
      const { root, target } = open()
      writeFileSync(join(root, 'x'), 'old')
      const partial = partialOf(target, 'x', 'new')
      partial.discard()
      partial.discard()
      expect(readdirSync(root)).toEqual(['x'])
    })

    it('are removed later by the name that the journal kept', () => {
      const { root, target } = open()
      mkdirSync(join(root, 'a'))
      const partial = partialOf(target, 'a/x', 'new')
      partial.close()
      writeFileSync(join(root, 'a/keep'), '')
      removePartial(root, 'a/x', 'keep')
      removePartial(root, 'a/x', '../a/keep')
      expect(removePartial(root, 'gone/x', partial.name)).toBe(true)
      expect(removePartial(root, 'a/x', partial.name)).toBe(true)
      expect(removePartial(root, 'a/x', partial.name)).toBe(true)
      expect(readdirSync(join(root, 'a'))).toEqual(['keep'])
    })

    it('are not placed when something else was put in their place', async () => {
      const { root, target } = open()
      const partial = partialOf(target, 'x', 'good')
      rmSync(join(root, partial.name))
      writeFileSync(join(root, partial.name), 'evil')
      await expect(partial.commit({ mtimeMs, onConflict: 'replace' })).rejects.toMatchObject({ code: 'LINK_IN_PATH' })
      expect(existsSync(join(root, 'x'))).toBe(false)
    })
  })

  describe('clashes', () => {
    it('replace: the new file, with the permissions that the old one had', async () => {
      const { root, target } = open()
      writeFileSync(join(root, 'x'), 'old')
      chmodSync(join(root, 'x'), 0o640)
      expect(await place(target, 'x', 'new')).toEqual({ status: 'replaced', path: 'x' })
      expect(readFileSync(join(root, 'x'), 'utf8')).toBe('new')
      expect(statSync(join(root, 'x')).mode & 0o777).toBe(0o640)
    })

    it('replace leaves other names of the old file alone', async () => {
      const { root, target } = open()
      const outside = tempFolder()
      writeFileSync(join(outside, 'other'), 'old')
      linkSync(join(outside, 'other'), join(root, 'x'))
      await place(target, 'x', 'new')
      expect(readFileSync(join(outside, 'other'), 'utf8')).toBe('old')
    })

    it('skip: the old one stays and the partial goes', async () => {
      const { root, target } = open()
      writeFileSync(join(root, 'x'), 'old')
      expect(await place(target, 'x', 'new', 'skip')).toEqual({ status: 'skipped', path: 'x' })
      expect(await place(target, 'y', 'new', 'skip')).toEqual({ status: 'placed', path: 'y' })
      expect(readdirSync(root).sort()).toEqual(['x', 'y'])
      expect(readFileSync(join(root, 'x'), 'utf8')).toBe('old')
    })

    it('rename: a numbered name beside it', async () => {
      const { root, target } = open()
      writeFileSync(join(root, 'x.exr'), 'old')
      expect(await place(target, 'x.exr', 'b', 'rename')).toEqual({ status: 'placed', path: 'x (2).exr' })
      expect(await place(target, 'x.exr', 'c', 'rename')).toEqual({ status: 'placed', path: 'x (3).exr' })
      expect(readdirSync(root).sort()).toEqual(['x (2).exr', 'x (3).exr', 'x.exr'])
    })

    it.each(['replace', 'skip', 'rename'] as const)('%s: never a folder, a link or a special file', async (rule) => {
      const { root, target } = open()
      mkdirSync(join(root, 'folder'))
      mkdirSync(join(root, 'full/inner'), { recursive: true })
      const outside = tempFolder()
      writeFileSync(join(outside, 'victim'), 'precious')
      symlinkSync(join(outside, 'victim'), join(root, 'link'))
      await expect(place(target, 'folder', 'x', rule)).rejects.toMatchObject({ code: 'FOLDER_OVER_FILE' })
      await expect(place(target, 'full', 'x', rule)).rejects.toMatchObject({ code: 'FOLDER_OVER_FILE' })
      await expect(place(target, 'link', 'x', rule)).rejects.toMatchObject({ code: 'LINK_IN_PATH' })
      expect(lstatSync(join(root, 'link')).isSymbolicLink()).toBe(true)
      expect(readFileSync(join(outside, 'victim'), 'utf8')).toBe('precious')
    })
  })

  describe('small files', () => {
    const small = (path: string, content: string) => ({ path, bytes: bytes(content), mtimeMs })

    it('are written and placed as a batch, with times, and nothing else is left', async () => {
      const { root, target } = open()
      const files = Array.from({ length: 1500 }, (_, i) => small(`d${i % 7}/映像 ${i}.txt`, `content ${i}`))
      const results = await target.writeSmallBatch([...files, small('zero', '')], 'replace')
      await target.syncFolders()
      await target.close()
      expect(results.every((result) => result.ok && result.status === 'placed')).toBe(true)
      expect(readdirSync(root).sort()).toEqual(['d0', 'd1', 'd2', 'd3', 'd4', 'd5', 'd6', 'zero'])
      for (const file of files) {
        expect(readFileSync(join(root, file.path))).toEqual(file.bytes)
        expect(Number(statSync(join(root, file.path), { bigint: true }).mtimeMs)).toBe(mtimeMs)
      }
    })

    it('fail alone, each with its reason, and the others are placed', async () => {
      const { root, target } = open()
      const outside = tempFolder()
      mkdirSync(join(root, 'folder'))
      writeFileSync(join(root, 'file'), 'old')
      symlinkSync(outside, join(root, 'link'))
      const results = await target.writeSmallBatch(
        [
          'good',
          'folder',
          'file/beneath',
          'link/x',
          'link',
          '../x',
          '/abs',
          'a/.tern-1.part',
          '',
          `${'x'.repeat(256)}`,
          'file',
        ].map((path) => small(path, 'new')),
        'replace',
      )
      expect(results.map((result) => (result.ok ? result.status : result.error.code))).toEqual([
        'placed',
        'FOLDER_OVER_FILE',
        'FOLDER_OVER_FILE',
        'LINK_IN_PATH',
        'LINK_IN_PATH',
        'PATH_ESCAPES_ROOT',
        'PATH_ESCAPES_ROOT',
        'NAME_NOT_ALLOWED',
        'PATH_INVALID',
        'NAME_NOT_ALLOWED',
        'replaced',
      ])
      await target.close()
      expect(readdirSync(outside)).toEqual([])
      expect(readdirSync(root).sort()).toEqual(
        ['a', 'file', 'folder', 'good', 'link'].filter((name) => existsSync(join(root, name))),
      )
    })

    it('follow the rule for clashes', async () => {
      const { root, target } = open()
      writeFileSync(join(root, 'x'), 'old')
      expect(await target.writeSmallBatch([small('x', 'new')], 'skip')).toEqual([
        { ok: true, status: 'skipped', path: 'x' },
      ])
      expect(await target.writeSmallBatch([small('x', 'new')], 'rename')).toEqual([
        { ok: true, status: 'placed', path: 'x (2)' },
      ])
      expect(readFileSync(join(root, 'x'), 'utf8')).toBe('old')
      expect(await target.writeSmallBatch([], 'replace')).toEqual([])
    })

    it('run in several batches at once', async () => {
      const { root, target } = open()
      const batches = Array.from({ length: 8 }, (_, b) =>
        target.writeSmallBatch(
          Array.from({ length: 50 }, (_, i) => small(`f${b}-${i}`, `${b}-${i}`)),
          'replace',
        ),
      )
      for (const results of await Promise.all(batches)) expect(results.every((result) => result.ok)).toBe(true)
      await target.close()
      expect(readdirSync(root)).toHaveLength(400)
    })

    it('of a killed run are cleared by the name that the journal kept', async () => {
      const names: string[] = []
      const { root, target } = open(tempFolder(), { onStaging: (name) => names.push(name) })
      await target.writeSmallBatch([small('x', '1')], 'replace')
      const [name = ''] = names
      writeFileSync(join(root, name, '17'), 'left over')
      writeFileSync(join(root, name, 'keep'), 'not ours')
      expect(await removeStagingLeftover(root, name)).toBe(true)
      expect(readdirSync(join(root, name))).toEqual(['keep'])
      rmSync(join(root, name, 'keep'))
      expect(await removeStagingLeftover(root, name)).toBe(true)
      expect(await removeStagingLeftover(root, name)).toBe(true)
      writeFileSync(join(root, 'plain'), '')
      await removeStagingLeftover(root, 'plain')
      expect(readdirSync(root).sort()).toEqual(['plain', 'x'])
    })
  })

  describe('a root that goes away', () => {
    it('is DRIVE_GONE when it is opened, written to or synced', async () => {
      expect(() => new TargetFolder('/nowhere/at/all', { useHandles })).toThrow(
        expect.objectContaining({ code: 'DRIVE_GONE' }),
      )
      const { root, target } = open()
      await place(target, 'a', '1')
      renameSync(root, `${root}-moved`)
      onTestFinished(() => rmSync(`${root}-moved`, { recursive: true }))
      await expect(target.syncFolders()).rejects.toMatchObject({ code: 'DRIVE_GONE' })
    })
  })

  describe('links below the root', () => {
    it('are not followed when a known folder is swapped for one', async () => {
      const { root, target } = open()
      const outside = tempFolder()
      await place(target, 'a/b/x', '1')
      const partial = partialOf(target, 'a/b/y', '2')
      renameSync(join(root, 'a/b'), join(root, 'a/moved'))
      symlinkSync(outside, join(root, 'a/b'))
      await expect(partial.commit({ mtimeMs, onConflict: 'replace' })).rejects.toMatchObject({ code: 'LINK_IN_PATH' })
      await expect(async () => place(target, 'a/b/z', '3')).rejects.toMatchObject({ code: 'LINK_IN_PATH' })
      const [result] = await target.writeSmallBatch([small('a/b/s')], 'replace')
      expect(result).toMatchObject({ ok: false, error: { code: 'LINK_IN_PATH' } })
      expect(() => target.makeFolder('a/b/new')).toThrow(expect.objectContaining({ code: 'LINK_IN_PATH' }))
      expect(readdirSync(outside)).toEqual([])
      expect(readdirSync(join(root, 'a/moved')).sort()).toEqual([partial.name, 'x'].sort())
    })

    it('are not followed when a folder above is moved and another takes its place', async () => {
      const { root, target } = open()
      await place(target, 'a/b/x', '1')
      renameSync(join(root, 'a'), join(root, 'old'))
      mkdirSync(join(root, 'a'))
      await place(target, 'a/b/x', '2')
      expect(readFileSync(join(root, 'a/b/x'), 'utf8')).toBe('2')
      expect(readFileSync(join(root, 'old/b/x'), 'utf8')).toBe('1')
    })

    const small = (path: string) => ({ path, bytes: bytes('s'), mtimeMs })
  })

  it('tells what names mean here', () => {
    const { root, target } = open()
    expect(target.traits()).toMatchObject(
      process.platform === 'linux' ? { rules: 'posix', foldsCase: false, foldsUnicode: false } : {},
    )
    expect(readdirSync(root)).toEqual([])
  })

  it('cuts nothing when the same file is placed twice at once', async () => {
    const { root, target } = open()
    const contents = ['first'.repeat(1000), 'second'.repeat(1000)]
    await Promise.all(contents.map((content) => place(target, 'x', content)))
    expect(contents).toContain(readFileSync(join(root, 'x'), 'utf8'))
    truncateSync(join(root, 'x'), 0)
  })
})
