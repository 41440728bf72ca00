/** Seen from people: to the sites, or from them. */
export type Direction = 'upload' | 'download'

/** Between two sites, and between two people, is neither. */
export function directionOf(isFromSite: boolean, isToSite: boolean): Direction | undefined {
  if (isFromSite === isToSite) return undefined
  return isToSite ? 'upload' : 'download'
}
