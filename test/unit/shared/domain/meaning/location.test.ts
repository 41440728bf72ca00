import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TernError } from '../../../../../src/shared/domain/errors.ts'
import { landingWay, placeAtLocation, wayBelow } from '../../../../../src/shared/domain/meaning/location.ts'

describe('a relative destination below the folder that a person chose', () => {
  test.each([
    ['/Users/mia/Downloads', 'preview/a.jpg', '/Users/mia/Downloads/preview/a.jpg'],
    ['/Users/mia/Downloads/', 'a', '/Users/mia/Downloads/a'],
    ['/Users/mia/Downloads', '', '/Users/mia/Downloads'],
    ['/', 'a', '/a'],
    ['C:\\Users\\mia', 'a/b', 'C:\\Users\\mia/a/b'],
    ['C:\\', 'a', 'C:/a'],
    ['\\\\nas\\media\\', 'a\\b', '\\\\nas\\media/a/b'],
    ['//nas/media', 'a', '//nas/media/a'],
    ['/home/mia/odd\\', 'a\\b', '/home/mia/odd\\/a\\b'],
    ['/x', './a//b/.', '/x/a/b'],
  ])('%s and %s', (location, path, place) => {
    expect(placeAtLocation(location, path)).toBe(place)
  })

  test.each([
    ['/x', '../a'],
    ['/x', 'a/../../b'],
    ['/x', '/etc/passwd'],
    ['/x', 'a\0b'],
    ['C:\\x', 'a\\..\\..\\b'],
    ['C:\\x', '\\a'],
  ])('%s refuses %s', (location, path) => {
    const refused = expect.objectContaining({
      code: 'PATH_INVALID',
      params: { path: expect.any(String), problem: 'not-relative' },
    })
    expect(() => placeAtLocation(location, path)).toThrow(refused)
  })

  test('never leads out of it', () => {
    const part = fc.constantFrom('a', '..', '.', '', '\\', '..\\', 'C:', '\0', ' ')
    const location = fc.constantFrom('/x', '/', 'C:\\x', 'C:\\', '\\\\nas\\x')
    fc.assert(
      fc.property(location, fc.array(part, { maxLength: 6 }), (folder, parts) => {
        try {
          const place = placeAtLocation(folder, parts.join('/'))
          expect(place.startsWith(folder.replace(/[/\\]+$/, ''))).toBe(true)
          expect(place.split(folder.startsWith('/') ? '/' : /[/\\]/)).not.toContain('..')
        } catch (error) {
          expect(error).toBeInstanceOf(TernError)
        }
      }),
    )
  })

  test.each([
    ['', 'into', 'take.mov', 'take.mov'],
    ['', 'as', 'take.mov', 'take.mov'],
    ['in', 'into', 'take.mov', 'in/take.mov'],
    ['in/other.mov', 'as', 'take.mov', 'in/other.mov'],
  ] as const)('%j %s: %s lands as %s', (path, placement, name, landing) => {
    expect(landingWay(path, placement, name)).toBe(landing)
  })
})

test('a way below a share keeps backslashes, which are part of names there', () => {
  expect(wayBelow('./a\\b//c')).toBe('a\\b/c')
  expect(() => wayBelow(`${'x'.repeat(600)}/..`)).toThrow(
    expect.objectContaining({ params: expect.objectContaining({ path: 'x'.repeat(500) }) }),
  )
})
