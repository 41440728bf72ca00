import { describe, expect, test } from 'vitest'
import { explainPlace } from '../../../../../src/shared/domain/meaning/explain-place.ts'
import { parsePlace } from '../../../../../src/shared/domain/notation/notation.ts'
import { placeSentence } from '../../../../../src/shared/words/place-sentence.ts'

function explained(text: string): string[] {
  return explainPlace(parsePlace(text)).map(
    ({ side, otherSide, role, meaning, params }) =>
      `${side} ${otherSide} ${role}: ${meaning} ${Object.entries(params)
        .map(([name, value]) => `${name}=${value}`)
        .join(' ')}`,
  )
}

describe('every reading of a notation by its situation', () => {
  test.each<[string, string[]]>([
    [
      'share=projects/reference.tif',
      [
        'source any any: share kind=share share=projects site=hq path=reference.tif',
        'destination any any: share kind=share share=projects site=hq path=reference.tif placement=as',
      ],
    ],
    [
      'share=john@example.com/UPLOAD/test.abc',
      [
        'source any any: home-of-person person=john@example.com path=UPLOAD/test.abc',
        'destination any any: home-of-person person=john@example.com path=UPLOAD/test.abc placement=as',
      ],
    ],
    [
      'site=berlin',
      [
        'source any any: refused-source-path-missing ',
        'destination site any: mirrored site=berlin placement=as',
        'destination person operator: default-volume site=berlin placement=into',
        'destination person standard: own-home placement=into',
      ],
    ],
    [
      '/Users/john/Desktop/delivery',
      [
        'source site any: own-machine path=/Users/john/Desktop/delivery',
        'source person any: volume-of-path path=/Users/john/Desktop/delivery site=hq',
        'source person any: own-machine path=/Users/john/Desktop/delivery',
        'destination site any: own-machine path=/Users/john/Desktop/delivery placement=as',
        'destination person any: volume-of-path path=/Users/john/Desktop/delivery site=hq placement=as',
        'destination person any: refused-ambiguous path=/Users/john/Desktop/delivery',
      ],
    ],
    [
      'myproject/reference.jpg',
      [
        'source any any: share-if-named share=myproject site=hq path=reference.jpg',
        'source any operator: default-volume site=hq path=myproject/reference.jpg',
        'source any standard: own-home path=myproject/reference.jpg',
        'destination any any: share-if-named share=myproject site=hq path=reference.jpg placement=as',
        'destination any operator: default-volume site=hq path=myproject/reference.jpg placement=as',
        'destination any standard: own-home path=myproject/reference.jpg placement=as',
        'destination any any: location-of-recipients path=myproject/reference.jpg placement=as',
      ],
    ],
    [
      'john@example.com:racing2019_grade/test.abc',
      [
        'source any any: refused-source-not-absolute path=john@example.com:racing2019_grade/test.abc',
        'destination any any: chosen-location person=john@example.com path=racing2019_grade/test.abc placement=as',
      ],
    ],
    [
      'john@example.com@EDIT-7:D:\\Renders\\',
      [
        'source any any: machine-of-person path=D:/Renders person=john@example.com host=EDIT-7',
        'destination any any: machine-of-person path=D:/Renders person=john@example.com host=EDIT-7 placement=into',
      ],
    ],
    [
      'john@example.com:share=projects/x',
      [
        'source any any: refused-mapped-share path=john@example.com:share=projects/x',
        'destination any any: refused-mapped-share path=john@example.com:share=projects/x',
      ],
    ],
    [
      '',
      [
        'source any any: refused-source-path-missing ',
        'destination site any: chosen-location placement=into',
        'destination person operator: default-volume site=hq placement=into',
        'destination person standard: own-home placement=into',
        'destination any any: location-of-recipients placement=into',
      ],
    ],
    [
      'client=664f53b16aa9149860da9d9c:/Volumes/EDIT/from_client',
      [
        'source any any: machine path=/Volumes/EDIT/from_client client=664f53b16aa9149860da9d9c',
        'source any any: volume-of-path path=/Volumes/EDIT/from_client site=client=664f53b16aa9149860da9d9c',
        'destination any any: machine path=/Volumes/EDIT/from_client client=664f53b16aa9149860da9d9c placement=as',
        'destination any any: volume-of-path path=/Volumes/EDIT/from_client site=client=664f53b16aa9149860da9d9c placement=as',
      ],
    ],
    [
      'volume=(default)/a',
      [
        'source any any: default-volume site=hq path=a',
        'destination any any: default-volume site=hq path=a placement=as',
      ],
    ],
    ['home=(default)/a', ['source any any: own-home path=a', 'destination any any: own-home path=a placement=as']],
    ['~', ['source any any: own-home ', 'destination any any: own-home placement=into']],
  ])('%s', (text, readings) => {
    expect(explained(text)).toEqual(readings)
  })

  test('an id alone may be the workspace or a person', () => {
    const id = '664f53b16aa9149860da9d9c'
    expect(explained(`${id}:/a`)).toContain(`source any any: machine-of-person path=/a person=${id}`)
    expect(explained(`${id}:/a`)).toContain('source any any: volume-of-path path=/a site=hq')
  })
})

describe('in words', () => {
  const clock = { nowMs: 0 }
  const sentences = (text: string) => explainPlace(parsePlace(text)).map((reading) => placeSentence(reading, clock))

  test.each<[string, string]>([
    ['C:\\x\\', 'As a source towards a site: C:\\x on the computer that asks'],
    [
      'a/b',
      'As a destination, asked by a standard user: a/b in the home of whoever asks (the item gets this name, or goes beneath it when it is a file and a folder is there)',
    ],
    ['~/', 'As a destination: the home of whoever asks (the item keeps its name beneath it)'],
    ['mia@example.com:/x', 'As a source: /x on the computer of mia@example.com seen last'],
    ['mia@example.com', 'As a source: nothing: a source needs the path of a file or folder'],
    [
      '',
      'As a destination of what comes from a site: the folder that whoever asks will choose (the item keeps its name beneath it)',
    ],
  ])('%s', (text, sentence) => {
    expect(sentences(text)).toContain(sentence)
  })
})
