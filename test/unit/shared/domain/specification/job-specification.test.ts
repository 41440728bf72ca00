import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TernError } from '../../../../../src/shared/domain/errors.ts'
import { printPlace } from '../../../../../src/shared/domain/notation/notation.ts'
import { normaliseSpecification } from '../../../../../src/shared/domain/specification/job-specification.ts'
import { cpuMs } from '../../cpu-time.ts'
import { jobExamples } from './document-examples.ts'

const options = {
  resolveCode: (code: string) =>
    code === 'myworkspace' || code === 'myorg' ? ({ kind: 'workspace', code } as const) : undefined,
}

function brief(spec: unknown) {
  const { tasks, ...rest } = normaliseSpecification(spec, options)
  return {
    ...rest,
    tasks: tasks.map(({ source, destination, ...task }) => ({
      ...task,
      source: printPlace(source),
      ...(destination && { destination: printPlace(destination) }),
    })),
  }
}

const job = { settings: {}, priority: 500, recipients: [], invite: false, mirrorPaths: false, allowDuplicates: true }
const task = { uri: '0', priority: 500, settings: {} }

/** What each example of both documents means, by section. */
const meanings: Record<string, object> = {
  'Source and destination party': {
    ...job,
    name: 'My download',
    tasks: [
      { ...task, source: 'share=share1/file.001', destination: 'john@example.com' },
      { ...task, uri: '1', source: 'share=share2/file.002', destination: 'john@example.com' },
    ],
  },
  'Large jobs with a lot of files, before': {
    ...job,
    name: 'Daily backup',
    mirrorPaths: true,
    tasks: [{ ...task, source: 'share=raid01/projects', destination: 'site=backup' }],
  },
  'Large jobs with a lot of files, after': {
    ...job,
    name: 'Daily backup',
    mirrorPaths: true,
    settings: { task_bucketsize: '1' },
    tasks: [
      { ...task, source: 'share=raid01/projects/PROJ001', destination: 'site=backup' },
      { ...task, uri: '1', source: 'share=raid01/projects/PROJ002', destination: 'site=backup' },
    ],
  },
  'Send a file to a user': {
    ...job,
    name: 'lfm_114_290.jpg',
    tasks: [
      {
        ...task,
        source: 'myworkspace:/projects/lfm/114/290/lfm_114_290.jpg',
        destination: 'john@example.com:projects/lfm/114/290/lfm_114_290.jpg',
      },
    ],
  },
  'Send two files to multiple users': {
    ...job,
    name: 'lfm_114_290.jpg',
    recipients: ['john@example.com', 'mia@example.com'],
    invite: true,
    tasks: [
      { ...task, source: 'myworkspace:/projects/lfm/114/290/lfm_114_290.jpg', destination: 'preview/lfm_114_290.jpg' },
      {
        ...task,
        uri: '1',
        source: 'myworkspace:/projects/lfm/114/290/lfm_114_290.mov',
        destination: 'movie/lfm_114_290.mov',
      },
    ],
  },
  'Upload to home share': {
    ...job,
    name: 'delivery',
    queue: 'low_prio',
    tasks: [
      { ...task, source: '/Users/john/Desktop/delivery', destination: 'share=john@example.com' },
      { ...task, uri: '1', source: '/Users/john/Desktop/quicktimes', destination: 'share=john@example.com' },
    ],
  },
  'Download from user share': {
    ...job,
    name: 'script_v001.pdf',
    tasks: [{ ...task, source: 'myworkspace:20180413/script_v001.pdf', destination: 'C:/Users/John/Download/tern/' }],
  },
  'Upload to share': {
    ...job,
    name: 'new_scans',
    tasks: [{ ...task, source: '/Users/john/Desktop/new_scans', destination: 'share=thefilm/from_john/20180413/' }],
  },
  'Download to site': {
    ...job,
    name: '010',
    mirrorPaths: true,
    tasks: [{ ...task, source: 'share=projects/thefilm/010', destination: 'site=berlin' }],
  },
  'Upload from site': {
    ...job,
    name: 'comp_v012',
    mirrorPaths: true,
    tasks: [{ ...task, source: 'site=cloud:share=projects/thefilm/sc01/comp_v012', destination: 'myworkspace:' }],
  },
  'Transfer between sites': {
    ...job,
    name: 'comp_v012',
    mirrorPaths: true,
    tasks: [{ ...task, source: 'site=cloud:share=projects/thefilm/sc01/comp_v012', destination: 'site=berlin' }],
  },
  Metadata: {
    ...job,
    name: 'project_files',
    mirrorPaths: true,
    metadata: { artist: 'sam' },
    tasks: [
      {
        ...task,
        source: 'site=berlin:projects/grade/project_files',
        destination: 'myorg:',
        metadata: { app: 'grading' },
      },
    ],
  },
  'Skip existing files': {
    ...job,
    name: 'final_export.mov',
    tasks: [
      {
        ...task,
        source: 'E:/grade/davinci_files/final_export.mov',
        destination: 'myworkspace:share=grade/FROM_EDIT/final_export.mov',
        settings: { transfer_ignore_existing: 'file' },
      },
    ],
  },
  'Exclude files': {
    ...job,
    name: 'BIGGIE',
    tasks: [
      {
        ...task,
        source: 'F:/BIGGIE',
        destination: 'myworkspace:share=projects/__UPLOADS/BIGGIE',
        settings: { transfer_exclude: "*tmp\\,re('[0-9]')" },
      },
    ],
  },
  Priorities: {
    ...job,
    name: 'brief_v001.pdf',
    tasks: [
      { ...task, source: '/media/disk/brief_v001.pdf', destination: 'lisa@example.com', priority: 999 },
      { ...task, uri: '1', source: '/media/disk/material.rar', destination: 'lisa@example.com' },
    ],
  },
  'File sequences': {
    ...job,
    name: 'movie.%04d.jpg[100-167]',
    mirrorPaths: true,
    tasks: [
      {
        ...task,
        source: 'site=berlin:/Volumes/NAS/myproj/images/movie.%04d.jpg[100-167]',
        destination: 'site=london',
      },
    ],
  },
  'Placeholder jobs': {
    ...job,
    name: 'nofile',
    mirrorPaths: true,
    tasks: [{ ...task, source: 'site=cloud:share=projects/nofile', destination: 'site=hq', status: 'excluded' }],
  },
  'Transfers document: Create': {
    ...job,
    name: 'TRAILER_screening_v003.mov',
    status: 'paused',
    tasks: [
      {
        ...task,
        source: 'share=myproject/delivery/TRAILER_screening_v003.mov',
        destination: '/Volumes/EDIT/from_client',
      },
    ],
  },
  'Transfers document: Create tasks, mirrored': {
    ...job,
    name: 'showreel_2018.mov',
    mirrorPaths: true,
    tasks: [{ ...task, source: '/Volumes/projects/showreel_2018.mov' }],
  },
  'Transfers document: Create tasks, single': {
    ...job,
    name: 'showreel_2018.mov',
    tasks: [{ ...task, source: '_REF/showreel_2018.mov', destination: '/Users/john/Downloads/showreel_2018.mov' }],
  },
}

