import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TernError } from '../../../../../src/shared/domain/errors.ts'
import { parseQuery } from '../../../../../src/shared/domain/query/parse-query.ts'
import { patternWeight } from '../../../../../src/shared/domain/query/pattern-weight.ts'
import { printQuery } from '../../../../../src/shared/domain/query/print-query.ts'
import type {
  ComparisonOperator,
  Expression,
  Query,
  QueryAdvice,
} from '../../../../../src/shared/domain/query/query.ts'
import { queryLimits } from '../../../../../src/shared/domain/query/query.ts'
import { attributeType, entityNames, queryEntities } from '../../../../../src/shared/domain/query/query-entities.ts'
import { errorSentence } from '../../../../../src/shared/words/error-sentence.ts'
import { cpuMs } from '../../cpu-time.ts'
import { expressions } from './arbitrary-query.ts'

const is = (attribute: string, operator: ComparisonOperator, ...values: string[]): Expression => ({
  kind: 'comparison',
  attribute,
  operator,
  values,
})

describe('the examples of the transfers document', () => {
  test.each<[string, Query]>([
    ['Transfer', { entity: 'Transfer' }],
    ['Transfer WHERE name="x and y.png"', { entity: 'Transfer', where: is('name', '=', 'x and y.png') }],
    ['Transfer WHERE user=user@mail.com', { entity: 'Transfer', where: is('user', '=', 'user@mail.com') }],
    ['Transfer WHERE destination=stockholm', { entity: 'Transfer', where: is('destination', '=', 'stockholm') }],
    ['Transfer WHERE source=hq', { entity: 'Transfer', where: is('source', '=', 'hq') }],
    ['Transfer WHERE status=aborted', { entity: 'Transfer', where: is('status', '=', 'aborted') }],
    ['Transfer WHERE status=done', { entity: 'Transfer', where: is('status', '=', 'done') }],
    ['Task', { entity: 'Task' }],
    ['Task WHERE status=onhold', { entity: 'Task', where: is('status', '=', 'onhold') }],
    [
      'Transfer where id=5a7325f8b7ef72f5f9d74bf4',
      { entity: 'Transfer', where: is('id', '=', '5a7325f8b7ef72f5f9d74bf4') },
    ],
  ])('%s', (text, wanted) => {
    expect(parseQuery(text)).toEqual(wanted)
  })
})

describe('what scripting clients send', () => {
  const id = '6676f3e9c7ef4e27da254e57'

  test.each<[Query['entity'], string, Expression]>([
    ['Transfer', 'status=aborted', is('status', '=', 'aborted')],
    ['Transfer', 'status = done', is('status', '=', 'done')],
    ['Transfer', 'name="x and  y.png"', is('name', '=', 'x and  y.png')],
    ['Transfer', 'name="åsa"', is('name', '=', 'åsa')],
    ['Transfer', 'code="* backup"', is('code', '=', '* backup')],
    ['Transfer', 'created>2026-01-01t00:00:00', is('created', '>', '2026-01-01t00:00:00')],
    ['Transfer', 'name matches "backup.*\\.zip"', is('name', 'matches', 'backup.*\\.zip')],
    ['Transfer', `parent=${id}`, is('parent', '=', id)],
    [
      'Transfer',
      '((user=lisa@example.com and destination=hq) or status<>failed) and code="* backup"',
      {
        kind: 'and',
        terms: [
          {
            kind: 'or',
            terms: [
              { kind: 'and', terms: [is('user', '=', 'lisa@example.com'), is('destination', '=', 'hq')] },
              is('status', '!=', 'failed'),
            ],
          },
          is('code', '=', '* backup'),
        ],
      },
    ],
    [
      'Client',
      `user=${id} AND code=edit-7 AND type=0`,
      { kind: 'and', terms: [is('user', '=', id), is('code', '=', 'edit-7'), is('type', '=', '0')] },
    ],
    [
      'Client',
      `user=${id} AND code=edit-7 AND (type=1 OR type=2)`,
      {
        kind: 'and',
        terms: [
          is('user', '=', id),
          is('code', '=', 'edit-7'),
          { kind: 'or', terms: [is('type', '=', '1'), is('type', '=', '2')] },
        ],
      },
    ],
    ['Client', 'type in 0,2', is('type', 'in', '0', '2')],
    ['Client', 'type in "0,2"', is('type', 'in', '0', '2')],
    ['Client', 'roles contains storage', is('roles', 'contains', 'storage')],
    ['User', "code='admin@example.com'", is('code', '=', 'admin@example.com')],
    ['Volume', 'default=true', is('default', '=', 'true')],
    ['ACL', `acl WHERE target=share:${id}`, is('target', '=', `share:${id}`)],
    [
      'ACL',
      `acl WHERE entity=user:${id} AND target=share:${id}`,
      { kind: 'and', terms: [is('entity', '=', `user:${id}`), is('target', '=', `share:${id}`)] },
    ],
    ['ACL', 'path=a/b', is('path', '=', 'a/b')],
    ['Task', 'status=onhold', is('status', '=', 'onhold')],
    ['Task', `task WHERE job.id=${id}`, is('job.id', '=', id)],
    ['Attributes', 'attributes WHERE entitytype=transfer', is('entitytype', '=', 'transfer')],
  ])('%s: %s', (entity, text, wanted) => {
    expect(parseQuery(text, { entity })).toEqual({ entity, where: wanted })
  })

  test('a bare list of entity types', () => {
    expect(parseQuery('entitytypes')).toEqual({ entity: 'EntityTypes' })
  })
})

