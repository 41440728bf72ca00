import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkName, checkRelativePath, isOwnName } from '../../../../src/engine/storage/index.ts'
import { compareNames, sortNames } from '../../../../src/engine/storage/names/compare-names.ts'
import { foldName } from '../../../../src/engine/storage/names/fold-name.ts'
import { newPartialName, newStagingName } from '../../../../src/engine/storage/names/names.ts'
import { numberedName } from '../../../../src/engine/storage/names/numbered-name.ts'

const systems = ['posix', 'windows', 'macos'] as const

describe('checkName on every system', () => {
  it.each([
    ['', 'empty'],
    ['.', 'dots'],
    ['..', 'dots'],
    ['a/b', 'separator'],
    ['a\0b', 'nul'],
    ['a\ud800b', 'encoding'],
    ['\udc00', 'encoding'],
    ['x'.repeat(256), 'too-long'],
    ['.tern-0123.part', 'own-name'],
    ['.TERN-0123.PART', 'own-name'],
    ['.tern-staging', 'own-name'],
    ['.tern-staging-00ff', 'own-name'],
  ])('refuses %j: %s', (name, reason) => {
    for (const rules of systems) {
      expect(checkName(name, rules)).toMatchObject({ code: 'NAME_NOT_ALLOWED', params: { reason } })
    }
  })

  it.each([
    'a',
    'été',
    '映像',
    '🎬 shot',
    '.hidden',
    '...',
    'part',
    'x'.repeat(255),
    '.tern',
    'tern-1.part',
    'CONTENT',
    'com10',
    'nullify',
  ])('takes %j', (name) => {
    for (const rules of systems)
      expect(rules === 'windows' && name === '...' ? undefined : checkName(name, rules)).toBeUndefined()
  })
})

describe('checkName by Windows rules', () => {
  it.each([
    ['a\\b', 'separator'],
    ['a:b', 'reserved-character'],
    ['file.txt:stream', 'reserved-character'],
    ['C:x', 'reserved-character'],
    ['what?', 'reserved-character'],
    ['a*', 'reserved-character'],
    ['a<b', 'reserved-character'],
    ['a|b', 'reserved-character'],
    ['a"b', 'reserved-character'],
    ['bell\u0007', 'reserved-character'],
    ['line\nbreak', 'reserved-character'],
    ['dot.', 'trailing-dot-or-space'],
    ['space ', 'trailing-dot-or-space'],
    ['...', 'trailing-dot-or-space'],
    ['con', 'reserved-name'],
    ['CON.txt', 'reserved-name'],
    ['con .txt', 'reserved-name'],
    ['Nul', 'reserved-name'],
    ['prn.tar.gz', 'reserved-name'],
    ['com1', 'reserved-name'],
    ['COM\u00b2.log', 'reserved-name'],
    ['lpt9', 'reserved-name'],
    ['CONIN$', 'reserved-name'],
    ['conout$.x', 'reserved-name'],
  ])('refuses %j: %s', (name, reason) => {
    expect(checkName(name, 'windows')).toMatchObject({ code: 'NAME_NOT_ALLOWED', params: { reason } })
  })

  it.each(['a\\b', 'a:b', 'con', 'dot.', 'line\nbreak', 'C:x'])('%j is an ordinary name on other systems', (name) => {
    expect(checkName(name, 'posix')).toBeUndefined()
    expect(checkName(name, 'macos')).toBeUndefined()
  })

  it('counts UTF-16 units there and bytes elsewhere', () => {
    const name = '映'.repeat(200)
    expect(checkName(name, 'windows')).toBeUndefined()
    expect(checkName(name, 'posix')).toMatchObject({ params: { reason: 'too-long' } })
    expect(checkName('映'.repeat(85), 'posix')).toBeUndefined()
  })
})

describe('own names', () => {
  it('are refused as what a peer sends, whatever they are made of', () => {
    for (const name of [newPartialName(), newStagingName()]) {
      expect(isOwnName(name)).toBe(true)
      expect(checkName(name, 'posix')?.params?.reason).toBe('own-name')
    }
    expect(newPartialName()).not.toBe(newPartialName())
  })
})

