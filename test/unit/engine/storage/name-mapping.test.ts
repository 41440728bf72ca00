import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NameTraits } from '../../../../src/engine/protocol/name-traits.ts'
import {
  looksMapped,
  mapName,
  originalNameOf,
  recordKeyFor,
  recordKeyOf,
} from '../../../../src/engine/storage/names/name-mapping.ts'
import { nameFaultOf } from '../../../../src/engine/storage/names/names.ts'
import { usualTraits } from '../../../../src/engine/storage/target-traits.ts'

const windows = usualTraits('windows')
const macos = usualTraits('macos')
const posix = usualTraits('posix')
const short: NameTraits = { ...posix, longestName: 143 }

describe('mapName', () => {
  // Stable: such names lie on people's disks.
  it.each([
    ['what?.mov', 'what%3F~tern-am8bapjq.mov'],
    ['notes: Lisa', 'notes%3A Lisa'],
    ['a\\b', 'a%5Cb'],
    ['100%?', '100%25%3F'],
    ['line\nbreak', 'line%0Abreak'],
    ['con', '%63on'],
    ['AUX.tar.gz', '%41UX.tar~tern-'],
    ['dot.', 'dot.~tern-'],
    ['space ', 'space ~tern-'],
    ['PROGRA~1', 'PROGRA~1~tern-'],
    ['... ', '... ~tern-'],
  ])('calls %j otherwise where Windows counts: %s', (name, beginning) => {
    const mapped = mapName(name, windows)?.name ?? ''
    expect(mapped).toMatch(/~tern-[0-9a-v]{8}(\.[A-Za-z0-9]+)?$/)
    expect(mapped.startsWith(beginning)).toBe(true)
    expect(nameFaultOf(mapped, windows)).toBeUndefined()
    expect(originalNameOf(mapped)).toBe(name)
  })

  it.each(['plate.exr', 'été.mov', '映像.tar.gz', '.hidden', 'no extension', '100%'])(
    'keeps the extension and proves the name of %j where it only has to be told apart',
    (name) => {
      const mapped = mapName(name, macos)?.name ?? ''
      expect(originalNameOf(mapped)).toBe(name)
      expect(/\.[a-z0-9]+$/.exec(mapped)?.[0]).toBe(/^.+(\.[a-z0-9]+)$/.exec(name)?.[1])
    },
  )

  it.each(['', '.', '..', 'a/b', 'a\0b', '.tern-1.part', '.tern-staging-00ff', '\ud800'])(
    'never makes a name of %j',
    (name) => {
      for (const traits of [windows, macos, posix]) expect(mapName(name, traits)).toBeUndefined()
    },
  )

  it('maps what looks mapped, as often as needed, and reads it back one step at a time', () => {
    const once = mapName('a:b.exr', windows)?.name ?? ''
    const twice = mapName(once, windows)?.name ?? ''
    expect(looksMapped(once)).toBe(true)
    expect(looksMapped(twice)).toBe(true)
    expect(originalNameOf(twice)).toBe(once)
    expect(originalNameOf(originalNameOf(twice) ?? '')).toBe('a:b.exr')
  })

  it('cuts what is too long, keeps the extension, and says what to record', () => {
    const long = `${'映'.repeat(200)}.exr`
    const mapped = mapName(long, posix)
    expect(mapped?.recordKey).toBe(recordKeyFor(long))
    expect(Buffer.byteLength(mapped?.name ?? '')).toBeLessThanOrEqual(255)
    expect(Buffer.byteLength(mapped?.name ?? '')).toBeGreaterThan(250)
    expect(mapped?.name.endsWith('.exr')).toBe(true)
    expect(recordKeyOf(mapped?.name ?? '')).toBe(mapped?.recordKey)
    expect(originalNameOf(mapped?.name ?? '')).toBeUndefined()
    expect(mapName('x'.repeat(150), short)?.recordKey).toBeDefined()
    expect(mapName('x'.repeat(150), { ...short, longestName: 20 })).toBeUndefined()
  })

  it('cuts a name that only grew too long by being mapped', () => {
    const name = '?'.repeat(200)
    const mapped = mapName(name, windows)
    expect(mapped?.recordKey).toBe(recordKeyFor(name))
    expect(nameFaultOf(mapped?.name ?? '', windows)).toBeUndefined()
  })

  it('gives back every name, and two names never become one', () => {
    const character = fc.constantFrom(...'aA.~%:?* é\u0301映🎬\\"<>|tern-\n019')
    const anyName = fc.array(character, { minLength: 1, maxLength: 40 }).map((all) => all.join(''))
    const traits = fc.constantFrom(windows, macos, posix, short)
    fc.assert(
      fc.property(anyName, anyName, traits, (left, right, rules) => {
        const [a, b] = [mapName(left, rules), mapName(right, rules)]
        for (const [name, mapped] of [
          [left, a],
          [right, b],
        ] as const) {
          if (!mapped) continue
          expect(nameFaultOf(mapped.name, rules)).toBeUndefined()
          if (mapped.recordKey === undefined) expect(originalNameOf(mapped.name)).toBe(name)
        }
        if (left !== right && a && b) expect(a.name).not.toBe(b.name)
      }),
    )
  })
})

describe('originalNameOf', () => {
  it.each([
    'plate.exr',
    'a~tern-00000000.exr',
    'a%3Ab~tern-00000000',
    'a%3Gb~tern-am8bapjq',
    '~tern-am8bapjq',
    'what%3F~tern-am8bapjq (copy).mov',
    'What%3F~tern-am8bapjq.mov',
    'what%3F~tern-am8bapjq.mov.bak',
  ])('leaves %j as it is: it has no proof', (name) => {
    expect(originalNameOf(name)).toBeUndefined()
    expect(looksMapped(name)).toBe(false)
  })

  it('finds the original after a disk has decomposed or composed its letters', () => {
    const mapped = mapName('é:\u0065\u0301', windows)?.name ?? ''
    expect(originalNameOf(mapped)).toBe('é:\u0065\u0301')
    expect(originalNameOf((mapName('é:', windows)?.name ?? '').normalize('NFD'))).toBe('é:')
  })

  it('takes hostile names quickly', () => {
    const started = performance.now()
    for (const name of [
      '~tern-'.repeat(40_000),
      `${'%3F'.repeat(80_000)}~tern-00000000`,
      `${'~tern-00000000'.repeat(16_000)}.`,
    ])
      expect(originalNameOf(name)).toBeUndefined()
    expect(performance.now() - started).toBeLessThan(100)
  })
})