describe('forms', () => {
  const same = is('status', '=', 'done')

  test.each([
    'Transfer WHERE status=done',
    'transfer where STATUS = DONE'.replace('DONE', 'done'),
    '  TRANSFER\twhere\nstatus\t=\n"done"  ',
    "Transfer WHERE status='done'",
    'Transfer WHERE (status=done)',
    'Transfer WHERE((((status=done))))',
  ])('%j says status=done', (text) => {
    expect(parseQuery(text)).toEqual({ entity: 'Transfer', where: same })
  })

  test('and binds tighter than or, chains are flat', () => {
    expect(
      parseQuery('status=done or status=failed and size>1 and (size<9 and priority=5)', { entity: 'Job' }),
    ).toEqual({
      entity: 'Job',
      where: {
        kind: 'or',
        terms: [
          same,
          {
            kind: 'and',
            terms: [is('status', '=', 'failed'), is('size', '>', '1'), is('size', '<', '9'), is('priority', '=', '5')],
          },
        ],
      },
    })
  })

  test.each<[string, Expression]>([
    ['name=', is('name', '=', '')],
    ['name=a,b', is('name', '=', 'a,b')],
    ["name=O'Brien", is('name', '=', "O'Brien")],
    ['name=take(2)', is('name', '=', 'take(2)')],
    ['(name=take(2))', is('name', '=', 'take(2)')],
    ['name="say ""hi"""', is('name', '=', 'say "hi"')],
    ["name='it''s'", is('name', '=', "it's")],
    ['name="C:\\"', is('name', '=', 'C:\\')],
    ['name contains"x"', is('name', 'contains', 'x')],
    ['name  NOT   contains x', is('name', 'not contains', 'x')],
    ['name not matches x', is('name', 'not matches', 'x')],
    ['name in("a","b c")', is('name', 'in', 'a', 'b c')],
    ['name in a, b ,c', is('name', 'in', 'a', 'b', 'c')],
    ['name not in (a)', is('name', 'not in', 'a')],
    ['name in ("a,b")', is('name', 'in', 'a,b')],
    ['name in "a, b"', is('name', 'in', 'a', 'b')],
    ['name in ""', is('name', 'in', '')],
    ['size!=0', is('size', '!=', '0')],
    ['size<=-1.5e3', is('size', '<=', '-1.5e3')],
    ['created=""', is('created', '=', '')],
    ['user.code=lisa@example.com', is('user.code', '=', 'lisa@example.com')],
    ['status=fail*', is('status', '=', 'fail*')],
  ])('%s', (text, where) => {
    expect(parseQuery(text.replace(/=$/, '=""'), { entity: 'Transfer' })).toEqual({ entity: 'Transfer', where })
  })

  test('an entity of the same records may be named where another is expected', () => {
    expect(parseQuery('Volume WHERE default=true', { entity: 'Share' }).entity).toBe('Volume')
    expect(parseQuery('Job', { entity: 'Transfer' }).entity).toBe('Job')
  })

  test('every entity is known in every case, every attribute can be asked', () => {
    for (const entity of entityNames) {
      expect(parseQuery(entity.toUpperCase()).entity).toBe(entity)
      for (const attribute of Object.keys(queryEntities[entity].attributes)) {
        const operator = attributeType(entity, attribute)?.kind === 'list' ? 'contains' : '='
        expect(parseQuery(`${entity} WHERE ${attribute.toUpperCase()} ${operator} ""`).where).toEqual(
          is(attribute, operator, ''),
        )
      }
    }
  })
})

