import type { Comparison, Expression, Query } from './query.ts'
import { attributeType, type EntityName, entityDefinition, referencePart } from './query-entities.ts'
import { booleanTest, dateTest, isNegative, memberTest, numberTest, textTest } from './value-tests.ts'

/** Another entity, as a query may name it. */
export interface QueryReference {
  /** `user`, `site`, `share` …: may be written before the id or code. */
  readonly type: string
  readonly id?: string
  readonly code?: string
  /** Further names that mean the same: the workspace for its main site. */
  readonly aliases?: readonly string[]
}

export type QueryValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | QueryReference
  | readonly QueryReference[]
  | readonly string[]

/** Values by attribute; times are epoch milliseconds. What is absent is not set. */
export type QueryRecord = Readonly<Record<string, QueryValue>>

export type Predicate = (record: QueryRecord) => boolean

/**
 * The query as a function over records.
 */
export function compilePredicate(query: Query): Predicate {
  const { view } = entityDefinition(query.entity)
  const where = query.where === undefined ? () => true : compileExpression(query.where, query.entity)
  return view === undefined ? where : (record) => record[view.attribute] === view.value && where(record)
}

function compileExpression(expression: Expression, entity: EntityName): Predicate {
  if (expression.kind === 'comparison') return compileComparison(expression, entity)
  const terms = expression.terms.map((term) => compileExpression(term, entity))
  return expression.kind === 'and'
    ? (record) => terms.every((term) => term(record))
    : (record) => terms.some((term) => term(record))
}

function compileComparison(comparison: Comparison, entity: EntityName): Predicate {
  const positive = compilePositive(comparison, entity)
  return isNegative(comparison) ? (record) => !positive(record) : positive
}

function compilePositive(comparison: Comparison, entity: EntityName): Predicate {
  const { attribute } = comparison
  switch (attributeType(entity, attribute)?.kind) {
    case 'number': {
      const test = numberTest(comparison)
      return (record) => test(asNumber(record[attribute]))
    }
    case 'date': {
      const test = dateTest(comparison)
      return (record) => test(asNumber(record[attribute]))
    }
    case 'boolean': {
      const test = booleanTest(comparison)
      return (record) => test(asBoolean(record[attribute]))
    }
    case 'list': {
      const test = memberTest(comparison)
      return (record) => asTexts(record[attribute]).some(test)
    }
    case 'reference': {
      const test = textTest(comparison)
      return (record) => namesOf(asReferences(record[attribute])).some(test)
    }
    default: {
      const test = textTest(comparison)
      return (record) => textsOf(record, attribute).some(test)
    }
  }
}

/** Everything a reference may be called; an empty name when nothing is set. */
export function namesOf(references: readonly QueryReference[]): readonly string[] {
  if (references.length === 0) return ['']
  return references.flatMap(({ type, id, code, aliases = [] }) =>
    [id, code, ...aliases].flatMap((name) => (name === undefined ? [] : [name, `${type}:${name}`])),
  )
}

function textsOf(record: QueryRecord, attribute: string): readonly string[] {
  const part = attribute in record ? undefined : referencePart(attribute)
  if (part === undefined) return [asText(record[attribute])]
  const parts = asReferences(record[part.reference]).map((reference) => reference[part.part] ?? '')
  return parts.length === 0 ? [''] : parts
}

function asText(value: QueryValue): string {
  return typeof value === 'string' ? value : ''
}

function asNumber(value: QueryValue): number | undefined {
  return typeof value === 'number' ? value : undefined
}

function asBoolean(value: QueryValue): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined
}

function asTexts(value: QueryValue): readonly string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : []
}

function asReferences(value: QueryValue): readonly QueryReference[] {
  if (Array.isArray(value)) return value.filter((each): each is QueryReference => typeof each === 'object')
  return typeof value === 'object' && value !== null ? [value as QueryReference] : []
}
