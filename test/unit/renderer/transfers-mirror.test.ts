import { describe, expect, test } from 'vitest'
import { emptyMirror, isBehind, withDelta, withSnapshot } from '../../../src/renderer/stores/transfers-mirror.ts'
import type { TransferRow, TransfersDelta, ViewRevision } from '../../../src/shared/contract/view.ts'
import { deepFreeze, makeRow, totals } from './make-row.ts'

const at = (number: number, epoch = 'one'): ViewRevision => ({ epoch, number })

function snapshot(rows: readonly TransferRow[], revision = at(1)) {
  return deepFreeze(withSnapshot(emptyMirror, { revision, rows, totals }))
}

function delta(change: Partial<TransfersDelta>): TransfersDelta {
  return deepFreeze({ from: at(1), to: at(2), upserts: [], removed: [], totals, ...change })
}

describe('the mirror of transfers', () => {
  test('a delta from this revision changes, adds and removes rows', () => {
    const [kept, changed, gone] = [makeRow({ name: 'kept' }), makeRow({ name: 'changed' }), makeRow({ name: 'gone' })]
    const added = makeRow({ name: 'added' })
    const after = withDelta(
      snapshot([kept, changed, gone]),
      delta({ upserts: [{ ...changed, name: 'renamed' }, added], removed: [gone.key] }),
    )
    expect([...(after?.rows.values() ?? [])].map((row) => row.name)).toEqual(['kept', 'renamed', 'added'])
    expect(after?.rows.get(kept.key)).toBe(kept)
    expect(after?.revision).toEqual(at(2))
  })

  test.each([
    ['another number', { from: at(5), to: at(6) }],
    ['another epoch', { from: at(1, 'two'), to: at(2, 'two') }],
  ])('a delta from %s does not apply', (_name, change) => {
    expect(withDelta(snapshot([]), delta(change))).toBeUndefined()
  })

  test('nothing applies before the first snapshot', () => {
    expect(withDelta(emptyMirror, delta({}))).toBeUndefined()
  })

  test('a delta that the snapshot holds already is behind, one of another epoch is not', () => {
    const mirror = snapshot([], at(7))
    expect(isBehind(mirror, delta({ from: at(6), to: at(7) }))).toBe(true)
    expect(isBehind(mirror, delta({ from: at(7), to: at(8) }))).toBe(false)
    expect(isBehind(mirror, delta({ from: at(1, 'two'), to: at(2, 'two') }))).toBe(false)
  })

  test('figures alone leave the structure as it is; a status, a name or a new row does not', () => {
    const row = makeRow({ status: 'running' })
    const mirror = snapshot([row])
    const structureAfter = (upsert: TransferRow) => withDelta(mirror, delta({ upserts: [upsert] }))?.structure
    expect(structureAfter({ ...row, bytesDone: 5 })).toBe(mirror.structure)
    expect(structureAfter({ ...row, status: 'paused' })).toBe(mirror.structure + 1)
    expect(structureAfter({ ...row, name: 'other' })).toBe(mirror.structure + 1)
    expect(structureAfter({ ...row, waitsOnYou: 'consent' })).toBe(mirror.structure + 1)
    expect(structureAfter(makeRow({}))).toBe(mirror.structure + 1)
  })

  test('removing what is not here changes nothing but the revision', () => {
    const mirror = snapshot([makeRow({})])
    const after = withDelta(mirror, delta({ removed: [makeRow({}).key] }))
    expect(after?.structure).toBe(mirror.structure)
    expect(after?.rows.size).toBe(1)
  })
})
