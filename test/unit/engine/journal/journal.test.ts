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

function partial(overrides: Partial<PartialStart> = {}): PartialStart {
  return { itemId: '1', target, partialName: '.tern-0a.part', ...overrides }
}

async function open(stateFolder: string): Promise<Journal> {
  const journal = await openJournal(stateFolder, resumeKey)
  onTestFinished(() => journal.close())
  return journal
}

async function reopen(journal: Journal, stateFolder: string): Promise<Journal> {
  journal.close()
  return open(stateFolder)
}

describe('Journal', () => {
  it('gives back what was recorded', async () => {
    const folder = tempFolder()
    const first = await open(folder)
    first.recordPlacement('1', { root: '/data', path: 'a (2)' })
    first.recordPartial(partial())
    first.recordStaging('/data', '.tern-staging-1')
    first.recordStaging('/data', '.tern-staging-2')
    first.recordStagingGone('/data', '.tern-staging-1')
    const again = await reopen(first, folder)
    expect(again.wasDamaged).toBe(false)
    expect(again.placement('1')).toEqual({ root: '/data', path: 'a (2)' })
    expect(again.placement('2')).toBeUndefined()
    expect(again.staging()).toEqual([{ root: '/data', name: '.tern-staging-2' }])
    expect(again.lookup('1', target)).toEqual(partial())
    expect(again.lookup('2', target)).toBeUndefined()
    expect(again.lookup('1', { root: '/data', path: 'other' })).toBeUndefined()
    expect(statSync(again.path).mode & 0o777).toBe(0o600)
  })

  it('knows how far a partial was compared as long as that one counts', async () => {
    const folder = tempFolder()
    const first = await open(folder)
    first.recordCompared('1', target, 5)
    first.recordPartial(partial())
    first.recordCompared('1', target, 10)
    first.recordCompared('1', target, 20)
    first.compact()
    const again = await reopen(first, folder)
    expect(again.wasDamaged).toBe(false)
    expect(again.lookup('1', target)).toEqual(partial({ comparedBytes: 20 }))
    again.recordPartial(partial({ partialName: '.tern-0b.part' }))
    expect(again.lookup('1', target)).toEqual(partial({ partialName: '.tern-0b.part' }))
  })

  it('forgets a partial that is in place, removed or begun again', async () => {
    const folder = tempFolder()
    const first = await open(folder)
    first.recordPartial(partial())
    first.recordPartial(partial({ partialName: '.tern-0b.part' }))
    expect(first.lookup('1', target)).toEqual(partial({ partialName: '.tern-0b.part' }))
    first.recordCommitted('1', target)
    first.recordCommitted('1', target)
    first.recordPartial(partial({ itemId: '2' }))
    first.recordDiscarded('2', target)
    const again = await reopen(first, folder)
    expect(again.partials()).toEqual([])
  })

  it('stays small by itself', async () => {
    const folder = tempFolder()
    const journal = await open(folder)
    for (let i = 0; i < 10_000; i += 1) {
      journal.recordPartial(partial({ itemId: String(i) }))
      journal.recordCommitted(String(i), target)
    }
    journal.recordPartial(partial({ itemId: 'kept' }))
    expect(statSync(journal.path).size).toBeLessThan(2 * 1024 * 1024)
    const again = await reopen(journal, folder)
    expect(again.partials()).toEqual([partial({ itemId: 'kept' })])
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
    writeFileSync(journal.path, encodeRecord(0, encodeEvent({ kind: 'opened', version: 3, resumeKey })))
    const before = readFileSync(journal.path)
    await expect(open(folder)).rejects.toMatchObject({ code: 'STORE_TOO_NEW' })
    expect(readFileSync(journal.path)).toEqual(before)
  })

  it('drops a record that a crash has cut, and goes on', async () => {
    const folder = tempFolder()
    const first = await open(folder)
    first.recordPartial(partial())
    first.recordPartial(partial({ itemId: '2' }))
    first.close()
    truncateSync(first.path, statSync(first.path).size - 1)
    const second = await open(folder)
    expect(second.wasDamaged).toBe(false)
    expect(second.partials()).toEqual([partial()])
    second.recordPartial(partial({ itemId: '3' }))
    second.close()
    appendFileSync(second.path, Buffer.alloc(4096))
    expect((await open(folder)).partials()).toEqual([partial(), partial({ itemId: '3' })])
  })

  it('keeps what it can read after damage in its middle', async () => {
    const folder = tempFolder()
    const first = await open(folder)
    first.recordPlacement('1', target)
    first.recordPartial(partial())
    const damagedAt = statSync(first.path).size + 20
    first.recordPartial(partial({ itemId: '2' }))
    first.recordPartial(partial({ itemId: '3' }))
    first.close()
    const bytes = readFileSync(first.path)
    bytes.writeUInt8((bytes[damagedAt] ?? 0) ^ 0x40, damagedAt)
    writeFileSync(first.path, bytes)
    const again = await open(folder)
    expect(again.wasDamaged).toBe(true)
    expect(again.partials()).toEqual([partial()])
    expect(again.placement('1')).toEqual(target)
    expect((await reopen(again, folder)).wasDamaged).toBe(false)
  })

  it('the file is a promise: these records of both versions are read for good', async () => {
    const folder = tempFolder()
    const journal = await open(folder)
    journal.close()
    const text = (json: string) => Buffer.concat([Buffer.of(1), Buffer.from(json)])
    const place = '{"root":"/data","path":"a/映像.exr"}'
    const payloads = [
      text('{"kind":"opened","version":1,"resumeKey":"workspace/job","bootId":"b"}'),
      text(`{"kind":"placement","itemId":"1","target":${place}}`),
      text(
        `{"kind":"partial","id":0,"itemId":"1","target":${place},"partialName":".tern-0a.part","blockSizeBytes":1048576,` +
          '"digestBytes":16,"source":{"sizeBytes":9,"mtimeNs":"-5","inode":"7","device":"7"}}',
      ),
      Buffer.concat([Buffer.of(2), Buffer.alloc(12 + 32)]),
      text('{"kind":"checked","id":0,"blocks":1}'),
      text('{"kind":"opened","version":2,"resumeKey":"workspace/job"}'),
      text(`{"kind":"partial","id":1,"itemId":"2","target":${place},"partialName":".tern-0b.part"}`),
      text('{"kind":"staging","root":"/data","name":".tern-staging-1"}'),
      text(`{"kind":"partial","id":2,"itemId":"3","target":${place},"partialName":".tern-0c.part"}`),
      text('{"kind":"partial-gone","id":2}'),
    ]
    writeFileSync(journal.path, Buffer.concat(payloads.map((payload, sequence) => encodeRecord(sequence, payload))))
    const again = await open(folder)
    expect(again.wasDamaged).toBe(false)
    expect(again.partials()).toEqual([partial(), partial({ itemId: '2', partialName: '.tern-0b.part' })])
    expect(again.placement('1')).toEqual(target)
    expect(again.staging()).toEqual([{ root: '/data', name: '.tern-staging-1' }])
  })

  it('writes what it promises', async () => {
    const folder = tempFolder()
    const journal = await open(folder)
    journal.recordPartial(partial())
    journal.recordCommitted('1', target)
    expect(readFileSync(journal.path).toString('hex')).toBe(
      [
        '544a52313a0000000000000018137d30017b226b696e64223a226f70656e6564222c2276657273696f6e223a322c22726573' +
          '756d654b6579223a22776f726b73706163652f6a6f62227d',
        '544a52317500000001000000ac2c3dca017b226b696e64223a227061727469616c222c226964223a302c226974656d496422' +
          '3a2231222c22746172676574223a7b22726f6f74223a222f64617461222c2270617468223a22612fe698a0e5838f2e657872' +
          '227d2c227061727469616c4e616d65223a222e7465726e2d30612e70617274227d',
        '544a52311f00000002000000f54b8eec017b226b696e64223a227061727469616c2d676f6e65222c226964223a307d',
      ].join(''),
    )
  })

  it('starts anew when the file belongs to another key', async () => {
    const folder = tempFolder()
    const other = await openJournal(folder, 'another')
    other.recordPartial(partial())
    other.close()
    writeFileSync(journalPath(folder, resumeKey), readFileSync(other.path))
    const journal = await open(folder)
    expect(journal.wasDamaged).toBe(true)
    expect(journal.partials()).toEqual([])
  })
})

