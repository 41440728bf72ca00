import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, statSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type ScanEntry, type ScanOptions, type ScanProblem, scan } from '../../../../src/engine/storage/index.ts'
import { listFolderNames } from '../../../../src/engine/storage/names/folder-names.ts'
import { SpilledNames } from '../../../../src/engine/storage/names/spilled-names.ts'
import { tempFolder } from '../../../helpers/temp-folder.ts'

async function collect(root: string, path: string, options: Partial<ScanOptions> = {}) {
  const entries: ScanEntry[] = []
  const problems: ScanProblem[] = []
  const signal = new AbortController().signal
  for await (const batch of scan(root, path, { signal, onProblem: (problem) => problems.push(problem), ...options })) {
    expect(batch.length).toBeLessThanOrEqual(1024)
    entries.push(...batch)
  }
  return { entries, problems, paths: entries.map((entry) => entry.path) }
}

describe('scan', () => {
  it('lists a folder before what it holds, in bytewise order', async () => {
    const root = tempFolder()
    mkdirSync(join(root, 'item/b'), { recursive: true })
    mkdirSync(join(root, 'item/B'))
    for (const file of ['b/2', 'b/1', 'B/x', 'a', 'b.txt', 'é', '映像', '🎬'])
      writeFileSync(join(root, 'item', file), file)
    const { entries, problems, paths } = await collect(root, 'item')
    expect(problems).toEqual([])
    expect(paths).toEqual(['', 'B', 'B/x', 'a', 'b', 'b/1', 'b/2', 'b.txt', 'é', '映像', '🎬'])
    expect(entries[0]).toMatchObject({ kind: 'folder', sizeBytes: 0 })
    const mtimeMs = Math.floor(statSync(join(root, 'item/b/1')).mtimeMs)
    expect(entries[5]).toMatchObject({ kind: 'file', sizeBytes: 3, mtimeMs })
  })

  it('takes one file, the root itself, an empty folder and an empty file', async () => {
    const root = tempFolder()
    mkdirSync(join(root, 'empty'))
    writeFileSync(join(root, 'zero'), '')
    expect((await collect(root, 'zero')).entries).toMatchObject([{ path: '', kind: 'file', sizeBytes: 0 }])
    expect((await collect(root, '')).paths).toEqual(['', 'empty', 'zero'])
    expect((await collect(root, 'empty')).paths).toEqual([''])
  })

  it('keeps times before 1970 and huge sparse sizes', async () => {
    const root = tempFolder()
    writeFileSync(join(root, 'old'), '')
    utimesSync(join(root, 'old'), new Date(-1500), new Date(-1500))
    writeFileSync(join(root, 'sparse'), '')
    truncateSync(join(root, 'sparse'), 2 ** 41)
    const { entries } = await collect(root, '')
    expect(entries).toMatchObject([{}, { path: 'old', mtimeMs: -1500 }, { path: 'sparse', sizeBytes: 2 ** 41 }])
  })

  it('goes 300 levels deep, past the longest path that the system takes at once', async () => {
    const root = tempFolder()
    const name = 'level-with-a-name'
    // Node itself cannot remove what it cannot name.
    onTestFinished(() => void execFileSync('rm', ['-rf', join(root, name)]))
    execFileSync('bash', [
      '-c',
      `cd "$1"; for i in {1..300}; do mkdir ${name}; cd -P ${name}; done; echo x > leaf`,
      '-',
      root,
    ])
    const { entries, problems } = await collect(root, '')
    expect(problems).toEqual([])
    expect(entries).toHaveLength(302)
    expect(entries.at(-1)?.path.length).toBeGreaterThan(4096)
  })

  it('tells of links and special files and follows none', async () => {
    const root = tempFolder()
    const outside = tempFolder()
    writeFileSync(join(outside, 'secret'), 'x')
    mkdirSync(join(root, 'item'))
    symlinkSync(outside, join(root, 'item/to-folder'))
    symlinkSync(join(outside, 'secret'), join(root, 'item/to-file'))
    symlinkSync('nowhere', join(root, 'item/broken'))
    execFileSync('mkfifo', [join(root, 'item/pipe')])
    const server = createServer().listen(join(root, 'item/socket'))
    onTestFinished(() => void server.close())
    await new Promise((resolve) => server.once('listening', resolve))
    const { paths, problems } = await collect(root, 'item')
    expect(paths).toEqual([''])
    expect(problems.map(({ path, error }) => [path, error.code, error.params?.kind])).toEqual([
      ['broken', 'SPECIAL_FILE', 'link'],
      ['pipe', 'SPECIAL_FILE', 'pipe'],
      ['socket', 'SPECIAL_FILE', 'socket'],
      ['to-file', 'SPECIAL_FILE', 'link'],
      ['to-folder', 'SPECIAL_FILE', 'link'],
    ])
    symlinkSync('item', join(root, 'link'))
    await expect(collect(root, 'link')).rejects.toMatchObject({ code: 'LINK_IN_PATH' })
    await expect(collect(root, 'link/x')).rejects.toMatchObject({ code: 'LINK_IN_PATH' })
    await expect(collect(root, 'item/pipe')).rejects.toMatchObject({ code: 'SPECIAL_FILE' })
  })

  it('tells of names that are not valid UTF-8, and takes a real U+FFFD', async () => {
    const root = tempFolder()
    writeFileSync(Buffer.concat([Buffer.from(`${root}/caf`), Buffer.of(0xe9)]), 'x')
    writeFileSync(join(root, 'real\ufffd'), 'x')
    writeFileSync(join(root, 'plain'), 'x')
    const { paths, problems } = await collect(root, '')
    expect(paths).toEqual(['', 'plain', 'real\ufffd'])
    expect(problems).toEqual([
      { path: 'caf\ufffd', error: { code: 'NAME_NOT_ALLOWED', params: { path: 'caf\ufffd', reason: 'encoding' } } },
    ])
  })

  it('never lists partials and staging folders', async () => {
    const root = tempFolder()
    mkdirSync(join(root, '.tern-staging-00'))
    writeFileSync(join(root, '.tern-staging-00/1'), 'x')
    writeFileSync(join(root, '.tern-0f.part'), 'x')
    writeFileSync(join(root, 'kept.part'), 'x')
    expect((await collect(root, '')).paths).toEqual(['', 'kept.part'])
  })

  it('leaves out what is not included and does not enter it', async () => {
    const root = tempFolder()
    mkdirSync(join(root, 'cache/deep'), { recursive: true })
    for (const file of ['cache/deep/x', 'a.exr', 'b.tmp']) writeFileSync(join(root, file), 'x')
    const asked: string[] = []
    const includes = (path: string, isFolder: boolean): boolean => {
      asked.push(path)
      return isFolder ? path !== 'cache' : !path.endsWith('.tmp')
    }
    expect((await collect(root, '', { includes })).paths).toEqual(['', 'a.exr'])
    expect(asked).toEqual(['a.exr', 'b.tmp', 'cache'])
  })

  it.each([
    ['none', 'SOURCE_NOT_FOUND'],
    ['none/deeper', 'SOURCE_NOT_FOUND'],
    ['file/beneath', 'SOURCE_NOT_FOUND'],
    ['../x', 'PATH_ESCAPES_ROOT'],
    ['/etc', 'PATH_ESCAPES_ROOT'],
    ['a//b', 'PATH_INVALID'],
  ])('%s fails with %s', async (path, code) => {
    const root = tempFolder()
    writeFileSync(join(root, 'file'), '')
    await expect(collect(root, path)).rejects.toMatchObject({ code })
  })

  it('fails with SOURCE_NOT_FOUND when the root is not there', async () => {
    await expect(collect('/nowhere/at/all', 'x')).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' })
  })

  it.skipIf(process.getuid?.() === 0)(
    'tells of folders that may not be read (needs a user other than root)',
    async () => {
      const root = tempFolder()
      mkdirSync(join(root, 'closed'), { mode: 0 })
      onTestFinished(() => chmodSync(join(root, 'closed'), 0o700))
      const { problems } = await collect(root, '')
      expect(problems).toMatchObject([{ path: 'closed', error: { code: 'SOURCE_UNREADABLE' } }])
    },
  )

  it('stops when it is told to', async () => {
    const root = tempFolder()
    for (let i = 0; i < 2000; i += 1) writeFileSync(join(root, `f${i}`), '')
    const abort = new AbortController()
    let seen = 0
    const run = async (): Promise<void> => {
      for await (const batch of scan(root, '', { signal: abort.signal, onProblem: () => undefined })) {
        seen += batch.length
        abort.abort()
      }
    }
    await expect(run()).rejects.toMatchObject({ name: 'AbortError' })
    expect(seen).toBeLessThanOrEqual(1024)
  })
})

