import { entryKind, type ListEntry, Listing } from '../../src/engine/protocol/listing.ts'

/** Entries as a batch of the list holds them. Their order is taken as it is, also where it breaks the rules. */
export function listingOf(entries: readonly ListEntry[]): Listing {
  const listing = new Listing()
  for (const { kind, path, sizeBytes, mtimeMs, mode, linkTarget } of entries) {
    const slash = path.lastIndexOf('/')
    if (linkTarget !== undefined) listing.linkTargets.set(listing.length, linkTarget)
    const folder = path.slice(0, Math.max(0, slash))
    listing.add(folder, path.slice(slash + 1), entryKind[kind], sizeBytes, mtimeMs, mode)
  }
  return listing
}
