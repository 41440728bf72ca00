/** No letter with another case stands behind this one; ranges are walked as far as here. */
const lastCased = 0x1e943
/** What a range may end with: a character, or one by its code. */
const rangeEnd = /-\\?(?:x\{([0-9a-f]+)\}|([^\0-\x7f]))/giu

/**
 * Characters that a regular expression's ranges beyond ASCII may hold together, told before anything is compiled. Where
 * case does not count, compiling walks every one of them to find its other forms: ten letters of pattern make a hundred
 * thousand steps. Rather too much than too little: a range counts from zero, and so does what only looks like one.
 */
export function wideRangeLetters(pattern: string): number {
  let letters = 0
  for (const [, code, letter] of pattern.matchAll(rangeEnd)) {
    const end = code === undefined ? (letter?.codePointAt(0) ?? 0) : Number.parseInt(code, 16)
    if (end > 0x7f) letters += Math.min(end, lastCased)
  }
  return letters
}
