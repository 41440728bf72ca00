import { expect, test } from 'vitest'
import { TernError } from '../../src/shared/domain/errors.ts'
import {
  checkSpecification,
  normaliseSpecification,
  type SpecificationCheck,
} from '../../src/shared/domain/specification/job-specification.ts'
import { findJsonProblem } from '../../src/shared/domain/specification/json-problem.ts'
import { withoutMark } from '../../src/shared/domain/specification/json-text.ts'
import { printedJob } from '../helpers/printed-job.ts'
import { jsonExamples } from '../unit/shared/domain/documents/json-examples.ts'
import { type FuzzTarget, fuzz, fuzzSeconds } from './fuzz.ts'

const job: FuzzTarget<SpecificationCheck> = {
  seeds: jsonExamples.flatMap(({ printed, corrected }) => (corrected === undefined ? [printed] : [printed, corrected])),
  tokens: [
    ...['"tasks":', '"source":', '"destination":', '"dest":', '"settings":', '"metadata":', '"priority":', '"status":'],
    ...['"recipients":', '"invite":', '"mirror_paths":', '"append":', '"allow_duplicates":', '"queue":', '"uri":'],
    ...['{', '}', '[', ']', ',', ':', '"', 'true', 'null', '1000', '-1', '1e3', '"a"', '{"0":{', '"transfer_exclude":'],
    ...['"share=a/b"', '"site=hq"', '"john@example.com:"', '"re(\'(a+)+\')"', '"movie.%04d.jpg[1-9]"', '"excluded"'],
    ...['// a', '/* a */', '\u201c', '\\', '\\u0000', '\\"', "'", 'NaN', '"__proto__":', '"constructor":{'],
  ],
  read: (text) => checkSpecification(text),
  check(answer, text) {
    if ('errors' in answer) {
      expect(answer.errors.length).toBeGreaterThan(0)
      for (const { path, code } of answer.errors) expect(`${path} ${code}`).toMatch(/^\$\S* ?.*[A-Z_]+$/s)
      expect(() => normaliseSpecification(text)).toThrow(TernError)
      return answer.errors.map(({ code, advice }) => `${code} ${advice}`).join(', ')
    }
    expect(findJsonProblem(withoutMark(text))).toBeUndefined()
    const printed = JSON.stringify(printedJob(answer.specification))
    expect(normaliseSpecification(printed)).toEqual(answer.specification)
    const { tasks, recipients, mirrorPaths } = answer.specification
    return `${tasks.length} ${recipients.length} ${mirrorPaths} ${Object.keys(answer.specification).join()}`
  },
}

test('job specifications', () => fuzz('job specifications', job), fuzzSeconds * 1000 + 20_000)