describe('checkRelativePath', () => {
  it.each([
    ['/etc/passwd', 'PATH_ESCAPES_ROOT'],
    ['..', 'PATH_ESCAPES_ROOT'],
    ['a/../b', 'PATH_ESCAPES_ROOT'],
    ['../../x', 'PATH_ESCAPES_ROOT'],
    ['C:\\windows', 'PATH_ESCAPES_ROOT'],
    ['c:/windows', 'PATH_ESCAPES_ROOT'],
    ['\\\\host\\share', 'PATH_ESCAPES_ROOT'],
    ['\\\\?\\C:\\x', 'PATH_ESCAPES_ROOT'],
    ['a//b', 'PATH_INVALID'],
    ['a/./b', 'PATH_INVALID'],
    ['a/', 'PATH_INVALID'],
    ['a\0/b', 'PATH_INVALID'],
    [`${'a/'.repeat(600)}a`, 'PATH_INVALID'],
    ['x'.repeat(40_000), 'PATH_INVALID'],
    ['a/.tern-1.part', 'NAME_NOT_ALLOWED'],
    [`a/${'x'.repeat(256)}`, 'NAME_NOT_ALLOWED'],
  ])('refuses %.40j with %s', (path, code) => {
    expect(() => checkRelativePath(path, 'posix')).toThrow(expect.objectContaining({ code }))
  })

  it('refuses a backslash path where the backslash separates', () => {
    expect(() => checkRelativePath('a\\..\\..\\b', 'windows')).toThrow(
      expect.objectContaining({ code: 'NAME_NOT_ALLOWED' }),
    )
  })

  it('takes the root itself and deep, odd but harmless paths', () => {
    for (const path of ['', 'a', 'a/b', '...', 'a/..b', `${'d/'.repeat(100)}f`]) checkRelativePath(path, 'posix')
  })

  it('never lets a path through that resolves outside', () => {
    const piece = fc.constantFrom('..', '.', '', 'a', 'b c', '...', '/', '\\', 'C:', '\0')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const path = pieces.join('/')
        try {
          checkRelativePath(path, 'posix')
        } catch {
          return
        }
        const resolved = new URL(`file:///base/${path.split('/').map(encodeURIComponent).join('/')}`).pathname
        expect(resolved === '/base/' || resolved.startsWith('/base/')).toBe(true)
      }),
    )
  })
})

describe('order', () => {
  it('is that of the UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 6 }), { maxLength: 30 }), (names) => {
        const byBytes = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
        expect(sortNames([...names])).toEqual(byBytes)
      }),
    )
    expect(compareNames('\uffee', '🎬')).toBeLessThan(0)
  })
})

describe('numberedName', () => {
  it.each([
    ['shot.exr', 2, 'shot (2).exr'],
    ['archive.tar.gz', 3, 'archive.tar (3).gz'],
    ['noext', 2, 'noext (2)'],
    ['.hidden', 2, '.hidden (2)'],
  ])('%s → %s', (name, number, expected) => expect(numberedName(name, number)).toBe(expected))

  it('stays within 255 bytes and never cuts a character', () => {
    const name = numberedName(`${'🎬'.repeat(62)}.exr`, 17)
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255)
    expect(checkName(name, 'posix')).toBeUndefined()
    expect(name.endsWith(' (17).exr')).toBe(true)
  })
})

describe('foldName', () => {
  const folding = { foldsCase: true, foldsUnicode: true }
  it.each([
    ['Plate.EXR', 'plate.exr'],
    ['\u00e9t\u00e9', 'E\u0301TE\u0301'],
    ['\u212a', 'k'],
    ['Σ', 'ς'],
  ])('%j and %j are one file', (a, b) => expect(foldName(a, folding)).toBe(foldName(b, folding)))

  it.each([
    ['straße', 'STRASSE'],
    ['soft\u00adhyphen', 'softhyphen'],
    ['a\u200db', 'ab'],
  ])('%j and %j are one file to some file systems, so they are kept apart', (a, b) =>
    expect(foldName(a, folding)).toBe(foldName(b, folding)),
  )

  it('keeps apart what no file system folds', () => {
    expect(foldName('a', folding)).not.toBe(foldName('ä', folding))
    expect(foldName('a', { foldsCase: false, foldsUnicode: true })).not.toBe(
      foldName('A', { foldsCase: false, foldsUnicode: true }),
    )
  })
})
