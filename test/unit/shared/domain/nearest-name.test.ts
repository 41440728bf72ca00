import { expect, test } from 'vitest'
import { nearestName } from '../../../../src/shared/domain/nearest-name.ts'
import { cpuMs } from '../cpu-time.ts'

const known = ['source', 'destination', 'priority', 'metadata', 'uri', 'allow_duplicates', 'transfer_exclude']

test.each([
  ['sorce', 'source'],
  ['Source', 'source'],
  ['destnation', 'destination'],
  ['prioirty', 'priority'],
  ['allow-duplicates', 'allow_duplicates'],
  ['transfer_exlude', 'transfer_exclude'],
  ['url', 'uri'],
  ['prio', 'priority'],
  ['META', 'metadata'],
  ['de', undefined],
  ['colour', undefined],
  ['x', undefined],
  ['', undefined],
])('%j is meant to be %j', (written, meant) => {
  expect(nearestName(written, known)).toBe(meant)
})

test('the nearest wins, the first of several that are as near', () => {
  expect(nearestName('mirrors', ['mirror_paths', 'mirror'])).toBe('mirror')
  expect(nearestName('cat', ['bat', 'hat'])).toBe('bat')
})

test('a beginning that several have is none of them', () => {
  expect(nearestName('transfer', ['transfer_exclude', 'transfer_include'])).toBeUndefined()
})

test('a long text is compared with nothing', () => {
  expect(cpuMs(() => expect(nearestName('a'.repeat(1_000_000), ['a'.repeat(60)])).toBeUndefined())).toBeLessThan(100)
})
