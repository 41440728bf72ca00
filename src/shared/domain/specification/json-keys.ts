/** What JavaScript's own parser does not tell about the keys of a text; the text has to be valid JSON. */
export interface JsonKeys {
  /** All keys of all objects, those that stand twice counted twice. */
  readonly count: number
  /** Keys of the object `tasks` of the whole, in the order of the text: JavaScript moves numbers to the front. */
  readonly taskKeys?: readonly string[]
}

const quote = 0x22
const colon = 0x3a

/** One pass that jumps over texts, fast enough for every specification that is given as text. */
export function jsonKeys(text: string): JsonKeys {
  let count = 0
  let depth = 0
  let start = 0
  let end = 0
  let key = ''
  let taskKeys: string[] | undefined
  let isInTasks = false
  for (let index = 0; index < text.length; index++) {
    switch (text.charCodeAt(index)) {
      case quote:
        start = index
        end = endOfText(text, index)
        index = end
        break
      case colon:
        count++
        if (depth === 1) key = text.slice(start + 1, end)
        else if (isInTasks && depth === 2) taskKeys?.push(keyOf(text, start, end))
        break
      case 0x7b:
        if (depth === 1 && key === 'tasks') {
          isInTasks = true
          taskKeys = []
        }
        depth++
        break
      case 0x5b:
        depth++
        break
      case 0x7d:
      case 0x5d:
        depth--
        if (depth === 1) isInTasks = false
        break
    }
  }
  return taskKeys === undefined ? { count } : { count, taskKeys }
}

/** Brackets of a text, JSON or not, that open: parsing takes many times the memory of each, and more the deeper they are. */
export interface Brackets {
  readonly count: number
  readonly depth: number
}

/** Stops counting where one of the limits is passed. */
export function countBrackets(text: string, limits: Brackets): Brackets {
  let count = 0
  let depth = 0
  let deepest = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === quote) index = endOfText(text, index)
    // Square and curly brackets are two apart in one bit.
    else if ((code | 0x20) === 0x7b) {
      count++
      if (++depth > deepest) deepest = depth
      if (count > limits.count || depth > limits.depth) break
    } else if ((code | 0x20) === 0x7d) depth--
  }
  return { count, depth: deepest }
}

/** How many keys the objects of a parsed value have. */
export function countKeys(value: unknown): number {
  let count = 0
  const rest: unknown[] = [value]
  while (rest.length > 0) {
    const part = rest.pop()
    if (Array.isArray(part)) {
      for (const entry of part) if (typeof entry === 'object') rest.push(entry)
    } else if (typeof part === 'object' && part !== null) {
      // Not Object.values: a list for each of a hundred thousand tasks takes longer than all the rest.
      for (const key in part) {
        count++
        const entry = (part as Readonly<Record<string, unknown>>)[key]
        if (typeof entry === 'object') rest.push(entry)
      }
    }
  }
  return count
}

/** Index of the quote that ends the text which starts at `start`. */
export function endOfText(text: string, start: number): number {
  for (let index = text.indexOf('"', start + 1); index !== -1; index = text.indexOf('"', index + 1)) {
    let backslashes = 0
    while (text.charCodeAt(index - 1 - backslashes) === 0x5c) backslashes++
    if (backslashes % 2 === 0) return index
  }
  return text.length
}

export function keyOf(text: string, start: number, end: number): string {
  const written = text.slice(start + 1, end)
  return written.includes('\\') ? (JSON.parse(`"${written}"`) as string) : written
}
