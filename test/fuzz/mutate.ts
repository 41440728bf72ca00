import type { Random } from './random.ts'

/** What parsers stumble over, whatever their grammar. */
const oddities: readonly string[] = [
  '\0',
  '\n',
  '\r\n',
  '\t',
  ' ',
  '\u00a0',
  '\ufeff',
  '\u2028',
  '\u202e',
  '\ud800',
  '\udc00',
  'e\u0301',
  'é',
  'İ',
  'ß',
  '漢',
  '👩‍👩‍👧',
  '\\',
  '"',
  "'",
  '%',
  '$',
  '__proto__',
  'constructor',
  '-0',
  '1e999',
  '9007199254740993',
  '0x10',
  '../',
  '..\\',
]

const usualLength = 2_000
const largestLength = 1_000_000

/** A text made from one that means something: pieces lost, doubled, swapped and put in, up to a megabyte. */
export function mutate(random: Random, corpus: readonly string[], tokens: readonly string[]): string {
  let text = random.pick(corpus)
  for (let count = 1 + random.integer(6); count > 0; count -= 1) text = change(random, text, corpus, tokens)
  if (random.onceIn(500)) return grown(random, text, largestLength)
  return text.slice(0, usualLength)
}

function change(random: Random, text: string, corpus: readonly string[], tokens: readonly string[]): string {
  const from = random.integer(text.length + 1)
  const to = Math.min(text.length, from + random.integer(12))
  const insert = (piece: string) => text.slice(0, from) + piece + text.slice(from)
  switch (random.integer(9)) {
    case 0:
      return text.slice(0, from) + text.slice(to)
    case 1:
      return insert(text.slice(from, to))
    case 2:
      return insert(random.pick(oddities))
    case 3:
      return insert(String.fromCharCode(random.integer(random.onceIn(4) ? 0x1_0000 : 0x80)))
    case 4:
      return text.slice(0, from) + random.pick(tokens) + text.slice(to)
    case 5: {
      const other = random.pick(corpus)
      return text.slice(0, from) + other.slice(random.integer(other.length + 1))
    }
    case 6:
      return grown(random, text, usualLength)
    default:
      return insert(random.pick(tokens))
  }
}

/** A piece of the text many times over. */
function grown(random: Random, text: string, length: number): string {
  const from = random.integer(text.length + 1)
  const piece = text.slice(from, from + 1 + random.integer(20)) || 'a'
  return (text.slice(0, from) + piece.repeat(1 + random.integer(Math.ceil(length / piece.length)))).slice(0, length)
}
