/** What is wrong with a text that should be JSON, and what would be right. */
export type JsonAdvice =
  | 'json'
  | 'json-empty'
  | 'json-backslashes'
  | 'json-trailing-comma'
  | 'json-missing-comma'
  | 'json-missing-colon'
  | 'json-quote-inside'
  | 'json-quote-open'
  | 'json-key-quotes'
  | 'json-single-quotes'
  | 'json-typographic-quotes'
  | 'json-comment'
  | 'json-control'
  | 'json-brackets-open'
  | 'json-bracket'
  | 'json-after-end'
  | 'json-word'
  | 'json-number'
  | 'json-too-deep'
  | 'json-key-twice'

export interface JsonProblem {
  readonly advice: JsonAdvice
  /** Index in the text. */
  readonly offset: number
  readonly params?: Readonly<Record<string, string>>
}

interface Container {
  readonly closer: '}' | ']'
}

type State = 'value' | 'value-or-close' | 'key' | 'key-or-close' | 'colon' | 'comma-or-close' | 'end'

/** Far deeper than anything of a specification. */
export const maxDepth = 1000
const space = 0x20
const blank = /[ \t\r\n]*/y
/** As long as is looked at: an engine for regular expressions remembers each letter that is not of ASCII. */
const word = /[\p{L}\p{N}_$+.-]{1,501}/uy
const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/
/** Blanks that are none in JSON, as they come with a text from a web page, and characters without a width. */
const invisible = /[\s\u00ad\u200b-\u200f\u2060\ufeff]/
const typographic = /[\u2018-\u201f\u00ab\u00bb\u2039\u203a\u300c\u300d\uff02]/

/**
 * The first thing that keeps a text from being JSON, in linear time; undefined when nothing does.
 */
export function findJsonProblem(text: string): JsonProblem | undefined {
  return new JsonScan(text).run()
}

/** Thrown inside this file only. */
class Found extends Error {
  readonly problem: JsonProblem

  constructor(problem: JsonProblem) {
    super(problem.advice)
    this.problem = problem
  }
}

class JsonScan {
  readonly #text: string
  readonly #open: Container[] = []
  #at = 0
  #state: State = 'value'
  /** Where the last value or comma started, for what is only noticed behind it. */
  #lastStart = 0
  #lastEnd = 0
  #lastComma = 0

  constructor(text: string) {
    this.#text = text
  }

  run(): JsonProblem | undefined {
    try {
      while (this.#step());
      return undefined
    } catch (thrown) {
      if (thrown instanceof Found) return thrown.problem
      throw thrown
    }
  }

  #step(): boolean {
    if (this.#text.charCodeAt(this.#at) <= space) this.#at = this.#match(blank, this.#at)
    const char = this.#text[this.#at]
    if (char === undefined) return this.#finish()
    if (char === '/' || char === '#') this.#fail('json-comment')
    if (char > '~' && invisible.test(char)) this.#fail('json-control', this.#at, { found: codePointOf(char) })
    if (char > '~' && typographic.test(char)) this.#fail('json-typographic-quotes', this.#at, { found: char })
    switch (this.#state) {
      case 'value':
      case 'value-or-close':
        this.#value(char)
        break
      case 'key':
      case 'key-or-close':
        this.#key(char)
        break
      case 'colon':
        if (char !== ':') this.#fail('json-missing-colon', this.#lastEnd)
        this.#at++
        this.#state = 'value'
        break
      case 'comma-or-close':
        this.#commaOrClose(char)
        break
      case 'end':
        this.#afterValue(char)
        this.#fail('json-after-end')
    }
    return true
  }

  #finish(): false {
    if (this.#state === 'end') return false
    if (this.#open.length === 0) this.#fail('json-empty')
    const missing = this.#open
      .slice(-20)
      .map(({ closer }) => closer)
      .reverse()
      .join('')
    return this.#fail('json-brackets-open', this.#text.length, { missing })
  }

  #value(char: string): void {
    const start = this.#at
    if (char === '"') this.#at = this.#stringEnd(start)
    else if (char === '{' || char === '[') {
      this.#openContainer(char)
      return
    } else if (char === '}' || char === ']') {
      this.#closeInstead(char)
      return
    } else if (char === "'" || char === '`') this.#fail('json-single-quotes')
    else if (char === ',') this.#fail('json', start, { found: char })
    else this.#at = this.#wordEnd(start)
    this.#ended(start)
  }

  #ended(start: number): void {
    this.#lastStart = start
    this.#lastEnd = this.#at
    this.#state = this.#open.length === 0 ? 'end' : 'comma-or-close'
  }

  #openContainer(char: '{' | '['): void {
    if (this.#open.length >= maxDepth) this.#fail('json-too-deep')
    this.#open.push({ closer: char === '{' ? '}' : ']' })
    this.#at++
    this.#state = char === '{' ? 'key-or-close' : 'value-or-close'
  }

