import { endOfText, keyOf } from './json-keys.ts'
import type { JsonProblem } from './json-problem.ts'
import { at } from './specification-values.ts'

interface Level {
  /** Keys before the present one; absent in lists and before the second key. */
  keys?: Set<string>
  key?: string
  index: number
}

/** The first key of valid JSON that stands twice in one object, of which all but the last would be lost in silence. */
export function findKeyTwice(text: string): JsonProblem | undefined {
  const levels: Level[] = []
  let start = 0
  let end = 0
  for (let index = 0; index < text.length; index++) {
    const char = text[index]
    if (char === '"') {
      start = index
      end = endOfText(text, index)
      index = end
    } else if (char === '{' || char === '[') levels.push({ index: 0 })
    else if (char === '}' || char === ']') levels.pop()
    else if (char === ',' || char === ':') {
      const level = levels.at(-1)
      if (level === undefined) continue
      if (char === ',') level.index++
      else if (isTwice(level, keyOf(text, start, end))) {
        const key = keyOf(text, start, end).slice(0, 100)
        return { advice: 'json-key-twice', offset: start, params: { key, jsonPath: pathTo(levels) } }
      }
    }
  }
  return undefined
}

function isTwice(level: Level, key: string): boolean {
  if (level.key !== undefined) {
    level.keys ??= new Set()
    level.keys.add(level.key)
  }
  level.key = key
  return level.keys?.has(key) ?? false
}

/** As far down as anybody follows a path. */
const maxPathSteps = 32

function pathTo(levels: readonly Level[]): string {
  return levels
    .slice(0, maxPathSteps)
    .reduce((path, { key, index }) => (key === undefined ? `${path}[${index}]` : at(path, key)), '$')
}