function refusal(text: string, entity?: Query['entity']): TernError {
  try {
    parseQuery(text, entity === undefined ? {} : { entity })
  } catch (error) {
    if (error instanceof TernError) return error
    throw error
  }
  throw new Error(`accepted: ${text}`)
}

describe('mistakes', () => {
  test.each<[string, number, QueryAdvice, Record<string, unknown>]>([
    ['', 1, 'entity-missing', {}],
    ['   ', 4, 'entity-missing', {}],
    ['status=done', 1, 'entity-missing', {}],
    ['(status=done)', 1, 'entity-missing', {}],
    ['Tranfser', 1, 'entity-unknown', { allowed: 'Transfer' }],
    ['Tranfser WHERE status=done', 1, 'entity-unknown', { entity: 'Tranfser', allowed: 'Transfer' }],
    ['Transfer status=done', 10, 'where-missing', { entity: 'Transfer' }],
    ['Transfer WHERE', 15, 'comparison-missing', {}],
    ['Transfer WHERE ()', 17, 'comparison-missing', {}],
    ['Transfer WHERE =done', 16, 'comparison-missing', {}],
    ['Transfer WHERE status=done and', 31, 'comparison-missing', {}],
    ['Transfer WHERE statsu=done', 16, 'attribute-unknown', { allowed: 'status', entity: 'Transfer' }],
    ['Transfer WHERE constructor=done', 16, 'attribute-unknown', { attribute: 'constructor' }],
    ['Transfer WHERE name.id=x', 16, 'attribute-unknown', {}],
    ['Transfer WHERE status', 22, 'operator-missing', {}],
    ['Transfer WHERE status done', 23, 'operator-missing', {}],
    ['Transfer WHERE status like done', 23, 'operator-missing', {}],
    ['Transfer WHERE status<done', 22, 'operator-unusable', { operator: '<', attribute: 'status' }],
    ['Transfer WHERE size contains 1', 21, 'operator-unusable', { operator: 'contains' }],
    ['Server WHERE roles=storage', 19, 'operator-unusable', { attribute: 'roles' }],
    ['Transfer WHERE name=', 21, 'value-missing', {}],
    ['Transfer WHERE status==done', 23, 'value-missing', {}],
    ['Transfer WHERE name in a,', 26, 'value-missing', {}],
    ['Transfer WHERE name in ()', 25, 'value-missing', {}],
    ['Transfer WHERE name="x', 21, 'quote-open', { quote: '"' }],
    ['Transfer WHERE name="a\\"b"', 25, 'quote-inside', { quote: '"' }],
    ['Transfer WHERE (status=done', 16, 'parenthesis-open', {}],
    ['Transfer WHERE name in (a', 24, 'parenthesis-open', {}],
    ['Transfer WHERE status=done)', 27, 'parenthesis-extra', {}],
    ['Transfer WHERE status=done status=failed', 28, 'connector-missing', {}],
    ['Transfer WHERE (status=done status=failed)', 29, 'connector-missing', {}],
    ['Transfer WHERE name in (a b)', 27, 'connector-missing', {}],
    ['Transfer WHERE name=x and y.png', 27, 'attribute-unknown', { attribute: 'y.png' }],
    ['Transfer WHERE not status=done', 16, 'not-before', {}],
    ['Transfer WHERE not (status=done)', 16, 'not-before', {}],
    ['Transfer WHERE status=finished', 23, 'one-of', { value: 'finished', attribute: 'status' }],
    ['Task WHERE status in done,ready', 27, 'one-of', { value: 'ready' }],
    ['Transfer WHERE size>10GB', 21, 'number', { value: '10GB' }],
    ['Transfer WHERE size<""', 21, 'number', { value: '' }],
    ['Transfer WHERE created>yesterday', 24, 'date', { value: 'yesterday' }],
    ['Transfer WHERE created>2026-02-30', 24, 'date', {}],
    ['Volume WHERE default=yes', 22, 'boolean', { attribute: 'default' }],
    ['Transfer WHERE name matches "("', 29, 'pattern', {}],
    ['Transfer WHERE name matches "(?=x)"', 29, 'pattern', {}],
  ])('%s', (text, position, advice, params) => {
    const error = refusal(text)
    expect(error.code).toBe('QUERY_INVALID')
    expect(error.params).toMatchObject({ position, advice, ...params })
    const { sentence } = errorSentence(error.toEnvelope(), { nowMs: 0, timeZone: 'UTC' })
    expect(sentence).toMatch(new RegExp(`^Character ${position}: `))
    expect(sentence).not.toMatch(/[{}]/)
  })

  test('of another list than the one that is asked', () => {
    expect(refusal('User WHERE role=admin', 'Transfer').params).toMatchObject({ advice: 'entity-other', position: 1 })
    expect(refusal('', 'Transfer').params).toMatchObject({ advice: 'entity-missing' })
  })

  test('of kinds of jobs that are no part of Tern', () => {
    expect(refusal('Compute WHERE status=done')).toMatchObject({ code: 'UNSUPPORTED', params: { feature: 'Compute' } })
  })

  test('long values are cut in the message', () => {
    const { value } = refusal(`Transfer WHERE size=${'x'.repeat(1000)}`).params
    expect(`${value}`).toHaveLength(201)
  })
})

