import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestClient, TestWorkspace } from './support.ts'

let workspace: TestWorkspace
let john: TestClient
let mia: TestClient
let sam: TestClient

beforeAll(async () => {
  workspace = await TestWorkspace.start()
  john = await workspace.john()
  mia = await workspace.person('mia@example.com', 'Mia', 'standard', john)
  sam = await workspace.person('sam@example.com', 'Sam', 'standard', john)
})

afterAll(() => workspace[Symbol.asyncDispose]())

async function codeFor(client: TestClient, operation: string, input: unknown): Promise<string> {
  try {
    await (client.call as (name: string, input: unknown) => Promise<unknown>).call(client, operation, input)
    return 'done'
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}

const source = '/Users/mia/a'
const values = [null, [], [[]], {}, { a: {} }, 0, -1, 1.5, 1e308, true, '', ' ', '\0', '\ud800', ['a'], [null], [0]]
const places = ['\0', 'C:a', '..', '../a', 'a/../../b', 'share=../a', 'share=projects/..', 'hq:..', '~/..', '//', '///']
const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '']

describe('a specification of wrong values is refused by a known error, or made', () => {
  const attributes = [
    ...['name', 'code', 'description', 'tasks', 'source', 'destination', 'dest', 'settings', 'metadata', 'priority'],
    ...['queue', 'status', 'recipients', 'invite', 'mirror_paths', 'mirror', 'append', 'allow_duplicates', ...names],
  ]

  it.each(attributes)('%s', async (attribute) => {
    for (const value of /source|dest|tasks/.test(attribute) ? [...values, ...places] : values) {
      const attribute_ = JSON.stringify(attribute)
      const written = JSON.stringify(value)
      const made = [
        `{"source":"${source}","destination":"sam@example.com",${attribute_}:${written}}`,
        `{"tasks":[{"source":"${source}","destination":"sam@example.com",${attribute_}:${written}}]}`,
        `{"tasks":{${attribute_}:${written}},"destination":null}`,
        `{"source":"${source}","destination":"sam@example.com","settings":{${attribute_}:${written}}}`,
        `{"source":"${source}","destination":"sam@example.com","metadata":{${attribute_}:${written}}}`,
      ]
      for (const [index, text] of made.entries()) {
        const spec = index % 2 === 0 ? text : (JSON.parse(text) as unknown)
        const code = await codeFor(mia, 'transfer/create', { spec })
        expect([code, text]).not.toEqual(['INTERNAL', text])
      }
    }
  })

  it.each(places)('no place leads out: %j', async (place) => {
    for (const spec of [
      { source: place, destination: 'sam@example.com' },
      { source, destination: `hq:${place}` },
      { source: `${place}/a.%04d.exr[1-3]`, destination: 'sam@example.com' },
      { source: `share=mia@example.com/${place}/x`, destination: source },
    ]) {
      const code = await codeFor(mia, 'transfer/create', { spec })
      expect(code).toMatch(/^(PATH_INVALID|PATH_AMBIGUOUS|NOT_FOUND|SPEC_INVALID|FORBIDDEN|PARTY_UNKNOWN|done)$/)
      expect([code, place.split(/[/:]/).includes('..') && !place.startsWith('hq:')]).not.toEqual(['done', true])
    }
  })
})

it('metadata of any names come back as they were and change nothing else; the one name that could is refused', async () => {
  const text = '{"constructor":{"prototype":{"isAdmin":true}},"toString":"x"}'
  const specWith = (metadata: string) => ({ source, destination: 'sam@example.com', metadata: JSON.parse(metadata) })
  expect(await codeFor(mia, 'transfer/create', { spec: specWith('{"__proto__":{"isAdmin":true}}') })).toBe(
    'BAD_REQUEST',
  )
  const { jobs } = await mia.call('transfer/create', { spec: specWith(text) as unknown })
  expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
  const { job } = await sam.call('transfer/get', { id: jobs[0]?.id ?? ('' as never) })
  expect(({ ...job.metadata } as { isAdmin?: boolean }).isAdmin).toBeUndefined()
  expect((job.metadata as { isAdmin?: boolean }).isAdmin).toBeUndefined()
  expect(job.metadata?.toString).toBe('x')
})

