import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ExtraNames } from '../../../../src/engine/storage/extra-names.ts'
import { sortNames } from '../../../../src/engine/storage/names/compare-names.ts'

/** A folder is an object, a file is null. */
interface Tree {
  [name: string]: Tree | null
}

const names = fc.constantFrom('a', 'B', 'b', 'c', 'é', '😀', '\uffee', 'a b')
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.dictionary(names, fc.option(tie('tree'), { maxDepth: 3 }), { maxKeys: 5 }) as fc.Arbitrary<Tree>,
}))

function extrasOf(source: Tree, target: Tree, fold?: (name: string) => string): string[] {
  using extra = new ExtraNames({ list: (path) => listOf(target, path), ...(fold && { fold }) })
  listInOrder(source, '', (path, isFolder) => extra.take(path, isFolder))
  return [...extra.found()].sort()
}

function listInOrder(folder: Tree, path: string, take: (path: string, isFolder: boolean) => void): void {
  for (const name of sortNames(Object.keys(folder))) {
    const at = path === '' ? name : `${path}/${name}`
    const child = folder[name]
    take(at, child !== null)
    if (child) listInOrder(child, at, take)
  }
}

function listOf(tree: Tree, path: string) {
  let at: Tree | null | undefined = tree
  for (const name of path === '' ? [] : path.split('/')) at = at?.[name]
  if (!at) return undefined
  const sorted = sortNames(Object.keys(at))[Symbol.iterator]()
  return { sorted, invalid: [], onDisk: new Map(), [Symbol.dispose]: () => undefined }
}

/** The topmost of what the target has and the source has not. */
function expectedExtras(source: Tree, target: Tree, path = ''): string[] {
  return Object.entries(target).flatMap(([name, child]) => {
    const at = path === '' ? name : `${path}/${name}`
    if (!Object.hasOwn(source, name)) return [at]
    const other = source[name]
    return child && other ? expectedExtras(other, child, at) : []
  })
}

test('finds the topmost of what the source does not have, whatever both hold', () => {
  fc.assert(
    fc.property(tree, tree, (source, target) => {
      expect(extrasOf(source, target)).toEqual(expectedExtras(source, target).sort())
    }),
  )
})

test('a tree has nothing extra against itself, also where names are folded', () => {
  fc.assert(
    fc.property(tree, (both) => {
      expect(extrasOf(both, both)).toEqual([])
      expect(extrasOf(both, both, (name) => name.toLowerCase())).toEqual([])
    }),
  )
})

test('another spelling that the file system takes for the same is not extra', () => {
  const fold = (name: string) => name.normalize('NFC').toLowerCase()
  expect(extrasOf({ 'A.txt': null, é: {} }, { 'a.txt': null, é: { x: null }, z: null }, fold)).toEqual(['z', 'é/x'])
})

test('what is told as a problem or comes out of order is not extra; counts are those of the list', () => {
  const target: Tree = { a: null, b: null, c: null, d: null }
  using extra = new ExtraNames({ list: (path) => listOf(target, path) })
  for (const name of ['c', 'a', 'x']) extra.take(name, false)
  extra.keep('b')
  expect([...extra.found()]).toEqual(['d'])
  expect(extra.listed).toBe(3)
})
