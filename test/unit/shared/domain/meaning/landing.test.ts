import { describe, expect, test } from 'vitest'
import { landingTable } from '../../../../../src/shared/domain/meaning/landing.ts'
import { placementOf } from '../../../../../src/shared/domain/meaning/placement.ts'
import { parsePlace } from '../../../../../src/shared/domain/notation/notation.ts'

describe('where an item lands', () => {
  test.each([
    ['a file, a name that is free', 'as', 'file', 'absent', 'at'],
    ['a file, an existing directory: beneath it, as rsync does', 'as', 'file', 'folder', 'beneath'],
    ['a file, an existing file, which it replaces', 'as', 'file', 'file', 'at'],
    ['a folder, a name that is free', 'as', 'folder', 'absent', 'at'],
    ['a folder, an existing folder, which it joins', 'as', 'folder', 'folder', 'at'],
    ['a folder, an existing file: the transfer fails', 'as', 'folder', 'file', 'folder-over-file'],
    ['a file into a folder that is still to be made', 'into', 'file', 'absent', 'beneath'],
    ['a folder into a folder', 'into', 'folder', 'folder', 'beneath'],
    ['a file into what is a file', 'into', 'file', 'file', 'folder-over-file'],
    ['a folder into what is a file', 'into', 'folder', 'file', 'folder-over-file'],
  ] as const)('%s', (_name, placement, kind, existing, landing) => {
    expect(landingTable[placement][kind][existing]).toBe(landing)
  })

  test('a link or device is left to who goes through it', () => {
    expect(Object.values(landingTable.as).map(({ other }) => other)).toEqual(['at', 'at'])
    expect(Object.values(landingTable.into).map(({ other }) => other)).toEqual(['beneath', 'beneath'])
  })
})

test.each([
  ['share=a/b', 'as'],
  ['share=a/b/', 'into'],
  ['share=a', 'into'],
  ['~', 'into'],
  ['mia@example.com', 'into'],
  ['mia@example.com:x', 'as'],
  ['/a', 'as'],
  ['/', 'into'],
])('%s is meant %s', (text, placement) => {
  expect(placementOf(parsePlace(text))).toBe(placement)
})
