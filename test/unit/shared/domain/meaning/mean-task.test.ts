import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TernError } from '../../../../../src/shared/domain/errors.ts'
import type { Directory } from '../../../../../src/shared/domain/meaning/directory.ts'
import type { MeantEnd } from '../../../../../src/shared/domain/meaning/ends.ts'
import { explainPlace } from '../../../../../src/shared/domain/meaning/explain-place.ts'
import { meanTask, type TaskContext } from '../../../../../src/shared/domain/meaning/mean-task.ts'
import { partyOfCode } from '../../../../../src/shared/domain/meaning/parties.ts'
import { type PlaceReference, parsePlace } from '../../../../../src/shared/domain/notation/notation.ts'
import { clients, type DirectoryOptions, id, john, lisa, mia, sam, shares, tableDirectory } from './table-directory.ts'

/** `hq projects/a/b into`, `mia ?a/b as` (still to be chosen), `john@EDIT-7 /a/b`: one end as short as it can be read. */
function shown({ site, user, client, endpoint, isPending }: MeantEnd): string {
  const share = Object.values(shares).find((each) => each.id === endpoint.shareId)
  const where = site ?? `${user?.email.split('@')[0]}${client ? `@${client.name}` : ''}`
  const path = share ? [share.code, endpoint.path].filter((part) => part !== '').join('/') : endpoint.path
  return [where, `${isPending ? '?' : ''}${path}`, endpoint.placement].filter((part) => part !== undefined).join(' ')
}

function places(directory: Directory, source: string, destination: string | undefined) {
  const resolveCode = (code: string) => partyOfCode(directory, code)
  return {
    source: parsePlace(source, { resolveCode, role: 'source' }),
    ...(destination !== undefined && { destination: parsePlace(destination, { resolveCode, role: 'destination' }) }),
  }
}

function meant(source: string, destination?: string, options: DirectoryOptions = {}, context: TaskContext = {}) {
  const directory = tableDirectory(options)
  const ends = meanTask(directory, places(directory, source, destination), context)
  return [shown(ends.source), shown(ends.destination)]
}

function refusal(source: string, destination?: string, options: DirectoryOptions = {}, context: TaskContext = {}) {
  try {
    meant(source, destination, options, context)
  } catch (error) {
    if (error instanceof TernError) return { code: error.code, ...error.params }
    throw error
  }
  return 'nothing refused'
}

const bySam = { caller: sam }
const byMia = { caller: mia, client: clients.mias }
const recipient: TaskContext = { recipient: { kind: 'user', user: mia } }