describe('the examples of both documents', () => {
  test('none is forgotten: 17 of the job specification, 3 of the transfers document', () => {
    expect(jobExamples).toHaveLength(20)
    expect(Object.keys(meanings).sort()).toEqual(jobExamples.map((example) => example.section).sort())
  })

  test.each(jobExamples)('$section', (example) => {
    expect(brief(example.corrected ?? example.printed)).toEqual(meanings[example.section])
  })

  const malformed = jobExamples.filter((example) => example.corrected !== undefined)

  test.each(malformed)('$section, as printed, is not JSON and is told why', (example) => {
    expect(() => JSON.parse(example.printed)).toThrow()
    expect(() => normaliseSpecification(example.printed)).toThrow(
      expect.objectContaining({
        code: 'SPEC_INVALID',
        params: expect.objectContaining({ jsonPath: '$', advice: example.advice }),
      }),
    )
  })

  test('eight examples of the job specification are not JSON as printed', () => {
    expect(malformed).toHaveLength(8)
  })
})

describe('forms', () => {
  const source = 'share=projects/a.mov'
  const one = { ...job, name: 'a.mov', mirrorPaths: true, tasks: [{ ...task, source }] }

  test.each<[string, unknown]>([
    ['single', { source }],
    ['a list of tasks', { tasks: [{ source }] }],
    ['a list of texts', { tasks: [source] }],
    ['a bare list', [{ source }]],
    ['one text', { tasks: source }],
    ['a dictionary', { tasks: { 0: { source } } }],
    ['a dictionary of texts', { tasks: { 0: source } }],
    ['JSON text', JSON.stringify({ source })],
  ])('%s', (_form, spec) => {
    expect(brief(spec)).toEqual(one)
  })

  test('name before code, mirror as older scripts write it, dest as well', () => {
    const spec = { name: 'A', code: 'B', mirror: 'true', tasks: [{ source, dest: 'site=berlin' }] }
    expect(brief(spec)).toMatchObject({ name: 'A', mirrorPaths: true, tasks: [{ destination: 'site=berlin' }] })
  })

  test('a task status on a single transfer is the task’s', () => {
    expect(brief({ source, status: 'excluded' })).toMatchObject({ tasks: [{ status: 'excluded' }] })
    expect(brief({ source, status: 'excluded' })).not.toHaveProperty('status')
  })

  test('numbers and booleans as setting values become texts', () => {
    expect(brief({ source, settings: { job_max_retries: 5, task_bucketsize: 1 } }).settings).toEqual({
      job_max_retries: '5',
      task_bucketsize: '1',
    })
  })

  test('a recipient named twice gets one job', () => {
    expect(brief({ source, recipients: ['Mia@example.com', 'mia@example.com'] }).recipients).toEqual([
      'Mia@example.com',
    ])
  })

  test('the same source and destination twice is one task, or refused', () => {
    const tasks = [
      { source: 'share=p/a', destination: 'site=berlin' },
      { source: 'share=p//a', destination: 'site=berlin' },
    ]
    expect(brief({ tasks }).tasks).toHaveLength(1)
    expect(() => brief({ tasks, allow_duplicates: false })).toThrow(expect.objectContaining({ code: 'DUPLICATE_TASK' }))
  })

  test('a name from a whole share is the share’s', () => {
    expect(brief({ source: 'share=projects', destination: 'mia@example.com' }).name).toBe('projects')
  })
})

