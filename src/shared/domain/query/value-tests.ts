import { matchesPieces } from '../star-pieces.ts'
import { parseWireDate } from '../units/wire-date.ts'
import { readBoolean, readNumber, readPattern } from './attribute-values.ts'
import { foldText } from './fold-text.ts'
import type { Comparison } from './query.ts'
import { wildcardPieces } from './wildcard.ts'

/** Whether one value of an attribute is what a comparison asks for, its `not` left aside. */
export type ValueTest<Value> = (value: Value) => boolean

/** `contains`, not `not contains`, and so on. A `not` turns the whole answer round, also for what is not set. */
export function isNegative(comparison: Comparison): boolean {
  return comparison.operator === '!=' || comparison.operator.startsWith('not ')
}

/** As far as a regular expression looks into a text: it takes a step for each of its own parts at each character. */
const matchedCharacters = 4096

/**
 * For texts, words and references' names. What is not set is an empty text.
 */
export function textTest({ operator, values }: Comparison): ValueTest<string> {
  const [value = ''] = values
  switch (operator) {
    case 'contains':
    case 'not contains': {
      const part = foldText(value)
      return (text) => foldText(text).includes(part)
    }
    case 'matches':
    case 'not matches': {
      const pattern = readPattern(value)
      return (text) => pattern?.matcher(text.slice(0, matchedCharacters).normalize('NFC')).find() ?? false
    }
    default: {
      const all = values.map(wildcardPieces)
      return (text) => {
        const folded = foldText(text)
        return all.some((pieces) => matchesPieces(folded, pieces))
      }
    }
  }
}

/** Of a list: `contains` asks for a whole member, wildcards allowed. */
export function memberTest(comparison: Comparison): ValueTest<string> {
  if (comparison.operator.endsWith('matches')) return textTest(comparison)
  return textTest({ ...comparison, operator: '=' })
}

export function numberTest(comparison: Comparison): ValueTest<number | undefined> {
  const { operator, values } = comparison
  const isUnsetAsked = asksForUnset(comparison)
  const all = values.map(readNumber)
  const [first] = all
  return (number) => {
    if (number === undefined) return isUnsetAsked
    if (operator === '<') return first !== undefined && number < first
    if (operator === '<=') return first !== undefined && number <= first
    if (operator === '>') return first !== undefined && number > first
    if (operator === '>=') return first !== undefined && number >= first
    return all.includes(number)
  }
}

/** A written date is the time it names: equal within it, less before its start, greater from its end on. */
export function dateTest(comparison: Comparison): ValueTest<number | undefined> {
  const { operator, values } = comparison
  const isUnsetAsked = asksForUnset(comparison)
  const all = values.map(parseWireDate)
  const [first] = all
  return (ms) => {
    if (ms === undefined) return isUnsetAsked
    if (operator === '<') return first !== undefined && ms < first.startMs
    if (operator === '<=') return first !== undefined && ms < first.endMs
    if (operator === '>') return first !== undefined && ms >= first.endMs
    if (operator === '>=') return first !== undefined && ms >= first.startMs
    return all.some((interval) => interval !== undefined && ms >= interval.startMs && ms < interval.endMs)
  }
}

/** An empty value among those that a value may equal. */
function asksForUnset({ operator, values }: Comparison): boolean {
  return (operator === '=' || operator === '!=' || operator.endsWith('in')) && values.includes('')
}

export function booleanTest({ values }: Comparison): ValueTest<boolean | undefined> {
  const all = values.map(readBoolean)
  return (value) => (value === undefined ? values.includes('') : all.includes(value))
}
