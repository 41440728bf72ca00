import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  expandSequence,
  memberCount,
  missingMembers,
  nameOfSequence,
  parseSequence,
  printSequence,
  type Sequence,
  sequenceNumber,
} from '../../../../../src/shared/domain/sequences/sequences.ts'
import { cpuMs } from '../../cpu-time.ts'

function thrownBy(work: () => unknown): unknown {
  try {
    work()
    return undefined
  } catch (thrown) {
    return thrown
  }
}

const parsed = (path: string) => parseSequence(path) as Sequence
const members = (path: string) => [...expandSequence(parsed(path))]

describe('a path that names a sequence', () => {
  it.each([
    ['images/movie.%04d.jpg[100-102]', ['images/movie.0100.jpg', 'images/movie.0101.jpg', 'images/movie.0102.jpg']],
    ['movie.####.jpg[7-8]', ['movie.0007.jpg', 'movie.0008.jpg']],
    ['prefix####suffix[100-101]', ['prefix0100suffix', 'prefix0101suffix']],
    ['take#.wav[9-10]', ['take9.wav', 'take10.wav']],
    ['take%d.wav[9-10]', ['take9.wav', 'take10.wav']],
    ['/a/b/%02d[1]', ['/a/b/01']],
    ['wide.%02d.dpx[98-101]', ['wide.98.dpx', 'wide.99.dpx', 'wide.100.dpx', 'wide.101.dpx']],
    ['100%%_%02d.jpg[1-2]', ['100%_01.jpg', '100%_02.jpg']],
    ['50%_%02d.jpg[1]', ['50%_01.jpg']],
    ['a#b_%02d.jpg[1]', ['a#b_01.jpg']],
    ['%04d/shot.##.exr[3]', ['%04d/shot.03.exr']],
    ['f[1].%02d[2]', ['f[1].02']],
    ['f.%d[1-10x3, 20 ,0030-40x5]', ['f.1', 'f.4', 'f.7', 'f.10', 'f.20', 'f.30', 'f.35', 'f.40']],
    ['f.%d[5,1-3,2-4]', ['f.1', 'f.2', 'f.3', 'f.4', 'f.5']],
    ['f.%d[1-9x2,1-9x4]', ['f.1', 'f.3', 'f.5', 'f.7', 'f.9']],
    ['f.%d[1-9x3,2-10x4]', ['f.1', 'f.2', 'f.4', 'f.6', 'f.7', 'f.10']],
    ['f.%d[0]', ['f.0']],
  ])('%s stands for %j', (path, expected) => {
    expect(members(path)).toEqual(expected)
    expect(memberCount(parsed(path))).toBe(expected.length)
  })

  it.each([
    'movie.%04d.jpg',
    'movie.####.jpg',
    'a/b.##',
    'name_%02d_[final].jpg',
    'name_%02d[final]',
    'v[1-2].%03d.exr',
  ])('%s, without a range, means all that exist and names none by itself', (path) => {
    expect(parsed(path).ranges).toBeUndefined()
    expect(members(path)).toEqual([])
    expect(memberCount(parsed(path))).toBeUndefined()
    expect([...missingMembers(parsed(path), new Set())]).toEqual([])
  })
})

describe('an ordinary name', () => {
  it.each([
    '',
    'folder/',
    'movie.0100.jpg',
    'song #1.wav',
    'C#.txt',
    '100%done.txt',
    'rate%d.txt',
    'rate%01d.txt',
    'a%4d.txt',
    'a%00d.txt',
    '100%%02d.txt',
    'Photo [1-3]',
    'list[1,2,3]',
    '##/##_##.exr',
    '%02d_%02d.exr[1-2]',
    '##_##.exr[1-2]',
    'images.%04d/readme',
    `${'#'.repeat(100)}`,
    `${'a'.repeat(254)}##[1-2]`,
  ])('%s stays one', (path) => {
    expect(parseSequence(path)).toBeUndefined()
  })
})

