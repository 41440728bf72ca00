import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { settingsOfScope } from '../../../../../src/shared/domain/settings/settings.ts'
import {
  checkSpecification,
  normaliseSpecification,
} from '../../../../../src/shared/domain/specification/job-specification.ts'
import {
  jobAttributes,
  taskAttributes,
} from '../../../../../src/shared/domain/specification/specification-attributes.ts'
import { describedSchema } from '../../../../../src/shared/words/specification.ts'
import { expectFile } from '../../../../helpers/generated-doc.ts'
import { printedJob } from '../../../../helpers/printed-job.ts'
import { anySpecification } from './any-specification.ts'
import { jobExamples } from './document-examples.ts'

const file = fileURLToPath(new URL('../../../../../docs/job-specification.schema.json', import.meta.url))
const schema = describedSchema()
const isValid = new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: false, strictTypes: false }).compile(
  schema,
)

test('the file for editors says what the code says', () => {
  expectFile(file, `${JSON.stringify(schema, null, 2)}\n`)
})

test('every attribute and setting has its line of help', () => {
  const { $defs } = schema as { $defs: Record<string, { properties: Record<string, { description?: string }> }> }
  const described = (name: string) =>
    Object.entries($defs[name]?.properties ?? {}).flatMap(([key, { description }]) => (description ? [key] : []))
  expect(described('job')).toEqual(Object.keys(jobAttributes))
  expect(described('taskObject')).toEqual(Object.keys(taskAttributes))
  expect(described('jobSettings')).toEqual(settingsOfScope('job'))
  expect(described('taskSettings')).toEqual(settingsOfScope('task'))
})

describe('what is right is right for both', () => {
  test.each(jobExamples)('$section', ({ printed, corrected }) => {
    expect(isValid(JSON.parse(corrected ?? printed))).toBe(true)
  })

  test('any specification, and its normal form', () => {
    fc.assert(
      fc.property(anySpecification, (spec) => {
        const given: unknown = JSON.parse(JSON.stringify(spec))
        expect(isValid(given), JSON.stringify(isValid.errors)).toBe(true)
        expect(isValid(JSON.parse(JSON.stringify(printedJob(normaliseSpecification(spec)))))).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})

/** Why the reader refuses what the schema lets pass: what a schema cannot say. */
const beyondSchema = new Set([
  // whether a path can be read, and means a file or folder
  ...['climbs', 'party-missing', 'drive-relative', 'unc-incomplete', 'share-missing', 'source-path-missing'],
  ...['user-invalid', 'site-invalid', 'client-invalid', 'workspace-invalid', 'zero-byte', 'unsupported', 'device'],
  ...['backslash-eaten', 'party-too-long', 'too-long'],
  // whether one thing fits another
  ...['uri-twice', 'uri-differs', 'destination-twice', 'duplicate-task', 'party-beside-recipients'],
  // what a text in a text is
  ...[
    'setting-filter',
    'timetable',
    'setting-json',
    'setting-json-key',
    'setting-flags',
    'setting-integer',
    'setting-number',
  ],
  ...['setting-integer-or-none', 'setting-integer-or-all', 'setting-number-or-none', 'setting-path'],
  // all of the data together
  ...['too-deep', 'limit-exceeded'],
])

describe('what is wrong', () => {
  const odd = fc.oneof(
    fc.constantFrom<unknown>(
      null,
      true,
      'true',
      0,
      1,
      1001,
      1.5,
      -1,
      '',
      ' ',
      'x',
      '5',
      '0500',
      '1001',
      [],
      {},
      [null],
      'paused',
      'queued',
    ),
    fc.constantFrom<unknown>(
      'share=p/a',
      'a/../b',
      'site=berlin',
      'C:x',
      'mia@example.com',
      ' mia@example.com ',
      '*.tmp',
      "re('(')",
    ),
    fc.constantFrom<unknown>('x'.repeat(65), ' '.repeat(1001), `share=p/${'a'.repeat(4096)}`),
  )
  const keys = [
    ...new Set([...Object.keys(jobAttributes), ...Object.keys(taskAttributes), ...settingsOfScope('job')]),
    ...['hooks', 'engine', 'colour', '__proto__', 'constructor', '0', ''],
  ]
  const spoiled = fc
    .tuple(anySpecification, fc.array(fc.nat(30), { minLength: 1, maxLength: 4 }), fc.constantFrom(...keys), odd)
    .map(([spec, way, key, value]) => spoil(JSON.parse(JSON.stringify(spec)), way, key, value))

  function spoil(spec: unknown, way: readonly number[], key: string, value: unknown): unknown {
    let part = spec as Record<string, unknown>
    for (const step of way) {
      const inner = Object.values(part).filter((entry) => typeof entry === 'object' && entry !== null)
      if (inner.length === 0 || step % 4 === 0) break
      part = inner[step % inner.length] as Record<string, unknown>
    }
    const last = way.at(-1) ?? 0
    const present = Object.keys(part)
    const target = last % 2 === 0 && present.length > 0 ? present[last % present.length] : key
    if (Array.isArray(part)) part[last % (part.length + 1)] = value
    else Object.defineProperty(part, target ?? key, { value, enumerable: true, configurable: true, writable: true })
    return spec
  }

  test('the schema passes all that the reader takes, and more only where a schema cannot say it', () => {
    let refused = 0
    fc.assert(
      fc.property(spoiled, (spec) => {
        const check = checkSpecification(spec)
        const shown = JSON.stringify(spec)
        if ('warnings' in check) expect(isValid(spec), `${shown} ${JSON.stringify(isValid.errors)}`).toBe(true)
        else {
          refused++
          if (isValid(spec)) {
            expect(
              check.errors.map(({ advice }) => advice).filter((advice) => !beyondSchema.has(advice)),
              shown,
            ).toEqual([])
          }
        }
      }),
      { numRuns: 3000 },
    )
    expect(refused).toBeGreaterThan(500)
  })

  test.each<[string, unknown]>([
    ['an unknown attribute', { source: 'share=p/a', colour: 'red' }],
    ['a source beside tasks', { source: 'share=p/a', tasks: ['share=p/b'] }],
    ['no source', { destination: 'site=berlin' }],
    ['a task without a source', { tasks: [{ destination: 'site=berlin' }] }],
    ['a status of a task for a job', { tasks: ['share=p/a'], status: 'excluded' }],
    ['a priority of 0', { source: 'share=p/a', priority: 0 }],
    ['a setting of queues', { source: 'share=p/a', settings: { queue_interrupt_policy: 'never' } }],
    ['a word that a setting does not have', { source: 'share=p/a', settings: { transfer_on_conflict: 'ask' } }],
    ['an address that is none', { source: 'share=p/a', recipients: ['mia'] }],
    ['no tasks', { tasks: [] }],
  ])('%s', (_what, spec) => {
    expect(isValid(spec)).toBe(false)
    expect(checkSpecification(spec)).toHaveProperty('errors')
  })
})
