import { describe, expect, test } from 'vitest'
import { type ListOptions, listTransfers } from '../../../src/renderer/stores/transfer-list.ts'
import { layoutGrid } from '../../../src/renderer/ui/grid/grid-layout.ts'
import type { TransferRow } from '../../../src/shared/contract/view.ts'
import { deepFreeze, makeRow } from './make-row.ts'

const all: ListOptions = { filter: 'all', search: '', sort: undefined, dayStartMs: 1000 }

function names(rows: readonly TransferRow[], options: Partial<ListOptions>): readonly (readonly string[])[] {
  const byKey = new Map(rows.map((row) => [row.key, row.name]))
  return listTransfers(deepFreeze([...rows]), { ...all, ...options }).map(({ id, keys }) => [
    id,
    ...keys.map((key) => byKey.get(key) ?? ''),
  ])
}

const rows = [
  makeRow({ name: 'Failed', status: 'failed' }),
  makeRow({ name: 'Waiting low', priority: 100 }),
  makeRow({ name: 'Waiting high', priority: 900 }),
  makeRow({ name: 'Running', status: 'running' }),
  makeRow({ name: 'Yours', waitsOnYou: 'location', from: { kind: 'user', name: 'Lisa' } }),
  makeRow({ name: 'Paused', status: 'paused' }),
  makeRow({ name: 'Done early', status: 'done', finishedAtMs: 2000 }),
  makeRow({ name: 'Done late', status: 'done', finishedAtMs: 3000 }),
  makeRow({ name: 'Done yesterday', status: 'done', finishedAtMs: 500 }),
]

describe('the list of transfers', () => {
  test('waiting on you, active by state and priority, finished today with the newest first', () => {
    expect(names(rows, {})).toEqual([
      ['waiting-on-you', 'Yours'],
      ['active', 'Running', 'Waiting high', 'Waiting low', 'Paused', 'Failed'],
      ['finished', 'Done late', 'Done early'],
    ])
  })

  test.each([
    ['running', [['active', 'Running']]],
    [
      'waiting',
      [
        ['waiting-on-you', 'Yours'],
        ['active', 'Waiting high', 'Waiting low', 'Paused'],
      ],
    ],
    ['failed', [['active', 'Failed']]],
    ['finished', [['finished', 'Done late', 'Done early', 'Done yesterday']]],
  ] as const)('filter %s', (filter, expected) => {
    expect(names(rows, { filter })).toEqual(expected)
  })

  test('a search looks at names and both sides, whatever the case', () => {
    expect(names(rows, { search: 'lisa' })).toEqual([['waiting-on-you', 'Yours']])
    expect(names(rows, { search: ' PAUSED ' })).toEqual([['active', 'Paused']])
    expect(names(rows, { search: 'nothing like it' })).toEqual([])
  })

  test('a search that reads as a query is one', () => {
    const lisa = { type: 'user', id: 'd'.repeat(24), code: 'lisa@example.com' }
    const parties = { user: lisa, source: [{ type: 'site', code: 'hq' }], destination: [lisa] }
    const found = [...rows, makeRow({ name: 'Failed of Lisa', status: 'failed', parties, note: 'x', bytesTotal: 5 })]
    expect(names(found, { search: 'status=failed and user=lisa@example.com' })).toEqual([['active', 'Failed of Lisa']])
    expect(names(found, { search: 'source=HQ AND destination="lisa@*"' })).toEqual([['active', 'Failed of Lisa']])
    expect(names(found, { search: 'status in running,paused and queue=medium' })).toEqual([
      ['active', 'Running', 'Paused'],
    ])
    expect(names(found, { search: 'size<=5 and description=x and priority=500' })).toEqual([
      ['active', 'Failed of Lisa'],
    ])
    expect(names(found, { search: 'status=fail' })).toEqual([])
    const half = makeRow({ name: 'Half', modifiedAtMs: Date.UTC(2026, 0, 22), bytesDone: 5, bytesTotal: 10 })
    const asked = { search: 'progress=50 and modified=2026-01-22 and uri=medium' }
    expect(names([...found, half], asked)).toEqual([['active', 'Half']])
  })

  test('a column sorts within each section, either way', () => {
    const sized = [makeRow({ name: 'Reel 10', bytesTotal: 1 }), makeRow({ name: 'Reel 9', bytesTotal: 2 })]
    expect(names(sized, { sort: { column: 'name', isDescending: false } })).toEqual([['active', 'Reel 9', 'Reel 10']])
    expect(names(sized, { sort: { column: 'size', isDescending: true } })).toEqual([['active', 'Reel 9', 'Reel 10']])
  })

  test('sections and rows lie in one list of known places', () => {
    const section = {
      id: 'active',
      title: 'Active',
      count: 2,
      tone: 'plain',
      hasHeader: true,
      keys: ['x', 'y'],
    } as const
    const layout = layoutGrid([section, { ...section, id: 'finished', keys: ['z'] }])
    expect(layout.items).toHaveLength(5)
    expect(layout.order).toEqual(['x', 'y', 'z'])
    expect(layout.indexOf.get('z')).toBe(4)
    expect(layout.sections.map(({ firstIndex, itemCount }) => [firstIndex, itemCount])).toEqual([
      [0, 3],
      [3, 2],
    ])
  })
})
