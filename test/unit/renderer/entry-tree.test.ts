import { describe, expect, test } from 'vitest'
import {
  buildEntryTree,
  canTick,
  type EntryNode,
  firstExpanded,
  tickOf,
  visibleNodes,
} from '../../../src/renderer/features/incoming/entry-tree.ts'
import { excludedBytes, takenFiles } from '../../../src/renderer/features/incoming/entry-words.ts'
import type { IncomingEntry } from '../../../src/shared/contract/view.ts'
import type { TaskId } from '../../../src/shared/domain/ids.ts'
import { deepFreeze } from './make-row.ts'

const task = (name: string) => name as TaskId
const file = (path: string, sizeBytes: number, taskId: string, extra: Partial<IncomingEntry> = {}): IncomingEntry => ({
  path,
  kind: 'file',
  sizeBytes,
  taskId: task(taskId),
  ...extra,
})

const entries = deepFreeze([
  file('conform/plates/a10.exr', 100, 'one', { look: 'same' }),
  file('conform/plates/a9.exr', 50, 'one'),
  file('conform/readme.txt', 1, 'one'),
  file('stills.zip', 30, 'two'),
  { path: 'conform/empty', kind: 'folder', sizeBytes: 0, taskId: task('one') } satisfies IncomingEntry,
])

const nodeAt = (nodes: readonly EntryNode[], path: string): EntryNode => {
  const found = visibleNodes(nodes, new Set(allPaths(nodes))).find(({ node }) => node.path === path)
  if (found === undefined) throw new Error(`no ${path}`)
  return found.node
}
const allPaths = (nodes: readonly EntryNode[]): string[] =>
  nodes.flatMap((node) => [node.path, ...allPaths(node.children)])

describe('the tree of a delivery', () => {
  const nodes = buildEntryTree(entries)

  test('folders first, names as people count, sums from beneath', () => {
    expect(allPaths(nodes)).toEqual([
      'conform',
      'conform/empty',
      'conform/plates',
      'conform/plates/a9.exr',
      'conform/plates/a10.exr',
      'conform/readme.txt',
      'stills.zip',
    ])
    expect(nodeAt(nodes, 'conform')).toMatchObject({ kind: 'folder', sizeBytes: 151, files: 3, sameFiles: 1 })
  })

  test('names that are also names of an object do no harm', () => {
    const [node] = buildEntryTree([file('__proto__/constructor', 5, 'one')])
    expect(node).toMatchObject({ name: '__proto__', sizeBytes: 5 })
  })

  test('only what is opened is in sight, with its level and place', () => {
    const rows = visibleNodes(nodes, new Set(['conform']))
    expect(rows.map(({ node, level, position, siblings }) => [node.name, level, position, siblings])).toEqual([
      ['conform', 1, 1, 2],
      ['empty', 2, 1, 3],
      ['plates', 2, 2, 3],
      ['readme.txt', 2, 3, 3],
      ['stills.zip', 1, 2, 2],
    ])
  })

  test('opened at first as far as there is room', () => {
    expect([...firstExpanded(nodes, 16)]).toEqual(['conform', 'conform/plates'])
    expect([...firstExpanded(nodes, 5)]).toEqual(['conform'])
    expect([...firstExpanded(nodes, 2)]).toEqual([])
  })

  test('a box stands where whole tasks begin, and tells how much is taken', () => {
    const both = new Set([task('one'), task('two')])
    expect(canTick(nodeAt(nodes, 'conform'), both)).toBe(true)
    expect(canTick(nodeAt(nodes, 'conform/plates'), new Set([task('one')]))).toBe(false)
    const excluded = new Set([task('two')])
    expect(tickOf(nodeAt(nodes, 'stills.zip'), excluded)).toBe('off')
    expect(tickOf(nodeAt(nodes, 'conform'), excluded)).toBe('on')
    const [shared] = buildEntryTree([file('all/one.txt', 1, 'one'), file('all/two.txt', 1, 'two')])
    expect(shared && tickOf(shared, excluded)).toBe('mixed')
    expect(shared && takenFiles(shared, excluded)).toBe(1)
  })

  test('what is left out does not travel', () => {
    expect(excludedBytes(nodes, new Set([task('two')]))).toBe(30)
    expect(excludedBytes(nodes, new Set([task('one'), task('two')]))).toBe(181)
    expect(excludedBytes(nodes, new Set())).toBe(0)
  })
})
