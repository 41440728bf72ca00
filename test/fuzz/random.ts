/** Pseudo-random numbers from a seed, so that a failing run can be played again. */
export interface Random {
  /** A whole number from 0 to `below` - 1. */
  integer(below: number): number
  pick<T>(items: readonly [T, ...T[]] | readonly T[]): T
  /** True once in `times`. */
  onceIn(times: number): boolean
}

/** The generator `mulberry32`: 32 bits of state, good enough to make inputs from. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const integer = (below: number) => next() % below
  return {
    integer,
    pick: <T>(items: readonly T[]) => items[integer(items.length)] as T,
    onceIn: (times) => integer(times) === 0,
  }
}
