import type { z } from 'zod'
import type { ErrorParams } from '../../shared/domain/errors.ts'

type Issue = z.core.$ZodIssue

/** Parameters for BAD_REQUEST: where an input is not as its schema has it, and what would be right. */
export function inputProblem(issue: Issue | undefined): ErrorParams {
  if (issue === undefined) return { jsonPath: '$', problem: 'malformed' }
  const jsonPath = ['$', ...issue.path].map(String).join('.').slice(0, 200)
  return { jsonPath, ...problemOf(issue) }
}

function problemOf(issue: Issue): ErrorParams {
  switch (issue.code) {
    case 'invalid_value':
      return { problem: 'not-one-of', allowed: issue.values.map(String).join(', ').slice(0, 200) }
    case 'invalid_type':
      return { problem: 'wrong-type', allowed: issue.expected }
    case 'too_big':
      return { problem: 'too-much', limit: Number(issue.maximum) }
    case 'too_small':
      return { problem: 'too-little', limit: Number(issue.minimum) }
    case 'unrecognized_keys':
      return { problem: 'unknown', name: String(issue.keys[0]).slice(0, 100) }
    default:
      return { problem: 'malformed' }
  }
}