describe('a broken range', () => {
  it.each([
    ['f.%04d[]', 'sequence-range'],
    ['f.%04d[1-10', 'sequence-range'],
    ['f.%04d[1-2-3]', 'sequence-range'],
    ['f.%04d[1,,2]', 'sequence-range'],
    ['f.%04d[1,]', 'sequence-range'],
    ['f.%04d[1-]', 'sequence-range'],
    ['f.%04d[1-1O]', 'sequence-range'],
    ['f.%04d[1-3x]', 'sequence-range'],
    ['f.%04d[3x2]', 'sequence-range'],
    ['f.%04d[167-100]', 'sequence-reversed'],
    ['f.####[1,3-2]', 'sequence-reversed'],
    ['f.%04d[-5-5]', 'sequence-negative'],
    ['f.%04d[1--5]', 'sequence-negative'],
    ['f.%04d[1-10x0]', 'sequence-step'],
  ])('%s is refused with %s', (path, problem) => {
    expect(thrownBy(() => parseSequence(path))).toMatchObject({ code: 'PATH_INVALID', params: { path, problem } })
  })

  it.each([
    [`f.%d[${'1,'.repeat(1536)}1]`, 'characters of a range'],
    [`f.%d[1-1${'0'.repeat(15)}]`, 'digits of a number'],
    ['f.%d[1-200000x2,1-200000x3]', 'numbers of mixed steps'],
    ['f.%d[1-20000x2,1-20000x3]', 'characters of a range'],
    ['f.%d[1-90000x2,1-90000x3]', 'numbers of mixed steps'],
  ])('%# over a limit says which', (path, what) => {
    expect(thrownBy(() => parseSequence(path))).toMatchObject({ code: 'LIMIT_EXCEEDED', params: { what } })
  })

  it('may be as long as is read', () => {
    expect(memberCount(parsed(`f.%d[${'1,'.repeat(1535)}2]`))).toBe(2)
  })

  it('belongs to no sequence without a place for the number', () => {
    expect(parseSequence('f[2-1]')).toBeUndefined()
  })
})

describe('a huge range', () => {
  it('is never written out: its first members, its count and its members are known at once', () => {
    const sequence = parsed('f.%04d.exr[1-999999999]')
    const expansion = expandSequence(sequence)[Symbol.iterator]()
    expect(expansion.next().value).toBe('f.0001.exr')
    expect(memberCount(sequence)).toBe(999_999_999)
    expect(sequenceNumber(sequence, 'f.123456789.exr')).toBe(123_456_789)
    expect(missingMembers(sequence, new Set([1, 2])).next().value).toBe('f.0003.exr')
  })
})

describe('membership', () => {
  it.each([
    ['f.%04d.exr', 'f.0001.exr', 1],
    ['f.%04d.exr', 'f.12345.exr', 12345],
    ['f.%04d.exr', 'f.00001.exr', undefined],
    ['f.%04d.exr', 'f.001.exr', undefined],
    ['f.%04d.exr', 'f..exr', undefined],
    ['f.%04d.exr', 'F.0001.exr', undefined],
    ['f.%04d.exr', 'f.+001.exr', undefined],
    ['f.%04d.exr', 'f.1e10.exr', undefined],
    ['f.%04d.exr', 'f.0001.exr.tmp', undefined],
    ['f.%04d.exr', 'f.%04d.exr', undefined],
    ['f.%d[0-5]', 'f.0', 0],
    ['f.%d[0-5]', 'f.05', undefined],
    ['f.%d[0-5]', 'f.6', undefined],
    ['f.%d[1-9x2,20]', 'f.7', 7],
    ['f.%d[1-9x2,20]', 'f.8', undefined],
    ['f.%d[1-9x2,20]', 'f.20', 20],
    ['aa%d[1]', 'a', undefined],
    ['f.%020d', 'f.00000000000000000007', 7],
    ['f.##', `f.1${'0'.repeat(15)}`, undefined],
    ['café.%02d', 'cafe\u0301.07', 7],
  ])('%s and %s: %j', (path, name, expected) => {
    expect(sequenceNumber(parsed(path), name)).toBe(expected)
  })

  it('tells what is missing, in order', () => {
    const missing = missingMembers(parsed('a/f.%02d[1-4,9]'), new Set([2, 9]))
    expect([...missing]).toEqual(['a/f.01', 'a/f.03', 'a/f.04'])
  })
})

describe('printing', () => {
  it.each([
    ['a/movie.####.jpg[100-167]', 'a/movie.%04d.jpg[100-167]'],
    ['100%_##', '100%%_%02d'],
    ['f#[3,1-2,0008-8]', 'f%d[1-3,8]'],
    ['f%012d[1-10x4]', 'f%012d[1-9x4]'],
    ['f%d[1-9x3,2-10x4]', 'f%d[1-2,4,6-7,10]'],
    ['f%d[1,2-10x4]', 'f%d[1,2-10x4]'],
  ])('%s is written %s', (path, canonical) => {
    expect(printSequence(parsed(path))).toBe(canonical)
    expect(nameOfSequence(parsed(path))).toBe(canonical.slice(canonical.lastIndexOf('/') + 1))
  })

  it('keeps a name that grows over the longest name of a file by its doubled percent signs', () => {
    const sequence = parsed(`${'%'.repeat(200)}####.exr[1]`)
    expect(parseSequence(printSequence(sequence))).toEqual(sequence)
    expect(parseSequence(`${'x'.repeat(300)}####.exr[1]`)).toBeUndefined()
  })
})

