import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openJournal } from '../../../../src/engine/journal/index.ts'
import { TargetFolder } from '../../../../src/engine/storage/index.ts'
import { tempFolder } from '../../../helpers/temp-folder.ts'

/** Real file systems need mounting: root on Linux, and not in every container. */
const canMount = ((): boolean => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  const at = mkdtempSync(join(tmpdir(), 'tern-mount-'))
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tern-test', at]).status === 0
  if (isMounted) execFileSync('umount', [at])
  rmdirSync(at)
  return isMounted
})()

const bytes = (length: number): Buffer => Buffer.alloc(length, 7)

function mountSmall(at: string, options = 'size=1m'): void {
  mkdirSync(at, { recursive: true })
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tern-test', at])
  onTestFinished(() => void spawnSync('umount', ['-l', at]))
}

function open(root: string): TargetFolder {
  const target = new TargetFolder(root)
  onTestFinished(() => target.close().catch(() => undefined))
  return target
}

describe.skipIf(!canMount)('real file systems (needs root and mount)', () => {
  it('a full disk is DISK_FULL, keeps what is verified, and goes on once there is room', async () => {
    const root = join(tempFolder(), 'small')
    mountSmall(root)
    writeFileSync(join(root, 'ballast'), bytes(400 * 1024))
    const target = open(root)
    const partial = target.openPartial('big', { onNewName: () => undefined }, 900 * 1024)
    partial.write(bytes(300 * 1024), 0)
    expect(() => partial.write(bytes(600 * 1024), 300 * 1024)).toThrow(expect.objectContaining({ code: 'DISK_FULL' }))
    const small = (path: string) => ({ path, bytes: bytes(8 * 1024), mtimeMs: 1 })
    const results = await target.writeSmallBatch([small('s1'), small('s2')], 'replace')
    expect(results.map((result) => (result.ok ? '' : result.error.code))).toEqual(['DISK_FULL', 'DISK_FULL'])
    writeFileSync(join(root, 'ballast'), '')
    partial.write(bytes(600 * 1024), 300 * 1024)
    expect(await partial.commit({ mtimeMs: 1, onConflict: 'replace' })).toMatchObject({ status: 'placed' })
    expect((await target.writeSmallBatch([small('s1')], 'replace'))[0]).toMatchObject({ ok: true })
    await target.close()
    expect(readdirSync(root).sort()).toEqual(['ballast', 'big', 's1'])
  })

  it('a journal on a full disk says so and stays whole', async () => {
    const folder = join(tempFolder(), 'small')
    mountSmall(folder, 'size=64k')
    const place = { root: '/data', path: 'x' }
    const journal = await openJournal(folder, 'key')
    let partials = 0
    const fill = (): void => {
      for (; partials < 100_000; partials += 1) {
        journal.recordPartial({ itemId: `${partials}`, target: place, partialName: '.tern-0.part' })
      }
    }
    expect(fill).toThrow(expect.objectContaining({ code: 'DISK_FULL' }))
    journal.close()
    const again = await openJournal(folder, 'key').catch((thrown: unknown) => thrown)
    // Even its first record may not fit: then it says so again rather than starting from nothing.
    if (again instanceof Error) expect(again).toMatchObject({ code: 'DISK_FULL' })
    else {
      const { wasDamaged, partials: known } = again as Awaited<ReturnType<typeof openJournal>>
      expect(wasDamaged).toBe(false)
      expect(known.call(again)).toHaveLength(partials)
    }
  })

  it('a read-only drive is TARGET_NOT_WRITABLE', async () => {
    const root = join(tempFolder(), 'small')
    mountSmall(root)
    mkdirSync(join(root, 'a'))
    execFileSync('mount', ['-o', 'remount,ro', root])
    const target = open(root)
    expect(() => target.makeFolder('b')).toThrow(expect.objectContaining({ code: 'TARGET_NOT_WRITABLE' }))
    expect(() => target.openPartial('a/x', { onNewName: () => undefined }, 1)).toThrow(
      expect.objectContaining({ code: 'TARGET_NOT_WRITABLE' }),
    )
    const [result] = await target.writeSmallBatch([{ path: 'a/x', bytes: bytes(1), mtimeMs: 1 }], 'replace')
    expect(result).toMatchObject({ ok: false, error: { code: 'TARGET_NOT_WRITABLE' } })
    expect(target.traits().rules).toBe('posix')
  })

  it('a drive that is unmounted under way is DRIVE_GONE', async () => {
    const root = join(tempFolder(), 'small')
    mountSmall(root)
    const target = open(root)
    const partial = target.openPartial('x', { onNewName: () => undefined }, 1)
    partial.write(bytes(1), 0)
    execFileSync('umount', ['-l', root])
    await expect(
      partial.commit({ mtimeMs: 1, onConflict: 'replace' }).then(() => target.syncFolders()),
    ).rejects.toMatchObject({ code: 'DRIVE_GONE' })
    expect(readdirSync(root)).toEqual([])
  })

  it('a disk that is full in the middle of a batch takes what fits, and nothing is left of the rest', async () => {
    const root = join(tempFolder(), 'small')
    mountSmall(root, 'size=256k')
    const target = open(root)
    const files = Array.from({ length: 64 }, (_, index) => ({
      path: `new/f${index}`,
      bytes: bytes(8 * 1024),
      mtimeMs: 1,
    }))
    const results = await target.writeSmallBatch(files, 'replace')
    const placed = results.filter((result) => result.ok).length
    expect(placed).toBeGreaterThan(10)
    expect(placed).toBeLessThan(40)
    const failed = new Set(results.map((result) => (result.ok ? 'placed' : result.error.code)))
    expect(failed).toEqual(new Set(['placed', 'DISK_FULL']))
    await target.close()
    expect(readdirSync(root)).toEqual(['new'])
    expect(readdirSync(join(root, 'new'))).toHaveLength(placed)
    for (const name of readdirSync(join(root, 'new')))
      expect(readFileSync(join(root, 'new', name))).toEqual(bytes(8 * 1024))
  })

  it('a part of the same disk mounted below the root takes no rename, and gets its small files all the same', async () => {
    const root = tempFolder()
    mkdirSync(join(root, 'bound'))
    execFileSync('mount', ['--bind', tempFolder(), join(root, 'bound')])
    onTestFinished(() => void spawnSync('umount', ['-l', join(root, 'bound')]))
    const target = open(root)
    const files = ['bound', 'bound/new'].flatMap((folder) =>
      Array.from({ length: 10 }, (_, index) => ({ path: `${folder}/f${index}`, bytes: bytes(10), mtimeMs: 1000 })),
    )
    const results = await target.writeSmallBatch(files, 'replace')
    expect(results.every((result) => result.ok && result.status === 'placed')).toBe(true)
    await target.close()
    expect(readdirSync(join(root, 'bound'))).toHaveLength(11)
    expect(readdirSync(join(root, 'bound/new'))).toHaveLength(10)
    expect(readFileSync(join(root, 'bound/new/f9'))).toEqual(bytes(10))
    expect(readdirSync(root)).toEqual(['bound'])
  })

  it('another file system below the root gets its small files without the staging folder', async () => {
    const root = tempFolder()
    mountSmall(join(root, 'mounted'))
    const target = open(root)
    const file = (path: string) => ({ path, bytes: bytes(10), mtimeMs: 1 })
    const results = await target.writeSmallBatch(
      [file('a'), file('mounted/b'), file('mounted/c'), file('d')],
      'replace',
    )
    await target.syncFolders()
    expect(results.map((result) => result.ok)).toEqual([true, true, true, true])
    expect(await target.writeSmallBatch([file('mounted/e')], 'replace')).toMatchObject([{ ok: true }])
    await target.close()
    expect(readdirSync(root).sort()).toEqual(['a', 'd', 'mounted'])
    expect(readdirSync(join(root, 'mounted')).sort()).toEqual(['b', 'c', 'e'])
    expect(readFileSync(join(root, 'mounted/b'))).toEqual(bytes(10))
  })
})
