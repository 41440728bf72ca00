import { describe, expect, test } from 'vitest'
import { entityReference, readableEntity } from '../../../../../src/shared/domain/entity-text.ts'
import { parsePlace, printPlace } from '../../../../../src/shared/domain/notation/notation.ts'
import type { PartyReference } from '../../../../../src/shared/domain/notation/place.ts'
import { parseQuery } from '../../../../../src/shared/domain/query/parse-query.ts'
import { compilePredicate, type QueryRecord } from '../../../../../src/shared/domain/query/predicate.ts'
import { printQuery } from '../../../../../src/shared/domain/query/print-query.ts'
import { checkSpecification } from '../../../../../src/shared/domain/specification/job-specification.ts'
import { findJsonProblem } from '../../../../../src/shared/domain/specification/json-problem.ts'
import { jobEventForWrite } from '../../../../../src/shared/domain/status/job-status.ts'
import { taskStatusAfterWrite } from '../../../../../src/shared/domain/status/task-status.ts'
import { parseWireDate, printWireDate } from '../../../../../src/shared/domain/units/wire-date.ts'
import { wireProgress, wireSpeed, wireTimeLeft } from '../../../../../src/shared/domain/units/wire-figures.ts'
import { type JsonExample, type JsonKind, jsonExamples } from './json-examples.ts'
import { pathExamples } from './path-examples.ts'
import { queryExamples } from './query-examples.ts'

/*
 * Everything that the transfers document and the job specification print as an example, each under its own name. What a
 * job means in detail is in specification/job-specification.test.ts.
 */

const parties: Readonly<Record<string, PartyReference>> = {
  myworkspace: { kind: 'workspace', code: 'myworkspace' },
  myorg: { kind: 'workspace', code: 'myorg' },
  workspace: { kind: 'workspace', code: 'workspace' },
  berlin: { kind: 'site', code: 'berlin' },
}
const resolveCode = (code: string) => (Object.hasOwn(parties, code) ? parties[code] : undefined)

function ofKind(...kinds: readonly JsonKind[]): readonly JsonExample[] {
  return jsonExamples.filter(({ kind }) => kinds.includes(kind))
}

function meant({ printed, corrected }: JsonExample): unknown {
  return JSON.parse(corrected ?? printed)
}

describe('none is forgotten', () => {
  test.each([
    ['transfers', 9],
    ['specification', 18],
  ] as const)('JSON of the %s document: %i', (document, count) => {
    expect(jsonExamples.filter((example) => example.document === document)).toHaveLength(count)
  })

  test('paths in prose and tables: 28, in jobs: 49', () => {
    expect(pathExamples).toHaveLength(28)
    expect(pathsInJobs).toHaveLength(49)
  })

  test('queries: 10', () => {
    expect(queryExamples).toHaveLength(10)
  })

  test('nothing stands there twice', () => {
    for (const names of [
      jsonExamples.map(({ section }) => section),
      pathExamples.map(({ section, printed }) => `${section} ${printed}`),
      queryExamples.map(({ printed }) => printed),
    ]) {
      expect(new Set(names).size).toBe(names.length)
    }
  })
})

