import { endOfText, keyOf } from './json-keys.ts'

export interface TextPosition {
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 units as editors count. */
  readonly column: number
}

export function lineAndColumn(text: string, offset: number): TextPosition {
  const before = text.slice(0, offset)
  let line = 1
  let start = 0
  for (const end of before.matchAll(/\r\n|\n|\r/g)) {
    line++
    start = end.index + end[0].length
  }
  return { line, column: offset - start + 1 }
}

interface Wanted {
  readonly children: Map<string | number, Wanted>
  offset?: number
}

const pathStep = /\.([A-Za-z_]\w*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/g

/**
 * Where in a text of valid JSON the values of JSON paths stand. A path that leads to nothing (an attribute that is
 * missing) gets the position of what it would be in.
 */
export function positionsOf(text: string, jsonPaths: readonly string[]): TextPosition[] {
  const root: Wanted = { children: new Map() }
  const paths = jsonPaths.map(stepsOf)
  for (const steps of paths) want(root, steps)
  findOffsets(text, root)
  return paths.map((steps) => lineAndColumn(text, offsetOf(root, steps)))
}

function stepsOf(jsonPath: string): (string | number)[] {
  return [...jsonPath.matchAll(pathStep)].map(([, name, index, quoted]) => {
    if (name !== undefined) return name
    return index === undefined ? (JSON.parse(quoted ?? '""') as string) : Number(index)
  })
}

function want(root: Wanted, steps: readonly (string | number)[]): void {
  let node = root
  for (const step of steps) {
    const child: Wanted = node.children.get(step) ?? { children: new Map() }
    node.children.set(step, child)
    node = child
  }
}

function offsetOf(root: Wanted, steps: readonly (string | number)[]): number {
  let node: Wanted | undefined = root
  let offset = root.offset ?? 0
  for (const step of steps) {
    node = node?.children.get(step)
    if (node?.offset === undefined) break
    offset = node.offset
  }
  return offset
}

interface Level {
  readonly node: Wanted | undefined
  readonly isList: boolean
  index: number
}

function findOffsets(text: string, root: Wanted): void {
  const levels: Level[] = []
  /** What the next value is, if anybody wants it. */
  let next: Wanted | undefined = root
  let isKey = false
  const take = (offset: number) => {
    if (next && next.offset === undefined) next.offset = offset
  }
  for (let index = 0; index < text.length; index++) {
    const char = text[index]
    const level = levels.at(-1)
    if (char === '"') {
      const end = endOfText(text, index)
      if (isKey) next = level?.node?.children.get(keyOf(text, index, end))
      else take(index)
      isKey = false
      index = end
    } else if (char === '{' || char === '[') {
      take(index)
      const opened: Level = { node: next, isList: char === '[', index: 0 }
      levels.push(opened)
      isKey = char === '{'
      next = opened.isList ? opened.node?.children.get(0) : undefined
    } else if (char === '}' || char === ']') {
      levels.pop()
      isKey = false
      next = undefined
    } else if (char === ',' && level) {
      level.index++
      isKey = !level.isList
      next = level.isList ? level.node?.children.get(level.index) : undefined
    } else if (char !== ':' && char !== ' ' && char !== '\n' && char !== '\r' && char !== '\t') take(index)
  }
}