  /** A closing bracket where a value or key should be: right in an empty container, else behind a comma too many. */
  #closeInstead(char: '}' | ']'): void {
    if (this.#state === 'value-or-close' || this.#state === 'key-or-close') this.#close(char)
    else if (this.#text[this.#lastComma] === ',' && this.#onlyBlankSince(this.#lastComma)) {
      this.#fail('json-trailing-comma', this.#lastComma)
    } else this.#fail('json', this.#at, { found: char })
  }

  #close(char: string): void {
    const container = this.#open.at(-1)
    if (container?.closer !== char) {
      this.#fail('json-bracket', this.#at, { found: char, expected: container?.closer ?? '' })
    }
    this.#open.pop()
    this.#at++
    this.#ended(this.#at - 1)
  }

  #key(char: string): void {
    const start = this.#at
    if (char === '}' || char === ']') {
      this.#closeInstead(char as '}' | ']')
      return
    }
    if (char === "'" || char === '`') this.#fail('json-single-quotes')
    if (char !== '"') {
      const end = this.#match(word, start)
      if (end > start) this.#fail('json-key-quotes', start, { key: this.#text.slice(start, end).slice(0, 100) })
      this.#fail('json', start, { found: char })
    }
    this.#at = this.#stringEnd(start)
    this.#lastStart = start
    this.#lastEnd = this.#at
    this.#state = 'colon'
  }

  #commaOrClose(char: string): void {
    const container = this.#open.at(-1)
    if (char === ',') {
      this.#lastComma = this.#at++
      this.#state = container?.closer === '}' ? 'key' : 'value'
    } else if (char === '}' || char === ']') this.#close(char)
    else {
      this.#afterValue(char)
      this.#fail('json-missing-comma', this.#lastEnd)
    }
  }

  /** A text that goes on where it should be over has a quote inside that ended it, as in `"mia@"example.com`. */
  #afterValue(char: string): void {
    const wasText = this.#text[this.#lastStart] === '"' && this.#text[this.#lastEnd - 1] === '"'
    if (!wasText) return
    const isTouching = this.#at === this.#lastEnd
    if (isTouching || !'"{['.includes(char)) this.#fail('json-quote-inside', this.#lastEnd - 1)
  }

  /** Index behind the closing quote. */
  #stringEnd(start: number): number {
    for (let index = start + 1; index < this.#text.length; index++) {
      const code = this.#text.charCodeAt(index)
      if (code === 0x22) return index + 1
      if (code === 0x5c) {
        index += this.#escapeLength(index)
      } else if (code < 0x20) {
        this.#openQuote(start, index, code)
      }
    }
    return this.#openQuote(start, this.#text.length, 0x0a)
  }

  #openQuote(start: number, index: number, code: number): never {
    // A Windows path's last backslash makes its closing quote a part of the path.
    const eaten = this.#text.slice(start, Math.min(index, start + 5000)).lastIndexOf('\\"')
    if (eaten !== -1 && /^"[A-Za-z]:\\|^"\\\\/.test(this.#text.slice(start, start + 4))) {
      this.#fail('json-backslashes', start + eaten)
    }
    if (code === 0x0a || code === 0x0d) this.#fail('json-quote-open', start)
    return this.#fail('json-control', index, { found: codePointOf(String.fromCharCode(code)) })
  }

  #escapeLength(index: number): number {
    const letter = this.#text[index + 1] ?? ''
    if (letter !== '' && '"\\/bfnrt'.includes(letter)) return 1
    if (letter === 'u' && /^[0-9a-fA-F]{4}$/.test(this.#text.slice(index + 2, index + 6))) return 5
    return this.#fail('json-backslashes', index)
  }

  #wordEnd(start: number): number {
    const end = this.#match(word, start)
    if (end === start) this.#fail('json', start, { found: this.#text.slice(start, start + 1) })
    const found = this.#text.slice(start, Math.min(end, start + 500))
    if (found === 'true' || found === 'false' || found === 'null') return end
    if (number.test(found) && end - start <= 500) return end
    if (/^[-+.]?(?:\d|\.\d)/.test(found)) this.#fail('json-number', start, { found: found.slice(0, 50) })
    return this.#fail('json-word', start, { found: found.slice(0, 50) })
  }

  #match(pattern: RegExp, from: number): number {
    pattern.lastIndex = from
    return pattern.test(this.#text) ? pattern.lastIndex : from
  }

  #onlyBlankSince(comma: number): boolean {
    return this.#match(blank, comma + 1) === this.#at
  }

  #fail(advice: JsonAdvice, offset = this.#at, params?: JsonProblem['params']): never {
    throw new Found({ advice, offset, ...(params && { params }) })
  }
}

function codePointOf(char: string): string {
  return `U+${char.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}`
}
