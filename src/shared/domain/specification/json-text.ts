import { TernError } from '../errors.ts'
import { findKeyTwice } from './json-key-twice.ts'
import { countBrackets, countKeys, jsonKeys } from './json-keys.ts'
import { lineAndColumn } from './json-positions.ts'
import { findJsonProblem, type JsonProblem, maxDepth } from './json-problem.ts'

export interface JsonText {
  readonly value: unknown
  /** See JsonKeys. */
  readonly taskKeys?: readonly string[] | undefined
}

/** Room for a million tasks with settings and metadata. */
const maxContainers = 4_000_000

/**
 * Reads a text as JSON. A byte order mark at its start is fine.
 * @throws TernError SPEC_INVALID `{jsonPath, advice, line, column, …}` where it is no JSON, or where a key stands twice in
 * one object, so that one of them would be lost; LIMIT_EXCEEDED for more lists and objects than any job has
 */
export function readJsonText(text: string): JsonText {
  const json = withoutMark(text)
  const value = parse(json)
  const { count, taskKeys } = jsonKeys(json)
  if (count !== countKeys(value)) throw asError(json, findKeyTwice(json))
  return { value, taskKeys }
}

export function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}

function parse(json: string): unknown {
  const { count, depth } = countBrackets(json, { count: maxContainers, depth: maxDepth })
  if (depth > maxDepth) throw asError(json, findJsonProblem(json))
  if (count > maxContainers)
    throw new TernError('LIMIT_EXCEEDED', { what: 'lists and objects', limit: maxContainers, jsonPath: '$' })
  try {
    return JSON.parse(json)
  } catch {
    throw asError(json, findJsonProblem(json))
  }
}

function asError(json: string, problem: JsonProblem = { advice: 'json', offset: 0 }): TernError {
  const { advice, offset, params } = problem
  return new TernError('SPEC_INVALID', { jsonPath: '$', ...params, advice, ...lineAndColumn(json, offset) })
}
