import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Journal, openJournal, type PartialStart, type TargetPlace } from '../../../../src/engine/journal/index.ts'
import { journalPath } from '../../../../src/engine/journal/journal.ts'
import { encodeEvent } from '../../../../src/engine/journal/journal-events.ts'
import { encodeRecord } from '../../../../src/engine/journal/record-codec.ts'
import { tempFolder } from '../../../helpers/temp-folder.ts'

const resumeKey = 'workspace/job'
const target: TargetPlace = { root: '/data', path: 'a/映像.exr' }
const source = { sizeBytes: 1_000_000, mtimeNs: -5n, inode: 2n ** 63n, device: 7n }

function partial(overrides: Partial<PartialStart> = {}): PartialStart {
  return {
    itemId: '1',
    target,
    partialName: '.tern-0a.part',
    source,
    blockSizeBytes: 1000,
    digestBytes: 4,
    ...overrides,
  }
}

function digests(from: number, count: number): Buffer {
  const bytes = Buffer.alloc(count * 4)
  for (let i = 0; i < count; i += 1) bytes.writeUInt32LE(from + i, i * 4)
  return bytes
}

async function open(stateFolder: string, bootId = 'boot-1'): Promise<Journal> {
  const journal = await openJournal(stateFolder, resumeKey, { bootId })
  onTestFinished(() => journal.close())
  return journal
}

async function reopen(journal: Journal, stateFolder: string, bootId?: string): Promise<Journal> {
  journal.close()
  return open(stateFolder, bootId)
}