describe('JSON', () => {
  test.each(jsonExamples.map((example) => [example.section, example] as const))('%s', (_section, example) => {
    const problem = findJsonProblem(example.printed)
    if (example.corrected === undefined) {
      expect(problem).toBeUndefined()
      expect(JSON.parse(example.printed)).toBeTypeOf('object')
      return
    }
    expect(() => JSON.parse(example.printed)).toThrow(SyntaxError)
    expect(problem).toBeDefined()
    expect(findJsonProblem(example.corrected)).toBeUndefined()
  })

  test.each(ofKind('job', 'outline').map((example) => [example.section, example] as const))(
    'a job: %s',
    (_section, example) => {
      const check = checkSpecification(example.corrected ?? example.printed, { resolveCode })
      expect('errors' in check ? check.errors : []).toEqual([])
      if (example.corrected === undefined) return
      const refused = checkSpecification(example.printed, { resolveCode })
      expect('errors' in refused ? refused.errors.map(({ code, path }) => [code, path]) : []).toEqual([
        ['SPEC_INVALID', '$'],
      ])
    },
  )

  test.each(ofKind('change').map((example) => [example.section, example] as const))(
    'a change: %s',
    (_section, example) => {
      const changes = [meant(example)].flat() as { id?: string; status: string }[]
      for (const { id, status } of changes) {
        if (id === undefined) expect(jobEventForWrite('paused', status)).toMatch(/^(resume|abort)$/)
        else expect(taskStatusAfterWrite('queued', status, { hasLocation: true })).toBe(status)
      }
      expect(changes).toHaveLength(1)
    },
  )

  test('an answer: a transfer', () => {
    const [example] = jsonExamples.filter(({ section }) => section === 'Query: a transfer')
    const wanted = meant(example as JsonExample) as Record<string, unknown>
    const lisa = { type: 'user', id: '6676f3e9c7ef4e27da254e57', code: 'lisa@example.com', sort: 'standard' }
    const workspace = { type: 'workspace', id: '6645fbca9f8c4d3e7a3b678d', code: 'seagull' }
    expect({
      ...wanted,
      created: printWireDate(parseWireDate('2026-01-22T08:35:59')?.startMs),
      finished: printWireDate(parseWireDate('2026-01-22T08:43:05')?.startMs),
      destination: entityReference(lisa),
      destination_hr: readableEntity(lisa),
      etr: wireTimeLeft(undefined),
      progress: wireProgress({ doneBytes: 0, totalBytes: 0, isDone: false }),
      source: entityReference(workspace),
      source_hr: readableEntity(workspace),
      speed: wireSpeed(undefined),
      user_hr: readableEntity(lisa),
    }).toEqual(wanted)
  })

  test('an answer: a task', () => {
    const [example] = jsonExamples.filter(({ section }) => section === 'Tasks: a task')
    const wanted = meant(example as JsonExample) as Record<string, unknown>
    const job = { id: '6971e16fceadd67b955b1995', code: 'README.txt', sort: 7 }
    const createdMs = parseWireDate('2020-08-04T09:52:27')?.startMs
    expect({ ...wanted, created: printWireDate(createdMs), job_hr: readableEntity(job) }).toEqual(wanted)
  })

  test('an answer: what comes back of tasks', () => {
    const [example] = jsonExamples.filter(({ section }) => section === 'Create tasks: what comes back')
    expect(meant(example as JsonExample)).toEqual({ success: true })
  })
})

const pathsInJobs = ofKind('job').flatMap((example) => {
  const { tasks = [], ...job } = meant(example) as { tasks?: object }
  const entries = [job, ...('source' in tasks ? [tasks] : Object.values(tasks))]
  return entries.flatMap((entry: unknown) => {
    if (typeof entry === 'string') return [[example.section, 'source', entry] as const]
    const { source, destination } = entry as { source?: string; destination?: string }
    return [
      ...(source === undefined ? [] : [[example.section, 'source', source] as const]),
      ...(destination === undefined ? [] : [[example.section, 'destination', destination] as const]),
    ]
  })
})

describe('paths', () => {
  test.each(pathExamples.map(({ section, printed, canonical }) => [section, printed, canonical] as const))(
    '%s: %s is %s',
    (_section, printed, canonical) => {
      const place = parsePlace(printed, { resolveCode })
      expect(printPlace(place)).toBe(canonical)
      expect(parsePlace(canonical, { resolveCode })).toEqual(place)
    },
  )

  test.each(pathsInJobs)('in a job, %s: %s %s', (_section, role, printed) => {
    const place = parsePlace(printed, { resolveCode, role })
    expect(place.party.kind === 'none' && place.path.kind === 'omitted').toBe(false)
    expect(parsePlace(printPlace(place), { resolveCode, role })).toEqual(place)
  })
})

const workspace = { type: 'site', id: '6645fbca9f8c4d3e7a3b678d', code: 'hq' }
const user = { type: 'user', id: '6676f3e9c7ef4e27da254e57', code: 'user@example.com' }
const lisa = { type: 'user', id: '6676f3e9c7ef4e27da254e58', code: 'lisa@example.com' }

const transfers: readonly QueryRecord[] = [
  {
    id: '6971e16fceadd67b955b1995',
    name: 'README.txt',
    status: 'aborted',
    user: lisa,
    source: workspace,
    destination: lisa,
  },
  {
    id: '5a7325f8b7ef72f5f9d74bf4',
    name: 'x and y.png',
    status: 'running',
    user,
    source: user,
    destination: workspace,
  },
  {
    id: '614d660de50d45bb027c9bdd',
    name: 'TRAILER',
    status: 'done',
    user: lisa,
    source: workspace,
    destination: { type: 'site', id: '5da08873b0eb10fade60b3f7', code: 'stockholm' },
  },
]
const tasks: readonly QueryRecord[] = [
  { name: '0', status: 'queued' },
  { name: '1', status: 'onhold' },
]

describe('queries', () => {
  test.each(queryExamples.map((example) => [example.section, example.printed, example.finds] as const))(
    '%s: %s finds %j',
    (_section, printed, finds) => {
      const query = parseQuery(printed)
      const matches = compilePredicate(query)
      const records = query.entity === 'Task' ? tasks : transfers
      expect(records.filter(matches).map(({ name }) => name)).toEqual(finds)
      expect(parseQuery(printQuery(query))).toEqual(query)
    },
  )
})
