import fc from 'fast-check'
import type { Comparison, Expression } from '../../../../../src/shared/domain/query/query.ts'

/** Expressions in normal form over some comparisons: no chain holds one of its own kind. */
export function expressions(comparison: fc.Arbitrary<Comparison>): fc.Arbitrary<Expression> {
  const level = (kind: 'and' | 'or', depth: number): fc.Arbitrary<Expression> => {
    if (depth === 0) return comparison
    const inner = level(kind === 'and' ? 'or' : 'and', depth - 1)
    return fc.oneof(
      inner,
      fc
        .array(fc.oneof(comparison, inner), { minLength: 2, maxLength: 4 })
        .map((terms) => ({ kind, terms: terms.flatMap((term) => (term.kind === kind ? term.terms : [term])) })),
    )
  }
  return fc.oneof(level('and', 3), level('or', 3))
}
