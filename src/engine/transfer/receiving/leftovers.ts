import type { Journal, PartialStart, TargetPlace } from '../../journal/index.ts'
import { removePartial, removeStagingLeftover } from '../../storage/index.ts'

/**
 * Removes all that the journal names, and its word of what is gone by then: of what lies on a drive that is away the word stays.
 * Fails, once the rest is gone, with what a file call said first.
 */
export async function removeLeftovers(journal: Journal): Promise<void> {
  const removals = [
    ...journal.partials().map((partial) => () => removePartials(journal, [partial])),
    ...journal.trials().map((trial) => () => removeTrial(journal, trial)),
    ...journal.staging().map((staging) => () => removeStaging(journal, staging)),
  ]
  const failures: unknown[] = []
  for (const removal of removals) {
    try {
      await removal()
    } catch (thrown) {
      failures.push(thrown)
    }
  }
  if (failures.length > 0) throw failures[0]
}

/** Answers whether it is gone, and with it the journal's word of it. */
export function removeTrial(journal: Journal, { target, partialName }: PartialStart): boolean {
  const isGone = removePartial(target.root, target.path, partialName)
  if (isGone) journal.recordTrialGone(target)
  return isGone
}

/** Likewise. */
export async function removeStaging(
  journal: Journal,
  { root, name }: { readonly root: string; readonly name: string },
): Promise<boolean> {
  const isGone = await removeStagingLeftover(root, name)
  if (isGone) journal.recordStagingGone(root, name)
  return isGone
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

function removePartials(journal: Journal, partials: readonly PartialStart[]): void {
  for (const { itemId, target, partialName } of partials) {
    if (removePartial(target.root, target.path, partialName)) journal.recordDiscarded(itemId, target)
  }
}
