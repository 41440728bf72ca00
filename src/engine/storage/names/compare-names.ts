/**
 * The order of the names' UTF-8 bytes. JavaScript compares UTF-16 units, which differs once a character beyond the
 * basic plane (emoji, rare CJK) meets one of the last 8,192 code points of that plane.
 */
export function compareNames(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  for (let index = 0; index < length; index += 1) {
    const a = left.charCodeAt(index)
    const b = right.charCodeAt(index)
    if (a !== b) return rank(a) - rank(b)
  }
  return left.length - right.length
}

/** Surrogates stand for code points above every other unit. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}

const needsRanking = /[\ud800-\uffff]/

/** Sorts in place; plain names take the engine's own, much faster order, which is the same for them. */
export function sortNames(names: string[]): string[] {
  return names.some((name) => needsRanking.test(name)) ? names.sort(compareNames) : names.sort()
}