describe('every place of the job specification and the transfers document', () => {
  test.each<
    [
      section: string,
      source: string,
      destination: string | undefined,
      ends: [string, string],
      DirectoryOptions?,
      TaskContext?,
    ]
  >([
    [
      'Source and destination party',
      'share=projects/file.001',
      'mia@example.com',
      ['hq projects/file.001', 'mia ? into'],
    ],
    [
      'Large jobs with a lot of files',
      'share=projects/PROJ001',
      'site=berlin',
      ['hq projects/PROJ001', 'berlin projects/PROJ001 as'],
    ],
    [
      'Path list: a local path',
      'C:\\Users\\john\\Desktop\\image.png',
      'myworkspace',
      ['john@EDIT-7 C:/Users/john/Desktop/image.png', 'hq projects into'],
    ],
    [
      'Path list: an absolute path on a root share',
      '/Volumes/projects/reference.tif',
      'mia@example.com',
      ['hq projects/reference.tif', 'mia ? into'],
    ],
    [
      'Path list: share notation',
      'share=projects/reference.tif',
      'mia@example.com',
      ['hq projects/reference.tif', 'mia ? into'],
    ],
    [
      'Path list: a home',
      'share=mia@example.com/UPLOAD/test.abc',
      'site=berlin',
      ['hq mia@example.com/UPLOAD/test.abc', 'berlin mia@example.com/UPLOAD/test.abc as'],
    ],
    [
      'Path list: relative to the default root share',
      'myproject/reference.jpg',
      'mia@example.com',
      ['hq projects/myproject/reference.jpg', 'mia ? into'],
    ],
    [
      'Path list: relative folder at a user',
      'share=projects/test.abc',
      'mia@example.com:racing2019_grade/test.abc',
      ['hq projects/test.abc', 'mia ?racing2019_grade/test.abc as'],
    ],
    [
      'Send a file to a user',
      'myworkspace:/projects/lfm/114/290/lfm_114_290.jpg',
      'mia@example.com:projects/lfm/114/290/lfm_114_290.jpg',
      ['hq projects/lfm/114/290/lfm_114_290.jpg', 'mia ?projects/lfm/114/290/lfm_114_290.jpg as'],
    ],
    [
      'Send two files to multiple users',
      'myworkspace:/projects/lfm/114/290/lfm_114_290.mov',
      'movie/lfm_114_290.mov',
      ['hq projects/lfm/114/290/lfm_114_290.mov', 'mia ?movie/lfm_114_290.mov as'],
      {},
      recipient,
    ],
    [
      'Send two files to multiple users, without a subfolder',
      'myworkspace:/projects/lfm_114_290.mov',
      undefined,
      ['hq projects/lfm_114_290.mov', 'mia ? into'],
      {},
      recipient,
    ],
    [
      'Upload to home share',
      '/Users/john/Desktop/delivery',
      'share=mia@example.com',
      ['john@EDIT-7 /Users/john/Desktop/delivery', 'hq mia@example.com into'],
    ],
    [
      'Download from user share',
      'myworkspace:20180413/script_v001.pdf',
      'C:\\Users\\John\\Download\\x\\',
      ['hq mia@example.com/20180413/script_v001.pdf', 'mia@studio C:/Users/John/Download/x into'],
      byMia,
    ],
    [
      'Download from user share, without the slash',
      'myworkspace:20180413/script_v001.pdf',
      'C:\\Users\\John\\Download\\x',
      ['hq mia@example.com/20180413/script_v001.pdf', 'mia@studio C:/Users/John/Download/x as'],
      byMia,
    ],
    [
      'Upload to share',
      '/Users/john/Desktop/new_scans',
      'share=thefilm/from_john/20180413/',
      ['john@EDIT-7 /Users/john/Desktop/new_scans', 'hq thefilm/from_john/20180413 into'],
    ],
    [
      'Download to site',
      'share=projects/thefilm/010',
      'site=berlin',
      ['hq projects/thefilm/010', 'berlin projects/thefilm/010 as'],
    ],
    [
      'Upload from site',
      'site=berlin:share=projects/got/sc01',
      'myworkspace',
      ['berlin projects/got/sc01', 'hq projects/got/sc01 as'],
    ],
    [
      'Transfer between sites',
      'site=hq:share=projects/got/sc01',
      'site=berlin',
      ['hq projects/got/sc01', 'berlin projects/got/sc01 as'],
    ],
    [
      'Metadata: the prefix share= left out',
      'site=berlin:projects/racing2019_grade/davinci_files',
      'myworkspace',
      ['berlin projects/racing2019_grade/davinci_files', 'hq projects/racing2019_grade/davinci_files as'],
    ],
    [
      'Skip existing files',
      'E:\\racing2019_grade\\final_export.mov',
      'myworkspace:share=thefilm/FROM_EDIT/final_export.mov',
      ['john@EDIT-7 E:/racing2019_grade/final_export.mov', 'hq thefilm/FROM_EDIT/final_export.mov as'],
    ],
    [
      'Exclude files',
      'F:\\BIGGIE',
      'myworkspace:share=projects\\__UPLOADS\\BIGGIE',
      ['john@EDIT-7 F:/BIGGIE', 'hq projects/__UPLOADS/BIGGIE as'],
    ],
    [
      'Priorities',
      '/media/disk/brief_v001.pdf',
      'mia@example.com',
      ['john@EDIT-7 /media/disk/brief_v001.pdf', 'mia ? into'],
    ],
    [
      'File sequences',
      'site=berlin:/Volumes/NAS/myproj/images/movie.%04d.jpg[100-167]',
      'site=hq',
      ['berlin archive/myproj/images/movie.%04d.jpg[100-167]', 'hq archive/myproj/images/movie.%04d.jpg[100-167] as'],
    ],
    [
      'Placeholder jobs',
      'site=berlin:share=projects/nofile',
      'site=hq',
      ['berlin projects/nofile', 'hq projects/nofile as'],
    ],
    [
      'Transfers, Create',
      'share=thefilm/delivery/TRAILER_screening_v003.mov',
      '/Volumes/EDIT/from_client',
      ['hq thefilm/delivery/TRAILER_screening_v003.mov', 'john@EDIT-7 /Volumes/EDIT/from_client as'],
    ],
    [
      'Transfers, Create with a client',
      'share=thefilm/a.mov',
      `client=${clients.mias.id}:/Volumes/EDIT/from_client`,
      ['hq thefilm/a.mov', 'mia@studio /Volumes/EDIT/from_client as'],
    ],
    [
      'Tasks, Create: mirrored',
      '/Volumes/projects/creatures_showreel_2018.mov',
      undefined,
      ['hq projects/creatures_showreel_2018.mov', 'berlin projects/creatures_showreel_2018.mov as'],
      {},
      { job: { source: { kind: 'site', site: 'hq' }, destination: { kind: 'site', site: 'berlin' } } },
    ],
    [
      'Tasks, Create: to a download',
      '_REF/creatures_showreel_2018.mov',
      '/Users/johndoe/Downloads/creatures_showreel_2018.mov',
      [
        'hq projects/_REF/creatures_showreel_2018.mov',
        'john@EDIT-7 /Users/johndoe/Downloads/creatures_showreel_2018.mov as',
      ],
    ],
  ])('%s', (_section, source, destination, ends, options, context) => {
    expect(meant(source, destination, options, context)).toEqual(ends)
  })
})

