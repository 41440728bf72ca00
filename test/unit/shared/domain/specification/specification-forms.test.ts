import { describe, expect, test } from 'vitest'
import { TernError } from '../../../../../src/shared/domain/errors.ts'
import { printPlace } from '../../../../../src/shared/domain/notation/notation.ts'
import { normaliseSpecification } from '../../../../../src/shared/domain/specification/job-specification.ts'

const source = 'share=projects/a.mov'
const other = 'share=projects/b.mov'

function errorOf(spec: unknown): Record<string, unknown> {
  try {
    normaliseSpecification(spec)
  } catch (error) {
    const { code, params } = TernError.from(error)
    return { code, ...params }
  }
  return {}
}
const urisOf = (spec: unknown) => normaliseSpecification(spec).tasks.map(({ uri }) => uri)

describe('names of tasks', () => {
  test.each<[string, unknown, string[]]>([
    ['a running number in a list', [source, other], ['0', '1']],
    ['its own in a list', { tasks: [{ source, uri: ' x ' }, other] }, ['x', '1']],
    ['a number that another took for itself is not given twice', { tasks: [{ source, uri: '1' }, other] }, ['1', '2']],
    ['an empty one counts as none', { tasks: [{ source, uri: '' }] }, ['0']],
    ['the key of a dictionary', { tasks: { b: source, a: { source: other, uri: 'a' } } }, ['b', 'a']],
    [
      'numbers of an object stand first and ascend, as JavaScript has them',
      { tasks: { x: source, 1: other } },
      ['1', 'x'],
    ],
    [
      'numbers of a text keep their place',
      '{"tasks":{"x":"share=p/1","10":"share=p/2","2":"share=p/3"}}',
      ['x', '10', '2'],
    ],
    [
      'whatever else stands in the text',
      '{"metadata":{"tasks":{"9":1}},"tasks":{"b":{"source":"share=p/\\"a","metadata":{"z":1}},"1":"a"}}',
      ['b', '1'],
    ],
    ['escaped keys too', '{"tasks":{"\\u0062":"share=p/1","1":"share=p/2"}}', ['b', '1']],
    [
      'an escaped name of the whole keeps the order of JavaScript',
      '{"t\\u0061sks":{"b":"share=p/1","1":"share=p/2"}}',
      ['1', 'b'],
    ],
  ])('%s', (_what, spec, uris) => {
    expect(urisOf(spec)).toEqual(uris)
  })

  test.each<[unknown, string, string]>([
    [{ tasks: { ' ': source } }, '$.tasks[" "]', 'uri-empty'],
    [{ tasks: { a: { source, uri: 'b' } } }, '$.tasks.a.uri', 'uri-differs'],
    [{ tasks: { a: source, ' a': other } }, '$.tasks[" a"].uri', 'uri-twice'],
    [{ tasks: { ['x'.repeat(65)]: source } }, `$.tasks.${'x'.repeat(65)}`, 'too-long'],
    [{ tasks: [{ source, uri: 'x'.repeat(65) }] }, '$.tasks[0].uri', 'too-long'],
    [{ tasks: [{ source, uri: 5 }] }, '$.tasks[0].uri', 'text'],
  ])('%j', (spec, jsonPath, advice) => {
    expect(errorOf(spec)).toMatchObject({ code: 'SPEC_INVALID', jsonPath, advice })
  })
})

