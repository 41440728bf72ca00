import { type ParseQueryOptions, parseQuery } from './parse-query.ts'
import { printQuery } from './print-query.ts'
import type { Expression } from './query.ts'
import { type AttributeKind, attributeType, type EntityName, entityDefinition } from './query-entities.ts'
import { type AttributeMapping, compileSql, type SqlCondition, type SqlMapping } from './sql.ts'

export interface QueryExplanation {
  readonly entity: EntityName
  /** As `printQuery` writes it. */
  readonly canonical: string
  readonly expression?: Expression
  /** With the attributes' names for columns; a store has its own. */
  readonly sql: SqlCondition
}

/**
 * What a query means, for somebody who writes one.
 * @throws TernError QUERY_INVALID, LIMIT_EXCEEDED, UNSUPPORTED
 */
export function explainQuery(text: string, options: ParseQueryOptions = {}): QueryExplanation {
  const query = parseQuery(text, options)
  const { view } = entityDefinition(query.entity)
  const mapping = {
    ...(view && { [view.attribute]: columnOf(view.attribute, query.entity) }),
    ...(query.where && mappingOf(query.where, query.entity)),
  }
  return {
    entity: query.entity,
    canonical: printQuery(query),
    ...(query.where && { expression: query.where }),
    sql: compileSql(query, mapping),
  }
}

const kinds: Readonly<Record<AttributeKind, Exclude<AttributeMapping['kind'], 'reference'>>> = {
  text: 'text',
  word: 'text',
  list: 'text',
  reference: 'text',
  number: 'number',
  date: 'date',
  boolean: 'boolean',
}

function mappingOf(expression: Expression, entity: EntityName): SqlMapping {
  if (expression.kind !== 'comparison') {
    return Object.assign({}, ...expression.terms.map((term) => mappingOf(term, entity))) as SqlMapping
  }
  return { [expression.attribute]: columnOf(expression.attribute, entity) }
}

function columnOf(attribute: string, entity: EntityName): AttributeMapping {
  return { kind: kinds[attributeType(entity, attribute)?.kind ?? 'text'], expression: `"${attribute}"` }
}
