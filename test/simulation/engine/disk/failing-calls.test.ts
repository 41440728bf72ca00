import { beforeEach, expect, test, vi } from 'vitest'

vi.mock('node:fs', async () => (await import('./fs-module.ts')).modelledFs())
vi.mock('../../../../src/engine/storage/folders/working-folder.ts', () => ({
  visitFolder: () => 0,
  isVisiting: () => false,
  leaveFolder: () => undefined,
}))

const { Disk } = await import('./disk.ts')
const { FileCalls } = await import('./file-calls.ts')
const { setFileCalls } = await import('./fs-module.ts')
const { TargetFolder } = await import('../../../../src/engine/storage/index.ts')
const { openJournal } = await import('../../../../src/engine/journal/index.ts')

const root = '/receiver/target'
const stateFolder = '/receiver/state'
let disk: InstanceType<typeof Disk>
let calls: InstanceType<typeof FileCalls>
let failing: string | undefined
/** Does what it is asked for and says all the same that it failed. */
let failingAfterwards: string | undefined
let opensLeft: number
/** Work of the pool, as it is handed over. */
let later: (() => void)[]

beforeEach(() => {
  failing = undefined
  failingAfterwards = undefined
  opensLeft = Number.POSITIVE_INFINITY
  later = []
  disk = new Disk()
  disk.mount(root, 'receiver')
  disk.mount(stateFolder, 'receiver')
  calls = new FileCalls(disk, {
    enter: (_, call) => {
      if (call === failing) throw failure(call, 'EIO')
      if (call === 'open' && opensLeft-- <= 0) throw failure(call, 'EMFILE')
      if (call !== failingAfterwards) return undefined
      return () => {
        throw failure(call, 'EIO')
      }
    },
    random: { integer: () => 1, pick: ([first]) => first as never, onceIn: () => false },
    nowNs: () => 0n,
    bootId: () => 'boot',
    later: (_, work, done) =>
      void later.push(() => {
        try {
          work()
        } catch (thrown) {
          return done(thrown)
        }
        done(null)
      }),
  })
  setFileCalls(calls)
})

function failure(call: string, code: string): Error {
  return Object.assign(new Error(call), { code })
}

function place(path: string): { readonly root: string; readonly path: string } {
  return { root, path }
}

/** Until nothing is left to do in the pool. */
async function pool(): Promise<void> {
  while (later.length > 0) await poolOnce()
}

async function poolOnce(): Promise<void> {
  later.shift()?.()
  await new Promise(setImmediate)
}

test('what the disk did not take is gone before anything else happens, and stays so when more is written to it', async () => {
  await using target = new TargetFolder(root)
  const names: string[] = []
  const partial = target.openPartial('film.mov', { onNewName: (name) => names.push(name) }, 8)
  const written = partial.writeBeside(Buffer.from('1234'), 0)
  await pool()
  await written
  failing = 'fsync'
  const synced = partial.sync().catch((thrown: unknown) => thrown)
  const late = partial.writeBeside(Buffer.from('5678'), 4)
  later.shift()?.()
  await expect(synced).resolves.toMatchObject({ code: expect.any(String) })
  expect(names).toHaveLength(1)
  expect(target.fileBytes('film.mov', names[0])).toBe(0)
  await pool()
  await late
  failing = undefined
  const again = partial.sync()
  await pool()
  await again
  expect(target.fileBytes('film.mov', names[0])).toBe(0)
  expect(partial.isGone).toBe(true)
  partial.discard()
})

test.each([0, 1, 2])(
  'a journal that is rewritten goes on to be written to where only %i files may be opened',
  async (opens) => {
    const journal = await openJournal(stateFolder, 'key')
    opensLeft = opens
    try {
      journal.compact()
    } catch (thrown) {
      expect(thrown).toMatchObject({ code: expect.any(String) })
    }
    journal.recordPartial({ itemId: 'item', target: place('film.mov'), partialName: '.tern-1.part' })
    journal.close()
    opensLeft = Number.POSITIVE_INFINITY
    await using again = await openJournal(stateFolder, 'key')
    expect(again.lookup('item', place('film.mov'))?.partialName).toBe('.tern-1.part')
  },
)

