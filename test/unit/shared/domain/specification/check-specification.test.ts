import { describe, expect, test } from 'vitest'
import { checkSpecification } from '../../../../../src/shared/domain/specification/job-specification.ts'

const source = 'share=projects/a.mov'

function mistakesIn(spec: unknown) {
  const check = checkSpecification(spec)
  return 'errors' in check ? check : { errors: [], hasMore: false }
}
function warningsIn(spec: unknown) {
  const check = checkSpecification(spec)
  return 'warnings' in check ? check.warnings : undefined
}

describe('all mistakes at once', () => {
  test('each with its place, code and advice, in the order of reading', () => {
    const { errors, hasMore } = mistakesIn({
      colour: 'red',
      recipients: ['mia@example.com', 'mia'],
      tasks: [
        { source: 'share=p/../a', priority: 0, settings: { transfer_mode: 'x', nothing: 1 } },
        { source, status: 'done' },
        { destination: 'site=berlin', hooks: [] },
      ],
      status: 'running',
      priority: '2000',
    })
    expect(errors.map(({ path, code, advice }) => [path, code, advice])).toEqual([
      ['$.colour', 'SPEC_INVALID', 'unknown-key'],
      ['$.recipients[1]', 'SPEC_INVALID', 'email'],
      ['$.tasks[0].priority', 'SPEC_INVALID', 'priority'],
      ['$.tasks[0].settings.transfer_mode', 'SPEC_INVALID', 'setting-one-of'],
      ['$.tasks[0].settings.nothing', 'SPEC_INVALID', 'setting-name'],
      ['$.tasks[0].source', 'PATH_INVALID', 'climbs'],
      ['$.tasks[1].status', 'SPEC_INVALID', 'one-of'],
      ['$.tasks[2].hooks', 'UNSUPPORTED', 'unsupported'],
      ['$.tasks[2].destination', 'SPEC_INVALID', 'party-beside-recipients'],
      ['$.tasks[2].source', 'SPEC_INVALID', 'source-missing'],
      ['$.priority', 'SPEC_INVALID', 'priority'],
      ['$.status', 'SPEC_INVALID', 'one-of'],
    ])
    expect(hasMore).toBe(false)
    for (const { path, params } of errors) expect(params.jsonPath).toBe(path)
  })

  test.each([
    [99, 99, false],
    [100, 100, false],
    [101, 100, true],
    [5000, 100, true],
  ])('%i mistakes: %i are told, and whether there are more: %s', (count, told, more) => {
    const { errors, hasMore } = mistakesIn({ tasks: Array.from({ length: count }, () => ({ source, priority: 0 })) })
    expect(errors).toHaveLength(told)
    expect(hasMore).toBe(more)
  })
})

test('in a text they come in its order, a misspelt source once', () => {
  const text = '{"priority":0,"tasks":[{"surce":"share=p/a"},{"so\\"rce":"share=p/a"},{"priority":1}],"nmae":"x"}'
  expect(mistakesIn(text).errors.map(({ path, advice }) => [path, advice])).toEqual([
    ['$.priority', 'priority'],
    ['$.tasks[0].surce', 'unknown-key-near'],
    ['$.tasks[1]["so\\"rce"]', 'unknown-key-near'],
    ['$.tasks[2].source', 'source-missing'],
    ['$.nmae', 'unknown-key-near'],
  ])
  expect(mistakesIn({ sorce: 'share=p/a' }).errors.map(({ advice }) => advice)).toEqual(['unknown-key-near'])
})

test('an empty list of settings is a mistake, also behind a task with none', () => {
  const tasks = [
    { source, settings: {} },
    { source: 'share=p/b', settings: [] },
  ]
  expect(mistakesIn({ tasks }).errors).toMatchObject([{ path: '$.tasks[1].settings', advice: 'object' }])
})

