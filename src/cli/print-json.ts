import type { Output } from './terminal.ts'

const pieceLength = 65_536

/** Writes a value as indented JSON and a line end, in pieces, so that a large answer is never one text in memory. */
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
    yield JSON.stringify(value, null, 2)
    return
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  if (members.length === 0) {
    yield '{}'
    return
  }
  let before = '{\n'
  for (const [key, member] of members) {
    yield `${before}  ${JSON.stringify(key)}: `
    if (Array.isArray(member) && member.length > 0) yield* listParts(member)
    else yield indented(member, '  ')
    before = ',\n'
  }
  yield '\n}'
}

function* listParts(list: readonly unknown[]): Generator<string> {
  let before = '[\n    '
  for (const entry of list) {
    yield before
    yield indented(entry, '    ')
    before = ',\n    '
  }
  yield '\n  ]'
}

function indented(value: unknown, indent: string): string {
  return (JSON.stringify(value, null, 2) ?? 'null').replaceAll('\n', `\n${indent}`)
}
