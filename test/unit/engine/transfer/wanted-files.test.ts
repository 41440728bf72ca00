import { describe, expect, it } from 'vitest'
import { entryKind, Listing } from '../../../../src/engine/protocol/listing.ts'
import { ListedFiles } from '../../../../src/engine/transfer/receiving/listed-files.ts'
import { ReceiveMeter } from '../../../../src/engine/transfer/receiving/receive-meter.ts'
import type { ReceivingItem } from '../../../../src/engine/transfer/receiving/receiving-item.ts'
import { WantedFiles } from '../../../../src/engine/transfer/receiving/wanted-files.ts'

const item = {} as ReceivingItem

/** Batches of the list with two folders each, of which every file is wanted but the first of each. */
function wantedBatches(count: number) {
  const meter = new ReceiveMeter()
  const settled: number[] = []
  const files = new WantedFiles({ meter, onSettled: (entries) => settled.push(...entries.map(({ entry }) => entry)) })
  for (let batch = 0; batch < count; batch += 1) {
    const listing = new Listing()
    for (const name of ['a', 'b', 'c']) listing.add(`f${batch}`, name, entryKind.file, 10, 1.5, 0o644)
    for (const name of ['d', 'e']) listing.add(`f${batch}/g`, name, entryKind.file, 20, 2.5, 0o600)
    const listed = new ListedFiles(item, batch * 5, listing)
    for (const run of listing.runs) {
      for (let index = Math.max(1, run.start); index < run.end; index += 1) {
        listed.add(run, `base/${run.folder}`, index)
        files.addListed(listed, index)
      }
    }
  }
  return { files, meter, settled }
}

describe('wanted files of which the list says all', () => {
  it('are found by their numbers, whatever the order in which they are asked for', () => {
    const { files, meter } = wantedBatches(3)
    expect(meter).toMatchObject({ filesWanted: 12, bytesWanted: 180 })
    expect(files.get(8)).toMatchObject({ path: 'base/f1/g/d', sourcePath: 'f1/g/d', mtimeMs: 2.5, mode: 0o600 })
    expect(files.get(1)).toMatchObject({ entry: 1, path: 'base/f0/b', folder: 'base/f0', name: 'b', sizeBytes: 10 })
    expect(files.get(14)).toMatchObject({ path: 'base/f2/g/e' })
    expect(files.expected(14, 0)).toBe(files.get(14))
  })

  it('are none that were not asked for', () => {
    const { files } = wantedBatches(2)
    for (const entry of [0, 5, 10, 4_294_967_295]) {
      expect(files.get(entry)).toBeUndefined()
      expect(() => files.expected(entry, 0)).toThrow(expect.objectContaining({ code: 'PROTOCOL_ERROR' }))
    }
  })

  it('are wanted no more once they are settled', () => {
    const { files, meter, settled } = wantedBatches(2)
    const wanted = [6, 7, 8, 9].map((entry) => files.expected(entry, 0)).filter((one) => one !== undefined)
    files.settleDone(wanted)
    expect(settled).toEqual([6, 7, 8, 9])
    expect(wanted.some((one) => files.isCurrent(one))).toBe(false)
    expect(() => files.expected(7, 0)).toThrow(expect.objectContaining({ code: 'PROTOCOL_ERROR' }))
    expect(files.get(4)).toMatchObject({ path: 'base/f0/g/e' })
    expect(meter.filesWanted).toBe(4)
  })

  it('give way to their next attempt', () => {
    const { files, meter } = wantedBatches(1)
    const before = files.expected(1, 0)
    if (!before) throw new Error('not wanted')
    const again = { ...before, sizeBytes: 50, attempt: 1 }
    files.replace(before, again)
    expect([files.isCurrent(before), files.isCurrent(again)]).toEqual([false, true])
    expect([files.expected(1, 0), files.expected(1, 1)]).toEqual([undefined, again])
    expect([...files.all()]).toEqual([again])
    files.settleDone([again])
    expect(files.get(1)).toBeUndefined()
    expect(meter.filesWanted).toBe(3)
  })
})