describe('parties', () => {
  test.each<[string, string, string]>([
    ['the workspace by code', 'myworkspace:share=projects/a', 'hq projects/a'],
    ['the workspace by id', `${id(99)}:share=projects/a`, 'hq projects/a'],
    ['the workspace by its label', 'workspace=myworkspace:share=projects/a', 'hq projects/a'],
    ['a site without its label', 'berlin:share=projects/a', 'berlin projects/a'],
    ['a person by id', `${mia.id}:/a`, 'mia@studio /a'],
    ['a person by id and label', `user=${mia.id}:/a`, 'mia@studio /a'],
    ['a person by address in other letters', 'Mia@Example.com:/a', 'mia@studio /a'],
    ['a client by id alone', `${clients.mias.id}:/a`, 'mia@studio /a'],
    ['a server, which stands for its site', `client=${clients.server.id}:/Volumes/NAS/a`, 'berlin archive/a'],
    ['one of the caller’s own machines by name', 'client=EDIT-7:/a', 'john@EDIT-7 /a'],
    ['a browser by its name only', 'john@example.com@Firefox:/a', 'john@Firefox /a'],
    ['clients of one computer are one', 'john@example.com@EDIT-7:/a', 'john@EDIT-7 /a'],
    ['a person by id at a host', `user=${john.id}@EDIT-7:/a`, 'john@EDIT-7 /a'],
  ])('%s', (_name, source, end) => {
    expect(meant(source, 'lisa@example.com')[0]).toBe(end)
  })

  test('the machine that asks is the caller’s, whichever was seen last', () => {
    expect(meant('/a', 'share=projects/', { client: clients.johnsUserServer })[0]).toBe('john@EDIT-7 /a')
    const ends = meanTask(tableDirectory({ client: clients.johnsUserServer }), {
      source: parsePlace('/a'),
      destination: parsePlace('hq:x'),
    })
    expect(ends.source.client).toBe(clients.johnsUserServer)
  })

  test.each<[string, string, object, DirectoryOptions?]>([
    ['an unknown workspace', 'other:a', { code: 'PARTY_UNKNOWN', party: 'other' }],
    ['an unknown site', 'site=paris:a', { code: 'PARTY_UNKNOWN', party: 'paris' }],
    ['an unknown person', 'nobody@example.com:/a', { code: 'PARTY_UNKNOWN', party: 'nobody@example.com' }],
    [
      'a person who may not sign in any more',
      'sam@example.com:/a',
      { code: 'PARTY_UNKNOWN', party: 'sam@example.com' },
    ],
    ['their machine', `client=${clients.sams.id}:/a`, { code: 'PARTY_UNKNOWN', party: clients.sams.id }],
    ['an unknown id', `${id(12345)}:a`, { code: 'PARTY_UNKNOWN', party: id(12345) }],
    ['an unknown client', 'client=nowhere:/a', { code: 'PARTY_UNKNOWN', party: 'nowhere' }],
    ['an unknown host', 'john@example.com@nowhere:/a', { code: 'PARTY_UNKNOWN', party: 'john@example.com@nowhere' }],
    [
      'a person without a machine',
      'lisa@example.com:/a',
      { code: 'PARTY_UNKNOWN', party: 'lisa@example.com', problem: 'no-machine' },
    ],
    ['another’s machine, for standard people', 'john@example.com:/a', { code: 'FORBIDDEN', path: '/a' }, byMia],
    [
      'another’s machine by its name, for standard people',
      'john@example.com@EDIT-7:/a',
      { code: 'PARTY_UNKNOWN', party: 'john@example.com@EDIT-7' },
      byMia,
    ],
    [
      'one’s machine that is none',
      '/a',
      { code: 'PARTY_UNKNOWN', party: 'lisa@example.com', problem: 'no-machine' },
      { caller: lisa },
    ],
    [
      'a name that two computers have',
      'mia@example.com@studio:/a',
      {
        code: 'PATH_AMBIGUOUS',
        path: 'mia@example.com@studio:/a',
        readings: `client=${clients.mias.id}:/a, client=${clients.miasOther.id}:/a`,
      },
    ],
  ])('refuses %s', (_name, source, error, options) => {
    expect(refusal(source, 'share=projects/', options)).toEqual(error)
  })
})

