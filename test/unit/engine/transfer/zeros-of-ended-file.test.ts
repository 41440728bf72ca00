import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openJournal } from '../../../../src/engine/journal/index.ts'
import { TargetFolder } from '../../../../src/engine/storage/index.ts'
import { NameRecords } from '../../../../src/engine/storage/names/name-records.ts'
import { Digester } from '../../../../src/engine/transfer/digester.ts'
import { LargeFile } from '../../../../src/engine/transfer/receiving/large-file.ts'
import { Target } from '../../../../src/engine/transfer/receiving/targets.ts'

type Sync = typeof import('node:fs').fdatasync

/** A disk that takes its time for what is to be durable. */
const disk = vi.hoisted(() => ({ isSlow: false, waiting: [] as (() => void)[] }))
vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>()
  const fdatasync = ((fd, done) =>
    real.fdatasync(fd, (error) => (disk.isSlow ? disk.waiting.push(() => done(error)) : done(error)))) as Sync
  return { ...real, fdatasync }
})

const mebibyte = 1024 ** 2
const sizeBytes = 64 * mebibyte
const blockSizeBytes = 2 * mebibyte

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tern-zeros-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** A file of which an earlier run has left a partial that reaches almost to its end, so that zeros have to be written. */
async function resumed() {
  const journal = await openJournal(join(folder, 'state'), 'job')
  const root = join(folder, 'target')
  mkdirSync(root)
  const target = new Target(new TargetFolder(root), new NameRecords(join(folder, 'names')), 0, Promise.resolve())
  const digester = new Digester(Buffer.alloc(16))
  const start = { entry: 0, attempt: 0, itemId: 'item', path: 'film.mov', sizeBytes, mtimeMs: 0, mode: 0o644 }
  const open = (isHeld: boolean) =>
    new LargeFile(
      { ...start, blockSizeBytes, isHeld },
      { journal, target, digester, laneCount: 1, readsBack: false, onVerified: () => undefined },
    )
  const first = open(false)
  const bytes = Buffer.alloc(blockSizeBytes, 7)
  await first.take({ entry: 0, attempt: 0, offset: sizeBytes - blockSizeBytes, digest: digester.of(bytes), bytes })
  await first.close()
  return { file: open(true), root, journal }
}

test.each(['discard', 'close'] as const)(
  'zeros that wait for the disk while their file ends by %s end with it',
  async (end) => {
    const { file, root, journal } = await resumed()
    disk.isSlow = true
    const taking = file.takeZeros({ entry: 0, attempt: 0, firstBlock: 0, count: 31 })
    await vi.waitUntil(() => disk.waiting.length > 0)
    const ending = file[end]()
    disk.isSlow = false
    for (const settle of disk.waiting.splice(0)) settle()
    await ending
    expect(await taking).toBeLessThan(31 * blockSizeBytes)
    expect(readdirSync(root)).toHaveLength(end === 'close' ? 1 : 0)
    journal.close()
  },
)
