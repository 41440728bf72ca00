import { expect, test } from 'vitest'
import { displayPath, fillFirst, fillSentence } from '../../../../src/shared/words/fill.ts'

const clock = { nowMs: Date.UTC(2026, 10, 21, 14, 32), timeZone: 'UTC' }

test.each<[string, Record<string, string | number | boolean>, string]>([
  ['{freeBytes} free', { freeBytes: 1_900_000_000_000 }, '1.90 TB free'],
  ['in {retryAfterSeconds}', { retryAfterSeconds: 90 }, 'in 2 min'],
  ['after {afterMs}', { afterMs: 30_000 }, 'after 30 s'],
  ['at {doneAtMs}', { doneAtMs: Date.UTC(2026, 10, 21, 13, 41) }, 'at 13:41'],
  ['since {sinceMs}', { sinceMs: Date.UTC(2026, 10, 20, 13, 41) }, 'since 20 Nov 13:41'],
  ['{limit} tasks', { limit: 10_000 }, '10,000 tasks'],
  ['Port {port}', { port: 18_443 }, 'Port 18443'],
  ['{path}', { path: 'D:/Renders/a' }, 'D:\\Renders\\a'],
  ['{rootPath}', { rootPath: '//nas/media' }, '\\\\nas\\media'],
  ['{other}', { other: 'D:/Renders' }, 'D:/Renders'],
  ['{flag}', { flag: true }, 'true'],
])('%s %j', (template, params, text) => {
  expect(fillSentence(template, params, clock)).toBe(text)
})

test('a missing or empty value makes the sentence unusable', () => {
  expect(fillSentence('{path} is gone', {}, clock)).toBeUndefined()
  expect(fillSentence('{path} is gone', { path: '' }, clock)).toBeUndefined()
  expect(fillSentence('{toString} is gone', {}, clock)).toBeUndefined()
})

test('the first sentence that can be filled is taken, else the last', () => {
  const sentences = ['{place} and {path}', '{path}', 'nothing known']
  expect(fillFirst(sentences, { place: 'hq', path: 'a' }, clock)).toBe('hq and a')
  expect(fillFirst(sentences, { path: 'a' }, clock)).toBe('a')
  expect(fillFirst(sentences, {}, clock)).toBe('nothing known')
})

test('POSIX paths stay as they are', () => {
  expect(displayPath('/home/john/a')).toBe('/home/john/a')
})