describe('what is right and yet not what its writer may think', () => {
  test.each<[string, unknown, string, string]>([
    [
      'no encryption',
      { source, settings: { transfer_encryption: 'none' } },
      '$.settings.transfer_encryption',
      'always-encrypted',
    ],
    [
      'a setting without effect',
      { source, settings: { hook_conf: '{}' } },
      '$.settings.hook_conf',
      'setting-without-effect',
    ],
    [
      'text about a task',
      { tasks: [source, { source: 'share=p/b', description: 'x' }] },
      '$.tasks[1].description',
      'attribute-without-effect',
    ],
    [
      'mirroring of one task that names its path',
      { tasks: { source, destination: 'site=berlin:x/', mirror: true } },
      '$.tasks.mirror',
      'attribute-without-effect',
    ],
    ['a task that stands there already', { tasks: [source, source] }, '$.tasks', 'duplicates-left-out'],
    [
      'mirroring where every destination names its path',
      { source, destination: 'site=berlin:x/', mirror_paths: true },
      '$.mirror_paths',
      'attribute-without-effect',
    ],
    [
      'the same, as older scripts write it',
      { source, destination: 'site=berlin:x/', mirror: 'true' },
      '$.mirror',
      'attribute-without-effect',
    ],
    ['a range that cannot be read', { source: 'share=p/a.%04d.exr[9-1]' }, '$.source', 'sequence-unreadable'],
    ['a range of a million', ['share=p/a.####.exr[1-1000000]'], '$[0]', 'sequence-long'],
    [
      'a place that looks like another',
      { tasks: [{ source, destination: 'mail@' }] },
      '$.tasks[0].destination',
      'place-email-incomplete',
    ],
    ['the same in an old name', { source, dest: 'mail@' }, '$.dest', 'place-email-incomplete'],
    ['a source that looks like another', ['shares=a'], '$[0]', 'place-label-unknown'],
    [
      'two receivers',
      ['lisa@example.com', 'mia@example.com'].map((destination) => ({ source, destination })),
      '$',
      'several-parties',
    ],
    [
      'two sites to fetch from',
      { tasks: ['site=berlin:share=p/a', 'site=hq:share=p/a'] },
      '$.tasks',
      'several-parties',
    ],
    [
      'a filter as other programs have it',
      { source, settings: { transfer_exclude: '*.tmp,frame?.exr' } },
      '$.settings.transfer_exclude',
      'filter-literal',
    ],
    ['an invitation for nobody', { source, invite: true }, '$.invite', 'invite-without-recipients'],
  ])('%s', (_what, spec, path, advice) => {
    expect(warningsIn(spec)).toEqual([
      expect.objectContaining({ path, advice, params: expect.objectContaining({ jsonPath: path }) }),
    ])
  })

  test('where an editor finds the schema says nothing, and is not kept', () => {
    const check = checkSpecification({ $schema: './job-specification.schema.json', source })
    expect(check).toEqual(checkSpecification({ source }))
    expect(mistakesIn({ $schema: 7, source }).errors).toMatchObject([{ path: '$.$schema', advice: 'text' }])
  })

  test('parties that may be one are not told apart', () => {
    const of = (...destinations: string[]) => warningsIn(destinations.map((destination) => ({ source, destination })))
    expect(of('Lisa@example.com', 'lisa@example.com:in')).toEqual([])
    expect(of('user=6676f3e9c7ef4e27da254e57', 'lisa@example.com')).toEqual([])
    expect(of('site=6676f3e9c7ef4e27da254e57', 'site=berlin')).toEqual([])
    expect(of('site=berlin', 'in/')).toEqual([])
    expect(of('site=berlin', 'lisa@example.com')).toMatchObject([
      { advice: 'several-parties', params: { what: 'site=berlin, lisa@example.com' } },
    ])
    expect(of('lisa@example.com', 'site=berlin')).toHaveLength(1)
  })

  test('one setting of many tasks is one warning', () => {
    const tasks = Array.from({ length: 50 }, (_, index) => ({
      source: `share=p/${index}`,
      settings: { transfer_exclude: 'a?' },
    }))
    expect(warningsIn({ tasks })).toHaveLength(1)
  })

  test('nothing is said about a specification that does what it says', () => {
    expect(warningsIn({ source, settings: { transfer_on_conflict: 'skip' }, invite: false })).toEqual([])
    expect(warningsIn('["share=p/a"]')).toEqual([])
    expect(warningsIn({ source, mirror_paths: true })).toEqual([])
    expect(warningsIn({ tasks: [{ source, mirror_paths: false }], mirror_paths: false })).toEqual([])
    expect(warningsIn({ tasks: 'share=p/a.%04d.exr[1-100]' })).toEqual([])
    expect(warningsIn({ source, settings: { transfer_exclude: "*.tmp,re('[?!;]')" } })).toEqual([])
    expect(warningsIn({ source: 'share=p/100%[a].exr', settings: { transfer_encryption: null } })).toEqual([])
  })
})