describe('Journal', () => {
  it('gives back what was recorded', async () => {
    const folder = tempFolder()
    const first = await open(folder)
    first.recordPlacement('1', { root: '/data', path: 'a (2)' })
    first.recordPartial(partial())
    first.recordBlocks('1', target, 0, digests(0, 3))
    first.recordBlocks('1', target, 3, digests(3, 2))
    first.recordBlocks('1', target, 5, Buffer.alloc(0))
    first.recordStaging('/data', '.tern-staging-1')
    first.recordStaging('/data', '.tern-staging-2')
    first.recordStagingGone('/data', '.tern-staging-1')
    const again = await reopen(first, folder)
    expect(again.wasDamaged).toBe(false)
    expect(again.placement('1')).toEqual({ root: '/data', path: 'a (2)' })
    expect(again.placement('2')).toBeUndefined()
    expect(again.staging()).toEqual([{ root: '/data', name: '.tern-staging-2' }])
    const found = again.lookup('1', target)
    expect(found).toMatchObject({ ...partial(), verifiedBlocks: 5, needsCheck: false })
    expect(Buffer.from(found?.digests ?? [])).toEqual(digests(0, 5))
    expect(again.lookup('2', target)).toBeUndefined()
    expect(again.lookup('1', { root: '/data', path: 'other' })).toBeUndefined()
    expect(statSync(again.path).mode & 0o777).toBe(0o600)
  })

  it('forgets a partial that is in place, removed or begun again', async () => {
    const folder = tempFolder()
    const first = await open(folder)
    first.recordPartial(partial())
    first.recordBlocks('1', target, 0, digests(0, 3))
    first.recordPartial(partial({ partialName: '.tern-0b.part' }))
    expect(first.lookup('1', target)).toMatchObject({ partialName: '.tern-0b.part', verifiedBlocks: 0 })
    first.recordCommitted('1', target)
    first.recordCommitted('1', target)
    first.recordPartial(partial({ itemId: '2' }))
    first.recordDiscarded('2', target)
    const again = await reopen(first, folder)
    expect(again.partials()).toEqual([])
  })

  it('refuses blocks that do not continue the recorded ones, and stays as it was', async () => {
    const folder = tempFolder()
    const journal = await open(folder)
    expect(() => journal.recordBlocks('1', target, 0, digests(0, 1))).toThrow()
    journal.recordPartial(partial())
    journal.recordBlocks('1', target, 0, digests(0, 2))
    for (const [from, bytes] of [
      [1, digests(1, 1)],
      [3, digests(3, 1)],
      [2, Buffer.alloc(3)],
      [2, digests(2, 999)],
    ] as const) {
      expect(() => journal.recordBlocks('1', target, from, bytes)).toThrow()
    }
    const again = await reopen(journal, folder)
    expect(again.wasDamaged).toBe(false)
    expect(again.lookup('1', target)?.verifiedBlocks).toBe(2)
  })

  it('wants partials checked after a new start of the machine, until they were', async () => {
    const folder = tempFolder()
    const first = await open(folder, 'boot-1')
    first.recordPartial(partial())
    first.recordBlocks('1', target, 0, digests(0, 9))
    const second = await reopen(first, folder, 'boot-2')
    expect(second.lookup('1', target)).toMatchObject({ verifiedBlocks: 9, needsCheck: true })
    second.recordPartial(partial({ itemId: '2' }))
    second.compact()
    const third = await reopen(second, folder, 'boot-2')
    expect(third.lookup('1', target)?.needsCheck).toBe(true)
    expect(third.lookup('2', target)?.needsCheck).toBe(false)
    third.recordChecked('1', target, 4)
    third.recordBlocks('1', target, 4, digests(4, 1))
    const fourth = await reopen(third, folder, 'boot-2')
    expect(fourth.lookup('1', target)).toMatchObject({ verifiedBlocks: 5, needsCheck: false })
  })

  it('stays small by itself', async () => {
    const folder = tempFolder()
    const journal = await open(folder)
    for (let i = 0; i < 10_000; i += 1) {
      journal.recordPartial(partial({ itemId: String(i) }))
      journal.recordCommitted(String(i), target)
    }
    journal.recordPartial(partial({ itemId: 'kept', source: { ...source, sizeBytes: 10 ** 9 } }))
    for (let i = 0; i < 1000; i += 1) journal.recordBlocks('kept', target, i * 100, digests(i * 100, 100))
    expect(statSync(journal.path).size).toBeLessThan(2 * 1024 * 1024)
    const again = await reopen(journal, folder)
    expect(again.partials()).toHaveLength(1)
    expect(Buffer.from(again.lookup('kept', target)?.digests ?? [])).toEqual(digests(0, 100_000))
  })

  it('belongs to one owner at a time', async () => {
    const folder = tempFolder()
    const journal = await open(folder)
    await expect(open(folder)).rejects.toMatchObject({ code: 'TARGET_BUSY' })
    await openJournal(folder, 'another').then((other) => other.close())
    journal.delete()
    const fresh = await open(folder)
    expect(fresh.partials()).toEqual([])
  })

  it('refuses the file of a later version and leaves it alone', async () => {
    const folder = tempFolder()
    const journal = await open(folder)
    journal.close()
    const later = { kind: 'opened', version: 2, resumeKey, bootId: 'x' } as unknown as Parameters<typeof encodeEvent>[0]
    writeFileSync(journal.path, encodeRecord(0, encodeEvent(later)))
    const before = readFileSync(journal.path)
    await expect(open(folder)).rejects.toMatchObject({ code: 'STORE_TOO_NEW' })
    expect(readFileSync(journal.path)).toEqual(before)
  })

  it('drops a record that a crash has cut, and goes on', async () => {
    const folder = tempFolder()
    const first = await open(folder)
    first.recordPartial(partial())
    first.recordBlocks('1', target, 0, digests(0, 3))
    first.close()
    truncateSync(first.path, statSync(first.path).size - 1)
    const second = await open(folder)
    expect(second.wasDamaged).toBe(false)
    expect(second.lookup('1', target)?.verifiedBlocks).toBe(0)
    second.recordBlocks('1', target, 0, digests(0, 1))
    second.close()
    appendFileSync(second.path, Buffer.alloc(4096))
    expect((await open(folder)).lookup('1', target)?.verifiedBlocks).toBe(1)
  })

  it('claims nothing after damage in its middle, but keeps names and places', async () => {
    const folder = tempFolder()
    const first = await open(folder)
    first.recordPlacement('1', target)
    first.recordPartial(partial())
    first.recordBlocks('1', target, 0, digests(0, 3))
    const damagedAt = statSync(first.path).size - 2
    first.recordBlocks('1', target, 3, digests(3, 3))
    first.close()
    const bytes = readFileSync(first.path)
    bytes.writeUInt8((bytes[damagedAt] ?? 0) ^ 0x40, damagedAt)
    writeFileSync(first.path, bytes)
    const again = await open(folder)
    expect(again.wasDamaged).toBe(true)
    expect(again.lookup('1', target)).toMatchObject({
      partialName: '.tern-0a.part',
      verifiedBlocks: 0,
      needsCheck: true,
    })
    expect(again.placement('1')).toEqual(target)
    expect((await reopen(again, folder)).wasDamaged).toBe(false)
  })

  it('starts anew when the file belongs to another key', async () => {
    const folder = tempFolder()
    const other = await openJournal(folder, 'another', { bootId: 'boot-1' })
    other.recordPartial(partial())
    other.close()
    writeFileSync(journalPath(folder, resumeKey), readFileSync(other.path))
    const journal = await open(folder)
    expect(journal.wasDamaged).toBe(true)
    expect(journal.partials()).toEqual([])
  })
})

type Step =
  | { readonly kind: 'partial'; readonly item: number }
  | { readonly kind: 'blocks'; readonly item: number; readonly count: number }
  | { readonly kind: 'committed'; readonly item: number }
  | { readonly kind: 'placement'; readonly item: number }

const item = fc.nat({ max: 3 })
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('partial' as const), item }),
  fc.record({ kind: fc.constant('blocks' as const), item, count: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ kind: fc.constant('committed' as const), item }),
  fc.record({ kind: fc.constant('placement' as const), item }),
)

