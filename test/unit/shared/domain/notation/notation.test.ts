import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TernError } from '../../../../../src/shared/domain/errors.ts'
import {
  type PartyReference,
  type PathReference,
  type PlaceOptions,
  type PlaceReference,
  parsePlace,
  printPlace,
} from '../../../../../src/shared/domain/notation/notation.ts'
import { cpuMs } from '../../cpu-time.ts'

const none: PartyReference = { kind: 'none' }
const client = '664f53b16aa9149860da9d9c'

function place(party: PartyReference, path: PathReference, hasTrailingSlash = false): PlaceReference {
  return { party, path, hasTrailingSlash }
}

function workspaceOf(code: string): PartyReference {
  return { kind: 'workspace', code }
}

const readings: [section: string, text: string, meaning: PlaceReference, canonical?: string][] = [
  [
    'job specification, path list: local path',
    'C:\\Users\\john\\Desktop\\image.png',
    place(none, { kind: 'absolute', path: 'C:/Users/john/Desktop/image.png', system: 'windows' }),
    'C:/Users/john/Desktop/image.png',
  ],
  [
    'job specification, path list: absolute path on a root share',
    '/Volumes/projects/reference.tif',
    place(none, { kind: 'absolute', path: '/Volumes/projects/reference.tif', system: 'posix' }),
  ],
  [
    'job specification, path list: share notation',
    'share=projects/reference.tif',
    place(none, { kind: 'share', type: 'share', share: 'projects', path: 'reference.tif' }),
  ],
  [
    'job specification, path list: home share of a user',
    'share=john@example.com/UPLOAD/test.abc',
    place(none, { kind: 'share', type: 'share', share: 'john@example.com', path: 'UPLOAD/test.abc' }),
  ],
  [
    'job specification, path list: relative to the default share',
    'myproject/reference.jpg',
    place(none, { kind: 'relative', path: 'myproject/reference.jpg' }),
  ],
  [
    'job specification, Send a file to a user: source',
    'myworkspace:/projects/lfm/114/290/lfm_114_290.jpg',
    place(workspaceOf('myworkspace'), {
      kind: 'absolute',
      path: '/projects/lfm/114/290/lfm_114_290.jpg',
      system: 'posix',
    }),
  ],
  [
    'job specification, Send a file to a user: destination',
    'john@example.com:projects/lfm/114/290/lfm_114_290.jpg',
    place(
      { kind: 'user', user: 'john@example.com' },
      { kind: 'relative', path: 'projects/lfm/114/290/lfm_114_290.jpg' },
    ),
  ],
  [
    'job specification, Download from user share: trailing slash',
    'C:\\Users\\John\\Download\\tern\\',
    place(none, { kind: 'absolute', path: 'C:/Users/John/Download/tern', system: 'windows' }, true),
    'C:/Users/John/Download/tern/',
  ],
  [
    'job specification, Upload to share',
    'share=thefilm/from_john/20180413/',
    place(none, { kind: 'share', type: 'share', share: 'thefilm', path: 'from_john/20180413' }, true),
  ],
  ['job specification, Download to site', 'site=berlin', place({ kind: 'site', code: 'berlin' }, { kind: 'omitted' })],
  [
    'job specification, Exclude files: backslashes in a share path',
    'myworkspace:share=projects\\__UPLOADS\\BIGGIE',
    place(workspaceOf('myworkspace'), { kind: 'share', type: 'share', share: 'projects', path: '__UPLOADS/BIGGIE' }),
    'myworkspace:share=projects/__UPLOADS/BIGGIE',
  ],
  [
    'job specification, File sequences',
    'site=berlin:/Volumes/NAS/myproj/images/movie.%04d.jpg[100-167]',
    place(
      { kind: 'site', code: 'berlin' },
      { kind: 'absolute', path: '/Volumes/NAS/myproj/images/movie.%04d.jpg[100-167]', system: 'posix' },
    ),
  ],
  [
    'transfers, Create: a client by its id',
    `client=${client}:/Volumes/EDIT/from_client`,
    place({ kind: 'client', client }, { kind: 'absolute', path: '/Volumes/EDIT/from_client', system: 'posix' }),
  ],
  [
    'transfers, Tasks: a drive with one component',
    'X:\\A001_C011_09187Ia.mov',
    place(none, { kind: 'absolute', path: 'X:/A001_C011_09187Ia.mov', system: 'windows' }),
    'X:/A001_C011_09187Ia.mov',
  ],
  ['a user', 'john@example.com', place({ kind: 'user', user: 'john@example.com' }, { kind: 'omitted' })],
  [
    'a user at a host',
    'john@example.com@EDIT-7:/media',
    place(
      { kind: 'user', user: 'john@example.com', host: 'EDIT-7' },
      { kind: 'absolute', path: '/media', system: 'posix' },
    ),
  ],
  [
    'a user by id at a host',
    `${client}@EDIT-7:D:/a`,
    place({ kind: 'user', user: client, host: 'EDIT-7' }, { kind: 'absolute', path: 'D:/a', system: 'windows' }),
    `user=${client}@EDIT-7:D:/a`,
  ],
  [
    'an id alone, which whoever knows the ids tells apart',
    `${client}:a`,
    place(workspaceOf(client), { kind: 'relative', path: 'a' }),
  ],
  ...['site=mia@example.com', 'share=mia@example.com', '~mia@example.com'].map(
    (user): [string, string, PlaceReference] => [
      'an address that starts like something else',
      `user=${user}:a`,
      place({ kind: 'user', user }, { kind: 'relative', path: 'a' }),
    ],
  ),
  ['a site by its id', `site=${client}`, place({ kind: 'site', code: client }, { kind: 'omitted' })],
  [
    'a host behind user=',
    'user=mia@example.com@EDIT-7',
    place({ kind: 'user', user: 'mia@example.com', host: 'EDIT-7' }, { kind: 'omitted' }),
    'mia@example.com@EDIT-7',
  ],
  ['a user by id', `user=${client}:a`, place({ kind: 'user', user: client }, { kind: 'relative', path: 'a' })],
  [
    'a party before a drive',
    'john@example.com:D:\\Renders',
    place({ kind: 'user', user: 'john@example.com' }, { kind: 'absolute', path: 'D:/Renders', system: 'windows' }),
    'john@example.com:D:/Renders',
  ],
  ['hq is the main site', 'hq', place({ kind: 'site', code: 'hq' }, { kind: 'omitted' }), 'site=hq'],
  ['hq with a path', 'hq:a/b', place({ kind: 'site', code: 'hq' }, { kind: 'relative', path: 'a/b' }), 'site=hq:a/b'],
  ['a party without a path', 'myworkspace:', place(workspaceOf('myworkspace'), { kind: 'omitted' })],
  ['volume=', 'volume=(default)/a', place(none, { kind: 'share', type: 'volume', share: '(default)', path: 'a' })],
  ['folder=', 'folder=plates', place(none, { kind: 'share', type: 'folder', share: 'plates', path: '' })],
  [
    'home=',
    'home=mia@example.com/in/',
    place(none, { kind: 'share', type: 'home', share: 'mia@example.com', path: 'in' }, true),
  ],
  ['collection=', 'collection=best', place(none, { kind: 'share', type: 'collection', share: 'best', path: '' })],
  ['the own home without a name', 'home=', place(none, { kind: 'home', path: '' }), '~'],
  ['below the own home without a name', 'home=/a/b/', place(none, { kind: 'home', path: 'a/b' }, true), '~/a/b/'],
  ...(['share', 'volume', 'folder', 'home', 'collection'] as const).map((type): [string, string, PlaceReference] => [
    `the default ${type}`,
    `${type}=(default)/a`,
    place(none, { kind: 'share', type, share: '(default)', path: 'a' }),
  ]),
  ['the own home', '~', place(none, { kind: 'home', path: '' })],
  ['below the own home', '~/a/b', place(none, { kind: 'home', path: 'a/b' })],
  ['not the own home', '~john', place(none, { kind: 'relative', path: '~john' })],
  [
    'UNC',
    '\\\\nas\\media\\x',
    place(none, { kind: 'absolute', path: '//nas/media/x', system: 'windows' }),
    '//nas/media/x',
  ],
  [
    'a long Windows path',
    '\\\\?\\c:\\x\\y\\',
    place(none, { kind: 'absolute', path: 'C:/x/y', system: 'windows' }, true),
    'C:/x/y/',
  ],
  [
    'a long Windows path of a person',
    'mia@example.com:\\\\?\\D:\\x',
    place({ kind: 'user', user: 'mia@example.com' }, { kind: 'absolute', path: 'D:/x', system: 'windows' }),
    'mia@example.com:D:/x',
  ],
  [
    'a long UNC path',
    '\\\\?\\unc\\nas\\media\\x',
    place(none, { kind: 'absolute', path: '//nas/media/x', system: 'windows' }),
    '//nas/media/x',
  ],
  [
    'a path as the Windows kernel has it',
    '\\??\\C:\\x',
    place(none, { kind: 'absolute', path: 'C:/x', system: 'windows' }),
    'C:/x',
  ],
  [
    'slashes of both kinds',
    'C:\\a/b\\\\c',
    place(none, { kind: 'absolute', path: 'C:/a/b/c', system: 'windows' }),
    'C:/a/b/c',
  ],
  ['the root itself', '/.', place(none, { kind: 'absolute', path: '/', system: 'posix' }, true), '/'],
  [
    'the inside of a folder',
    'share=a/b/.',
    place(none, { kind: 'share', type: 'share', share: 'a', path: 'b' }, true),
    'share=a/b/',
  ],
  ['a drive alone', 'd:', place(none, { kind: 'absolute', path: 'D:/', system: 'windows' }, true), 'D:/'],
  ['the root', '/', place(none, { kind: 'absolute', path: '/', system: 'posix' }, true)],
  [
    'a backslash is part of a POSIX name',
    '/home/john/a\\b',
    place(none, { kind: 'absolute', path: '/home/john/a\\b', system: 'posix' }),
  ],
  [
    'dots and double slashes go',
    'share=a/./b//c',
    place(none, { kind: 'share', type: 'share', share: 'a', path: 'b/c' }),
    'share=a/b/c',
  ],
  [
    'a colon in a file name, not in a party',
    'take 1: final.mov',
    place(none, { kind: 'relative', path: 'take 1: final.mov' }),
    './take 1: final.mov',
  ],
  ['./ keeps a word from being a party', './a:b', place(none, { kind: 'relative', path: 'a:b' })],
  [
    './ keeps a word for those who know it as a party, too',
    '.\\./studio',
    place(none, { kind: 'relative', path: 'studio', isProtected: true }),
    './studio',
  ],
  [
    './ keeps a name from being a share',
    'hq:./share=x',
    place({ kind: 'site', code: 'hq' }, { kind: 'relative', path: 'share=x' }),
    'site=hq:./share=x',
  ],
  ['nothing at all', '', place(none, { kind: 'omitted' })],
  ['the place itself', 'berlin:.', place(workspaceOf('berlin'), { kind: 'omitted' }), 'berlin:'],
]

