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
let failing: string | undefined
let opensLeft: number
/** Work of the pool, as it is handed over. */
let later: (() => void)[]

beforeEach(() => {
  failing = undefined
  opensLeft = Number.POSITIVE_INFINITY
  later = []
  const disk = new Disk()
  disk.mount(root, 'receiver')
  disk.mount(stateFolder, 'receiver')
  setFileCalls(
    new FileCalls(disk, {
      enter: (_, call) => {
        if (call === failing) throw Object.assign(new Error(call), { code: 'EIO' })
        if (call === 'open' && opensLeft-- <= 0) throw Object.assign(new Error(call), { code: 'EMFILE' })
        return undefined
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
    }),
  )
})

/** Until nothing is left to do in the pool. */
async function pool(): Promise<void> {
  for (let work = later.shift(); work; work = later.shift()) {
    work()
    await new Promise(setImmediate)
  }
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
    const place = (path: string) => ({ root, path })
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