describe('errors name the place and what would be right', () => {
  const source = 'share=projects/a.mov'

  test.each<[unknown, string, string]>([
    [null, '$', 'object'],
    [5, '$', 'object'],
    ['', '$', 'json-empty'],
    ['{', '$', 'json-brackets-open'],
    [{}, '$.source', 'source-missing'],
    [{ tasks: [] }, '$.tasks', 'tasks-missing'],
    [{ tasks: {} }, '$.tasks', 'tasks-missing'],
    [{ tasks: 5 }, '$.tasks', 'tasks'],
    [{ tasks: [5] }, '$.tasks[0]', 'object'],
    [{ tasks: [source, {}] }, '$.tasks[1].source', 'source-missing'],
    [{ tasks: { 'a b': { source: 5 } } }, '$.tasks["a b"].source', 'text'],
    [{ source: 'site=berlin' }, '$.source', 'source-path-missing'],
    [{ source, tasks: [source] }, '$.source', 'source-beside-tasks'],
    [{ source, priority: 0 }, '$.priority', 'priority'],
    [{ source, priority: 1001 }, '$.priority', 'priority'],
    [{ source, priority: 1.5 }, '$.priority', 'priority'],
    [{ tasks: [{ source, priority: 'high' }] }, '$.tasks[0].priority', 'priority'],
    [{ source, status: 'running' }, '$.status', 'one-of'],
    [{ tasks: [{ source, status: 'done' }] }, '$.tasks[0].status', 'one-of'],
    [{ source, invite: 'yes' }, '$.invite', 'boolean'],
    [{ source, recipients: ['mia'] }, '$.recipients[0]', 'email'],
    [{ source, recipients: ['mia@example'], invite: true }, '$.recipients[0]', 'email'],
    [{ source, recipients: 'åsa@example.com', invite: true }, '$.recipients', 'email'],
    [{ source, recipients: 7 }, '$.recipients', 'text'],
    [{ source, recipient: 'mia@example.com' }, '$.recipient', 'unknown-key-near'],
    [{ tasks: [{ source, prio: 5 }] }, '$.tasks[0].prio', 'unknown-key-near'],
    [{ tasks: [{ source, colour: 5 }] }, '$.tasks[0].colour', 'unknown-key'],
    [{ source, settings: { Bad: '1' } }, '$.settings.Bad', 'setting-name'],
    [{ source, settings: { transfer_nothing: '1' } }, '$.settings.transfer_nothing', 'setting-name'],
    [{ source, settings: { transfer_on_conflict: 'ask' } }, '$.settings.transfer_on_conflict', 'setting-one-of'],
    [{ source, settings: { transfer_exclude: "re('(')" } }, '$.settings.transfer_exclude', 'setting-filter'],
    [{ source, settings: { transfer_mode: {} } }, '$.settings.transfer_mode', 'setting-value'],
    [{ source, metadata: [] }, '$.metadata', 'object'],
    [
      {
        tasks: [
          { source, uri: 'a' },
          { source: 'share=p/b', uri: 'a' },
        ],
      },
      '$.tasks[1].uri',
      'uri-twice',
    ],
    [{ source: 'x'.repeat(9000) }, '$.source', 'too-long'],
    [{ source, name: 'x'.repeat(2000) }, '$.name', 'too-long'],
  ])('%j', (spec, jsonPath, advice) => {
    expect(() => normaliseSpecification(spec)).toThrow(
      expect.objectContaining({ code: 'SPEC_INVALID', params: expect.objectContaining({ jsonPath, advice }) }),
    )
  })

  test('a bad path keeps its own code and gains the place', () => {
    expect(() => normaliseSpecification({ tasks: [{ source, destination: 'share=a/../b' }] })).toThrow(
      expect.objectContaining({
        code: 'PATH_INVALID',
        params: expect.objectContaining({ jsonPath: '$.tasks[0].destination', problem: 'climbs' }),
      }),
    )
  })

  test('compute jobs are a named error', () => {
    expect(() => normaliseSpecification({ source, engine: 'render' })).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED', params: { feature: 'compute', jsonPath: '$.engine' } }),
    )
  })

  test('a dictionary cannot reach the prototype', () => {
    const spec = JSON.parse('{"tasks":{"__proto__":{"source":"share=p/a"}},"settings":{"__proto__":"x"}}')
    expect(() => normaliseSpecification(spec)).toThrow(expect.objectContaining({ code: 'SPEC_INVALID' }))
    expect(({} as Record<string, unknown>).source).toBeUndefined()
  })
})

