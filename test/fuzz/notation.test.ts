import { expect, test } from 'vitest'
import {
  type PlaceOptions,
  type PlaceReference,
  parsePlace,
  printPlace,
} from '../../src/shared/domain/notation/notation.ts'
import { type FuzzTarget, fuzz, fuzzSeconds } from './fuzz.ts'

const known: PlaceOptions = {
  resolveCode: (code) => (code === 'studio' ? { kind: 'workspace', code } : undefined),
}

const places: FuzzTarget<PlaceReference> = {
  seeds: [
    'studio:/projects/lfm/114/a.jpg',
    'john@example.com:projects/a.jpg',
    'john@example.com@workstation:C:\\Users\\john\\a',
    'site=berlin:share=projects/got/sc01',
    'client=664f53b16aa9149860da9d9c:/Volumes/EDIT/from_client',
    'user=664f53b16aa9149860da9d9c:~/a',
    'share=john@example.com/UPLOAD/test.abc',
    'volume=(default)/a/b',
    '\\\\nas\\media\\x',
    '\\\\?\\C:\\a',
    '~/a/',
    'C:\\a\\',
    'movie.%04d.jpg[100-167]',
    '',
  ],
  tokens: [
    'share=',
    'volume=',
    'folder=',
    'home=',
    'collection=',
    'delivery=',
    'site=',
    'client=',
    'user=',
    'workspace=',
    'hq',
    'studio',
    '(default)',
    ':',
    '/',
    '\\',
    '~',
    '..',
    '.',
    '@',
    'C:',
    '//',
    '\\\\?\\',
    'a@example.com',
  ],
  read: (text) => parsePlace(text, known),
  check(place) {
    if (place.path.kind !== 'omitted') expect(place.path.path.split('/')).not.toContain('..')
    expect(parsePlace(printPlace(place), known)).toEqual(place)
    return `${place.party.kind} ${place.path.kind} ${place.hasTrailingSlash}`
  },
}

test('places', () => fuzz('places', places), fuzzSeconds * 1000 + 20_000)