describe('parsePlace', () => {
  test.each(readings)('%s: %s', (_section, text, meaning, canonical) => {
    expect(parsePlace(text)).toEqual(meaning)
    expect(printPlace(meaning)).toBe(canonical ?? text)
    expect(parsePlace(printPlace(meaning))).toEqual(meaning)
  })

  const known: PlaceOptions = {
    resolveCode: (code) =>
      code === 'myworkspace' ? { kind: 'workspace', code } : code === 'berlin' ? { kind: 'site', code } : undefined,
  }

  test.each<[string, PlaceOptions, PlaceReference]>([
    ['myworkspace', known, place(workspaceOf('myworkspace'), { kind: 'omitted' })],
    ['berlin', known, place({ kind: 'site', code: 'berlin' }, { kind: 'omitted' })],
    ['berlin:x', known, place({ kind: 'site', code: 'berlin' }, { kind: 'relative', path: 'x' })],
    ['preview', known, place(none, { kind: 'relative', path: 'preview' })],
    ['myworkspace', { ...known, role: 'source' }, place(none, { kind: 'relative', path: 'myworkspace' })],
    ['icon@2x.png', { role: 'source' }, place(none, { kind: 'relative', path: 'icon@2x.png' })],
    ['hq', { role: 'source' }, place(none, { kind: 'relative', path: 'hq' })],
  ])('a bare word depends on who knows it and where it stands: %s', (text, options, meaning) => {
    expect(parsePlace(text, options)).toEqual(meaning)
  })

  test.each([
    ['share=projects/../../etc/passwd', 'climbs'],
    ['/projects/../etc', 'climbs'],
    ['john@example.com:..\\x', 'climbs'],
    ['share=', 'share-missing'],
    ['share=../x', 'share-missing'],
    ['share=/x', 'share-missing'],
    ['C:x.mov', 'drive-relative'],
    ['//nas', 'unc-incomplete'],
    ['///', 'unc-incomplete'],
    ['a\0b', 'zero-byte'],
    [':/x', 'party-missing'],
    ['site=:x', 'site-invalid'],
    ['site=a b:x', 'site-invalid'],
    ['client=', 'client-invalid'],
    ['user=john:x', 'user-invalid'],
    ['workspace=a/b', 'workspace-invalid'],
    ['\\\\.\\PhysicalDrive0', 'device'],
    ['//./COM1', 'device'],
    ['////?/a/b', 'device'],
    ['//?/GLOBALROOT/Device/x', 'device'],
    ['\\\\?\\Volume{664f53b1-0000}\\x', 'device'],
    ['\\\\?\\C:x', 'device'],
    ['\\\\?\\C:\\..\\x', 'climbs'],
    ['\\\\?\\UNC\\nas', 'unc-incomplete'],
    [`/${'a'.repeat(4096)}`, 'too-long'],
    [`share=${'a'.repeat(255)}`, 'too-long'],
    ['a'.repeat(8193), 'too-long'],
    [`site=${'a'.repeat(640)}:x`, 'party-too-long'],
  ])('refuses %j: %s', (text, problem) => {
    expect(() => parsePlace(text)).toThrow(
      expect.objectContaining({ code: 'PATH_INVALID', params: expect.objectContaining({ problem }) }),
    )
  })

  test.each(['mia@example.com:share=a/b:sub/file', `user=${client}:volume=a:b/c`])(
    'names a destination of three parts: %s',
    (text) => {
      const unsupported = expect.objectContaining({
        code: 'UNSUPPORTED',
        params: { feature: 'three-part-destination' },
      })
      expect(() => parsePlace(text)).toThrow(unsupported)
    },
  )

  test('a colon below a share of a site is part of a name', () => {
    const path: PathReference = { kind: 'share', type: 'share', share: 'a', path: 'take 1: b' }
    expect(parsePlace('hq:share=a/take 1: b')).toEqual(place({ kind: 'site', code: 'hq' }, path))
    expect(() => printPlace(place({ kind: 'user', user: 'mia@example.com' }, path))).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED' }),
    )
  })

  test('the longest path reads back, whatever stands before it', () => {
    const path: PathReference = { kind: 'share', type: 'collection', share: 's'.repeat(254), path: 'a'.repeat(4096) }
    const value = place({ kind: 'user', user: `${'u'.repeat(200)}@${'x'.repeat(200)}`, host: 'h'.repeat(200) }, path)
    expect(parsePlace(printPlace(value))).toEqual(value)
  })

  test('an error carries no more of a text than a message can', () => {
    try {
      parsePlace(`:${'x'.repeat(8000)}`)
      expect.unreachable()
    } catch (error) {
      expect(`${(error as TernError).params.path}`.length).toBeLessThanOrEqual(500)
    }
  })

  test.each(['delivery=5/x', 'workarea=main/x', 'hq:DELIVERY=1'])('names what it has no meaning for: %s', (text) => {
    expect(() => parsePlace(text)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }))
  })
})

