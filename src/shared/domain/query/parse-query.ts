import { TernError } from '../errors.ts'
import { nearestName } from '../nearest-name.ts'
import { operatorsFor, valueProblem } from './attribute-values.ts'
import { patternWeight } from './pattern-weight.ts'
import { type Comparison, type Expression, invalidQuery, type Query, queryLimits, tooMuch } from './query.ts'
import {
  attributeType,
  type EntityName,
  entityDefinition,
  entityNamed,
  entityNames,
  referencePart,
} from './query-entities.ts'
import { QueryReader } from './query-reader.ts'

/** Known to the reference, and no part of Tern. */
const foreignEntities: readonly string[] = ['compute', 'stream', 'lane', 'engine']

export interface ParseQueryOptions {
  /** What is asked for where the text does not say it; a text that says something else of other records is refused. */
  readonly entity?: EntityName
  /** What is known of the records that are asked; what is missing here would never be found, and is refused. */
  readonly answers?: readonly string[]
}

/**
 * Reads `Entity`, `Entity WHERE expression`, or an expression alone when it is known what it asks for.
 *
 * `and` binds tighter than `or`; names and keywords are read without regard to case. A bare value ends at white space or
 * at a parenthesis that it did not open; a quoted one (`'…'` or `"…"`) holds anything, its own quote written twice.
 * Lists of `in` stand in parentheses or not; quotes around a whole list without parentheses do not count.
 * @throws TernError QUERY_INVALID `{position, advice, …}`, LIMIT_EXCEEDED, UNSUPPORTED
 */
export function parseQuery(text: string, options: ParseQueryOptions = {}): Query {
  if (text.length > queryLimits.characters) throw tooMuch('characters')
  const reader = new QueryReader(text)
  const entity = readEntity(reader, options.entity)
  if (reader.isAtEnd) return { entity }
  const where = new ExpressionParser(reader, entity, options.answers).parse()
  return { entity, where }
}

function readEntity(reader: QueryReader, known: EntityName | undefined): EntityName {
  const position = reader.position
  const word = reader.peekName()
  if (word === undefined) {
    if (known === undefined || reader.isAtEnd)
      throw invalidQuery(position, 'entity-missing', { allowed: allowedEntities })
    return known
  }
  const next = reader.wordAfterName()
  const isPrefix = next === 'where' || (next === undefined && (known === undefined || entityNamed(word) !== undefined))
  if (!isPrefix && known !== undefined) return known
  const entity = entityNamed(word)
  if (entity === undefined) {
    throw isPrefix || next !== ''
      ? unknownEntity(position, word)
      : invalidQuery(position, 'entity-missing', { allowed: allowedEntities })
  }
  if (known !== undefined && entityDefinition(entity).base !== entityDefinition(known).base) {
    throw invalidQuery(position, 'entity-other', { entity: word, allowed: known })
  }
  reader.takeName()
  if (next === undefined) return entity
  if (next !== 'where') throw invalidQuery(reader.position, 'where-missing', { entity })
  reader.takeName()
  if (reader.isAtEnd) throw invalidQuery(reader.position, 'comparison-missing')
  return entity
}

const allowedEntities = entityNames.join(', ')

function unknownEntity(position: number, word: string): TernError {
  if (foreignEntities.includes(word.toLowerCase())) return new TernError('UNSUPPORTED', { feature: word })
  const nearest = nearestName(word, entityNames)
  return invalidQuery(position, 'entity-unknown', { entity: word, allowed: nearest ?? allowedEntities })
}

class ExpressionParser {
  readonly #reader: QueryReader
  readonly #entity: EntityName
  readonly #answers: readonly string[] | undefined
  #depth = 0
  #comparisons = 0
  #values = 0
  #patternWeight = 0

  constructor(reader: QueryReader, entity: EntityName, answers: readonly string[] | undefined) {
    this.#reader = reader
    this.#entity = entity
    this.#answers = answers
  }

  parse(): Expression {
    const expression = this.#readChain('or')
    if (this.#reader.isAtEnd) return expression
    throw this.#reader.isAt(')')
      ? invalidQuery(this.#reader.position, 'parenthesis-extra')
      : invalidQuery(this.#reader.position, 'connector-missing')
  }

  #readChain(kind: 'and' | 'or'): Expression {
    const terms: Expression[] = []
    do {
      const term = kind === 'or' ? this.#readChain('and') : this.#readPrimary()
      // (a and b) and c says the same as a and b and c.
      if (term.kind === kind) terms.push(...term.terms)
      else terms.push(term)
    } while (this.#reader.takeKeyword(kind))
    const [first] = terms
    return terms.length === 1 && first !== undefined ? first : { kind, terms }
  }

  #readPrimary(): Expression {
    const opened = this.#reader.position
    if (!this.#reader.take('(')) return this.#readComparison()
    this.#depth += 1
    if (this.#depth > queryLimits.parentheses) throw tooMuch('parentheses')
    const inner = this.#readChain('or')
    if (!this.#reader.take(')')) {
      throw this.#reader.isAtEnd
        ? invalidQuery(opened, 'parenthesis-open')
        : invalidQuery(this.#reader.position, 'connector-missing')
    }
    this.#depth -= 1
    return inner
  }

  #readComparison(): Comparison {
    this.#comparisons += 1
    if (this.#comparisons > queryLimits.comparisons) throw tooMuch('comparisons')
    const reader = this.#reader
    const position = reader.position
    const written = reader.peekName()
    if (written === undefined) throw invalidQuery(position, 'comparison-missing')
    const attribute = written.toLowerCase()
    const type = attributeType(this.#entity, attribute)
    reader.takeName()
    if (type === undefined) {
      if (attribute === 'not' && !reader.isAtOperator()) throw invalidQuery(position, 'not-before')
      throw this.#unknownAttribute(position, written)
    }
    if (!this.#isAnswered(attribute)) {
      const known = this.#answers?.join(', ') ?? ''
      throw invalidQuery(position, 'attribute-unanswered', { attribute, entity: this.#entity, allowed: known })
    }
    const allowed = operatorsFor(type)
    const operatorPosition = reader.position
    const operator = reader.takeOperator()
    if (operator === undefined)
      throw invalidQuery(operatorPosition, 'operator-missing', { allowed: allowed.join(', ') })
    if (!allowed.includes(operator)) {
      throw invalidQuery(operatorPosition, 'operator-unusable', { operator, attribute, allowed: allowed.join(', ') })
    }
    const isList = operator === 'in' || operator === 'not in'
    const values = isList ? reader.takeList() : [reader.takeValue()]
    this.#values += values.length
    if (this.#values > queryLimits.values) throw tooMuch('values')
    for (const value of values) {
      if (operator.endsWith('matches')) this.#patternWeight += patternWeight(value.text)
      if (this.#patternWeight > queryLimits.patternWeight) throw tooMuch('patternWeight')
      const problem = valueProblem(type, operator, value.text)
      if (problem) throw invalidQuery(value.position, problem.advice, { attribute, ...problem.params })
    }
    return { kind: 'comparison', attribute, operator, values: values.map((value) => value.text) }
  }

  #isAnswered(attribute: string): boolean {
    const answers = this.#answers
    return (
      answers === undefined ||
      answers.includes(attribute) ||
      answers.includes(referencePart(attribute)?.reference ?? '')
    )
  }

  #unknownAttribute(position: number, attribute: string): TernError {
    const known = Object.keys(entityDefinition(this.#entity).attributes)
    const allowed = nearestName(attribute, known) ?? known.join(', ')
    return invalidQuery(position, 'attribute-unknown', { attribute, entity: this.#entity, allowed })
  }
}
