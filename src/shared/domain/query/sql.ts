import { parseWireDate } from '../units/wire-date.ts'
import { readBoolean, readNumber } from './attribute-values.ts'
import { endOfPrefix, foldText } from './fold-text.ts'
import { namesOf, type QueryReference } from './predicate.ts'
import type { Comparison, Expression, Query } from './query.ts'
import { attributeType, type EntityName, entityDefinition } from './query-entities.ts'
import { isNegative, textTest } from './value-tests.ts'
import { wildcardPieces } from './wildcard.ts'

/** One way in which a row names another entity. */
export interface ReferenceColumn {
  /** SQL; NULL when it names none. */
  readonly expression: string
  /**
   * The values of the expression that stand for entities which pass; `exactName` is what such an entity is called, folded,
   * when only one name passes. Undefined when they are too many to list.
   */
  readonly find: (
    passes: (entity: QueryReference) => boolean,
    exactName: string | undefined,
  ) => readonly string[] | undefined
}

/** How an attribute is asked for in SQL. The expressions come from the program, never from a query. */
export type AttributeMapping =
  /** `expression` is folded text (`foldText`), or text that has no other form; NULL when not set. */
  | { readonly kind: 'text'; readonly expression: string }
  | { readonly kind: 'number' | 'date' | 'boolean'; readonly expression: string }
  /** Set when any of the columns is. */
  | { readonly kind: 'reference'; readonly columns: readonly ReferenceColumn[] }

/** Attributes that are missing here are left to the predicate. */
export type SqlMapping = Readonly<Record<string, AttributeMapping>>

type SqlParameter = string | number

export interface SqlCondition {
  /** An expression for WHERE; its parameters are question marks. */
  readonly where: string
  readonly parameters: readonly SqlParameter[]
  /** False: the rows hold more than the query asks for, and the predicate decides. None is ever missing. */
  readonly isExact: boolean
}

/**
 * The query as a condition in SQL. Values go into parameters only. What SQL cannot say, regular expressions first of
 * all, becomes a condition that lets more through.
 */
export function compileSql(query: Query, mapping: SqlMapping): SqlCondition {
  const { view } = entityDefinition(query.entity)
  const where = query.where === undefined ? always : compileExpression(query.where, query.entity, mapping)
  if (view === undefined) return where
  const column = mapping[view.attribute]
  if (column === undefined || column.kind === 'reference') return { ...where, isExact: false }
  return join('AND', [exact(`${column.expression} = ?`, [view.value]), where])
}

export function compileExpression(expression: Expression, entity: EntityName, mapping: SqlMapping): SqlCondition {
  if (expression.kind === 'comparison') return compileComparison(expression, entity, mapping)
  const terms = expression.terms.map((term) => compileExpression(term, entity, mapping))
  return join(expression.kind === 'and' ? 'AND' : 'OR', terms)
}

const always: SqlCondition = { where: '1', parameters: [], isExact: true }
const never: SqlCondition = { where: '0', parameters: [], isExact: true }
/** For the predicate to decide. */
const unknown: SqlCondition = { where: '1', parameters: [], isExact: false }

function exact(where: string, parameters: readonly SqlParameter[] = []): SqlCondition {
  return { where, parameters, isExact: true }
}

/** By halves, since SQLite bounds how deep an expression may be. */
function join(operator: 'AND' | 'OR', terms: readonly SqlCondition[]): SqlCondition {
  const [first, second] = terms
  if (first === undefined) return operator === 'AND' ? always : never
  if (second === undefined) return first
  const middle = Math.ceil(terms.length / 2)
  const left = join(operator, terms.slice(0, middle))
  const right = join(operator, terms.slice(middle))
  return {
    where: `(${left.where} ${operator} ${right.where})`,
    parameters: [...left.parameters, ...right.parameters],
    isExact: left.isExact && right.isExact,
  }
}

function compileComparison(comparison: Comparison, entity: EntityName, mapping: SqlMapping): SqlCondition {
  const column = mapping[comparison.attribute]
  if (column === undefined || attributeType(entity, comparison.attribute)?.kind === 'list') return unknown
  switch (column.kind) {
    case 'text':
      return textCondition(column.expression, comparison)
    case 'number':
      return numberCondition(column.expression, comparison)
    case 'date':
      return dateCondition(column.expression, comparison)
    case 'boolean':
      return valuesCondition(column.expression, comparison, (value) => (readBoolean(value) ? 1 : 0))
    case 'reference':
      return referenceCondition(column.columns, comparison)
  }
}

function textCondition(column: string, comparison: Comparison): SqlCondition {
  const { operator, values } = comparison
  const isNot = isNegative(comparison)
  if (operator.endsWith('matches')) return unknown
  if (operator.endsWith('contains')) {
    const part = foldText(values[0] ?? '')
    if (part === '') return isNot ? never : always
    return isNot ? exact(`coalesce(instr(${column}, ?), 0) = 0`, [part]) : exact(`instr(${column}, ?) > 0`, [part])
  }
  const terms = values.map((value) => (isNot ? unlike(column, value) : like(column, value)))
  return join(isNot ? 'AND' : 'OR', terms)
}