describe('shares', () => {
  test.each<[string, string, string, DirectoryOptions?]>([
    ['by id', `share=${shares.film.id}/a`, 'hq thefilm/a'],
    ['a home by the id of the share', `home=${shares.miasHome.id}/a`, 'hq mia@example.com/a'],
    ['by kind', 'folder=thefilm/a', 'hq thefilm/a'],
    ['a collection', 'collection=best/a', 'hq best/a', byMia],
    ['the default for operators', 'share=(default)/a', 'hq projects/a'],
    ['the default for others', 'share=(default)/a', 'hq mia@example.com/a', byMia],
    ['the default volume', 'volume=(default)/a', 'hq projects/a'],
    ['the default home', 'home=(default)/a', 'hq john@example.com/a'],
    ['the own home', '~/a', 'hq john@example.com/a'],
    ['the own home without a name', 'home=/a', 'hq john@example.com/a'],
    ['a bare path whose first part is a share', 'thefilm/a', 'hq thefilm/a'],
    ['a bare path whose first part is a share that one may not read', 'locked/a', 'hq projects/locked/a'],
    ['a bare path whose first part is a home', 'mia@example.com/a', 'hq projects/mia@example.com/a'],
    ['a bare path of standard people', 'projects/a', 'hq mia@example.com/projects/a', byMia],
    ['a bare path of standard people whose first part is a share of theirs', 'best/a', 'hq best/a', byMia],
  ])('%s', (_name, source, end, options) => {
    expect(meant(source, 'site=berlin:~', { ...options })[0]).toBe(end)
  })

  const noShare = (share: string) => ({ code: 'NOT_FOUND', entity: 'share', id: share })
  test.each<[string, string, object, DirectoryOptions?]>([
    ['an unknown one', 'share=nothing/a', noShare('nothing')],
    ['one of another kind', 'volume=thefilm/a', noShare('thefilm')],
    ['one that one may not read', 'share=locked/a', noShare('locked')],
    ['the default volume, for standard people', 'volume=(default)/a', noShare('(default)'), byMia],
    ['a default folder', 'folder=(default)/a', noShare('(default)')],
    ['a default collection', 'collection=(default)/a', noShare('(default)')],
    ['a default volume that is none', 'a/b', noShare('(default)'), { hasDefaultVolume: false }],
    ['an own home that is none', '~/a', noShare('lisa@example.com'), { caller: lisa }],
    ['a person without a home', 'share=lisa@example.com/a', noShare('lisa@example.com')],
  ])('refuses %s', (_name, source, error, options) => {
    expect(refusal(source, 'mia@example.com', options)).toEqual(error)
  })

  test('needs the right to write where something goes to', () => {
    expect(refusal('/a', 'share=best/', byMia)).toEqual({ code: 'FORBIDDEN', share: 'best' })
  })
})

