import { expect, test } from 'vitest'
import { placeDoubtSentence, warningSentence } from '../../../../src/shared/words/specification.ts'

test('a warning says where and what', () => {
  const params = { jsonPath: '$.settings.transfer_log', what: 'transfer_log' }
  expect(warningSentence({ path: '$.settings.transfer_log', advice: 'setting-without-effect', params })).toBe(
    '$.settings.transfer_log: Tern keeps transfer_log, and nothing acts on it yet',
  )
})

test('a key of somebody else cannot break the line', () => {
  const jsonPath = '$.tasks["a\nb"].description'
  expect(
    warningSentence({ path: jsonPath, advice: 'attribute-without-effect', params: { jsonPath, what: 'description' } }),
  ).toBe('$.tasks["a b"].description: description is accepted here and has no effect')
})

test('a doubt about a place says how it is read', () => {
  const params = { jsonPath: '$.destination', what: 'mail@' }
  expect(placeDoubtSentence('place-email-incomplete', 'mail@')).toBe(
    'mail@ is no e-mail address, so it is read as a name',
  )
  expect(warningSentence({ path: '$.destination', advice: 'place-email-incomplete', params })).toBe(
    '$.destination: mail@ is no e-mail address, so it is read as a name',
  )
})
