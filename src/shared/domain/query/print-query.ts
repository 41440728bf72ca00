import type { Comparison, Expression, Query } from './query.ts'

/** The query in canonical form: `parseQuery` reads the same from it. */
export function printQuery(query: Query): string {
  return query.where === undefined ? query.entity : `${query.entity} WHERE ${printExpression(query.where)}`
}

function printExpression(expression: Expression): string {
  if (expression.kind === 'comparison') return printComparison(expression)
  const terms = expression.terms.map((term) =>
    expression.kind === 'and' && term.kind === 'or' ? `(${printExpression(term)})` : printExpression(term),
  )
  return terms.join(expression.kind === 'and' ? ' AND ' : ' OR ')
}

function printComparison({ attribute, operator, values }: Comparison): string {
  const isSymbol = /^[<>=!]/.test(operator)
  const isList = operator.endsWith('in')
  const value = isList ? `(${values.map(printValue).join(', ')})` : printValue(values[0] ?? '')
  return isSymbol ? `${attribute}${operator}${value}` : `${attribute} ${operator} ${value}`
}

/** Bare where nothing in it could be read as something else. */
function printValue(value: string): string {
  if (/^[^\s"',()=<>!][^\s"',()]*$/.test(value)) return value
  return `"${value.replaceAll('"', '""')}"`
}
