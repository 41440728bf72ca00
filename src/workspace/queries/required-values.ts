import type { Comparison, Expression, Query } from '../../shared/domain/query/query.ts'
import { wildcardPieces } from '../../shared/domain/query/wildcard.ts'

/** The comparisons that every result passes: those that all the others are joined to by `and`. */
export function requiredComparisons(query: Query): readonly Comparison[] {
  return query.where === undefined ? [] : requiredOf(query.where)
}

function requiredOf(expression: Expression): readonly Comparison[] {
  if (expression.kind === 'comparison') return [expression]
  return expression.kind === 'and' ? expression.terms.flatMap(requiredOf) : []
}

/** The one text that an attribute must be, folded; undefined for anything else. */
export function exactText({ operator, values }: Comparison): string | undefined {
  const pieces = operator === '=' ? wildcardPieces(values[0] ?? '') : []
  return pieces.length === 1 && pieces[0] !== '' ? pieces[0] : undefined
}

/** What an attribute must start with, folded, when that is not nothing. */
export function requiredPrefix({ operator, values }: Comparison): string | undefined {
  const pieces = operator === '=' ? wildcardPieces(values[0] ?? '') : []
  return pieces.length > 1 && pieces[0] !== '' ? pieces[0] : undefined
}