function like(column: string, value: string): SqlCondition {
  const pieces = wildcardPieces(value)
  const [prefix] = pieces
  if (pieces.length === 1) {
    return prefix === '' ? exact(`coalesce(${column}, '') = ''`) : exact(`${column} = ?`, [prefix])
  }
  if (pieces.every((piece) => piece === '')) return always
  // A range, so that an index serves it.
  const range = prefix === '' ? [] : [exact(`(${column} >= ? AND ${column} < ?)`, [prefix, endOfPrefix(prefix)])]
  const isRange = pieces.length === 2 && pieces[1] === ''
  return join('AND', isRange ? range : [...range, exact(`${column} LIKE ? ESCAPE '\\'`, [likePattern(pieces)])])
}

function unlike(column: string, value: string): SqlCondition {
  const pieces = wildcardPieces(value)
  if (pieces.length === 1) {
    return pieces[0] === '' ? exact(`coalesce(${column}, '') <> ''`) : exact(`${column} IS NOT ?`, [pieces[0]])
  }
  if (pieces.every((piece) => piece === '')) return never
  return exact(`(${column} IS NULL OR ${column} NOT LIKE ? ESCAPE '\\')`, [likePattern(pieces)])
}

function likePattern(pieces: readonly string[]): string {
  return pieces.map((piece) => piece.replace(/[\\%_]/g, '\\$&')).join('%')
}

function numberCondition(column: string, comparison: Comparison): SqlCondition {
  const { operator, values } = comparison
  if (!isOrder(operator)) return valuesCondition(column, comparison, (value) => readNumber(value) ?? 0)
  return exact(`${column} ${operator} ?`, [readNumber(values[0] ?? '') ?? 0])
}

function isOrder(operator: string): operator is '<' | '<=' | '>' | '>=' {
  return /^[<>]/.test(operator)
}

/** `=`, `in` and their opposites. */
function valuesCondition(
  column: string,
  comparison: Comparison,
  parameterOf: (value: string) => SqlParameter,
): SqlCondition {
  const isNot = isNegative(comparison)
  const terms = comparison.values.map((value) => {
    if (value === '') return exact(`${column} IS ${isNot ? 'NOT ' : ''}NULL`)
    return exact(isNot ? `${column} IS NOT ?` : `${column} = ?`, [parameterOf(value)])
  })
  return join(isNot ? 'AND' : 'OR', terms)
}

function dateCondition(column: string, comparison: Comparison): SqlCondition {
  const { operator, values } = comparison
  const isNot = isNegative(comparison)
  const terms = values.map((value) => {
    const interval = parseWireDate(value)
    if (interval === undefined) return exact(`${column} IS ${isNot ? 'NOT ' : ''}NULL`)
    const { startMs, endMs } = interval
    switch (operator) {
      case '<':
        return exact(`${column} < ?`, [startMs])
      case '<=':
        return exact(`${column} < ?`, [endMs])
      case '>':
        return exact(`${column} >= ?`, [endMs])
      case '>=':
        return exact(`${column} >= ?`, [startMs])
      default:
        return isNot
          ? exact(`(${column} IS NULL OR ${column} < ? OR ${column} >= ?)`, [startMs, endMs])
          : exact(`(${column} >= ? AND ${column} < ?)`, [startMs, endMs])
    }
  })
  return join(isNot ? 'AND' : 'OR', terms)
}

function referenceCondition(columns: readonly ReferenceColumn[], comparison: Comparison): SqlCondition {
  const isNot = isNegative(comparison)
  const test = textTest(comparison)
  const passes = (entity: QueryReference) => namesOf([entity]).some(test)
  const exactName = exactNameOf(comparison)
  const terms: SqlCondition[] = []
  for (const { expression, find } of columns) {
    const found = find(passes, exactName)
    if (found === undefined) return unknown
    terms.push(isNot ? noneOf(expression, found) : oneOf(expression, found))
  }
  if (test('')) {
    const isUnset = columns.map(({ expression }) => exact(`${expression} IS NULL`))
    const isSet = columns.map(({ expression }) => exact(`${expression} IS NOT NULL`))
    terms.push(isNot ? join('OR', isSet) : join('AND', isUnset))
  }
  return join(isNot ? 'AND' : 'OR', terms)
}

function exactNameOf({ operator, values }: Comparison): string | undefined {
  if ((operator !== '=' && operator !== '!=') || values.length !== 1) return undefined
  const pieces = wildcardPieces(values[0] ?? '')
  return pieces.length === 1 ? pieces[0] : undefined
}

function oneOf(expression: string, ids: readonly string[]): SqlCondition {
  const [first] = ids
  if (first === undefined) return never
  if (ids.length === 1) return exact(`${expression} = ?`, [first])
  return exact(`${expression} IN (SELECT value FROM json_each(?))`, [JSON.stringify(ids)])
}

function noneOf(expression: string, ids: readonly string[]): SqlCondition {
  const [first] = ids
  if (first === undefined) return always
  if (ids.length === 1) return exact(`${expression} IS NOT ?`, [first])
  return exact(`(${expression} IS NULL OR ${expression} NOT IN (SELECT value FROM json_each(?)))`, [
    JSON.stringify(ids),
  ])
}
