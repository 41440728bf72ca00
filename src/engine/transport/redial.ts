/** A connection that fails at once is tried again after so long, and then ever more seldom. */
export const firstRedialMs = 200
const mostRedialMs = 3000

export function nextRedialMs(afterMs: number): number {
  return Math.min(afterMs * 2, mostRedialMs)
}
