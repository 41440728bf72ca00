import type { PlaceReading } from '../domain/meaning/explain-place.ts'
import type { ClockContext } from './clock.ts'
import { fillFirst } from './fill.ts'
import { placeMeanings, placeSituations } from './places.ts'

/** One reading of a notation in one sentence: when it holds, what is meant, and where an item lands. */
export function placeSentence(reading: PlaceReading, clock: ClockContext): string {
  const { side, otherSide, role, meaning, params } = reading
  const when = [
    otherSide === 'any' ? placeSituations[side] : placeSituations[`${side}-${otherSide}`],
    ...(role === 'any' ? [] : [placeSituations[role]]),
  ].join(', ')
  const what = fillFirst(placeMeanings[meaning], params, clock)
  const { placement } = params
  const how = placement === 'into' || placement === 'as' ? ` (${placeSituations[placement]})` : ''
  return `${when}: ${what}${how}`
}
