import { type ComparisonOperator, invalidQuery, queryLimits, tooMuch } from './query.ts'

export interface ReadValue {
  readonly text: string
  readonly position: number
}

const name = /[a-z_][a-z0-9_]*(?:\.[a-z0-9_]+)*/iy
const symbol = /<>|!=|<=|>=|=|<|>/y
const wordOperator = /(not\s+)?(in|contains|matches)(?![a-z0-9_.])/iy

/** Stands at a place in the text and takes one thing after the other; white space before each is skipped. */
export class QueryReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
    this.#skipSpace()
  }

  /** Of the next character; the first of the text is 1. */
  get position(): number {
    return this.#at + 1
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length
  }

  isAt(character: string): boolean {
    return this.#text[this.#at] === character
  }

  isAtOperator(): boolean {
    return this.#match(symbol) !== undefined || this.#match(wordOperator) !== undefined
  }

  take(character: string): boolean {
    if (!this.isAt(character)) return false
    this.#move(1)
    return true
  }

  peekName(): string | undefined {
    return this.#match(name)
  }

  takeName(): void {
    this.#move(this.peekName()?.length ?? 0)
  }

  /** The word behind the next name, in lower case; empty when it is no word, undefined when nothing follows. */
  wordAfterName(): string | undefined {
    const after = this.#at + (this.peekName()?.length ?? 0)
    const rest = /\s+([a-z_]+)(?![a-z0-9_])|\s*$/iy
    rest.lastIndex = after
    const match = rest.exec(this.#text)
    return match === null ? '' : match[1]?.toLowerCase()
  }

  /** `and`, `or`: a whole word. */
  takeKeyword(keyword: 'and' | 'or'): boolean {
    const word = this.peekName()
    if (word?.toLowerCase() !== keyword) return false
    this.#move(word.length)
    return true
  }

  takeOperator(): ComparisonOperator | undefined {
    const found = this.#match(symbol) ?? this.#match(wordOperator)
    if (found === undefined) return undefined
    this.#move(found.length)
    if (found === '<>') return '!='
    return found.toLowerCase().replace(/\s+/, ' ') as ComparisonOperator
  }

  /** @throws TernError QUERY_INVALID when none stands here */
  takeValue(isInList = false): ReadValue {
    const position = this.position
    const character = this.#text[this.#at]
    const text = character === '"' || character === "'" ? this.#takeQuoted(character) : this.#takeBare(isInList)
    if (text.length > queryLimits.valueCharacters) throw tooMuch('valueCharacters')
    return { text, position }
  }

  /** `a,b`, `(a, "b")`, `"a,b"`. */
  takeList(): ReadValue[] {
    const opened = this.position
    const isInParentheses = this.take('(')
    const wasQuoted = this.isAt('"') || this.isAt("'")
    const values = [this.takeValue(true)]
    while (this.take(',')) {
      if (values.length >= queryLimits.values) throw tooMuch('values')
      values.push(this.takeValue(true))
    }
    if (isInParentheses && !this.take(')')) {
      throw this.isAtEnd ? invalidQuery(opened, 'parenthesis-open') : invalidQuery(this.position, 'connector-missing')
    }
    const [only] = values
    if (isInParentheses || !wasQuoted || values.length > 1 || only === undefined) return values
    const parts = only.text.split(',', queryLimits.values + 1)
    return parts.map((part) => ({ text: part.trim(), position: only.position }))
  }

  #takeQuoted(quote: string): string {
    const opened = this.position
    let text = ''
    for (let at = this.#at + 1; ; ) {
      const end = this.#text.indexOf(quote, at)
      if (end === -1) throw invalidQuery(opened, 'quote-open', { quote })
      text += this.#text.slice(at, end)
      if (this.#text[end + 1] !== quote) {
        this.#at = end + 1
        break
      }
      text += quote
      at = end + 2
    }
    const next = this.#text[this.#at]
    if (next !== undefined && !/[\s,)]/.test(next)) throw invalidQuery(this.position, 'quote-inside', { quote })
    this.#skipSpace()
    return text
  }

  #takeBare(isInList: boolean): string {
    const start = this.#at
    let open = 0
    let at = start
    for (; at < this.#text.length; at += 1) {
      const character = this.#text[at] ?? ''
      if (/\s/.test(character) || (isInList && character === ',')) break
      if (character === '(') open += 1
      else if (character === ')') {
        if (open === 0) break
        open -= 1
      }
    }
    if (at === start || /[<>=]/.test(this.#text[start] ?? '')) throw invalidQuery(this.position, 'value-missing')
    this.#move(at - start)
    return this.#text.slice(start, at)
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    return pattern.exec(this.#text)?.[0]
  }

  #move(length: number): void {
    this.#at += length
    this.#skipSpace()
  }

  #skipSpace(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1
  }
}
