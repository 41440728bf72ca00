import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normaliseSpecification } from '../../../../../src/shared/domain/specification/job-specification.ts'
import { printedJob } from '../../../../helpers/printed-job.ts'
import { anySpecification } from './any-specification.ts'
import { jobExamples } from './document-examples.ts'

describe('the normal form as JSON', () => {
  test('speaks in the attributes of the document, places in canonical notation', () => {
    const normal = normaliseSpecification({
      name: 'Grade',
      tasks: {
        a: 'share=p//x.mov',
        b: {
          source: 'E:\\y',
          dest: 'site=berlin:',
          priority: '7',
          status: 'onhold',
          settings: { transfer_resume_limit: 5 },
          metadata: { a: 1 },
        },
      },
      settings: { job_max_retries: 1 },
      metadata: { b: 2 },
      queue: 'low',
      status: 'paused',
      append: false,
      description: 'For the edit',
    })
    expect(printedJob(normal)).toEqual({
      code: 'Grade',
      tasks: [
        { uri: 'a', source: 'share=p/x.mov', priority: 500 },
        {
          uri: 'b',
          source: 'E:/y',
          destination: 'site=berlin',
          priority: 7,
          status: 'onhold',
          settings: { transfer_resume_limit: '5' },
          metadata: { a: 1 },
        },
      ],
      settings: { job_max_retries: '1' },
      metadata: { b: 2 },
      priority: 500,
      queue: 'low',
      status: 'paused',
      recipients: [],
      invite: false,
      mirror_paths: true,
      append: false,
      allow_duplicates: true,
      description: 'For the edit',
    })
  })

  test.each(jobExamples)('$section: printed and read again, it is the same', ({ printed, corrected }) => {
    const normal = normaliseSpecification(corrected ?? printed)
    expect(normaliseSpecification(printedJob(normal))).toEqual(normal)
  })

  test('any specification, printed and read again as text or as object, is the same, and prints the same', () => {
    fc.assert(
      fc.property(anySpecification, (spec) => {
        const normal = normaliseSpecification(spec)
        const print = printedJob(normal)
        expect(normaliseSpecification(print)).toEqual(normal)
        const text = JSON.stringify(print)
        expect(normaliseSpecification(text)).toEqual(normal)
        expect(JSON.stringify(printedJob(normaliseSpecification(text)))).toBe(text)
      }),
      { numRuns: 1000 },
    )
  })
})
