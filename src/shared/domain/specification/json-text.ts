import { TernError } from '../errors.ts'
import { findKeyTwice } from './json-key-twice.ts'
import { countKeys, isDeeperThan, jsonKeys } from './json-keys.ts'
import { lineAndColumn } from './json-positions.ts'
import { findJsonProblem, type JsonProblem, maxDepth } from './json-problem.ts'

export interface JsonText {
  readonly value: unknown
  /** See JsonKeys. */
  readonly taskKeys?: readonly string[] | undefined
}

/**
 * Reads a text as JSON. A byte order mark at its start is fine.
 * @throws TernError SPEC_INVALID `{jsonPath, advice, line, column, …}` where it is no JSON, or where a key stands twice in
 * one object, so that one of them would be lost
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
  if (isDeeperThan(maxDepth, json)) throw asError(json, findJsonProblem(json))
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