describe('the name of a job that has none', () => {
  test.each([
    ['share=projects/lfm/a.mov', 'a.mov'],
    ['share=projects/lfm/', 'lfm'],
    ['share=projects', 'projects'],
    ['share=(default)', '(default)'],
    ['share=john@example.com', 'john@example.com'],
    ['share=p/movie.%04d.jpg[1-9]', 'movie.%04d.jpg[1-9]'],
    ['C:\\Users\\john\\Desktop\\', 'Desktop'],
    ['C:\\', 'C:'],
    ['\\\\nas\\media\\plates', 'plates'],
    ['/Volumes/projects', 'projects'],
    ['/', '/'],
    ['site=berlin:/', 'site=berlin'],
    ['~', '~'],
    ['~/Desktop', 'Desktop'],
    ['john@example.com:~', 'john@example.com'],
    ['site=cloud:null', 'site=cloud'],
    ['site=cloud:share=projects/nofile', 'nofile'],
  ])('%s: %s', (from, name) => {
    expect(normaliseSpecification({ source: from, status: 'excluded' }).name).toBe(name)
  })

  test('a long name of a source is cut between characters', () => {
    expect(normaliseSpecification({ source: `share=p/${'x'.repeat(199)}😀y` }).name).toBe('x'.repeat(199))
    expect(normaliseSpecification({ source: `share=p/${'x'.repeat(199)} yz` }).name).toBe('x'.repeat(199))
  })

  test('a long name that somebody gave is refused, not cut', () => {
    expect(normaliseSpecification({ source, name: 'x'.repeat(200) }).name).toHaveLength(200)
    for (const key of ['name', 'code']) {
      expect(() => normaliseSpecification({ source, [key]: 'x'.repeat(201) })).toThrow(
        expect.objectContaining({ params: expect.objectContaining({ jsonPath: `$.${key}`, advice: 'too-long' }) }),
      )
    }
  })

  test('each task keeps its path as its own destination has it, where nobody asks', () => {
    const tasks = [{ source, destination: 'mia@example.com' }, { source, destination: 'site=berlin' }, { source }]
    const normal = normaliseSpecification({ tasks })
    expect(normal.mirrorPaths).toBe(true)
    expect(normal.tasks.map((task) => task.mirrorPaths)).toEqual([false, undefined, undefined])
    expect(normaliseSpecification({ tasks, mirror_paths: true }).tasks[0]?.mirrorPaths).toBeUndefined()
  })

  test('people are named in recipients or in destinations', () => {
    const spec = { tasks: [{ source }, { source, dest: 'site=berlin:x/' }], recipients: ['mia@example.com'] }
    expect(() => normaliseSpecification(spec)).toThrow(
      expect.objectContaining({
        params: expect.objectContaining({ jsonPath: '$.tasks[1].dest', advice: 'party-beside-recipients' }),
      }),
    )
  })
})

describe('null means absent', () => {
  const attributes = [
    'name',
    'code',
    'description',
    'destination',
    'dest',
    'tasks',
    'settings',
    'metadata',
    'priority',
    'queue',
  ]
  const more = [
    'status',
    'recipients',
    'invite',
    'mirror_paths',
    'mirror',
    'append',
    'allow_duplicates',
    'hooks',
    'repeat',
  ]

  test('for every attribute of a job and a task', () => {
    const nothing = Object.fromEntries([...attributes, ...more].map((key) => [key, null]))
    expect(normaliseSpecification({ ...nothing, source })).toEqual(normaliseSpecification({ source }))
    const ofTask = {
      uri: null,
      destination: null,
      dest: null,
      priority: null,
      status: null,
      settings: null,
      metadata: null,
    }
    expect(normaliseSpecification([{ ...ofTask, source, description: null, deps: null }])).toEqual(
      normaliseSpecification([source]),
    )
    expect(normaliseSpecification({ source, settings: { job_max_retries: null } }).settings).toEqual({})
    expect(normaliseSpecification({ tasks: [source], source: null, destination: null }).tasks).toHaveLength(1)
  })

  test('not for one that nobody knows', () => {
    expect(errorOf({ source, colour: null })).toMatchObject({ advice: 'unknown-key', jsonPath: '$.colour' })
    expect(errorOf({ source, settings: { nothing: null } })).toMatchObject({ advice: 'setting-name' })
  })
})

describe('what Tern has no meaning for is named', () => {
  test.each([
    ...['engine', 'input', 'output', 'range', 'envs', 'parameters', 'dependencies', 'filters'].map((key) => [
      key,
      'compute',
    ]),
    ['hooks', 'hooks'],
    ['repeat', 'repeating jobs'],
    ['deps', 'task dependencies'],
    ['parent', 'deliveries'],
    ['public', 'deliveries'],
    ['test', 'trial submits'],
  ])('%s: %s', (key, feature) => {
    expect(errorOf({ source, [key]: 'x' })).toEqual({ code: 'UNSUPPORTED', feature, jsonPath: `$.${key}` })
    expect(errorOf([{ source, [key]: 'x' }])).toEqual({ code: 'UNSUPPORTED', feature, jsonPath: `$[0].${key}` })
  })

  test('nested tasks', () => {
    expect(errorOf([{ source, tasks: [] }])).toMatchObject({ code: 'UNSUPPORTED', feature: 'nested tasks' })
  })
})

