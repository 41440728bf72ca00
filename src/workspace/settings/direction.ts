/** Seen from people: to the sites, or from them. */
export type Direction = 'upload' | 'download'

/** Between two sites, and between two people, is neither. Keys: as in the job's row. */
export function directionOf(sourceKey: string, destinationKey: string): Direction | undefined {
  const isFromSite = sourceKey.startsWith('site:')
  const isToSite = destinationKey.startsWith('site:')
  if (isFromSite === isToSite) return undefined
  return isToSite ? 'upload' : 'download'
}
