import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  emptySelection,
  extendTo,
  type Selection,
  type Step,
  selectAll,
  selectOne,
  stepFrom,
  toggle,
  withoutGone,
} from '../../../src/renderer/stores/selection.ts'
import { deepFreeze } from './make-row.ts'

const order = deepFreeze(['a', 'b', 'c', 'd', 'e'])
const keysOf = (selection: Selection<string>) => [...selection.keys]

describe('selection', () => {
  test('Shift extends from the anchor in both directions', () => {
    const down = extendTo(selectOne('b'), order, 'd')
    expect(keysOf(down)).toEqual(['b', 'c', 'd'])
    expect(keysOf(extendTo(down, order, 'a'))).toEqual(['a', 'b'])
  })

  test('Mod and a press adds and takes away', () => {
    const both = toggle(selectOne('a'), 'c')
    expect(keysOf(both)).toEqual(['a', 'c'])
    expect(keysOf(toggle(both, 'a'))).toEqual(['c'])
  })

  test('all keeps the cursor', () => {
    expect(selectAll(selectOne('c'), order)).toMatchObject({ cursor: 'c' })
    expect(keysOf(selectAll(emptySelection(), order))).toEqual(order)
  })

  test.each<[string | undefined, Step, string]>([
    [undefined, 'down', 'a'],
    [undefined, 'up', 'e'],
    ['a', 'up', 'a'],
    ['a', 'down', 'b'],
    ['b', 'page-down', 'd'],
    ['d', 'page-down', 'e'],
    ['e', 'page-up', 'c'],
    ['c', 'first', 'a'],
    ['c', 'last', 'e'],
    ['gone', 'down', 'a'],
  ])('from %s, %s goes to %s', (cursor, step, expected) => {
    expect(stepFrom(cursor, order, step, 2)).toBe(expected)
  })

  test('there is no step in an empty list', () => {
    expect(stepFrom('a', [], 'down', 2)).toBeUndefined()
  })

  test('when the chosen row goes, the one in its place is chosen', () => {
    expect(withoutGone(selectOne('c'), order, ['a', 'b', 'd', 'e'])).toEqual(selectOne('d'))
    expect(withoutGone(selectOne('e'), order, ['a', 'b'])).toEqual(selectOne('b'))
    expect(keysOf(withoutGone(selectOne('a'), ['a'], []))).toEqual([])
  })

  test('nothing gone: the very same selection', () => {
    const selection = selectOne('c')
    expect(withoutGone(selection, order, [...order].reverse())).toBe(selection)
  })

  test('after any loss, only rows that are there are chosen', () => {
    fc.assert(
      fc.property(
        fc.subarray([...order]),
        fc.subarray([...order]),
        fc.constantFrom(...order),
        (chosen, after, cursor) => {
          const selection = deepFreeze({ keys: new Set(chosen), cursor, anchor: cursor })
          const left = withoutGone(selection, order, after)
          expect([...left.keys].every((key) => after.includes(key))).toBe(true)
          expect(left.cursor === undefined || after.includes(left.cursor)).toBe(true)
        },
      ),
    )
  })
})
