import { mkdirSync, realpathSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkLinkTarget, leadsOut } from '../../../../src/engine/storage/link-targets.ts'
import { tempFolder } from '../../../helpers/temp-folder.ts'

test.each([
  ['l', 'a', false],
  ['l', './a/b', false],
  ['a/l', '../b', false],
  ['a/b/l', '../../c', false],
  ['a/l', '.', false],
  ['l', '..', true],
  ['a/l', '../../b', true],
  ['a/l', '../../source/b', true],
  ['l', '/etc/passwd', true],
  ['a/l', 'b/../c', true],
  ['a/l', '../b/..', true],
  ['', 'a', true],
])('%s -> %s: leads out is %s', (path, target, expected) => {
  expect(leadsOut(path, target, 'posix')).toBe(expected)
})

test.each([
  ['l', 'C:\\Windows', true],
  ['l', '\\\\server\\share', true],
  ['a\\b', '..\\c', true],
  ['a/l', '..\\b', false],
])('on Windows %s -> %s: leads out is %s', (path, target, expected) => {
  expect(leadsOut(path, target, 'windows')).toBe(expected)
})

test('whatever links are kept together, none leads out through the others', () => {
  const step = fc.constantFrom('a', 'b', 'l', 'm', '..', '.')
  const target = fc.array(step, { minLength: 1, maxLength: 5 }).map((steps) => steps.join('/'))
  const place = fc.constantFrom('l', 'm', 'a/l', 'a/m', 'a/b/l', 'a/b/m', 'b/l')
  const links = fc.uniqueArray(fc.record({ place, target }), { selector: ({ place }) => place, maxLength: 7 })
  fc.assert(
    fc.property(links, (all) => {
      const root = realpathSync(tempFolder())
      const item = join(root, 'item')
      for (const folder of ['a/b', 'b']) mkdirSync(join(item, folder), { recursive: true })
      const kept = all.filter((link) => !leadsOut(link.place, link.target, 'posix'))
      for (const link of kept) symlinkSync(link.target, join(item, link.place))
      for (const link of kept) {
        const at = whereItLeads(join(item, link.place))
        expect(at === undefined || at === item || at.startsWith(`${item}/`)).toBe(true)
      }
    }),
    { numRuns: 150 },
  )
})

function whereItLeads(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    // It leads nowhere, or in a circle.
    return dirname(path)
  }
}

test.each(['', 'a\0b', 'x'.repeat(5000)])('no text of a link (%#)', (target) => {
  expect(() => checkLinkTarget('l', target)).toThrow(expect.objectContaining({ code: 'NAME_NOT_ALLOWED' }))
})
