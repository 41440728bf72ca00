import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { createEnginePair, move } from '../../helpers/engine-pair.ts'

/** Longer than a stall takes to be found: at least five words of the other side and a twelfth more. */
const standsStillMs = 7500
const disk = vi.hoisted(() => ({ standsStill: Promise.resolve() }))

/** A disk that takes everything and makes nothing durable for a while. */
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  return {
    ...fs,
    fsync: (fd: number, done: (error: Error | null) => void) => void disk.standsStill.then(() => fs.fsync(fd, done)),
  }
})

afterEach(() => void vi.unstubAllEnvs())

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