const range = fc
  .record({ first: fc.nat(60), length: fc.nat(40), step: fc.integer({ min: 1, max: 6 }), isSingle: fc.boolean() })
  .map(({ first, length, step, isSingle }) => ({ first, last: isSingle ? first : first + length, step }))
const ranges = fc.array(range, { minLength: 1, maxLength: 6 })
const around = fc.stringMatching(/^[a-c%#. é-]{0,6}$/)
const place = fc.oneof(
  fc.integer({ min: 2, max: 6 }).map((width) => ({ width, text: `%0${width}d` })),
  fc.constant({ width: 1, text: '%d' }),
)
const escaped = (text: string) => text.normalize('NFC').replaceAll('%', '%%')
const written = fc.record({ prefix: around, suffix: around, place, ranges }).map((parts) => {
  const text = parts.ranges.map(({ first, last, step }) => (first === last ? `${first}` : `${first}-${last}x${step}`))
  return {
    ...parts,
    path: `dir/${escaped(parts.prefix)}${parts.place.text}${escaped(parts.suffix)}[${text.join(',')}]`,
  }
})

describe('for every sequence', () => {
  it('expansion, membership and count equal a brute force over all numbers and names', () => {
    fc.assert(
      fc.property(written, ({ path, prefix, suffix, place: { width }, ranges: wanted }) => {
        const sequence = parsed(path)
        const isWanted = (value: number) =>
          wanted.some((one) => value >= one.first && value <= one.last && (value - one.first) % one.step === 0)
        const expected: string[] = []
        for (let value = 0; value <= 120; value += 1) {
          const name = `${prefix.normalize('NFC')}${`${value}`.padStart(width, '0')}${suffix.normalize('NFC')}`
          if (isWanted(value)) expected.push(`dir/${name}`)
          expect(sequenceNumber(sequence, name)).toBe(isWanted(value) ? value : undefined)
        }
        expect([...expandSequence(sequence)]).toEqual(expected)
        expect(memberCount(sequence)).toBe(expected.length)
        expect([...missingMembers(sequence, new Set())]).toEqual(expected)
      }),
    )
  })

  it('what is printed reads back as the same', () => {
    fc.assert(
      fc.property(written, ({ path }) => {
        expect(parseSequence(printSequence(parsed(path)))).toEqual(parsed(path))
      }),
    )
  })

  it('any text at all is a sequence that prints and reads back, an ordinary name, or a clear error', () => {
    const pieces = fc.constantFrom('%', '%%', 'd', '%04d', '#', '##', '[', ']', '1', '-', ',', 'x', '0', 'a', '/', ' ')
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 20 }), (parts) => {
        const path = parts.join('')
        const error = thrownBy(() => parseSequence(path))
        if (error === undefined) {
          const sequence = parseSequence(path)
          if (sequence) expect(parseSequence(printSequence(sequence))).toEqual(sequence)
        } else {
          expect(error).toMatchObject({ code: 'PATH_INVALID' })
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('hostile paths', () => {
  const million = 1_000_000
  it.each([
    ['#', '#'.repeat(million)],
    ['%', '%'.repeat(million)],
    ['%d', '%d'.repeat(million / 2)],
    ['[', `##${'['.repeat(million)}`],
    ['[1', `##${'[1'.repeat(million / 2)}`],
    ['a range', `##[${'1,'.repeat(million / 2)}1]`],
    ['a range as long as is read', `##[${'1-9x2,'.repeat(10_000)}1]`],
    ['digits', `##[${'1'.repeat(million)}]`],
    ['spaces', `##[${' '.repeat(million)}`],
    ['slashes', '/'.repeat(million)],
    ['combining marks', `##${'e\u0301'.repeat(million / 2)}`],
  ])('a megabyte of %s is answered within 100 ms', (_what, path) => {
    expect(cpuMs(() => void thrownBy(() => parseSequence(path)))).toBeLessThan(100)
  })

  it('a name of a megabyte is tested within 100 ms', () => {
    const sequence = parsed('f.%04d.exr')
    for (const middle of ['1'.repeat(million), 'e\u0301'.repeat(million / 2)]) {
      const test = () => expect(sequenceNumber(sequence, `f.${middle}.exr`)).toBeUndefined()
      expect(cpuMs(test)).toBeLessThan(100)
    }
  })
})