describe('members of a folder', () => {
  const members = { name: 'a.%d', has: (name: string) => /^a\.\d$/.test(name) }

  it('are its files of these names; nothing else is looked at, entered or told', async () => {
    const root = tempFolder()
    mkdirSync(join(root, 'item/a.3/deeper'), { recursive: true })
    for (const name of ['a.1', 'a.2', 'a.10', 'b']) writeFileSync(join(root, 'item', name), '')
    symlinkSync('a.1', join(root, 'item/link'))
    writeFileSync(Buffer.concat([Buffer.from(`${root}/item/bad`), Buffer.of(0xff)]), '')
    const looked: string[] = []
    const includes = (path: string) => looked.push(path) > 0 && path !== 'a.2'
    const { paths, problems } = await collect(root, 'item', { members, includes })
    expect(paths).toEqual(['', 'a.1'])
    expect(looked).toEqual(['a.1', 'a.2', 'a.3'])
    expect(problems).toEqual([])
  })

  it('that are links are told as such', async () => {
    const root = tempFolder()
    symlinkSync('elsewhere', join(root, 'a.1'))
    const { paths, problems } = await collect(root, '', { members })
    expect(paths).toEqual([''])
    expect(problems).toMatchObject([{ path: 'a.1', error: { code: 'SPECIAL_FILE' } }])
  })

  it('of which none is there, or whose folder is a file or missing, are not found', async () => {
    const root = tempFolder()
    mkdirSync(join(root, 'item/a.1'), { recursive: true })
    writeFileSync(join(root, 'file'), '')
    for (const path of ['item', 'file', 'missing']) {
      await expect(collect(root, path, { members })).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' })
    }
  })
})