describe('absolute paths', () => {
  test.each<[string, string, string]>([
    ['the server’s folder', '/srv/projects/a', 'hq projects/a'],
    ['macOS', '/Volumes/projects/a', 'hq projects/a'],
    ['Linux', '/mnt/projects/a', 'hq projects/a'],
    ['Windows, whatever the case', 'p:\\PROJECTS\\a', 'hq projects/a'],
    ['the volume itself', 'P:\\projects', 'hq projects'],
    ['a path of another computer', '\\\\NAS\\Media\\a', 'hq nas/a'],
    ['a drive of the server', 'd:/media/a', 'hq footage/a'],
    ['the longest folder', '/Volumes/projects/film/a', 'hq thefilm/a'],
    ['whole parts only', '/Volumes/projects/filmed/a', 'hq projects/filmed/a'],
    ['the share’s code', '/thefilm/a', 'hq thefilm/a'],
  ])('%s', (_name, source, end) => {
    expect(meant(`hq:${source}`, 'mia@example.com')[0]).toBe(end)
    expect(meant(source, 'mia@example.com')[0]).toBe(end)
  })

  test('an accent in either of its two forms', () => {
    const cafe = { ...shares.projects, folders: { server: '/srv/caf\u00e9' } }
    expect(meant('hq:/srv/cafe\u0301/a', 'mia@example.com', { shares: [cafe] })[0]).toBe('hq projects/a')
  })

  test('case counts on macOS and Linux', () => {
    expect(meant('/volumes/Projects/a', 'mia@example.com')[0]).toBe('john@EDIT-7 /volumes/Projects/a')
    const noVolume = { code: 'PATH_INVALID', path: '/volumes/Projects/a', problem: 'no-volume' }
    expect(refusal('hq:/volumes/Projects/a', 'mia@example.com')).toEqual(noVolume)
  })

  test('a folder of two shares lists both', () => {
    expect(refusal('hq:/Volumes/media/a', 'mia@example.com')).toEqual({
      code: 'PATH_AMBIGUOUS',
      path: 'site=hq:/Volumes/media/a',
      readings: 'site=hq:share=nas/a, site=hq:share=footage/a',
    })
  })

  test('a folder that one share has on several systems is one reading', () => {
    const folders = { server: '/mnt/projects', linux: '/mnt/projects', mac: '/projects' }
    const options = { shares: [{ ...shares.projects, folders }] }
    expect(meant('hq:/mnt/projects/a', 'mia@example.com', options)[0]).toBe('hq projects/a')
    expect(meant('hq:/projects/a', 'mia@example.com', options)[0]).toBe('hq projects/a')
  })

  test('a folder that a volume and a share of it have is the volume’s', () => {
    const whole = { ...shares.film, folders: shares.projects.folders }
    expect(meant('hq:/srv/projects/a', 'mia@example.com', { shares: [whole, shares.projects] })[0]).toBe(
      'hq projects/a',
    )
  })

  test('a share of a whole disk takes nobody’s paths, and one whose folder is no path takes none', () => {
    const odd = { ...shares.projects, folders: { server: 'C:odd' } }
    expect(meant('/etc/passwd', 'mia@example.com', { shares: [shares.whole, odd] })[0]).toBe('john@EDIT-7 /etc/passwd')
  })

  test.each<[string, string, string | undefined, [string, string]]>([
    [
      'towards a site it is the caller’s machine',
      '/srv/projects/a',
      'site=berlin',
      ['john@EDIT-7 /srv/projects/a', 'berlin projects into'],
    ],
    [
      'towards nothing it is the caller’s machine',
      '/srv/projects/a',
      undefined,
      ['john@EDIT-7 /srv/projects/a', 'hq projects into'],
    ],
    [
      'towards another, the one on a volume is there',
      '/srv/projects/a',
      '/Users/john/',
      ['hq projects/a', 'john@EDIT-7 /Users/john into'],
    ],
    [
      'towards another, the one on no volume is here',
      '/Users/john/a',
      '/srv/projects/',
      ['john@EDIT-7 /Users/john/a', 'hq projects into'],
    ],
    ['from a person to a volume', 'mia@example.com:/a', '/srv/projects/', ['mia@studio /a', 'hq projects into']],
    ['from a site to here', 'share=projects/a', '/srv/projects/', ['hq projects/a', 'john@EDIT-7 /srv/projects into']],
  ])('%s', (_name, source, destination, ends) => {
    expect(meant(source, destination)).toEqual(ends)
  })

  test.each<[string, string, string, DirectoryOptions, string]>([
    [
      'none on a volume',
      '/a/b',
      '/c/d/',
      {},
      `client=${clients.johns.id}:/a/b, site=hq:/a/b, client=${clients.johns.id}:/c/d/, site=hq:/c/d/`,
    ],
    [
      'both on a volume',
      '/srv/projects/a',
      '/srv/projects/b',
      { client: clients.johnsUserServer },
      `client=${clients.johnsUserServer.id}:/srv/projects/a, site=hq:share=projects/a, client=${clients.johnsUserServer.id}:/srv/projects/b, site=hq:share=projects/b`,
    ],
    ['from a person, on no volume', 'mia@example.com:/a', '/c/d', {}, `client=${clients.johns.id}:/c/d, site=hq:/c/d`],
    [
      'of somebody without a machine',
      '/a/b',
      '/c/d',
      { caller: lisa },
      'lisa@example.com:/a/b, site=hq:/a/b, lisa@example.com:/c/d, site=hq:/c/d',
    ],
  ])('lists what it could mean: %s', (_name, source, destination, options, readings) => {
    expect(refusal(source, destination, options)).toMatchObject({ code: 'PATH_AMBIGUOUS', readings })
    for (const reading of readings.split(', ')) {
      const { party } = parsePlace(reading)
      expect(party.kind).not.toBe('none')
    }
  })
})

