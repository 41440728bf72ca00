const maxLength = 64
const leastBeginning = 3

/**
 * The known name that somebody most likely meant: at most a third of its letters differ, two neighbours that changed
 * places count as one. Else the only one that begins with it, as in `prio`. Undefined when there is none.
 */
export function nearestName(written: string, known: Iterable<string>): string | undefined {
  if (written.length > maxLength) return undefined
  const wanted = written.toLowerCase()
  let nearest: string | undefined
  let least = Number.POSITIVE_INFINITY
  for (const name of known) {
    const distance = distanceBetween(wanted, name.toLowerCase())
    if (distance < least && distance <= Math.max(1, Math.floor(name.length / 3))) {
      nearest = name
      least = distance
    }
  }
  return nearest ?? onlyBeginning(wanted, known)
}

function onlyBeginning(wanted: string, known: Iterable<string>): string | undefined {
  if (wanted.length < leastBeginning) return undefined
  const [found, other] = [...known].filter((name) => name.toLowerCase().startsWith(wanted))
  return other === undefined ? found : undefined
}

/** Optimal string alignment distance. */
function distanceBetween(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1]
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row[j] = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (isSame ? 0 : 1),
        isSwapped ? (beforeLast[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}