describe('properties', () => {
  test('any JSON is a specification or a TernError', () => {
    const keys = fc.constantFrom(
      'source',
      'destination',
      'tasks',
      'settings',
      'priority',
      'status',
      'recipients',
      'code',
      '0',
    )
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom('share=p/a', 'john@example.com', '', '~', 'paused', null, 5, true),
        fc.string(),
        fc.dictionary(keys, tie('value'), { maxKeys: 4 }),
        fc.array(tie('value'), { maxLength: 3 }),
      ),
    }))
    fc.assert(
      fc.property(value, (spec) => {
        try {
          expect(normaliseSpecification(spec).tasks.length).toBeGreaterThan(0)
        } catch (error) {
          expect(error).toBeInstanceOf(TernError)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('100,000 tasks take under a second', () => {
    const tasks = Array.from({ length: 100_000 }, (_, index) => ({
      source: `share=projects/a/b/c/file.${index}`,
      destination: 'john@example.com',
    }))
    let count = 0
    const timeMs = cpuMs(() => {
      count = normaliseSpecification({ tasks }).tasks.length
    })
    expect(count).toBe(100_000)
    expect(timeMs).toBeLessThan(1000)
  })

  test.each([
    '{"a":'.repeat(200_000),
    '['.repeat(1_000_000),
    `{"source":"${'a,'.repeat(500_000)}`,
    `,${' '.repeat(1_000_000)}`,
  ])('a megabyte of hostile JSON text takes under 100 ms', (text) => {
    expect(cpuMs(() => expect(() => normaliseSpecification(text)).toThrow(TernError))).toBeLessThan(100)
  })

  const withFilters = (filterOf: (index: number) => string, count: number) => ({
    tasks: Array.from({ length: count }, (_, index) => ({
      source: `/a/${index}`,
      settings: { transfer_exclude: filterOf(index) },
    })),
  })

  test('one long filter for thousands of tasks is compiled once', () => {
    const filter = Array.from({ length: 900 }, (_, index) => `*a${index}*b*c`).join(',')
    const spec = withFilters(() => filter, 5000)
    expect(cpuMs(() => normaliseSpecification(spec))).toBeLessThan(1500)
  })

  test('a filter of its own for each of many tasks is refused', () => {
    normaliseSpecification(withFilters((index) => `*.${index}`, 100))
    expect(() => normaliseSpecification(withFilters((index) => `*.${index}`, 101))).toThrow(/LIMIT_EXCEEDED/)
  })
})
