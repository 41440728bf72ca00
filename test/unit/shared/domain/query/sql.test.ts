import { describe, expect, test } from 'vitest'
import { explainQuery } from '../../../../../src/shared/domain/query/explain-query.ts'
import { parseQuery } from '../../../../../src/shared/domain/query/parse-query.ts'
import { compileSql, type SqlMapping } from '../../../../../src/shared/domain/query/sql.ts'

const dayMs = Date.UTC(2026, 0, 22)

describe('explained', () => {
  test.each<[string, string, (string | number)[], boolean]>([
    ['Transfer', '1', [], true],
    ['Transfer WHERE name="x and y.png"', '"name" = ?', ['x and y.png'], true],
    ['Transfer where user=Lisa@example.com', '"user" = ?', ['lisa@example.com'], true],
    ['Transfer where name=""', `coalesce("name", '') = ''`, [], true],
    ['Transfer where name!=""', `coalesce("name", '') <> ''`, [], true],
    ['Transfer where name!=x', '"name" IS NOT ?', ['x'], true],
    ['Transfer where name="*"', '1', [], true],
    ['Transfer where name!="**"', '0', [], true],
    ['Transfer where name="a*"', '("name" >= ? AND "name" < ?)', ['a', 'a\u{10FFFF}'], true],
    ['Transfer where name="*50%_\\*"', `"name" LIKE ? ESCAPE '\\'`, ['%50\\%\\_\\\\%'], true],
    [
      'Transfer where name="a*b"',
      `(("name" >= ? AND "name" < ?) AND "name" LIKE ? ESCAPE '\\')`,
      ['a', 'a\u{10FFFF}', 'a%b'],
      true,
    ],
    ['Transfer where name!="a*"', `("name" IS NULL OR "name" NOT LIKE ? ESCAPE '\\')`, ['a%'], true],
    ['Transfer where name contains A%', 'instr("name", ?) > 0', ['a%'], true],
    ['Transfer where name not contains a', 'coalesce(instr("name", ?), 0) = 0', ['a'], true],
    ['Transfer where name contains ""', '1', [], true],
    ['Transfer where name not contains ""', '0', [], true],
    ['Transfer where name matches "^a"', '1', [], false],
    ['Transfer where name not matches "^a" and size>1', '(1 AND "size" > ?)', [1], false],
    ['Transfer where name in a,b', '("name" = ? OR "name" = ?)', ['a', 'b'], true],
    ['Transfer where name not in a,b', '("name" IS NOT ? AND "name" IS NOT ?)', ['a', 'b'], true],
    ['Transfer where size!=1', '"size" IS NOT ?', [1], true],
    ['Transfer where size=""', '"size" IS NULL', [], true],
    ['Transfer where size!=""', '"size" IS NOT NULL', [], true],
    ['Transfer where created=2026-01-22', '("created" >= ? AND "created" < ?)', [dayMs, dayMs + 86_400_000], true],
    [
      'Transfer where created!=2026-01-22',
      '("created" IS NULL OR "created" < ? OR "created" >= ?)',
      [dayMs, dayMs + 86_400_000],
      true,
    ],
    ['Transfer where created<2026-01-22', '"created" < ?', [dayMs], true],
    ['Transfer where created<=2026-01-22', '"created" < ?', [dayMs + 86_400_000], true],
    ['Transfer where created>2026-01-22', '"created" >= ?', [dayMs + 86_400_000], true],
    ['Transfer where created>=2026-01-22', '"created" >= ?', [dayMs], true],
    ['Transfer where finished=""', '"finished" IS NULL', [], true],
    ['Transfer where finished!=""', '"finished" IS NOT NULL', [], true],
    ['Volume where default=true', '("type" = ? AND "default" = ?)', ['volume', 1], true],
    ['Volume where default!=false', '("type" = ? AND "default" IS NOT ?)', ['volume', 0], true],
    ['App', '("type" = ? AND 1)', [0], true],
    ['Server where roles contains storage', '("type" = ? AND 1)', [1], false],
  ])('%s', (text, where, parameters, isExact) => {
    expect(explainQuery(text).sql).toEqual({ where, parameters, isExact })
  })

  test('with its entity, canonical text and expression', () => {
    expect(explainQuery('transfer where status<>done')).toMatchObject({
      entity: 'Transfer',
      canonical: 'Transfer WHERE status!=done',
      expression: { kind: 'comparison', attribute: 'status', operator: '!=', values: ['done'] },
    })
    expect(explainQuery('task')).toMatchObject({ entity: 'Task', canonical: 'Task' })
    expect(explainQuery('status=done', { entity: 'Task' }).canonical).toBe('Task WHERE status=done')
  })

  test('chains of the greatest length stay shallow', () => {
    const chain = Array.from({ length: 500 }, (_, index) => `size=${index}`).join(' or ')
    const { where, parameters } = explainQuery(`Transfer where ${chain}`).sql
    expect(parameters).toHaveLength(500)
    let depth = 0
    let deepest = 0
    for (const character of where) {
      if (character === '(') depth += 1
      if (character === ')') depth -= 1
      deepest = Math.max(deepest, depth)
    }
    expect(deepest).toBeLessThan(12)
  })
})