describe('lists', () => {
  const texts = [
    '\0',
    'ab\0c',
    '"',
    "'",
    '%',
    '_',
    '*',
    '" OR 1=1 --',
    "' OR 1=1 --",
    '\ud800\ud800\ud800',
    'a NEAR b',
    '^',
    '{',
  ]

  it.each(texts)('are searched and asked for %j as for any text', async (text) => {
    const quoted = `"${text.replaceAll('"', '""')}"`
    for (const [operation, input] of [
      ['transfer/list', { search: text }],
      ['transfer/list', { search: `${text}${text}${text}` }],
      ['transfer/list', { query: text }],
      ...['name', 'source', text].flatMap((attribute) =>
        ['=', '!=', ' contains ', ' in ', ' matches '].map(
          (operator) => ['transfer/list', { query: `${attribute}${operator}${quoted}` }] as const,
        ),
      ),
      ['user/list', { query: `name=${quoted}` }],
      ['share/list', { query: `code=${quoted}` }],
      ['transfer/list', { cursor: Buffer.from(`[${JSON.stringify(text)},1e999]`).toString('base64url') }],
      ['setting/list', { entity: 'queue', id: text }],
      ['setting/list', { entity: 'share', id: text }],
    ] as const) {
      const code = await codeFor(john, operation, input)
      expect([operation, input, code]).not.toEqual([operation, input, 'INTERNAL'])
    }
  })

  it.each(names)('have no attribute and no setting called %j', async (name) => {
    expect(await codeFor(john, 'transfer/list', { query: `${name}=1` })).toBe('QUERY_INVALID')
    expect(await codeFor(john, 'transfer/list', { query: `${name}.id=1` })).toBe('QUERY_INVALID')
    expect(await codeFor(john, 'transfer/list', { query: `${name} WHERE id=1` })).toBe('QUERY_INVALID')
    expect(await codeFor(john, 'setting/set', { entity: 'workspace', name, value: 'x' })).toBe('SPEC_INVALID')
    expect(await codeFor(john, 'setting/set', { entity: name, name: 'transfer_mode', value: 'copy' })).toBe(
      'BAD_REQUEST',
    )
    expect(
      await codeFor(john, 'setting/set', { entity: 'queue', id: name || 'x', name: 'transfer_mode', value: 'copy' }),
    ).toBe('NOT_FOUND')
  })

  it('never count what somebody may not see', async () => {
    const { jobs } = await john.call('transfer/create', {
      spec: {
        source: 'share=projects/secret',
        destination: 'sam@example.com',
        name: 'secret',
        metadata: { secret: 1 },
      },
    })
    const id = jobs[0]?.id
    for (const query of [
      'name=secret',
      'name!=x',
      'name matches secret',
      'metadata contains secret',
      `id=${id}`,
      'user=john@example.com',
      'creator="*"',
      'source=hq and status="*"',
      'not_there=1 or name=secret',
      `name=secret or user=mia@example.com`,
    ]) {
      const all = await mia.call('transfer/list', { query, limit: 1000 }).catch(() => ({ jobs: [], total: 0 }))
      expect(all.jobs.map((job) => job.id)).not.toContain(id)
      const mine = await mia.call('transfer/list', { limit: 1000 })
      expect(all.total).toBeLessThanOrEqual(mine.total)
    }
    expect(await codeFor(mia, 'task/list', { query: `job.id=${id} and source.path="*"` })).toBe('NOT_FOUND')
    expect(await codeFor(mia, 'task/list', { query: `job=${jobs[0]?.name}` })).toBe('BAD_REQUEST')
  })

  it('of tasks tell a receiver nothing of where they lay at their sender', async () => {
    const { jobs } = await mia.call('transfer/create', {
      spec: { source: '/Users/mia/private/plan.pdf', destination: 'sam@example.com' },
    })
    const jobId = jobs[0]?.id ?? ('' as never)
    for (const query of [
      'source.path contains private',
      'source.path="/Users/*"',
      'source.path matches "^/"',
      'source.path_abs_final contains private',
    ]) {
      expect((await sam.call('task/list', { jobId, query })).tasks).toEqual([])
    }
    const { tasks } = await sam.call('task/list', { jobId, query: 'source.path=plan.pdf' })
    expect(tasks).toHaveLength(1)
  })
})
