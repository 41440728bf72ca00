import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { endOfPrefix, foldText } from '../../../../../src/shared/domain/query/fold-text.ts'
import { parseQuery } from '../../../../../src/shared/domain/query/parse-query.ts'
import { compilePredicate, type QueryRecord } from '../../../../../src/shared/domain/query/predicate.ts'
import type { EntityName } from '../../../../../src/shared/domain/query/query-entities.ts'
import { wildcardPieces } from '../../../../../src/shared/domain/query/wildcard.ts'
import { matchesPieces } from '../../../../../src/shared/domain/star-pieces.ts'
import { cpuMs } from '../../cpu-time.ts'

const lisa = { type: 'user', id: '6676f3e9c7ef4e27da254e57', code: 'lisa@example.com' }
const hq = { type: 'site', code: 'hq', aliases: ['seagull', 'workspace:seagull'] }

const transfer: QueryRecord = {
  id: '6971e16fceadd67b955b1995',
  name: 'Åsa x and y.PNG',
  status: 'failed',
  size: 1000,
  created: Date.UTC(2026, 0, 22, 8, 35, 59, 250),
  finished: null,
  user: lisa,
  source: [hq],
  destination: [lisa, { type: 'client', id: '664f53b16aa9149860da9d9c' }],
}

function passes(text: string, record: QueryRecord = transfer, entity: EntityName = 'Transfer'): boolean {
  return compilePredicate(parseQuery(text, { entity }))(record)
}

describe('a transfer passes', () => {
  test.each([
    'Transfer',
    'name="åsa x and y.png"',
    'name="A\u030aSA*"',
    'name="*.png" and name="*and*"',
    'name contains "AND Y"',
    'name not contains z',
    'name matches "Y\\.p.g$"',
    'name matches "^åsa"',
    'name not matches "^x"',
    'name in (nothing, "åsa*")',
    'name!=x',
    'description=""',
    'description!=x',
    'description="*"',
    'status=FAILED',
    'status!=done',
    'status in done,failed',
    'size=1000 and size=1e3 and size>999.5 and size<=1000 and size<1001 and size>=1000',
    'size in 1,1000',
    'size!=""',
    'speed="" and speed!=3',
    'speed not in 1,2',
    'created=2026-01-22',
    'created=2026-01-22T08:35:59',
    'created=2026-01-22t08:35:59.250',
    'created=2026-01-22T09:35:59+01:00',
    'created!=2026-01-22T08:35:58',
    'created>2026-01-21',
    'created>=2026-01-22',
    'created<=2026-01-22',
    'created<2026-01-23',
    'created in 2020-01-01,2026-01-22',
    'finished="" and finished!=2026-01-22',
    'user=lisa@example.com and user=user:LISA@example.com',
    'user=6676f3e9c7ef4e27da254e57 and user=user:6676f3e9c7ef4e27da254e57',
    'user="*@example.com" and user contains lisa and user matches "^lisa@"',
    'user.code=lisa@example.com and user.id=6676F3E9C7EF4E27DA254E57',
    'source=hq and source=site:hq and source=seagull and source=workspace:seagull',
    'source.code=hq and source.id=""',
    'source!=stockholm and source!=""',
    'destination=lisa@example.com and destination=client:664f53b16aa9149860da9d9c',
    'parent="" and parent!=x and parent.id=""',
    'status=done or size=1000',
  ])('%s', (text) => {
    expect(passes(text)).toBe(true)
  })

  test.each([
    'name=x',
    'name="png*"',
    'name!="å*"',
    'name not in x,"*"',
    'name contains "[*]"',
    'status=done',
    'size<1000 or size>1000 or size=1',
    'speed>0 or speed<0 or speed>=0 or speed<=0 or speed=0',
    'created<2026-01-22 or created>2026-01-22 or created>2026-01-22T08:35:59 or created=2026-01-22T08:35:59.3',
    'created="" or created<=2026-01-21 or created>=2026-01-22T08:35:59.5',
    'finished<2030-01-01 or finished>2000-01-01 or finished!="" or finished<=2030-01-01 or finished>=2000-01-01',
    'user=john@example.com or user!=lisa@example.com or user=""',
    'user=site:lisa@example.com',
    'source!=hq',
    'destination!="*"',
    'status=failed and size=1',
  ])('not: %s', (text) => {
    expect(passes(text)).toBe(false)
  })
})

