import type { TransferKey, TransferRow } from '../../shared/contract/view.ts'
import { type RowSection, sectionOf } from '../../shared/domain/presentation.ts'
import { filterOf } from './filter-counts.ts'
import { searchTest } from './search.ts'
import type { TransferFilter } from './ui-store.ts'

export type SortColumn = 'name' | 'route' | 'status' | 'size' | 'speed' | 'left'

export interface Sort {
  readonly column: SortColumn
  readonly isDescending: boolean
}

export interface ListSection {
  readonly id: RowSection
  readonly keys: readonly TransferKey[]
}

export interface ListOptions {
  readonly filter: TransferFilter
  readonly search: string
  readonly sort: Sort | undefined
  /** Finished rows of before this moment stand under the Finished filter only. */
  readonly dayStartMs: number
}

const sectionOrder: readonly RowSection[] = ['waiting-on-you', 'active', 'finished']

/** What the table shows, in its order, by section; empty sections are left out. */
export function listTransfers(rows: Iterable<TransferRow>, options: ListOptions): readonly ListSection[] {
  const sections = new Map<RowSection, TransferRow[]>(sectionOrder.map((id) => [id, []]))
  const matches = searchTest(options.search)
  for (const row of rows) {
    if (!passes(row, options) || !matches(row)) continue
    sections.get(sectionOf(row))?.push(row)
  }
  const compare = options.sort === undefined ? undefined : comparing(options.sort)
  return sectionOrder.flatMap((id) => {
    const found = sections.get(id) ?? []
    if (found.length === 0) return []
    found.sort(compare ?? (id === 'finished' ? newestFirst : byState))
    return [{ id, keys: found.map((row) => row.key) }]
  })
}

function passes(row: TransferRow, { filter, dayStartMs }: ListOptions): boolean {
  if (filter !== 'all') return filterOf(row) === filter
  return sectionOf(row) !== 'finished' || (row.finishedAtMs ?? 0) >= dayStartMs
}

const stateRank = { running: 0, init: 1, waiting: 2, paused: 3, failed: 4, aborted: 5, done: 5 } as const

/** What moves first, then by priority, then in the order they came. */
function byState(left: TransferRow, right: TransferRow): number {
  return (
    stateRank[left.status] - stateRank[right.status] ||
    right.priority - left.priority ||
    left.createdAtMs - right.createdAtMs ||
    byKey(left, right)
  )
}

function newestFirst(left: TransferRow, right: TransferRow): number {
  return (right.finishedAtMs ?? 0) - (left.finishedAtMs ?? 0) || byKey(left, right)
}

function byKey(left: TransferRow, right: TransferRow): number {
  return left.key < right.key ? -1 : left.key > right.key ? 1 : 0
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

const comparers: Record<SortColumn, (left: TransferRow, right: TransferRow) => number> = {
  name: (left, right) => collator.compare(left.name, right.name),
  route: (left, right) =>
    collator.compare(left.from.name, right.from.name) || collator.compare(left.to.name, right.to.name),
  status: byState,
  size: (left, right) => left.bytesTotal - right.bytesTotal,
  speed: (left, right) => (left.progress?.bytesPerSecond ?? 0) - (right.progress?.bytesPerSecond ?? 0),
  left: (left, right) => secondsLeft(left) - secondsLeft(right),
}

function secondsLeft(row: TransferRow): number {
  return row.progress?.etrSeconds ?? Number.MAX_SAFE_INTEGER
}

function comparing({ column, isDescending }: Sort): (left: TransferRow, right: TransferRow) => number {
  const compare = comparers[column]
  return (left, right) => (isDescending ? -compare(left, right) : compare(left, right)) || byKey(left, right)
}

/** Columns whose figures move while nothing else does: their order is made anew with each delta. */
export function movesByItself(sort: Sort | undefined): boolean {
  return sort?.column === 'speed' || sort?.column === 'left'
}