const component = fc
  .string({ unit: fc.constantFrom(...'ab.: =~@-_%[]"\'', 'é', '漢', '\n'), minLength: 1, maxLength: 8 })
  .filter((text) => text !== '.' && text !== '..')
const relativePath = fc.array(component, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
const optionalPath = fc.option(relativePath, { nil: '' })
const code = fc.stringMatching(/^[A-Za-z0-9_.-]{1,12}$/)
const email = fc.tuple(code, code).map(([name, host]) => `${name}@${host}`)
const party: fc.Arbitrary<PartyReference> = fc.oneof(
  fc.constant<PartyReference>({ kind: 'none' }),
  code.map((value) => ({ kind: 'workspace', code: value }) as const),
  code.map((value) => ({ kind: 'site', code: value }) as const),
  code.map((value) => ({ kind: 'client', client: value }) as const),
  email.map((user) => ({ kind: 'user', user }) as const),
  fc.tuple(email, code).map(([user, host]) => ({ kind: 'user', user, host }) as const),
  fc.constant<PartyReference>({ kind: 'user', user: client }),
  code.map((host) => ({ kind: 'user', user: client, host }) as const),
)
const pathReference: fc.Arbitrary<PathReference> = fc.oneof(
  fc.constant<PathReference>({ kind: 'omitted' }),
  relativePath.map((path) => ({ kind: 'relative', path }) as const),
  optionalPath.map((path) => ({ kind: 'home', path }) as const),
  optionalPath.map((path) => ({ kind: 'absolute', system: 'posix', path: `/${path}` }) as const),
  optionalPath.map((path) => ({ kind: 'absolute', system: 'windows', path: `Q:/${path}` }) as const),
  fc
    .tuple(component, relativePath)
    .map(([host, path]) => ({ kind: 'absolute', system: 'windows', path: `//${host}/${path}` }) as const),
  fc
    .tuple(
      fc.constantFrom('share', 'volume', 'folder', 'home', 'collection'),
      fc.oneof(code, email, fc.constant('(default)')),
      optionalPath,
    )
    .filter(([, share]) => share !== '.' && share !== '..')
    .map(([type, share, path]) => ({ kind: 'share', type, share, path }) as const),
)
const placeReference = fc
  .tuple(party, pathReference, fc.boolean())
  .map(([ofParty, path, slash]): PlaceReference => {
    const isRoot = path.kind === 'absolute' && path.path.endsWith('/')
    return { party: ofParty, path, hasTrailingSlash: path.kind !== 'omitted' && (isRoot || slash) }
  })
  // What printPlace refuses, since it is what parsePlace refuses.
  .filter(({ party: { kind }, path }) => kind !== 'user' || path.kind !== 'share' || !path.path.includes(':'))

describe('properties', () => {
  test('what is printed reads back as the same', () => {
    fc.assert(
      fc.property(placeReference, (value) => {
        expect(parsePlace(printPlace(value))).toEqual(value)
      }),
      { numRuns: 2000 },
    )
  })

  test('any text is a place whose print is stable, or a TernError', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        try {
          const once = printPlace(parsePlace(text))
          expect(printPlace(parsePlace(once))).toBe(once)
        } catch (error) {
          expect(error).toBeInstanceOf(TernError)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('no path ever climbs', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', '..', '.', '/', '\\', ':', '=', 'share', '~', ' '), { maxLength: 12 }),
        (parts) => {
          try {
            const { path } = parsePlace(parts.join(''))
            if (path.kind !== 'omitted') expect(path.path.split('/')).not.toContain('..')
          } catch (error) {
            expect(error).toBeInstanceOf(TernError)
          }
        },
      ),
    )
  })

  test.each([
    '/'.repeat(1_000_000),
    'a:'.repeat(500_000),
    '@'.repeat(1_000_000),
    'share='.repeat(170_000),
    '../'.repeat(300_000),
  ])('a megabyte of hostile text takes under 100 ms', (text) => {
    const timeMs = cpuMs(() => {
      try {
        parsePlace(text)
      } catch (error) {
        expect(error).toBeInstanceOf(TernError)
      }
    })
    expect(timeMs).toBeLessThan(100)
  })
})
