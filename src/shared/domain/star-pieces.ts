/** What stands between the stars of a pattern: `a*b` is `['a', 'b']`; a pattern without a star is one piece. */
export type StarPieces = readonly [string, ...string[]]

/**
 * Whether a text is what the pieces say, each star standing for any run of characters, none included. Each piece takes the
 * first place that it finds, since no other choice can do better: time is linear in the text for each piece.
 */
export function matchesPieces(text: string, pieces: StarPieces): boolean {
  const [first] = pieces
  const lastIndex = pieces.length - 1
  if (lastIndex === 0) return text === first
  const last = pieces[lastIndex] ?? ''
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false
  const end = text.length - last.length
  let at = first.length
  for (let index = 1; index < lastIndex; index += 1) {
    const piece = pieces[index] ?? ''
    const found = text.indexOf(piece, at)
    if (found === -1 || found + piece.length > end) return false
    at = found + piece.length
  }
  return true
}
