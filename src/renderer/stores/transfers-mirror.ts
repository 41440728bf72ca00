import {
  noTotals,
  type TransferKey,
  type TransferRow,
  type TransfersDelta,
  type TransfersSnapshot,
  type TransferTotals,
  type ViewRevision,
} from '../../shared/contract/view.ts'
import { sectionOf } from '../../shared/domain/presentation.ts'
import { countRows, type FilterCounts } from './filter-counts.ts'

/** The window's copy of what the engine process shows: rows by key, and the revision they stand at. */
export interface TransfersMirror {
  readonly revision: ViewRevision | undefined
  readonly rows: ReadonlyMap<TransferKey, TransferRow>
  readonly totals: TransferTotals
  /** As the filters count: what waits on the user waits, and so does what is paused. */
  readonly counts: FilterCounts
  /** Rises when rows come, go, or change what order or place depends on: a sorted list is made anew only then. */
  readonly structure: number
}

export const emptyMirror: TransfersMirror = {
  revision: undefined,
  rows: new Map(),
  totals: noTotals,
  counts: countRows([]),
  structure: 0,
}

/** A snapshot replaces everything. */
export function withSnapshot(mirror: TransfersMirror, snapshot: TransfersSnapshot): TransfersMirror {
  return {
    revision: snapshot.revision,
    rows: new Map(snapshot.rows.map((row) => [row.key, row])),
    totals: snapshot.totals,
    counts: countRows(snapshot.rows),
    structure: mirror.structure + 1,
  }
}

/** A delta applies to exactly the revision it starts from; `undefined` means: take a snapshot again. */
export function withDelta(mirror: TransfersMirror, delta: TransfersDelta): TransfersMirror | undefined {
  if (mirror.revision === undefined || !isSameRevision(mirror.revision, delta.from)) return undefined
  if (delta.upserts.length === 0 && delta.removed.length === 0) {
    return { ...mirror, revision: delta.to, totals: delta.totals }
  }
  const rows = new Map(mirror.rows)
  let isStructural = false
  for (const key of delta.removed) isStructural = rows.delete(key) || isStructural
  for (const row of delta.upserts) {
    const before = rows.get(row.key)
    isStructural ||= before === undefined || movesRow(before, row)
    rows.set(row.key, row)
  }
  return {
    revision: delta.to,
    rows,
    totals: delta.totals,
    counts: isStructural ? countRows(rows.values()) : mirror.counts,
    structure: mirror.structure + (isStructural ? 1 : 0),
  }
}

/** Deltas of before the snapshot may still arrive after it: they are old news, not a gap. */
export function isBehind(mirror: TransfersMirror, delta: TransfersDelta): boolean {
  const { revision } = mirror
  return revision !== undefined && revision.epoch === delta.to.epoch && delta.to.number <= revision.number
}

function isSameRevision(left: ViewRevision, right: ViewRevision): boolean {
  return left.epoch === right.epoch && left.number === right.number
}

function movesRow(before: TransferRow, after: TransferRow): boolean {
  return (
    before.status !== after.status ||
    before.name !== after.name ||
    before.priority !== after.priority ||
    before.bytesTotal !== after.bytesTotal ||
    before.finishedAtMs !== after.finishedAtMs ||
    sectionOf(before) !== sectionOf(after)
  )
}