describe('large folders', () => {
  it('are listed in the same order through runs on disk', () => {
    const names = Array.from({ length: 5000 }, (_, i) => `${(i * 7919) % 5000}-映🎬${'x'.repeat(i % 40)}`)
    const spilled = new SpilledNames()
    for (let i = 0; i < names.length; i += 700)
      spilled.addRun(names.slice(i, i + 700).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))))
    expect([...spilled.merged(() => true)]).toEqual(
      names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    )
    spilled[Symbol.dispose]()
  })

  it('keep their order, odd names and all', () => {
    const root = tempFolder()
    for (let i = 0; i < 300; i += 1) writeFileSync(join(root, `f${i}`), '')
    writeFileSync(join(root, '.tern-1.part'), '')
    writeFileSync(Buffer.concat([Buffer.from(`${root}/bad`), Buffer.of(0xff)]), '')
    const whole = listFolderNames(root)
    const inRuns = listFolderNames(root, { spillBytes: 1 })
    expect(inRuns.invalid).toEqual(['bad\ufffd'])
    expect([...iterate(inRuns.sorted)]).toEqual([...iterate(whole.sorted)])
    inRuns[Symbol.dispose]()
  })
})

function* iterate(iterator: Iterator<string>): Generator<string> {
  for (let next = iterator.next(); !next.done; next = iterator.next()) yield next.value
}
