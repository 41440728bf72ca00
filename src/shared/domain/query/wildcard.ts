import { foldText } from './fold-text.ts'

/** What stands between the stars, folded: `a*b` is `['a', 'b']`; a text without a star is one piece. */
export type WildcardPieces = readonly [string, ...string[]]

/**
 * `*` stands for any run of characters, none included; `[*]` for a star itself. Backslashes mean nothing, so that
 * Windows paths are written as they are.
 */
export function wildcardPieces(value: string): WildcardPieces {
  const pieces = value.split(/(?<!\[)\*|(?<=\[)\*(?!\])/).map((piece) => foldText(piece.replaceAll('[*]', '*')))
  return pieces as unknown as WildcardPieces
}

/** Whether a folded text is what the pieces say; time is linear in the text for each piece. */
export function matchesPieces(folded: string, pieces: WildcardPieces): boolean {
  const [first] = pieces
  const last = pieces.at(-1) ?? ''
  if (pieces.length === 1) return folded === first
  if (folded.length < first.length + last.length || !folded.startsWith(first) || !folded.endsWith(last)) return false
  const end = folded.length - last.length
  let at = first.length
  for (const piece of pieces.slice(1, -1)) {
    const found = folded.indexOf(piece, at)
    if (found === -1 || found + piece.length > end) return false
    at = found + piece.length
  }
  return true
}
