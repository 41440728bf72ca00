import type { Journal, PartialStart, TargetPlace } from '../../journal/index.ts'
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
  removeIfPossible(
    journal,
    journal.partials().filter((partial) => partial.itemId === itemId),
  )
}

/** The partial of one file that needs none any more. */
export function removeUnneeded(journal: Journal, itemId: string, target: TargetPlace): void {
  const partial = journal.lookup(itemId, target)
  if (partial) removeIfPossible(journal, [partial])
}

function removeIfPossible(journal: Journal, partials: readonly PartialStart[]): void {
  try {
    removePartials(journal, partials)
  } catch {
    // What it was for is in place, or comes, which is what counts.
  }
}
