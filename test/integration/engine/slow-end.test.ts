import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { createEnginePair, move } from '../../helpers/engine-pair.ts'

/** Longer than a stall takes to be found: at least five words of the other side and a twelfth more. */
const standsStillMs = 7500
const disk = vi.hoisted(() => ({ standsStill: Promise.resolve(), lookMs: 0 }))

/** A disk that takes everything and makes nothing durable for a while, or on which each look takes its time. */
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  return {
    ...fs,
    lstatSync: (...args: Parameters<typeof fs.lstatSync>) => {
      if (disk.lookMs > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, disk.lookMs)
      return fs.lstatSync(...args)
    },
    fsync: (fd: number, done: (error: Error | null) => void) => void disk.standsStill.then(() => fs.fsync(fd, done)),
  }
})

afterEach(() => {
  disk.lookMs = 0
  vi.unstubAllEnvs()
})

test.each(['large', 'small'])(
  'a disk that takes its time with the last %s file is no stall',
  async (kind) => {
    // Not in memory, where nothing has to be made durable.
    vi.stubEnv('TMPDIR', '/var/tmp')
    await using pair = await createEnginePair({ stallAfterMs: 500 })
    writeFileSync(join(pair.source, 'file'), randomBytes(kind === 'large' ? 1_000_000 : 1000))
    disk.standsStill = new Promise((resolve) => setTimeout(resolve, standsStillMs))
    const { sent, received } = await move(pair)
    expect([sent, received].map(({ status, error }) => error ?? status)).toEqual(['done', 'done'])
  },
  30_000,
)

test('a source that is long looked through without a file to send is no stall, though one has failed', async () => {
  await using pair = await createEnginePair({ stallAfterMs: 500 })
  for (let name = 0; name < 300; name += 1) writeFileSync(join(pair.source, `left-out-${name}`), '')
  mkdirSync(join(pair.target, 'source', 'a'), { recursive: true })
  writeFileSync(join(pair.source, 'a'), 'a')
  disk.lookMs = standsStillMs / 300
  const includes = (path: string) => path === 'a'
  const { received } = await move(pair, {
    send: { items: [{ itemId: '0', root: pair.source, path: '', includes }] },
  })
  expect(received).toMatchObject({ status: 'failed', items: [{ error: { code: 'FOLDER_OVER_FILE' } }] })
}, 30_000)
