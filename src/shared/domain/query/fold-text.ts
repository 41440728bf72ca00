/**
 * A text as queries compare it: composed, without regard to case, a final sigma like any other. Whoever stores folded
 * text stores what this gives. Folding twice changes nothing.
 *
 * Zero bytes end a text for parts of SQLite, its LIKE takes U+FFFE and U+FFFF for the replacement character, and the last
 * code point marks the end of a range of prefixes: none of them stays in a folded text.
 */
export function foldText(text: string): string {
  const lower = text.normalize('NFC').toLowerCase().normalize('NFC')
  return /[ς\0\uFFFE\uFFFF\u{10FFFF}\uD800-\uDFFF]/u.test(lower)
    ? lower.replace(/ς/g, 'σ').replace(hostile, '\uFFFD')
    : lower
}

/** Half of a surrogate pair is not text either: SQLite would store the replacement character. */
const hostile = /[\0\uFFFE\uFFFF\u{10FFFF}\uD800-\uDFFF]/gu

/** Above every folded text that starts with `prefix`, below every greater one, in order of code points. */
export function endOfPrefix(prefix: string): string {
  return `${prefix}\u{10FFFF}`
}