describe('references', () => {
  const people = [
    { type: 'user', id: 'u1', code: 'lisa@example.com' },
    { type: 'user', id: 'u2', code: 'john@example.com' },
    { type: 'user', id: 'u3', code: 'mia@example.net' },
  ]
  let exactName: string | undefined
  const mapping: SqlMapping = {
    user: {
      kind: 'reference',
      columns: [
        {
          expression: 'jobs.user_id',
          find: (passes, name) => {
            exactName = name
            return people.filter(passes).map((person) => person.id)
          },
        },
      ],
    },
    source: { kind: 'reference', columns: [{ expression: 'jobs.source', find: () => undefined }] },
    type: { kind: 'reference', columns: [] },
  }
  const compile = (where: string) => compileSql(parseQuery(where, { entity: 'Transfer' }), mapping)

  test.each<[string, string, string[], string | undefined]>([
    ['user=LISA@example.com', 'jobs.user_id = ?', ['u1'], 'lisa@example.com'],
    ['user=user:u2', 'jobs.user_id = ?', ['u2'], 'user:u2'],
    ['user!=lisa@example.com', 'jobs.user_id IS NOT ?', ['u1'], 'lisa@example.com'],
    ['user=nobody', '0', [], 'nobody'],
    ['user!=nobody', '1', [], 'nobody'],
    ['user="*.com"', 'jobs.user_id IN (SELECT value FROM json_each(?))', ['["u1","u2"]'], undefined],
    [
      'user!="*.com"',
      '(jobs.user_id IS NULL OR jobs.user_id NOT IN (SELECT value FROM json_each(?)))',
      ['["u1","u2"]'],
      undefined,
    ],
    ['user matches "^mia"', 'jobs.user_id = ?', ['u3'], undefined],
    ['user in (u1)', 'jobs.user_id = ?', ['u1'], undefined],
    ['user=""', '(0 OR jobs.user_id IS NULL)', [], ''],
    ['user!=""', '(1 AND jobs.user_id IS NOT NULL)', [], ''],
  ])('%s', (text, where, parameters, name) => {
    expect(compile(text)).toEqual({ where, parameters, isExact: true })
    expect(exactName).toBe(name)
  })

  test('too many to list, or without a column, are left to the predicate', () => {
    expect(compile('source=hq')).toEqual({ where: '1', parameters: [], isExact: false })
    expect(compile('priority=5')).toEqual({ where: '1', parameters: [], isExact: false })
    expect(compileSql({ entity: 'App' }, mapping)).toMatchObject({ where: '1', isExact: false })
  })
})
