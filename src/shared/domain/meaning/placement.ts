import type { PlaceReference } from '../notation/place.ts'

/** `into` puts the item's own name beneath the path, `as` gives the item the path's name. */
export type Placement = 'into' | 'as'

/** The job specification's rule of the trailing slash. A place without a path has no name to give, so it is `into`. */
export function placementOf(place: PlaceReference): Placement {
  const { path } = place
  return place.hasTrailingSlash || path.kind === 'omitted' || path.path === '' ? 'into' : 'as'
}
