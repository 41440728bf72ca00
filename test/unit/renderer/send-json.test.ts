import { describe, expect, test } from 'vitest'
import { checkJson } from '../../../src/renderer/features/send/send-form.ts'

const job = { source: 'share=projects/a.mov', destination: 'mia@example.com' }

describe('edited JSON of the send sheet', () => {
  test('one job for a single recipient, a list for several, each for its own', () => {
    expect(checkJson(JSON.stringify(job), 1)).toEqual({
      isValid: true,
      sentence: 'Valid, makes 1 transfer',
      specifications: [JSON.stringify(job, null, 2)],
    })
    expect(checkJson(JSON.stringify([job, { ...job, priority: 7 }]), 2).specifications).toHaveLength(2)
  })

  test.each<[string, number, string | RegExp]>([
    ['{\n  "source": "C:\\Users\\a"\n}', 1, 'This is not valid JSON, line 2, column 16: write each backslash twice'],
    [
      '{\n  "source": "share=p/a",\n  "priority": 0\n}',
      1,
      'Line 3: $.priority: write a whole number from 1 to 1000, 1000 goes first',
    ],
    [
      '[\n  {"source": "share=p/a"},\n  {"source": "share=p/../a"}\n]',
      2,
      'Line 3: share=p/../a: leave out the dots that lead upwards',
    ],
    ['[\n  {"source": "share=p/a", "colour": 1}\n]', 1, /^Line 2: \$\[0\]\.colour is not known/],
    ['\uFEFF{"source": "share=p/a", "sorce": 1}', 1, 'Line 1: $.sorce is not known. Is source meant?'],
    [JSON.stringify([job]), 2, 'One job for each recipient: 2 are chosen, 1 are written'],
    ['[]', 1, 'One job for each recipient: 1 are chosen, 0 are written'],
    ['{"source":"share=p/a","source":"share=p/b"}', 1, /source stands twice/],
  ])('%j for %i', (text, recipients, sentence) => {
    const check = checkJson(text, recipients)
    expect(check).toMatchObject({ isValid: false, specifications: [] })
    expect(check.sentence).toMatch(sentence)
  })
})
