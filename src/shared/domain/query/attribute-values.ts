import { RE2JS } from 're2js'
import { parseWireDate } from '../units/wire-date.ts'
import { foldText } from './fold-text.ts'
import type { ComparisonOperator, QueryAdvice } from './query.ts'
import type { AttributeKind, AttributeType } from './query-entities.ts'
import { wildcardPieces } from './wildcard.ts'

const equality = ['=', '!=', 'in', 'not in'] as const
const order = ['<', '<=', '>', '>='] as const
const parts = ['contains', 'not contains', 'matches', 'not matches'] as const

/** Which questions a type of attribute answers. */
const operatorsOf: Readonly<Record<AttributeKind, readonly ComparisonOperator[]>> = {
  text: [...equality, ...parts],
  word: [...equality, ...parts],
  reference: [...equality, ...parts],
  number: [...equality, ...order],
  date: [...equality, ...order],
  boolean: equality,
  list: parts,
}

export function operatorsFor(type: AttributeType): readonly ComparisonOperator[] {
  return operatorsOf[type.kind]
}

/** What is wrong with a value for an attribute and an operator; undefined when nothing is. */
export interface ValueProblem {
  readonly advice: QueryAdvice
  readonly params: Readonly<Record<string, string>>
}

/** The empty value stands for "not set", whatever the type. */
export function valueProblem(
  type: AttributeType,
  operator: ComparisonOperator,
  value: string,
): ValueProblem | undefined {
  if (operator === 'matches' || operator === 'not matches') {
    return readPattern(value) === undefined ? { advice: 'pattern', params: { value } } : undefined
  }
  if (value === '' && operatorsOf.boolean.includes(operator)) return undefined
  switch (type.kind) {
    case 'word': {
      if (operator.endsWith('contains') || wildcardPieces(value).length > 1) return undefined
      const folded = foldText(value)
      if (type.choices.includes(folded)) return undefined
      return { advice: 'one-of', params: { value, allowed: type.choices.join(', ') } }
    }
    case 'number':
      return readNumber(value) === undefined ? { advice: 'number', params: { value } } : undefined
    case 'date':
      return parseWireDate(value) === undefined ? { advice: 'date', params: { value } } : undefined
    case 'boolean':
      return readBoolean(value) === undefined ? { advice: 'boolean', params: { value } } : undefined
    default:
      return undefined
  }
}

/** Decimal, as JSON writes it or with a sign. */
export function readNumber(value: string): number | undefined {
  if (!/^[+-]?\d{1,400}(\.\d{1,400})?(e[+-]?\d{1,3})?$/i.test(value)) return undefined
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}

export function readBoolean(value: string): boolean | undefined {
  const folded = foldText(value)
  return folded === 'true' ? true : folded === 'false' ? false : undefined
}

/**
 * A regular expression that is found anywhere, without regard to case, in time linear in the text.
 * @returns undefined for what is none, look-around and back-references included
 */
export function readPattern(value: string): RE2JS | undefined {
  try {
    return RE2JS.compile(value.normalize('NFC'), RE2JS.CASE_INSENSITIVE | RE2JS.DOTALL)
  } catch {
    return undefined
  }
}