type Step = { readonly kind: 'partial' | 'committed' | 'placement'; readonly item: number }

const item = fc.nat({ max: 3 })
const step: fc.Arbitrary<Step> = fc.record({ kind: fc.constantFrom('partial', 'committed', 'placement'), item })

/** For each item in work, its partial's name. */
type Known = ReadonlyMap<string, string>

function knownOf(journal: Journal): Known {
  const known = journal.partials().map(({ itemId, partialName }) => [itemId, partialName] as const)
  return new Map(known.sort(([a], [b]) => Number(a) - Number(b)))
}

/** Plays the steps; what is known right after each and the file's size then. */
function play(journal: Journal, steps: readonly Step[]): { known: Known; sizeBytes: number }[] {
  const history = [{ known: knownOf(journal), sizeBytes: statSync(journal.path).size }]
  let names = 0
  for (const { kind, item: number } of steps) {
    const itemId = String(number)
    if (kind === 'partial') journal.recordPartial(partial({ itemId, partialName: `.tern-${names++}.part` }))
    else if (kind === 'placement') journal.recordPlacement(itemId, target)
    else journal.recordCommitted(itemId, target)
    history.push({ known: knownOf(journal), sizeBytes: statSync(journal.path).size })
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
          const journal = await openJournal(folder, resumeKey)
          const history = play(journal, steps)
          journal.close()
          const cutBytes = Math.floor(statSync(journal.path).size * cut)
          truncateSync(journal.path, cutBytes)
          const expected = history.filter(({ sizeBytes }) => sizeBytes <= cutBytes).at(-1)?.known ?? new Map()
          const again = await openJournal(folder, resumeKey)
          expect(knownOf(again)).toEqual(expected)
          again.close()
        },
      ),
      { numRuns: 150 },
    )
  })

  it('with any byte changed: opens, and never knows a partial that was not recorded for that very item', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 12 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.integer({ min: 1, max: 255 }),
        async (steps, where, flip) => {
          const folder = tempFolder()
          const journal = await openJournal(folder, resumeKey)
          const history = play(journal, steps)
          journal.close()
          const bytes = readFileSync(journal.path)
          const at = Math.floor(bytes.length * where)
          bytes.writeUInt8((bytes[at] ?? 0) ^ flip, at)
          writeFileSync(journal.path, bytes)
          const again = await openJournal(folder, resumeKey)
          for (const [itemId, name] of knownOf(again)) {
            expect(history.some(({ known }) => known.get(itemId) === name)).toBe(true)
          }
          again.close()
        },
      ),
      { numRuns: 150 },
    )
  })

  it('rewritten or opened again at any moment: holds the same', async () => {
    const disturbance = fc.constantFrom('none' as const, 'compact' as const, 'reopen' as const)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(step, disturbance), { maxLength: 12 }), async (steps) => {
        const [calm, disturbed] = [tempFolder(), tempFolder()]
        const expected = await openJournal(calm, resumeKey)
        let journal = await openJournal(disturbed, resumeKey)
        for (const [next, what] of steps) {
          play(expected, [next])
          play(journal, [next])
          if (what === 'compact') journal.compact()
          if (what !== 'reopen') continue
          journal.close()
          journal = await openJournal(disturbed, resumeKey)
        }
        expect(journal.wasDamaged).toBe(false)
        expect(knownOf(journal)).toEqual(knownOf(expected))
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
