import { describe, expect, test } from 'vitest'
import { runTern } from '../../helpers/tern.ts'

const explain = async (what: 'path' | 'query', text: string, ...options: string[]) => {
  const { exitCode, stdout, stderr } = await runTern([what, 'explain', ...options, '--', text])
  return { exitCode, stderr, told: JSON.parse(stdout) as Record<string, unknown> }
}

describe('path explain', () => {
  test('tells party, path and slash, and every reading in a sentence', async () => {
    const { exitCode, stderr, told } = await explain('path', 'lisa@example.com:renders\\day\\')
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(told).toEqual({
      text: 'lisa@example.com:renders\\day\\',
      canonical: 'lisa@example.com:renders/day/',
      party: { kind: 'user', user: 'lisa@example.com' },
      path: { kind: 'relative', path: 'renders/day' },
      trailingSlash: true,
      readings: [
        expect.objectContaining({ side: 'source', meaning: 'refused-source-not-absolute' }),
        {
          side: 'destination',
          otherSide: 'any',
          role: 'any',
          meaning: 'chosen-location',
          params: { person: 'lisa@example.com', path: 'renders/day', placement: 'into' },
          sentence: expect.stringMatching(
            /^As a destination: renders\/day below the folder that lisa@example\.com will/,
          ),
        },
      ],
    })
  })

  test.each(['source', 'destination'])('as a %s it has only those readings', async (side) => {
    const { told } = await explain('path', '/projects/a.mov', '--as', side)
    const sides = (told.readings as { side: string }[]).map((reading) => reading.side)
    expect(new Set(sides)).toEqual(new Set([side]))
  })

  test('a bare word is a party only as a destination', async () => {
    expect((await explain('path', 'lisa@example.com', '--as', 'destination')).told.party).toMatchObject({
      kind: 'user',
    })
    expect((await explain('path', 'lisa@example.com', '--as', 'source')).told.party).toEqual({ kind: 'none' })
  })

  test('a word that is said to be a site is one', async () => {
    const { told } = await explain('path', 'berlin:share=a/b', '--site', 'berlin')
    expect(told.party).toEqual({ kind: 'site', code: 'berlin' })
  })

  test.each([
    ['share:a/b', 'Note: share:a/b reads as a workspace and a path. Write = in place of the colon\n'],
    ['berlin:share=a/b', 'Note: berlin is read as the code of the workspace. If it is a site, add --site berlin\n'],
  ])('%s is read, with a doubt', async (text, note) => {
    expect(await explain('path', text)).toMatchObject({ exitCode: 0, stderr: note })
  })

  test('what is said to be the workspace is no doubt', async () => {
    expect(await explain('path', 'berlin:share=a/b', '--workspace', 'berlin')).toMatchObject({ stderr: '' })
  })

  test('tells the members of a sequence without writing them out', async () => {
    const { told } = await explain('path', 'site=berlin:/Volumes/NAS/movie.####.jpg[1-999999999]', '--as', 'source')
    expect(told.sequence).toEqual({
      canonical: '/Volumes/NAS/movie.%04d.jpg[1-999999999]',
      folder: '/Volumes/NAS/',
      prefix: 'movie.',
      suffix: '.jpg',
      width: 4,
      ranges: [{ first: 1, last: 999_999_999, step: 1 }],
      members: 999_999_999,
      first: '/Volumes/NAS/movie.0001.jpg',
    })
  })

  test('a destination is never a sequence', async () => {
    expect((await explain('path', 'in.%04d.jpg[9-1]', '--as', 'destination')).told).not.toHaveProperty('sequence')
  })

  test.each([
    [':x', 'party-missing'],
    ['C:x', 'drive-relative'],
    ['user=nobody:x', 'user-invalid'],
    ['share=', 'share-missing'],
    ['movie.%04d.jpg[9-1]', 'sequence-reversed'],
  ])('%s is no place: %s', async (text, key) => {
    const { exitCode, stderr, told } = await explain('path', text)
    expect(exitCode).toBe(2)
    const errors = told.errors as { advice: string }[]
    expect(errors).toEqual([
      { path: '$', code: 'PATH_INVALID', key, advice: expect.stringContaining(text), params: { path: text } },
    ])
    expect(stderr).toBe(`${errors[0]?.advice}\n`)
  })
})

describe('query explain', () => {
  test('tells what is asked for, as it is understood and as the database is asked', async () => {
    const text = 'transfer where (status=failed or created>2026-01-22) and name="Day *"'
    const { exitCode, stderr, told } = await explain('query', text)
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(told).toMatchObject({
      text,
      entity: 'Transfer',
      canonical: 'Transfer WHERE (status=failed OR created>2026-01-22) AND name="Day *"',
      expression: { kind: 'and', terms: [{ kind: 'or' }, { attribute: 'name', operator: '=', values: ['Day *'] }] },
      sql: { parameters: expect.arrayContaining(['failed', Date.UTC(2026, 0, 23)]), isExact: true },
    })
  })

  test('values never stand in the SQL', async () => {
    const { told } = await explain('query', `Transfer WHERE name="x' OR 1=1 --"`)
    expect((told.sql as { where: string }).where).not.toContain('1=1')
    expect(told.sql).toMatchObject({ parameters: expect.arrayContaining([`x' or 1=1 --`]) })
  })

  test.each([
    ['Transfer WHERE stat=failed', 'attribute-unknown', 16],
    ['Transfr', 'entity-unknown', 1],
    ['Transfer WHERE (status=failed', 'parenthesis-open', 16],
    ['', 'entity-missing', 1],
  ])('%j is none: %s', async (text, key, position) => {
    const { exitCode, stderr, told } = await explain('query', text)
    expect(exitCode).toBe(2)
    const errors = told.errors as { advice: string }[]
    expect(errors).toMatchObject([{ code: 'QUERY_INVALID', key, position }])
    expect(stderr).toBe(`${errors[0]?.advice}\n`)
  })
})