describe('omitted', () => {
  test.each<[string, string, string | undefined, [string, string], DirectoryOptions?]>([
    ['from the workspace: the caller chooses', 'share=projects/a', undefined, ['hq projects/a', 'john ? into']],
    ['from here: what is usual for operators', '/a', undefined, ['john@EDIT-7 /a', 'hq projects into']],
    ['from here: the home of standard people', '/a', undefined, ['mia@studio /a', 'hq mia@example.com into'], byMia],
    ['a site from here', '/a', 'berlin:', ['john@EDIT-7 /a', 'berlin projects into']],
    ['a share mirrored whole', 'share=projects', 'site=berlin', ['hq projects', 'berlin projects as']],
    ['a person, who chooses', 'share=projects/a', 'mia@example.com', ['hq projects/a', 'mia ? into']],
  ])('%s', (_name, source, destination, ends, options) => {
    expect(meant(source, destination, options)).toEqual(ends)
  })

  test.each<[string, string, string | undefined, boolean, string]>([
    ['a person, below what they choose', 'share=projects/a/b', 'mia@example.com', true, 'mia ?a/b as'],
    ['the caller, below what they choose', 'share=projects/a/b', undefined, true, 'john ?a/b as'],
    ['a whole share to a person', 'share=projects', 'mia@example.com', true, 'mia ? into'],
    ['what is on no share', '/a', 'berlin:', true, 'berlin projects into'],
    ['a destination with a path', 'share=projects/a/b', 'mia@example.com:x/', true, 'mia ?x into'],
    ['not a site, when that is said', 'share=thefilm/a/b', 'site=berlin', false, 'berlin projects into'],
  ])('kept below the share: %s', (_name, source, destination, mirrorsPaths, end) => {
    expect(meant(source, destination, {}, { mirrorsPaths })[1]).toBe(end)
  })

  test('a share that is gone is not mirrored', () => {
    const directory = { ...tableDirectory(), shareById: () => undefined }
    const ends = meanTask(directory, { source: parsePlace('share=projects/a'), destination: parsePlace('site=berlin') })
    expect(ends.destination.endpoint).toMatchObject({ shareId: shares.projects.id, path: '' })
  })
})

