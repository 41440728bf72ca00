import type { Output } from './terminal.ts'

const pieceLength = 65_536

/**
 * Writes a value as indented JSON and a line end, in pieces, so that a large answer is never one text in memory. What can be
 * gone through, an array or not, is a list.
 */
export async function printJson(output: Output, value: unknown): Promise<void> {
  let piece = ''
  for (const part of jsonParts(value)) {
    piece += part
    if (piece.length < pieceLength) continue
    await output.write(piece)
    piece = ''
  }
  await output.write(`${piece}\n`)
}

/** The parts of `JSON.stringify(value, null, 2)`: members of the outermost object, entries of its lists. */
function* jsonParts(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    yield textOf(value)
    return
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  if (members.length === 0) {
    yield '{}'
    return
  }
  let before = '{\n'
  for (const [key, member] of members) {
    yield `${before}  ${textOf(key)}: `
    if (isIterable(member)) yield* listParts(member)
    else yield indented(member, '  ')
    before = ',\n'
  }
  yield '\n}'
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value
}

function* listParts(list: Iterable<unknown>): Generator<string> {
  let before = '[\n    '
  for (const entry of list) {
    yield before
    yield indented(entry, '    ')
    before = ',\n    '
  }
  yield before.startsWith('[') ? '[]' : '\n  ]'
}

function indented(value: unknown, indent: string): string {
  return textOf(value).replaceAll('\n', `\n${indent}`)
}

/** Characters that JSON may hold as they are and a terminal obeys, or that turn the direction of writing. */
const obeyed = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

function textOf(value: unknown): string {
  const json = JSON.stringify(value, null, 2) ?? 'null'
  return json.replace(obeyed, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