describe('regular expressions', () => {
  test.each<[string, number]>([
    ['abc', 3],
    ['a{3}b', 4],
    ['(ab){10}', 30],
    ['((a{2}){3}){4}', 40],
    ['\\d{4}_\\d{3}_v\\d{3}', 13],
    ['[a-z]{1,20}', 20],
    ['[]a]{2}[^]b]', 3],
    ['[\\]a(]', 1],
    ['\\pL{2}', 16],
    ['\\p{Greek}a', 16],
    ['x{,3}', 5],
    ['a{2,}', 2],
    ['(((ab', 2],
    ['ab)))', 5],
    ['[', 1],
    ['{3}', 0],
    ['[ä-ö]', 1],
    ['[一-龥]', 1 + 68],
    ['[\\x{4e00}-\\x{9FA5}]', 1 + 68],
    ['[\\x{0004e00}-\\x{0010ffff}]', 1 + 208],
    ['[!--\\x{1e900}]', 1 + 208],
  ])('%s becomes %i', (pattern, weight) => {
    expect(patternWeight(pattern)).toBe(weight)
  })
})

describe('bounds', () => {
  test.each<[string, string]>([
    ['characters', `Transfer WHERE name="${'x'.repeat(queryLimits.characters)}"`],
    ['characters in a value', `Transfer WHERE name="${'x'.repeat(queryLimits.valueCharacters + 1)}"`],
    ['nested parentheses', `Transfer WHERE ${'('.repeat(queryLimits.parentheses + 1)}`],
    [
      'comparisons',
      `Transfer WHERE ${Array(queryLimits.comparisons + 1)
        .fill('size>1')
        .join(' and ')}`,
    ],
    [
      'values',
      `Transfer WHERE size in ${Array(queryLimits.values + 1)
        .fill('1')
        .join()}`,
    ],
    [
      'values',
      `Transfer WHERE size in "${Array(queryLimits.values + 1)
        .fill('1')
        .join()}"`,
    ],
    ['steps in regular expressions', `Transfer WHERE name matches ${'x'.repeat(2001)}`],
    ['steps in regular expressions', 'Transfer WHERE name matches "((x{10}){10}){20}"'],
    ['steps in regular expressions', 'Transfer WHERE name matches "((x{100000000}){100000000}){100000000}"'],
    ['steps in regular expressions', `Transfer WHERE name matches "${'\\pL'.repeat(300)}"`],
    ['steps in regular expressions', `Transfer WHERE name matches "${'[^\\pL]'.repeat(300)}"`],
    ['steps in regular expressions', `Transfer WHERE name matches "${'[\\x{100}-\\x{1e900}]'.repeat(50)}"`],
    ['steps in regular expressions', `Transfer WHERE ${Array(40).fill('name matches "x{50,60}"').join(' or ')}`],
  ])('%s', (what, text) => {
    expect(refusal(text)).toMatchObject({ code: 'LIMIT_EXCEEDED', params: { what } })
  })

  test.each([
    ['parentheses', '('.repeat(2 ** 20)],
    ['closed parentheses', ')'.repeat(2 ** 20)],
    ['quotes', '"'.repeat(2 ** 20)],
    ['operators', '<>'.repeat(2 ** 19)],
    ['commas', `name in ${','.repeat(2 ** 20)}`],
    ['a chain', 'size=1 and '.repeat(2 ** 17)],
    ['words', 'x '.repeat(2 ** 19)],
    ['dots', 'x.'.repeat(2 ** 19)],
    ['spaces', ' '.repeat(2 ** 20)],
    ['groups', `name matches ${'('.repeat(2 ** 20)}`],
    ['repeats', `name matches x${'{9}'.repeat(2 ** 18)}`],
    ['classes', `name matches ${'[^'.repeat(2 ** 19)}`],
  ])('a megabyte of %s is answered at once, and so is as much of it as is read', (_name, hostile) => {
    for (const text of [hostile, hostile.slice(0, queryLimits.characters), `x${hostile.slice(0, 60_000)}`]) {
      const spentMs = cpuMs(() => {
        expect(refusal(text, 'Transfer').code).toMatch(/QUERY_INVALID|LIMIT_EXCEEDED/)
      })
      expect(spentMs).toBeLessThan(100)
    }
  })

  test('made-up texts are refused with a known error or read', () => {
    const token = fc.constantFrom(
      '(',
      ')',
      '"',
      "'",
      '=',
      '<>',
      ',',
      ' and ',
      ' or ',
      'not ',
      ' in ',
      'name',
      'size',
      'x',
      '*',
      '\\',
      ' WHERE ',
      'Transfer',
      '2026-01-01',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(token, fc.string({ unit: 'binary' }))), (parts) => {
        const text = parts.join('')
        try {
          const query = parseQuery(text, { entity: 'Transfer' })
          expect(parseQuery(printQuery(query))).toEqual(query)
        } catch (error) {
          if (!(error instanceof TernError)) throw error
          const { position } = error.params
          if (typeof position === 'number') expect(position).toBeLessThanOrEqual(text.length + 1)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('printing', () => {
  const comparison = fc.oneof(
    fc.record({
      kind: fc.constant('comparison' as const),
      attribute: fc.constantFrom('name', 'user', 'description', 'job.id'.replace('job', 'user')),
      operator: fc.constantFrom<ComparisonOperator>('=', '!=', 'contains', 'not contains'),
      values: fc.tuple(fc.string({ unit: 'binary' })),
    }),
    fc.record({
      kind: fc.constant('comparison' as const),
      attribute: fc.constantFrom('name', 'source'),
      operator: fc.constantFrom<ComparisonOperator>('in', 'not in'),
      values: fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('a,b', '', '"', "'", ')')), {
        minLength: 1,
        maxLength: 5,
      }),
    }),
    fc.record({
      kind: fc.constant('comparison' as const),
      attribute: fc.constantFrom('size', 'speed'),
      operator: fc.constantFrom<ComparisonOperator>('<', '<=', '>', '>=', '=', '!='),
      values: fc.tuple(fc.double({ noNaN: true, noDefaultInfinity: true }).map(String)),
    }),
  )

  test('reads back as the same', () => {
    fc.assert(
      fc.property(expressions(comparison), (where) => {
        const query: Query = { entity: 'Transfer', where }
        expect(parseQuery(printQuery(query))).toEqual(query)
      }),
      { numRuns: 1000 },
    )
  })

  test.each([
    ['transfer', 'Transfer'],
    ['TRANSFER where Status<>"done"', 'Transfer WHERE status!=done'],
    ['transfer where name="a b" and (size>1 or size=0)', 'Transfer WHERE name="a b" AND (size>1 OR size=0)'],
    ['client where type in "0,2"', 'Client WHERE type in (0, 2)'],
    ['transfer where (status=done and size=1) or name=""', 'Transfer WHERE status=done AND size=1 OR name=""'],
  ])('%s is %s', (text, wanted) => {
    expect(printQuery(parseQuery(text))).toBe(wanted)
  })
})