describe('at a person', () => {
  test.each([
    [
      'a share on their machine',
      'share=projects/a',
      'mia@example.com:share=projects/',
      { code: 'UNSUPPORTED', feature: 'mapped-share' },
    ],
    [
      'a home on their machine',
      'share=projects/a',
      'mia@example.com:~',
      { code: 'UNSUPPORTED', feature: 'mapped-share' },
    ],
    [
      'a source that is not absolute',
      'mia@example.com:a/b',
      'share=projects/',
      { code: 'PATH_INVALID', path: 'mia@example.com:a/b', problem: 'absolute-needed' },
    ],
    [
      'a source without a path',
      'mia@example.com:',
      'share=projects/',
      { code: 'PATH_INVALID', path: 'mia@example.com', problem: 'absolute-needed' },
    ],
  ])('refuses %s', (_name, source, destination, error) => {
    expect(refusal(source, destination)).toEqual(error)
  })
})

describe('a task that joins a job', () => {
  const hq = { kind: 'site', site: 'hq' } as const
  const miasMachine = { kind: 'user', user: mia, client: clients.miasOther } as const

  test.each<[string, string, string | undefined, TaskContext, [string, string]]>([
    [
      'from the machine of the job',
      '/a',
      undefined,
      { job: { source: miasMachine, destination: hq } },
      ['mia@studio /a', 'hq projects into'],
    ],
    [
      'to the machine of the job',
      'share=projects/a',
      '/a/',
      { job: { source: hq, destination: miasMachine }, recipient: miasMachine },
      ['hq projects/a', 'mia@studio /a into'],
    ],
    [
      'a path that is not absolute is not from a machine',
      'thefilm/a',
      undefined,
      { job: { source: miasMachine, destination: hq } },
      ['hq thefilm/a', 'hq thefilm/a as'],
    ],
    [
      'a path on no volume is not from the site',
      '/Users/john/a',
      'hq:x',
      { job: { source: hq, destination: hq } },
      ['john@EDIT-7 /Users/john/a', 'hq projects/x as'],
    ],
    [
      'a path on no volume is not on the site',
      'share=projects/a',
      '/Users/john/',
      { job: { source: hq, destination: { kind: 'site', site: 'berlin' } } },
      ['hq projects/a', 'john@EDIT-7 /Users/john into'],
    ],
  ])('%s', (_name, source, destination, context, ends) => {
    expect(meant(source, destination, {}, context)).toEqual(ends)
  })
})

const component = fc.constantFrom(
  'a',
  'projects',
  'Projects',
  'film',
  'thefilm',
  'b c',
  'srv',
  'Volumes',
  'media',
  '..',
  '.',
  'x:y',
)
const path = fc.array(component, { maxLength: 4 }).map((parts) => parts.join('/'))
const party = fc.constantFrom(
  '',
  'hq:',
  'berlin:',
  'myworkspace:',
  'mia@example.com:',
  'john@example.com@EDIT-7:',
  'mia@example.com@studio:',
  `client=${clients.server.id}:`,
  `${mia.id}:`,
)
const lead = fc.constantFrom(
  '',
  '/',
  '/srv/projects/',
  '/Volumes/media/',
  'P:/projects/',
  '//nas/media/',
  'share=projects/',
  'share=(default)/',
  'volume=',
  'home=',
  '~/',
  'share=mia@example.com/',
)
const notation = fc.tuple(party, lead, path, fc.constantFrom('', '/')).map((parts) => parts.join(''))
const callers = fc.constantFrom<DirectoryOptions>({}, byMia, bySam, { caller: lisa })

