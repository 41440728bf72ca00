import type { NameTraits } from '../../protocol/name-traits.ts'

const plainText = /^[\0-\x7f]*$/
/** Systems that fold Unicode pass over them: soft hyphen, joiners, marks of direction, variation selectors and the like. */
const ignorable = /\p{Default_Ignorable_Code_Point}/gu

/**
 * The same text for names that a folding file system may take for one. Systems differ in their tables (`ß` is `ss` to
 * some), so this folds what any of them folds: two names that it keeps apart are two files everywhere. Pure.
 */
export function foldName(name: string, traits: Pick<NameTraits, 'foldsCase' | 'foldsUnicode'>): string {
  if (plainText.test(name)) return traits.foldsCase ? name.toLowerCase() : name
  const plain = traits.foldsUnicode ? decomposed(name) : name
  if (!traits.foldsCase) return plain
  const folded = plain.toUpperCase().toLowerCase()
  return traits.foldsUnicode ? decomposed(folded) : folded
}

function decomposed(text: string): string {
  return text.normalize('NFD').replace(ignorable, '')
}