test.each(['close', 'rename'])(
  'a journal that is rewritten writes to its new file where %s answers with an error after it was done',
  async (call) => {
    const journal = await openJournal(stateFolder, 'key')
    failingAfterwards = call
    journal.compact()
    failingAfterwards = undefined
    // Gets the number that was free first.
    const other = calls.openSync(`${root}/other`, 'w')
    journal.recordPartial({ itemId: 'item', target: place('film.mov'), partialName: '.tern-1.part' })
    expect(calls.fstatSync(other).size).toBe(0)
    journal.close()
    await using again = await openJournal(stateFolder, 'key')
    expect(again.wasDamaged).toBe(false)
    expect(again.lookup('item', place('film.mov'))?.partialName).toBe('.tern-1.part')
  },
)

test.each([0, 1, 2])(
  'names are durable once that is said, where the journal is rewritten after %i of the calls for it',
  async (callsBefore) => {
    await using journal = await openJournal(stateFolder, 'key')
    const sync = async (partialName: string, rewriteAfter?: number) => {
      journal.recordPartial({ itemId: partialName, target: place('film.mov'), partialName })
      const synced = journal.sync()
      for (let call = 0; later.length > 0; call += 1) {
        if (call === rewriteAfter) journal.compact()
        await poolOnce()
      }
      await synced
      expect(disk.stableFile(journal.path)?.stableContent.toString()).toContain(partialName)
    }
    await sync('.tern-1.part', callsBefore)
    await sync('.tern-2.part')
  },
)

test('names are durable once that is said to whoever asks, also while another sync of them is under way', async () => {
  await using journal = await openJournal(stateFolder, 'key')
  journal.recordPartial({ itemId: 'item', target: place('film.mov'), partialName: '.tern-1.part' })
  let said = 0
  const both = [journal.sync(), journal.sync()].map((synced) => synced.then(() => (said += 1)))
  await new Promise(setImmediate)
  expect(said).toBe(0)
  await pool()
  await Promise.all(both)
  failing = 'fsync'
  journal.recordPartial({ itemId: 'item', target: place('film.mov'), partialName: '.tern-2.part' })
  const failed = Promise.allSettled([journal.sync(), journal.sync()])
  await pool()
  expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  failing = undefined
  journal.syncNow()
  await expect(journal.sync()).resolves.toBeUndefined()
})

test.each([
  { first: 'sync', next: 'sync' },
  { first: 'sync', next: 'syncNow' },
  { first: 'syncNow', next: 'sync' },
  { first: 'syncNow', next: 'syncNow' },
] as const)(
  'names that a failed $first did not keep are durable once the next $next says so',
  async ({ first, next }) => {
    await using journal = await openJournal(stateFolder, 'key')
    journal.recordPartial({ itemId: 'item', target: place('film.mov'), partialName: '.tern-1.part' })
    const call = async (name: 'sync' | 'syncNow') => {
      const called = Promise.allSettled([(async () => journal[name]())()])
      await pool()
      const [result] = await called
      return result?.status
    }
    failing = 'fsync'
    expect(await call(first)).toBe('rejected')
    failing = undefined
    expect(await call(next)).toBe('fulfilled')
    expect(disk.stableFile(journal.path)?.stableContent.toString()).toContain('.tern-1.part')
  },
)

test.each(['open', 'write', 'fsync', 'rename'])(
  'a record counts although %s fails as the journal is rewritten after it, which is not tried again at once',
  async (call) => {
    const journal = await openJournal(stateFolder, 'key')
    const long = 'x'.repeat(600 * 1024)
    journal.recordPlacement('1', place(long))
    let tries = 0
    const { writeSync } = calls
    calls.openSync = (...args) => {
      tries += 1
      if (call === 'open') throw failure(call, 'EMFILE')
      return FileCalls.prototype.openSync.apply(calls, args)
    }
    let writes = 0
    calls.writeSync = (...args) => {
      // The first is the record itself.
      writes += 1
      if (call === 'write' && writes === 2) throw failure(call, 'ENOSPC')
      return writeSync.apply(calls, args)
    }
    failing = call === 'fsync' || call === 'rename' ? call : undefined
    journal.recordPlacement('2', place(`${long}2`))
    expect(tries).toBe(1)
    journal.recordPlacement('3', place('film.mov'))
    expect(tries).toBe(1)
    failing = undefined
    Reflect.deleteProperty(calls, 'openSync')
    Reflect.deleteProperty(calls, 'writeSync')
    expect(calls.existsSync(`${journal.path}.new`)).toBe(false)
    journal.close()
    await using again = await openJournal(stateFolder, 'key')
    expect([again.wasDamaged, again.placement('2')?.path, again.placement('3')?.path]).toEqual([
      false,
      `${long}2`,
      'film.mov',
    ])
  },
)
