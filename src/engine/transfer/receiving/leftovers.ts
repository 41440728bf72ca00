import type { Journal, PartialStart } from '../../journal/index.ts'
import { removePartial } from '../../storage/index.ts'

/** Removes partials that nothing will finish, and the journal's word of them. Fails with what a file call says. */
export function removePartials(journal: Journal, partials: readonly PartialStart[]): void {
  for (const { itemId, target, partialName } of partials) {
    removePartial(target.root, target.path, partialName)
    journal.recordDiscarded(itemId, target)
  }
}

/**
 * What an earlier run began of an item that is complete without it: its source has taken the file back. Whatever cannot be
 * removed now stays in the journal, for a later run or for when the job is forgotten.
 */
export function removeTakenBack(journal: Journal, itemId: string): void {
  try {
    removePartials(
      journal,
      journal.partials().filter((partial) => partial.itemId === itemId),
    )
  } catch {
    // The item itself is in place, which is what counts.
  }
}