describe('properties', () => {
  function tried(source: string, destination: string, options: DirectoryOptions) {
    const directory = tableDirectory(options)
    try {
      const read = places(directory, source, destination)
      return { read, ...meanTask(directory, read) }
    } catch (error) {
      expect(error).toBeInstanceOf(TernError)
      return { error: error as TernError }
    }
  }

  test.each([
    ['john@example.com@EDIT-7:', 'PARTY_UNKNOWN'],
    ['john@example.com@EDIT-7:in/', 'PARTY_UNKNOWN'],
    [`client=${clients.johns.id}:`, 'FORBIDDEN'],
    [`client=${clients.johns.id}:in`, 'FORBIDDEN'],
    [`${clients.johns.id}:in`, 'FORBIDDEN'],
  ])('%s, where its owner chooses the place, names a machine all the same', (destination, code) => {
    expect(tried('share=best/a', destination, byMia)).toMatchObject({ error: { code } })
    expect(tried('share=projects/a', destination, {})).toMatchObject({ destination: { isPending: true } })
  })

  test('no meaning leads out of its share or location, or to a share or machine that is not the caller’s to use', () => {
    fc.assert(
      fc.property(notation, notation, callers, (source, destination, options) => {
        const found = tried(source, destination, options)
        if ('error' in found) return
        const directory = tableDirectory(options)
        for (const [side, end] of [
          ['source', found.source],
          ['destination', found.destination],
        ] as const) {
          const { endpoint } = end
          expect(endpoint.path.split(/[/\\]/)).not.toContain('..')
          const isBelow = endpoint.shareId !== undefined || end.isPending
          if (isBelow) expect(endpoint.path).not.toMatch(/^[/\\]|^[A-Za-z]:\//)
          else expect(endpoint.path).toMatch(/^\/|^[A-Z]:\//)
          const share = Object.values(shares).find((each) => each.id === endpoint.shareId)
          if (share)
            expect(directory.rightsTo(share, endpoint.path)[side === 'source' ? 'mayRead' : 'mayWrite']).toBe(true)
          if (end.client) expect(directory.mayNameMachine(end.client)).toBe(true)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('the spellings of one place on several systems give one endpoint', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'B c', 'ü', '%04d[1-2]'), { maxLength: 4 }),
        fc.boolean(),
        (parts, isShouted) => {
          const folders = [
            '/srv/projects',
            '/mnt/projects',
            '/Volumes/projects',
            isShouted ? 'P:/PROJECTS' : '\\\\?\\p:\\projects',
          ]
          const ends = folders.map((folder) => meant([folder, ...parts].join('/'), 'mia@example.com')[0])
          expect(new Set(ends).size).toBe(1)
          expect(ends[0]).toBe(['hq projects', ...parts].join('/'))
        },
      ),
    )
  })

  test('a listed reading means one thing, and is what it says', () => {
    fc.assert(
      fc.property(notation, notation, callers, (source, destination, options) => {
        const { error } = tried(source, destination, options) as { error?: TernError }
        if (error?.code !== 'PATH_AMBIGUOUS') return
        const texts = `${error.params.readings}`.split(', ')
        expect(texts.length).toBeGreaterThan(1)
        for (const text of texts) {
          const again = tried(text, 'berlin:share=projects/', options) as { error?: TernError }
          expect(again.error?.code).not.toBe('PATH_AMBIGUOUS')
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('what is decided is one of the readings that are explained', () => {
    const kindOf = (end: MeantEnd, place: PlaceReference): string[] => {
      if (end.isPending) return ['chosen-location']
      if (end.client) return ['own-machine', 'machine-of-person', 'machine']
      return place.path.kind === 'omitted'
        ? ['mirrored', 'default-volume', 'own-home']
        : ['share', 'home-of-person', 'own-home', 'default-volume', 'share-if-named', 'volume-of-path']
    }
    fc.assert(
      fc.property(notation, notation, callers, (source, destination, options) => {
        const found = tried(source, destination, options)
        // A source without a path is refused with the specification.
        if ('error' in found || found.read.source.path.kind === 'omitted') return
        const operator = tableDirectory(options).caller.user.role === 'standard' ? 'standard' : 'operator'
        for (const side of ['source', 'destination'] as const) {
          const place = found.read[side]
          if (place === undefined) continue
          const otherSide = found[side === 'source' ? 'destination' : 'source'].site === undefined ? 'person' : 'site'
          const readings = explainPlace(place).filter(
            (reading) =>
              reading.side === side &&
              (reading.otherSide === 'any' || reading.otherSide === otherSide) &&
              (reading.role === 'any' || reading.role === operator),
          )
          const explained = readings.map(({ meaning }) => meaning as string)
          expect(kindOf(found[side], place).some((meaning) => explained.includes(meaning))).toBe(true)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
