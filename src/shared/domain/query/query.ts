import { TernError } from '../errors.ts'
import type { EntityName } from './query-entities.ts'

/** In canonical form: `<>` is read as `!=`. */
export type ComparisonOperator =
  | '='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'in'
  | 'not in'
  | 'contains'
  | 'not contains'
  | 'matches'
  | 'not matches'

export interface Comparison {
  readonly kind: 'comparison'
  /** Lower case; dotted when it reaches into another entity (`job.id`). */
  readonly attribute: string
  readonly operator: ComparisonOperator
  /** As written, without the quotes. One for every operator but `in` and `not in`. */
  readonly values: readonly string[]
}

/** `and` and `or` hold two terms or more, and none of their own kind. */
export type Expression = { readonly kind: 'and' | 'or'; readonly terms: readonly Expression[] } | Comparison

export interface Query {
  readonly entity: EntityName
  readonly where?: Expression
}

/** What would be right in a query; the sentences are in `shared/words`. */
export type QueryAdvice =
  | 'entity-missing'
  | 'entity-unknown'
  | 'entity-other'
  | 'where-missing'
  | 'comparison-missing'
  | 'attribute-unknown'
  | 'attribute-unanswered'
  | 'operator-missing'
  | 'operator-unusable'
  | 'value-missing'
  | 'quote-open'
  | 'quote-inside'
  | 'parenthesis-open'
  | 'parenthesis-extra'
  | 'connector-missing'
  | 'not-before'
  | 'one-of'
  | 'number'
  | 'date'
  | 'boolean'
  | 'pattern'

export const queryLimits = {
  characters: 65_536,
  parentheses: 50,
  comparisons: 500,
  values: 1000,
  valueCharacters: 4096,
  /** Of all regular expressions of a query together, as `patternWeight` tells it. */
  patternWeight: 1000,
} as const

/**
 * @param position Of the first character that is not understood; the first of the text is 1.
 */
export function invalidQuery(
  position: number,
  advice: QueryAdvice,
  params: Readonly<Record<string, string | number>> = {},
): TernError {
  const short = Object.entries(params).map(([key, value]) => [
    key,
    typeof value === 'string' && value.length > 200 ? `${value.slice(0, 200)}…` : value,
  ])
  return new TernError('QUERY_INVALID', { position, advice, ...Object.fromEntries(short) })
}

export function tooMuch(what: keyof typeof queryLimits): TernError {
  const names = {
    characters: 'characters',
    parentheses: 'nested parentheses',
    comparisons: 'comparisons',
    values: 'values',
    valueCharacters: 'characters in a value',
    patternWeight: 'steps in regular expressions',
  }
  return new TernError('LIMIT_EXCEEDED', { what: names[what], limit: queryLimits[what] })
}
