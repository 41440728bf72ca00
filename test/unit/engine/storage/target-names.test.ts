import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NamePolicy, NameTraits } from '../../../../src/engine/protocol/name-traits.ts'
import { nameOf } from '../../../../src/engine/storage/folders/relative-path.ts'
import { sortNames } from '../../../../src/engine/storage/names/compare-names.ts'
import { foldName } from '../../../../src/engine/storage/names/fold-name.ts'
import { FoldedMemory } from '../../../../src/engine/storage/names/folded-names.ts'
import { originalNameOf } from '../../../../src/engine/storage/names/name-mapping.ts'
import { nameFaultOf } from '../../../../src/engine/storage/names/names.ts'
import { TargetNames } from '../../../../src/engine/storage/names/target-names.ts'
import { usualTraits } from '../../../../src/engine/storage/target-traits.ts'
import { TernError } from '../../../../src/shared/domain/errors.ts'

const windows = usualTraits('windows')
const macos = usualTraits('macos')
const posix = usualTraits('posix')

/** What each path becomes, or the code that refuses it. */
function placeAll(paths: readonly string[], traits: NameTraits, policy: NamePolicy = 'map'): string[] {
  using names = new TargetNames(traits, policy)
  return paths.map((path) => {
    try {
      return names.place(path).path
    } catch (thrown) {
      return TernError.from(thrown).code
    }
  })
}

/** A mark is as good as any other here. */
const unproven = (paths: readonly string[]): string[] => paths.map((path) => path.replace(/~tern-[0-9a-v]{8}/g, '~'))

describe('TargetNames', () => {
  it('leaves alone what a POSIX file system holds', () => {
    const paths = ['', 'A', 'A/x:y', 'a', 'a/con', 'é', 'e\u0301', 'dot.', '~tern-00000000']
    expect(placeAll(paths, posix)).toEqual(paths)
    expect(placeAll(paths, posix, 'refuse')).toEqual(paths)
  })

  it('calls names and folders otherwise, and what they hold follows them', () => {
    const paths = ['', 'a:b', 'a:b/con', 'a:b/con/x', 'a:b/z', 'c']
    expect(unproven(placeAll(paths, windows))).toEqual([
      '',
      'a%3Ab~',
      'a%3Ab~/%63on~',
      'a%3Ab~/%63on~/x',
      'a%3Ab~/z',
      'c',
    ])
    expect(placeAll(paths, windows, 'refuse')).toEqual(['', ...Array(4).fill('NAME_NOT_ALLOWED'), 'c'])
  })

  it('keeps the first of names that are one to the disk, and tells the others apart', () => {
    const paths = ['Plate.exr', 'Shots', 'Shots/a', 'plate.exr', 'shots', 'shots/a']
    expect(unproven(placeAll(paths, windows))).toEqual([
      'Plate.exr',
      'Shots',
      'Shots/a',
      'plate~.exr',
      'shots~',
      'shots~/a',
    ])
    expect(placeAll(paths, windows, 'refuse').slice(3)).toEqual(Array(3).fill('NAME_COLLISION'))
    expect(unproven(placeAll(['e\u0301', '\u00e9'], macos))).toEqual(['e\u0301', '\u00e9~'])
  })

  it('says which name has it already', () => {
    using names = new TargetNames(windows, 'refuse')
    names.place('a/Plate.exr')
    expect(() => names.place('a/plate.exr')).toThrow(
      expect.objectContaining({ code: 'NAME_COLLISION', params: { path: 'a/plate.exr', other: 'Plate.exr' } }),
    )
    expect(names.place('b/plate.exr').path).toBe('b/plate.exr')
  })

  it('refuses what is no name, with all beneath it, whatever the policy', () => {
    for (const traits of [windows, macos, posix]) {
      expect(placeAll(['..', '../x', '.tern-staging-x', '.tern-staging-x/y', 'ok'], traits)).toEqual([
        ...Array(4).fill('NAME_NOT_ALLOWED'),
        'ok',
      ])
    }
  })

  it('names folders that were never listed as if they had been', () => {
    expect(unproven(placeAll(['A/b:c/d', 'a/x'], windows))).toEqual(['A/b%3Ac~/d', 'a~/x'])
  })

  it('refuses paths that are too long as a whole', () => {
    const traits = { ...macos, longestPath: 40 }
    expect(placeAll(['a'.repeat(30), `${'a'.repeat(30)}/b`, `${'a'.repeat(30)}/${'b'.repeat(20)}`], traits)).toEqual([
      'a'.repeat(30),
      `${'a'.repeat(30)}/b`,
      'NAME_NOT_ALLOWED',
    ])
  })

  it('tells what must be recorded, since the name cannot hold it', () => {
    using names = new TargetNames(posix, 'map')
    const long = '映'.repeat(100)
    expect(names.place(long)).toMatchObject({ mappedFrom: long, recordKey: expect.stringMatching(/^[0-9a-v]{26}$/) })
    expect(names.place(`${long}/x`).path).toMatch(/~tern-[0-9a-v]{26}\/x$/)
  })

  it('never lets two entries of a list come to one place, and every place can be had', () => {
    const name = fc.constantFrom('A', 'a', 'B', 'b', 'a:', 'A:', 'con', 'CON', 'é', 'e\u0301', 'a.', 'a%3A', 'ß', 'SS')
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((all) => all.join('/'))
    fc.assert(
      fc.property(fc.uniqueArray(path, { maxLength: 40 }), fc.constantFrom(windows, macos), (paths, traits) => {
        const sorted = sortNames([...paths].map((one) => one.replaceAll('/', '\0'))).map((one) =>
          one.replaceAll('\0', '/'),
        )
        using names = new TargetNames(traits, 'map')
        const folded = new Set<string>()
        for (const one of sorted) {
          const entry = names.place(one)
          for (const part of entry.path.split('/')) expect(nameFaultOf(part, traits)).toBeUndefined()
          const key = foldName(entry.path, traits)
          expect(folded.has(key)).toBe(false)
          folded.add(key)
          const last = nameOf(entry.path)
          expect(originalNameOf(last) ?? last).toBe(nameOf(one))
        }
      }),
    )
  })

  it('finds a collision among more names than are kept in memory', () => {
    using names = new TargetNames(windows, 'refuse', new FoldedMemory(100, 4096))
    for (let number = 0; number < 60_000; number += 1) names.place(`Frame.${number}.exr`)
    expect(() => names.place('frame.59999.exr')).toThrow(
      expect.objectContaining({ code: 'NAME_COLLISION', params: { path: 'frame.59999.exr' } }),
    )
    expect(() => names.place('frame.7.exr')).toThrow(expect.objectContaining({ code: 'NAME_COLLISION' }))
    expect(names.place('frame.60000.exr').path).toBe('frame.60000.exr')
  })

  it('gives memory back when it leaves a folder', () => {
    const memory = new FoldedMemory(50, 8192)
    using names = new TargetNames(windows, 'refuse', memory)
    for (let folder = 0; folder < 20; folder += 1)
      for (let number = 0; number < 200; number += 1) names.place(`${folder}/${number}`)
    expect(memory.slots).toBeGreaterThan(0)
    names[Symbol.dispose]()
    expect(memory).toMatchObject({ names: 50, slots: 8192 })
  })
})
