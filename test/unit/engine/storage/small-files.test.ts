import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ConflictRule } from '../../../../src/engine/api.ts'
import { removeStagingLeftover, TargetFolder } from '../../../../src/engine/storage/index.ts'
import type { SmallFileResult } from '../../../../src/engine/storage/types.ts'
import { tempFolder } from '../../../helpers/temp-folder.ts'

const mtimeMs = 1_700_000_000_123
const file = (path: string, content = `ours ${path}`) => ({ path, bytes: Buffer.from(content), mtimeMs })
const isRoot = process.getuid?.() === 0

const many = (folder: string) => Array.from({ length: 20 }, (_, index) => file(`${folder}/f${index}`))
const told = (results: readonly SmallFileResult[]) =>
  results.map((result) => (result.ok ? result.status : result.error.code))

/** On a disk and, where there is one, in memory: what is placed after a flush and what is placed at once. */
const places = [tmpdir(), '/dev/shm'].filter((folder) => existsSync(folder))

describe.each(places)('small files for a new folder below %s', (above) => {
  function open(names: string[] = []) {
    const root = tempFolder(above)
    const target = new TargetFolder(root, { onStaging: (name) => names.push(name) })
    onTestFinished(() => target.close())
    return { root, target }
  }

  /** Writes into `new`, lets something happen before anything is placed, and answers when all is in place. */
  async function place(meanwhile: (folder: string) => void, rule: ConflictRule = 'replace') {
    const { root, target } = open()
    target.makeFolder('new')
    const placing = target.writeSmallBatch(many('new'), rule)
    expect(readdirSync(join(root, 'new'))).toEqual([])
    meanwhile(join(root, 'new'))
    const results = await placing
    await target.close()
    expect(readdirSync(root).filter((name) => name.startsWith('.tern'))).toEqual([])
    return { root, results, folder: join(root, 'new') }
  }

  it('appear all at once, with their times', async () => {
    const { results, folder } = await place(() => undefined)
    expect(told(results)).toEqual(Array.from({ length: 20 }, () => 'placed'))
    for (const { path, bytes } of many('new')) {
      expect(readFileSync(join(folder, '..', path))).toEqual(bytes)
      expect(Number(statSync(join(folder, '..', path), { bigint: true }).mtimeMs)).toBe(mtimeMs)
    }
  })

  it('come to what somebody else has put there meanwhile, which stays', async () => {
    const { results, folder } = await place((at) => writeFileSync(join(at, 'theirs'), 'precious'))
    expect(new Set(told(results))).toEqual(new Set(['placed']))
    expect(readdirSync(folder)).toHaveLength(21)
    expect(readFileSync(join(folder, 'theirs'), 'utf8')).toBe('precious')
  })

  it.each([
    ['replace', 'replaced', 'ours new/f3', 20],
    ['skip', 'skipped', 'theirs', 20],
    ['rename', 'placed', 'theirs', 21],
  ] as const)(
    '%s a file that appeared meanwhile under one of their names: %s',
    async (rule, status, content, count) => {
      const { results, folder } = await place((at) => writeFileSync(join(at, 'f3'), 'theirs'), rule)
      expect(told(results)[3]).toBe(status)
      expect(readFileSync(join(folder, 'f3'), 'utf8')).toBe(content)
      expect(readdirSync(folder)).toHaveLength(count)
    },
  )

  it('never replace a link or a folder that appeared meanwhile, and fail alone', async () => {
    const outside = tempFolder()
    const { results, folder } = await place((at) => {
      symlinkSync(outside, join(at, 'f1'))
      mkdirSync(join(at, 'f2'))
    })
    expect(told(results).slice(0, 4)).toEqual(['placed', 'LINK_IN_PATH', 'FOLDER_OVER_FILE', 'placed'])
    expect(lstatSync(join(folder, 'f1')).isSymbolicLink()).toBe(true)
    expect(readdirSync(join(folder, 'f2'))).toEqual([])
    expect(readdirSync(outside)).toEqual([])
  })

  it('never follow a link that took the place of the folder meanwhile', async () => {
    const outside = tempFolder()
    const { root, target } = open()
    target.makeFolder('new')
    const placing = target.writeSmallBatch(many('new'), 'replace')
    rmdirSync(join(root, 'new'))
    symlinkSync(outside, join(root, 'new'))
    expect(new Set(told(await placing))).toEqual(new Set(['LINK_IN_PATH']))
    expect(readdirSync(outside)).toEqual([])
    expect(lstatSync(join(root, 'new')).isSymbolicLink()).toBe(true)
  })

  it('have a folder again when it was moved away meanwhile', async () => {
    const { root, results, folder } = await place((at) => renameSync(at, `${at}-moved`))
    expect(new Set(told(results))).toEqual(new Set(['placed']))
    expect(readdirSync(folder)).toHaveLength(20)
    expect(readdirSync(join(root, 'new-moved'))).toEqual([])
  })

  it('and later ones go to the folder that is there then', async () => {
    const { root, target } = open()
    target.makeFolder('new/inner')
    const batches = [many('new'), many('new/inner'), [file('new/late')], many('new/inner/deeper')]
    const results = await Promise.all(batches.map((batch) => target.writeSmallBatch(batch, 'replace')))
    const last = await target.writeSmallBatch([file('new/inner/last')], 'replace')
    expect(new Set([...results.flatMap(told), ...told(last)])).toEqual(new Set(['placed']))
    expect(readdirSync(join(root, 'new'))).toHaveLength(22)
    expect(readdirSync(join(root, 'new/inner'))).toHaveLength(22)
    expect(readdirSync(join(root, 'new/inner/deeper'))).toHaveLength(20)
  })

  it('fail alone when one of them cannot be written', async () => {
    const { root, target } = open()
    const files = [...many('new'), file('new/.tern-1.part'), file(`new/${'x'.repeat(256)}`)]
    expect(told(await target.writeSmallBatch(files, 'replace')).slice(19)).toEqual([
      'placed',
      'NAME_NOT_ALLOWED',
      'NAME_NOT_ALLOWED',
    ])
    expect(readdirSync(join(root, 'new'))).toHaveLength(20)
  })

  it('of a killed run are cleared with the staging folder, but not what somebody has put beside them', async () => {
    const names: string[] = []
    const { root, target } = open(names)
    await target.writeSmallBatch([file('x')], 'replace')
    const staging = join(root, names[0] as string)
    mkdirSync(join(staging, '17'))
    writeFileSync(join(staging, '17', 'any name'), 'left over')
    mkdirSync(join(staging, 'theirs'))
    await removeStagingLeftover(root, names[0] as string)
    expect(readdirSync(staging)).toEqual(['theirs'])
  })

  it.skipIf(!isRoot)('keep the group of a folder that gives it to all in it', async () => {
    const { root, target } = open()
    mkdirSync(join(root, 'shared'))
    chownSync(join(root, 'shared'), 0, 4242)
    chmodSync(join(root, 'shared'), 0o2775)
    await target.writeSmallBatch([...many('shared'), ...many('shared/new')], 'replace')
    const placed = [join(root, 'shared/f0'), join(root, 'shared/new'), join(root, 'shared/new/f0')]
    expect(placed.map((path) => statSync(path).gid)).toEqual([4242, 4242, 4242])
  })

  it('keep the rights that their folder was given', async () => {
    const { root, target } = open()
    target.makeFolder('new')
    chmodSync(join(root, 'new'), 0o700)
    expect(new Set(told(await target.writeSmallBatch(many('new'), 'replace')))).toEqual(new Set(['placed']))
    expect(statSync(join(root, 'new')).mode & 0o777).toBe(0o700)
  })

  it.skipIf(isRoot)('are TARGET_NOT_WRITABLE where the folder is', async () => {
    const { root, target } = open()
    mkdirSync(join(root, 'closed'), { mode: 0o555 })
    expect(new Set(told(await target.writeSmallBatch(many('closed'), 'replace')))).toEqual(
      new Set(['TARGET_NOT_WRITABLE']),
    )
    expect(readdirSync(join(root, 'closed'))).toEqual([])
  })

  it.skipIf(isRoot)('lie beside their targets where only the root is closed', async () => {
    const { root, target } = open()
    mkdirSync(join(root, 'open'))
    chmodSync(root, 0o555)
    onTestFinished(() => chmodSync(root, 0o755))
    expect(new Set(told(await target.writeSmallBatch(many('open'), 'replace')))).toEqual(new Set(['placed']))
    expect(readdirSync(join(root, 'open'))).toHaveLength(20)
  })
})