/** What may be claimed after each step: for each item, its partial's name and digests. */
type Claims = ReadonlyMap<number, { readonly name: string; readonly digests: Buffer }>

function claimsOf(journal: Journal): Claims {
  const claims = journal.partials().map((found) => {
    return [Number(found.itemId), { name: found.partialName, digests: Buffer.from(found.digests) }] as const
  })
  return new Map([...claims].sort(([a], [b]) => a - b))
}

/** Plays the steps; the claims right after each and the file's size then. */
function play(journal: Journal, steps: readonly Step[]): { claims: Claims; sizeBytes: number }[] {
  const history = [{ claims: claimsOf(journal), sizeBytes: statSync(journal.path).size }]
  let names = 0
  for (const { kind, item: number, ...rest } of steps) {
    const itemId = String(number)
    const known = journal.lookup(itemId, target)
    if (kind === 'partial') journal.recordPartial(partial({ itemId, partialName: `.tern-${names++}.part` }))
    else if (kind === 'placement') journal.recordPlacement(itemId, target)
    else if (kind === 'committed') journal.recordCommitted(itemId, target)
    else if (known && 'count' in rest) {
      journal.recordBlocks(
        itemId,
        target,
        known.verifiedBlocks,
        digests(names * 1000 + known.verifiedBlocks, rest.count),
      )
    }
    history.push({ claims: claimsOf(journal), sizeBytes: statSync(journal.path).size })
  }
  return history
}

describe('a journal after a crash', () => {
  it('cut at any byte: opens, and holds exactly what was recorded up to there', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 12 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (steps, cut) => {
          const folder = tempFolder()
          const journal = await openJournal(folder, resumeKey, { bootId: 'boot-1' })
          const history = play(journal, steps)
          journal.close()
          const cutBytes = Math.floor(statSync(journal.path).size * cut)
          truncateSync(journal.path, cutBytes)
          const expected = history.filter(({ sizeBytes }) => sizeBytes <= cutBytes).at(-1)?.claims ?? new Map()
          const again = await openJournal(folder, resumeKey, { bootId: 'boot-1' })
          expect(claimsOf(again)).toEqual(expected)
          again.close()
        },
      ),
      { numRuns: 150 },
    )
  })

  it('with any byte changed: opens, and never claims a block that was not recorded for that very partial', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 12 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.integer({ min: 1, max: 255 }),
        async (steps, where, flip) => {
          const folder = tempFolder()
          const journal = await openJournal(folder, resumeKey, { bootId: 'boot-1' })
          const history = play(journal, steps)
          journal.close()
          const bytes = readFileSync(journal.path)
          const at = Math.floor(bytes.length * where)
          bytes.writeUInt8((bytes[at] ?? 0) ^ flip, at)
          writeFileSync(journal.path, bytes)
          const again = await openJournal(folder, resumeKey, { bootId: 'boot-1' })
          for (const [number, claim] of claimsOf(again)) {
            const wasRecorded = history.some(({ claims }) => {
              const then = claims.get(number)
              return then?.name === claim.name && then.digests.subarray(0, claim.digests.length).equals(claim.digests)
            })
            expect(wasRecorded).toBe(true)
          }
          again.close()
        },
      ),
      { numRuns: 150 },
    )
  })

  it('rewritten or opened again at any moment: holds the same', async () => {
    const disturbance = fc.constantFrom('none' as const, 'compact' as const, 'reopen' as const, 'new boot' as const)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(step, disturbance), { maxLength: 12 }), async (steps) => {
        const [calm, disturbed] = [tempFolder(), tempFolder()]
        const expected = await openJournal(calm, resumeKey, { bootId: '0' })
        let journal = await openJournal(disturbed, resumeKey, { bootId: '0' })
        let boot = 0
        for (const [next, what] of steps) {
          play(expected, [next])
          play(journal, [next])
          if (what === 'compact') journal.compact()
          if (what !== 'reopen' && what !== 'new boot') continue
          const distrusted = journal.partials().map((found) => found.needsCheck || what === 'new boot')
          journal.close()
          if (what === 'new boot') boot += 1
          journal = await openJournal(disturbed, resumeKey, { bootId: String(boot) })
          expect(journal.partials().map((found) => found.needsCheck)).toEqual(distrusted)
        }
        expect(journal.wasDamaged).toBe(false)
        expect(claimsOf(journal)).toEqual(claimsOf(expected))
        journal.close()
        expected.close()
      }),
      { numRuns: 100 },
    )
  })

  it('opens whatever the file holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (garbage) => {
        const folder = tempFolder()
        const journal = await openJournal(folder, resumeKey)
        journal.close()
        writeFileSync(journal.path, garbage)
        const again = await openJournal(folder, resumeKey)
        expect(again.partials()).toEqual([])
        again.close()
      }),
      { numRuns: 50 },
    )
  })
})
