import type { StarPieces } from '../star-pieces.ts'
import { foldText } from './fold-text.ts'

/**
 * The pieces of a value, folded. `*` stands for any run of characters, none included; `[*]` for a star itself. Backslashes mean nothing, so that
 * Windows paths are written as they are.
 */
export function wildcardPieces(value: string): StarPieces {
  const pieces = value.split(/(?<!\[)\*|(?<=\[)\*(?!\])/).map((piece) => foldText(piece.replaceAll('[*]', '*')))
  return pieces as unknown as StarPieces
}