describe('other types', () => {
  const server: QueryRecord = { type: 1, roles: ['storage', 'Site'], code: 'hq-1' }

  test.each<[EntityName, string, QueryRecord, boolean]>([
    ['Client', 'roles contains storage', server, true],
    ['Client', 'roles contains "s*" and roles matches "^SITE$"', server, true],
    ['Client', 'roles contains stor', server, false],
    ['Client', 'roles not contains compute', server, true],
    ['Client', 'roles contains storage', {}, false],
    ['Client', 'Server WHERE code=hq-1', server, true],
    ['Client', 'App WHERE code=hq-1', server, false],
    ['Client', 'App', server, false],
    ['Client', 'type in 0,1', server, true],
    ['Volume', 'default=true', { type: 'volume', default: true }, true],
    ['Volume', 'default=TRUE and default!=false', { type: 'volume', default: true }, true],
    ['Volume', 'default=true', { type: 'folder', default: true }, false],
    ['Volume', 'default=true or default=false', { type: 'volume' }, false],
    ['Volume', 'default=""', { type: 'volume' }, true],
    // A record whose value is of another type than the attribute has none.
    [
      'Transfer',
      'size="" and name="" and created="" and user=""',
      { size: 'x', name: 1, created: '', user: 'x' },
      true,
    ],
    ['Volume', 'default=""', { type: 'volume', default: 'true' }, true],
  ])('%s: %s', (entity, text, record, wanted) => {
    expect(passes(text, record, entity)).toBe(wanted)
  })
})

describe('folding', () => {
  test.each([
    ['ÅSA', 'åsa'],
    ['A\u030asa', 'åsa'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['οδος', 'οδοσ'],
    ['\u212aelvin', 'kelvin'],
    ['a\0b', 'a\uFFFDb'],
    ['a\u{10FFFF}\uFFFE\uFFFF', 'a\uFFFD\uFFFD\uFFFD'],
    ['\uD83D!', '\uFFFD!'],
    ['😀', '😀'],
  ])('%j is %j', (text, folded) => {
    expect(foldText(text)).toBe(folded)
  })

  test('twice is once, and lower case before makes no difference', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(foldText(foldText(text))).toBe(foldText(text))
        expect(foldText(text.toLowerCase())).toBe(foldText(text))
      }),
      { numRuns: 500 },
    )
  })

  test('every text with a prefix lies before the end of the prefix, in the order of UTF-8', () => {
    const bytes = (text: string) => Buffer.from(text, 'utf8')
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (start, rest) => {
        const prefix = foldText(start)
        const text = prefix + foldText(rest)
        expect(Buffer.compare(bytes(text), bytes(prefix))).toBeGreaterThanOrEqual(0)
        expect(Buffer.compare(bytes(text), bytes(endOfPrefix(prefix)))).toBeLessThan(0)
      }),
    )
  })
})

describe('wildcards', () => {
  test.each<[string, string[]]>([
    ['abc', ['abc']],
    ['a*c', ['a', 'c']],
    ['*', ['', '']],
    ['a[*]c', ['a*c']],
    ['[[*]]', ['[*]']],
    ['C:\\x\\*', ['c:\\x\\', '']],
    ['[*x', ['[', 'x']],
    ['*]', ['', ']']],
  ])('%s', (value, pieces) => {
    expect(wildcardPieces(value)).toEqual(pieces)
  })

  test('match like a regular expression', () => {
    const letter = fc.constantFrom('a', 'b', '*', '[*]', '.', 'aa')
    fc.assert(
      fc.property(
        fc.array(letter, { maxLength: 8 }),
        fc.string({ unit: fc.constantFrom('a', 'b', '*', '.') }),
        (parts, text) => {
          const source = parts.map((part) => (part === '*' ? '.*' : part === '[*]' ? '\\*' : part.replace('.', '\\.')))
          const wanted = new RegExp(`^${source.join('')}$`).test(text)
          expect(matchesPieces(text, wildcardPieces(parts.join('')))).toBe(wanted)
        },
      ),
      { numRuns: 500 },
    )
  })

  test('and regular expressions that make others slow take linear time', () => {
    const record = { name: 'a'.repeat(4000) }
    for (const text of [`name="${'*a'.repeat(500)}b"`, 'name matches "(a+)+$b"', 'name matches "(a|aa)*c"']) {
      const spentMs = cpuMs(() => {
        expect(passes(text, record)).toBe(false)
      })
      expect(spentMs).toBeLessThan(300)
    }
  })
})

describe('time', () => {
  test('a regular expression looks at the start of a long text, and no further', () => {
    const matches = compilePredicate(parseQuery('Transfer WHERE metadata matches "(.?){320}z"'))
    expect(matches({ metadata: `${'a'.repeat(4000)}z${'a'.repeat(60_000)}` })).toBe(true)
    const long = { metadata: `${'a'.repeat(60_000)}z` }
    expect(cpuMs(() => expect(matches(long)).toBe(false))).toBeLessThan(500)
  })
})
