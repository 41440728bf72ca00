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

/** How many keys the objects of a parsed value have. */
export function countKeys(value: unknown): number {
  let count = 0
  const rest: object[] = typeof value === 'object' && value !== null ? [value] : []
  for (let part = rest.pop(); part !== undefined; part = rest.pop()) {
    const entries: readonly unknown[] = Array.isArray(part) ? part : Object.values(part)
    if (!Array.isArray(part)) count += entries.length
    for (const entry of entries) if (typeof entry === 'object' && entry !== null) rest.push(entry)
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
