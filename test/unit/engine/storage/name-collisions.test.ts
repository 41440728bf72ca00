import { describe, expect, it } from 'vitest'
import { NameCollisions } from '../../../../src/engine/storage/index.ts'

describe('NameCollisions', () => {
  it('finds names that are one file where case does not count', () => {
    const collisions = new NameCollisions({ rules: 'windows', foldsCase: true, foldsUnicode: false })
    expect(collisions.check('a/Plate.exr')).toBeUndefined()
    expect(collisions.check('a/plate.exr')).toEqual({
      code: 'NAME_COLLISION',
      params: { path: 'a/plate.exr', other: 'Plate.exr' },
    })
    expect(collisions.check('b/plate.exr')).toBeUndefined()
  })

  it('finds composed and decomposed letters', () => {
    const collisions = new NameCollisions({ rules: 'macos', foldsCase: false, foldsUnicode: true })
    expect(collisions.check('\u00e9')).toBeUndefined()
    expect(collisions.check('e\u0301')).toMatchObject({ code: 'NAME_COLLISION' })
  })

  it('remembers the folders above while it goes deeper', () => {
    const collisions = new NameCollisions({ rules: 'windows', foldsCase: true, foldsUnicode: true })
    for (const path of ['A', 'A/x', 'A/x/y', 'A/x/y/z', 'A/z']) expect(collisions.check(path)).toBeUndefined()
    expect(collisions.check('a')).toMatchObject({ code: 'NAME_COLLISION' })
  })

  it('has nothing to say where every name is its own', () => {
    const collisions = new NameCollisions({ rules: 'posix', foldsCase: false, foldsUnicode: false })
    expect(collisions.check('A')).toBeUndefined()
    expect(collisions.check('a')).toBeUndefined()
  })
})