describe('source and destination', () => {
  test('dest is taken where destination is absent or empty, and refused beside it', () => {
    const [task] = normaliseSpecification({ source, destination: '', dest: 'site=berlin' }).tasks
    expect(task?.destination && printPlace(task.destination)).toBe('site=berlin')
    expect(errorOf({ source, destination: 'site=berlin', dest: 'site=berlin' })).toMatchObject({
      advice: 'destination-twice',
      jsonPath: '$.dest',
    })
  })

  test.each(['C:\\new\ttest', 'C:\new', '\\\\nas\\a\table'.replace('\\t', '\t')])(
    '%j has lost its backslashes to JSON',
    (path) => {
      expect(errorOf({ source, destination: path })).toMatchObject({
        advice: 'backslash-eaten',
        jsonPath: '$.destination',
      })
    },
  )

  test('a file of macOS or Linux may have a line break in its name', () => {
    expect(normaliseSpecification({ source: '/Users/john/a\nb' }).name).toBe('a\nb')
  })

  test('one source for many destinations is many tasks, each pair once', () => {
    const tasks = ['site=berlin', 'site=london', 'site=berlin', 'site=paris', 'site=paris'].map((destination) => ({
      source,
      destination,
    }))
    expect(urisOf({ tasks })).toEqual(['0', '1', '3'])
    expect(errorOf({ tasks, allow_duplicates: false })).toMatchObject({
      code: 'DUPLICATE_TASK',
      uri: '2',
      jsonPath: '$.tasks[2]',
    })
  })
})

describe('bounds', () => {
  const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) })

  test.each<[string, unknown, Record<string, unknown>]>([
    ['tasks', new Array(1_000_001).fill(source), { code: 'LIMIT_EXCEEDED', what: 'tasks', jsonPath: '$.tasks' }],
    [
      'recipients',
      { source, recipients: new Array(1001).fill('mia@example.com') },
      { code: 'LIMIT_EXCEEDED', what: 'recipients' },
    ],
    ['depth of metadata', { source, metadata: nested(33) }, { advice: 'too-deep', jsonPath: '$.metadata' }],
    [
      'depth of metadata of a task',
      [{ source, metadata: nested(5000) }],
      { advice: 'too-deep', jsonPath: '$[0].metadata' },
    ],
    [
      'length of metadata',
      { source, metadata: { a: 'x'.repeat(65_536) } },
      { advice: 'too-long', jsonPath: '$.metadata' },
    ],
    ['entries of metadata', { source, metadata: { a: new Array(65_536).fill(0) } }, { advice: 'too-long' }],
    ['a path', { source: `share=p/${'a'.repeat(4096)}` }, { advice: 'too-long', jsonPath: '$.source' }],
    ['a text', { source, queue: 'x'.repeat(1001) }, { advice: 'too-long', jsonPath: '$.queue' }],
  ])('%s', (_what, spec, error) => {
    expect(errorOf(spec)).toMatchObject(error)
  })

  test('metadata as deep as they may be', () => {
    expect(normaliseSpecification({ source, metadata: nested(31) }).metadata).toEqual(nested(31))
  })
})

describe('keys of the prototype', () => {
  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s is a key like others', (key) => {
    expect(errorOf(`{"source":"${source}","${key}":1}`)).toMatchObject({ advice: 'unknown-key' })
    expect(errorOf(`[{"source":"${source}","settings":{"${key}":"1"}}]`)).toMatchObject({ advice: 'setting-name' })
    expect(urisOf(`{"tasks":{"${key}":"${source}"}}`)).toEqual([key])
    const { metadata } = normaliseSpecification(`{"source":"${source}","metadata":{"${key}":1}}`)
    expect(Object.keys(metadata ?? {})).toEqual([key])
  })
})
