import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { catalogue, isMessageKey, say, sayWith } from '../../../../src/shared/words/catalogue.ts'
import { everySentence, everyText } from './word-rules.ts'

const source = fileURLToPath(new URL('../../../../src', import.meta.url))
const wordsFolder = join(source, 'shared', 'words')

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return sourceFiles(path)
    return /\.tsx?$/.test(entry.name) ? [path] : []
  })
}

describe('LOOK section 5: how Tern speaks', () => {
  test('there are words', () => {
    expect(everyText().length).toBeGreaterThan(200)
  })

  test.each(everyText())('%s: %s', (_where, text) => {
    expect(text).not.toMatch(/!|\bplease\b|\boops\b|\bsuccessful|\bsorry\b|\binvalid\b/i)
    expect(text).not.toMatch(/\bGiB\b|\bMiB\b|\.\.\./)
  })
})

test.each(everySentence())('a sentence of a row or an error ends without a full stop: %s', (text) => {
  expect(text).not.toMatch(/\.$/)
})

describe('keys', () => {
  test('a key stands in one file', () => {
    const files = new Map<string, string[]>()
    for (const path of sourceFiles(wordsFolder)) {
      for (const [, key = ''] of readFileSync(path, 'utf8').matchAll(/^ {2}'([\w.-]+)':/gm)) {
        if (key.includes('.')) files.set(key, [...(files.get(key) ?? []), path])
      }
    }
    expect([...files].filter(([, paths]) => paths.length > 1)).toEqual([])
  })

  test('every key is used', () => {
    const code = sourceFiles(source)
      .map((path) => readFileSync(path, 'utf8').replace(/^ {2}'[\w-]+\.[\w.-]+':.*$/gm, ''))
      .join('\n')
    // Keys may be computed from a prefix: say(`menu.${name}`).
    const prefixes = [...code.matchAll(/`([\w.]+\.)\$\{/g)].map(([, prefix = '']) => prefix)
    const isUsed = (key: string) => code.includes(`'${key}'`) || prefixes.some((prefix) => key.startsWith(prefix))
    expect(Object.keys(catalogue).filter((key) => !isUsed(key))).toEqual([])
  })
})

describe('say', () => {
  test('fills names and groups numbers', () => {
    expect(say('app.since', { time: '14:02' })).toBe('offline since 14:02')
    expect(say('status.scanning', { count: 12_403 })).toBe('Scanning 12,403 files')
  })

  test('one and many', () => {
    expect(say('reason.location.yours', { count: 1 })).toBe('Choose where 1 file goes')
    expect(say('reason.location.yours', { count: 214 })).toBe('Choose where 214 files go')
  })

  test('a value cannot open another placeholder, and a missing one stays visible', () => {
    expect(say('reason.declined.because', { name: '{text}', text: 'no' })).toBe('Declined by {text}: no')
    expect(sayWith('app.since', {})).toBe('offline since {time}')
    expect(sayWith('app.since', { toString: 'x' })).toBe('offline since {time}')
  })

  test('names from elsewhere stay on one line and cannot turn the direction of writing', () => {
    expect(say('reason.declined', { name: 'Lisa\nDone\u202E' })).toBe('Declined by Lisa Done ')
  })

  test('knows its keys', () => {
    expect(isMessageKey('app.since')).toBe(true)
    expect(isMessageKey('constructor')).toBe(false)
  })
})
