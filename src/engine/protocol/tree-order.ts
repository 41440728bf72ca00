/**
 * Whether `path` comes after `previous` in a list where each folder precedes its children and names in one folder are
 * in the order of their UTF-8 bytes. Strict, so a path that comes twice is found without remembering any.
 */
export function isAfterInTree(path: string, previous: string): boolean {
  const shared = Math.min(path.length, previous.length)
  let at = 0
  while (at < shared && path.charCodeAt(at) === previous.charCodeAt(at)) at += 1
  return rankAt(path, at) > rankAt(previous, at)
}

const slash = 0x2f

/** A name that ends comes first, then what lies beneath it, then longer names; the order of UTF-8 is that of code points. */
function rankAt(path: string, at: number): number {
  if (at >= path.length) return -2
  const unit = path.charCodeAt(at)
  if (unit === slash) return -1
  // The code units of surrogates lie below some that stand for smaller code points.
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}
