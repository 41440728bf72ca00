import { describe, expect, test } from 'vitest'
import { parsePlace } from '../../../../../src/shared/domain/notation/notation.ts'
import { placeDoubt } from '../../../../../src/shared/domain/notation/place-doubts.ts'

describe('what looks like something else', () => {
  test.each([
    [' share=projects/a', 'place-wrapped'],
    ['share=projects/a ', 'place-wrapped'],
    ['"share=projects/a"', 'place-wrapped'],
    ['\u201cC:/a\u201d', 'place-wrapped'],
    ['file:///mnt/a', 'place-address'],
    ['s3://bucket/a', 'place-address'],
    ['share:projects/a', 'place-label-colon'],
    ['Volume:projects/a', 'place-label-colon'],
    ['site:berlin', 'place-label-colon'],
    ['shares=projects/a', 'place-label-unknown'],
    ['share = projects/a', 'place-label-unknown'],
    ['take=2:final.mov', 'place-label-unknown'],
    ['mail@', 'place-email-incomplete'],
    ['@example.com', 'place-email-incomplete'],
    ['lisa @example.com', 'place-email-incomplete'],
    ['lisa@example.com, mia@example.com', 'place-people-listed'],
    ['lisa@example.com;mia@example.com', 'place-people-listed'],
    ['$HOME/a', 'place-variable'],
    ['$\x7bHOME}/a', 'place-variable'],
    ['%USERPROFILE%\\a', 'place-variable'],
  ] as const)('%s: %s', (text, doubt) => {
    // All of them can be read, or there would be a mistake to tell.
    parsePlace(text)
    expect(placeDoubt(text)).toBe(doubt)
  })
})

describe('what is as it looks', () => {
  test.each([
    '',
    'share=projects/a b',
    'C:\\renders\\a, b@c.mov',
    '/mnt/a@b',
    '~/in',
    './take=2:final.mov',
    'projects/a, b.mov',
    'icon@2x.png',
    'renders/mail@',
    'cache/$RECYCLE',
    '%04d_%02d.exr',
    'lisa@example.com',
    'lisa@example.com@workstation-7:C:/renders',
    'hq:share=projects/a',
    'ours:share=projects/a',
    'ours:in//day',
    'workspace=ours:in',
    'site=berlin',
    'user=6676f3e9c7ef4e27da254e57:renders',
  ])('%s', (text) => {
    expect(placeDoubt(text)).toBeUndefined()
  })
})

test('a word that somebody knows is no doubt', () => {
  const resolveCode = () => ({ kind: 'site', code: 'share' }) as const
  expect(placeDoubt('share:projects/a', { resolveCode })).toBeUndefined()
})

test('long hostile texts take no time', () => {
  for (const piece of ['a@,', ' @', '$', '%A', 'a=', 'a@b,']) {
    const text = piece.repeat(600 / piece.length)
    const start = performance.now()
    placeDoubt(text)
    expect(performance.now() - start).toBeLessThan(50)
  }
})
